"""Plain JSON: numbers by the names of metrics, nested or not, and what is said of the run beside them.

{"suite": "support", "run": "42", "time": "2026-11-28T17:05:00Z", "metrics": {"accuracy": 0.91,
 "helpfulness": {"value": 0.82, "cases": 50}, "hallucination": {"passed": 97, "failed": 2, "errored": 1}}}
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from slogen.evals.content import Content, ContentError
from slogen.evals.result import Measure, Result, averaged, counted
from slogen.evals.sources.source import Source
from slogen.evals.tables import NoScoreError, measures_of, moment_of, score_of, text_of, whole

_METRICS: Final = ("metrics", "scores", "summary")
_CASES: Final = ("cases", "n", "count", "total")
_ABOUT: Final = ("suite", "run", "run_id", "time", "timestamp", "created_at", "status", "error", *_CASES)
_BROKEN: Final = ("failed", "error", "errored", "cancelled", "canceled", "killed", "running")
_NAMES: Final = {
    "passed": ("passed", "passes", "pass"),
    "failed": ("failed", "failures", "fails", "fail"),
    "errored": ("errored", "errors", "error"),
}


def _is_known(content: Content) -> bool:
    return (
        content.form == "json"
        and bool(content.mapping)
        and (bool(_broken(content.mapping)) or _any(content.mapping))
    )


def _any(found: Mapping[str, Any]) -> bool:
    return next(iter(data_measures(found)), None) is not None


def _read(content: Content) -> Result:
    found = content.mapping
    broken, measures = _broken(found), tuple(data_measures(found))
    if not measures and not broken:
        raise ContentError("there is no number in it", 'such as {"accuracy": 0.91}')
    return result_of(found, content.where, measures, broken)


def result_of(
    found: Mapping[str, Any], where: str, measures: tuple[Measure, ...], broken: str = ""
) -> Result:
    """A run with what stands beside its metrics."""
    run = text_of(found.get("run")) or text_of(found.get("run_id"))
    times = (moment_of(found.get(name)) for name in ("time", "timestamp", "created_at"))
    at = next(filter(None, times), None)
    return Result("json", where, measures, text_of(found.get("suite")), run, at, broken)


def _broken(found: Mapping[str, Any]) -> str:
    status = text_of(found.get("status")).lower()
    return f"the run ended with `{status}`" if status in _BROKEN else ""


def data_measures(found: Mapping[str, Any]) -> Iterator[Measure]:
    """The measures in plain data."""
    inner = next((found[n] for n in _METRICS if isinstance(found.get(n), Mapping) and found[n]), None)
    cases = next(filter(None, (whole(found.get(name)) for name in _CASES)), None)
    body = inner if inner is not None else {k: v for k, v in found.items() if k not in _ABOUT}
    for measure in _measures(body, "", 0):
        known = measure.cases is not None or cases is None
        yield measure if known else Measure(measure.name, measure.value, cases)


def _measures(value: object, name: str, depth: int) -> Iterator[Measure]:
    if isinstance(value, Mapping) and depth < 20:
        special = _special(name, value) if name else None
        if special is not None:
            yield special
            return
        for key, each in value.items():
            yield from _measures(each, f"{name}/{key}" if name else str(key), depth + 1)
    elif isinstance(value, list):
        yield from _listed(name, value)
    elif name:
        yield from _single(name, value)


def _special(name: str, found: Mapping[str, Any]) -> Measure | None:
    """Counts, or a value with the number of its cases."""
    counts = {key: _first(found, names) for key, names in _NAMES.items()}
    total = _first(found, _CASES)
    passed, failed, errored = counts["passed"], counts["failed"], counts["errored"] or 0
    if passed is not None and (failed is not None or total is not None):
        rest = failed if failed is not None else max((total or 0) - passed - errored, 0)
        return counted(name, passed, rest, errored)
    value = found.get("value", found.get("score"))
    if not isinstance(value, int | float) or isinstance(value, bool):
        return None
    return Measure(name, float(value), total, None, errored)


def _first(found: Mapping[str, Any], names: tuple[str, ...]) -> int | None:
    return next((n for name in names if (n := whole(found.get(name))) is not None), None)


def _listed(name: str, values: list[Any]) -> Iterator[Measure]:
    """Scores of single cases; or rows, whose columns are the metrics."""
    if values and all(isinstance(each, Mapping) for each in values):
        yield from measures_of(values)
        return
    try:
        if name and values:
            yield averaged(name, [score_of(each) for each in values])
    except NoScoreError:
        return


def _single(name: str, value: object) -> Iterator[Measure]:
    """A number; true and false are 1 and 0. What isn't finite stays what it is: no value."""
    if isinstance(value, bool | int | float):
        try:
            yield Measure(name, float(value))
        except OverflowError:
            yield Measure(name, float("inf"))
    elif value is None or (
        isinstance(value, str) and value.strip().lower() in ("nan", "inf", "-inf", "infinity")
    ):
        yield Measure(name, None if value is None else float("nan"))


SOURCE = Source("json", "plain JSON", _is_known, _read, 'numbers by name: {"accuracy": 0.91}')
