"""`slogen.evaluate`: results that a program holds, against the SLOs of its specs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from slogen.diagnostics import CallError, Problem
from slogen.evals.content import Content, ContentError
from slogen.evals.files import read_content
from slogen.evals.judge import Rules, judge
from slogen.evals.readers import readers
from slogen.evals.result import Result
from slogen.evals.runs import by_suite, rules_of
from slogen.evals.verdict import Verdict
from slogen.understand import understand

_WHERE: Final = "results"
_DEEPEST: Final = 50


def evaluate(
    results: Any,
    specs: str | Mapping[str, str],
    *,
    suite: str | None = None,
    settings: str | None = None,
    names: Mapping[str, str] | None = None,
    require: Iterable[str] | None = None,
    min_cases: int = 0,
    confident: bool = False,
) -> Verdict:
    """The verdict; `slogen.evaluate` says what the arguments mean."""
    sources = {"spec.yaml": specs} if isinstance(specs, str) else specs
    project = understand(sources, settings)
    if not project.ok:
        return Verdict(problems=project.problems)
    known = readers(slo for service in project.services for slo in service.slos)
    try:
        runs, _ = by_suite([_result(results)], known, suite)
        maps = [f"{name}={wanted}" for name, wanted in (names or {}).items()]
        said = None if require is None else ",".join(require)
        rules = rules_of(maps, said, runs, known, Rules(least=min_cases, confident=confident))
    except (CallError, ContentError) as error:
        hint = error.hint if isinstance(error, ContentError) else ""
        return Verdict(problems=(Problem("eval-results", str(error), None, hint),))
    return judge(runs[0], runs[0].suite, known, rules, project.settings)


def _result(results: Any) -> Result:
    """A run of what a tool's `evaluate` returns: something with `metrics`, or a mapping, or rows."""
    if isinstance(results, Result):
        return results
    found = results if isinstance(results, Mapping | list | tuple) else getattr(results, "metrics", results)
    if not isinstance(found, Mapping | list | tuple):
        raise ContentError(f"{type(results).__name__} holds no metrics", 'such as {"accuracy": 0.91}')
    return read_content(Content(_WHERE, "json", "", _plain(found, 0)))


def _plain(value: Any, depth: int) -> Any:
    """As JSON has it: numbers of other libraries become numbers."""
    if value is None or isinstance(value, str | bool | int | float):
        return value
    if depth > _DEEPEST:
        raise ContentError("it is nested deeper than any results", "is it another object?")
    if isinstance(value, Mapping):
        return {str(key): _plain(each, depth + 1) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each, depth + 1) for each in value]
    try:
        return float(value)
    except (TypeError, ValueError):
        return str(value)
