"""OpenAI's evals: the log of `oaieval` (JSON lines), and a run of the Evals API (JSON)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from slogen.evals.content import Content
from slogen.evals.result import Measure, Result, counted
from slogen.evals.sources.source import Source
from slogen.evals.tables import flattened, moment_of, text_of, whole

_SPEC: Final = "spec"
_REPORT: Final = "final_report"
_JUDGED: Final = "match"


def _is_known(content: Content) -> bool:
    if content.form == "jsonl":
        return any(_SPEC in row and "eval_name" in (row[_SPEC] or {}) for row in content.objects)
    return content.mapping.get("object") == "eval.run"


def _read(content: Content) -> Result:
    return _log(content) if content.form == "jsonl" else _api(content)


def _log(content: Content) -> Result:
    spec: Mapping[str, Any] = next((row[_SPEC] for row in content.objects if _SPEC in row), {})
    report = next((row[_REPORT] for row in content.objects if _REPORT in row), None)
    broken = "" if isinstance(report, dict) else "the log has no `final_report`: the run didn't end"
    matches = [row.get("data") or {} for row in content.objects if row.get("type") == _JUDGED]
    measures = (
        [] if broken else list(_reported(report or {}, [bool(each.get("correct")) for each in matches]))
    )
    suite, run = text_of(spec.get("eval_name")), text_of(spec.get("run_id"))
    at = moment_of(spec.get("created_at"))
    return Result("openai-evals", content.where, tuple(measures), suite, run, at, broken)


def _reported(report: Mapping[str, Any], correct: list[bool]) -> Iterable[Measure]:
    for name, value in flattened(report):
        if isinstance(value, int | float) and not isinstance(value, bool):
            if name == "accuracy" and correct:
                yield counted(name, sum(correct), len(correct) - sum(correct))
            else:
                yield Measure(name, float(value), len(correct) or None)


def _api(content: Content) -> Result:
    found = content.mapping
    status = text_of(found.get("status"))
    broken = "" if status == "completed" else f"the run is `{status}`, not completed"
    overall = _counts("pass_rate", found.get("result_counts") or {})
    parts = [
        _counts(text_of(each.get("testing_criteria")), each, overall.errored) for each in _criteria(found)
    ]
    at, run = moment_of(found.get("created_at")), text_of(found.get("id"))
    measures = () if broken else (overall, *parts)
    return Result("openai-evals", content.where, measures, text_of(found.get("name")), run, at, broken)


def _criteria(found: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [each for each in found.get("per_testing_criteria_results") or () if isinstance(each, dict)]


def _counts(name: str, found: Mapping[str, Any], errored: int = 0) -> Measure:
    passed, failed, own = (whole(found.get(key)) or 0 for key in ("passed", "failed", "errored"))
    return counted(name, passed, failed, own or errored)


_WANTED: Final = "a line with `spec.eval_name`, or `object: eval.run`"
SOURCE = Source("openai-evals", "OpenAI's evals", _is_known, _read, _WANTED)
