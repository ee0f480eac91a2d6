"""Rows of LangSmith's `evaluate(...)` as JSON: each has `evaluation_results.results[].{key, score}`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from slogen.evals.content import Content
from slogen.evals.result import Result, averaged
from slogen.evals.sources.source import Source
from slogen.evals.tables import NoScoreError, score_of, text_of

_FIELD: Final = "evaluation_results"


def _is_known(content: Content) -> bool:
    rows = _rows(content)
    return bool(rows) and all(isinstance(row.get(_FIELD), dict) for row in rows)


def _rows(content: Content) -> list[Mapping[str, Any]]:
    if content.form == "jsonl":
        return content.objects
    found = content.value if isinstance(content.value, list) else content.mapping.get("results")
    return [row for row in found if isinstance(row, dict)] if isinstance(found, list) else []


def _read(content: Content) -> Result:
    rows = [dict(_scores(row)) for row in _rows(content)]
    names = dict.fromkeys(name for row in rows for name in row)
    measures = tuple(averaged(name, [row.get(name) for row in rows]) for name in names)
    return Result("langsmith", content.where, measures)


def _scores(row: Mapping[str, Any]) -> Iterable[tuple[str, float | None]]:
    for each in row[_FIELD].get("results") or ():
        if isinstance(each, dict) and (name := text_of(each.get("key"))):
            try:
                yield name, score_of(each.get("score"))
            except NoScoreError:
                yield name, None


SOURCE = Source("langsmith", "LangSmith's rows", _is_known, _read, "rows with `evaluation_results.results`")
