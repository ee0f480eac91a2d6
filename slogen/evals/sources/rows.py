"""Rows of any tool, as CSV, JSON lines or a JSON list: a row a case, a column a metric."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from slogen.evals.content import Content, ContentError
from slogen.evals.result import Result
from slogen.evals.sources.source import Source
from slogen.evals.tables import measures_of


def _rows(content: Content) -> list[Mapping[str, Any]]:
    return content.objects or (content.value if isinstance(content.value, list) else [])


def _is_known(content: Content) -> bool:
    rows = _rows(content)
    return bool(rows) and all(isinstance(row, dict) for row in rows) and bool(measures_of(rows))


def _read(content: Content) -> Result:
    rows = _rows(content)
    if not rows or not all(isinstance(row, dict) for row in rows):
        raise ContentError("it has no rows", "a row a case: CSV, JSON lines, or a list of objects")
    measures = measures_of(rows)
    if not measures:
        columns = ", ".join(f"`{name}`" for name in list(rows[0])[:8])
        raise ContentError(f"no column is a metric; it has {columns}", "a metric is a column of numbers")
    return Result("rows", content.where, measures)


SOURCE = Source("rows", "rows of CSV or JSON", _is_known, _read, "a row a case, and a column of numbers")
