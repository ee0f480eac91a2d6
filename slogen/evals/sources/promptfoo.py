"""promptfoo's JSON (`promptfoo eval -o results.json`). Its named scores are sums; errors are cases, too."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from slogen.evals.content import Content, ContentError
from slogen.evals.result import Measure, Result, counted, tidy
from slogen.evals.sources.source import Source
from slogen.evals.tables import moment_of, text_of, whole

PASS_RATE = "pass_rate"
_PROVIDER_ERROR = 2  # its `failureReason`


def _is_known(content: Content) -> bool:
    found = content.mapping.get("results")
    return (
        isinstance(found, dict) and ("prompts" in found or "table" in found) and "evalId" in content.mapping
    )


def _read(content: Content) -> Result:
    results = content.mapping["results"]
    prompts = results.get("prompts")
    if not isinstance(prompts, list) or not prompts:
        raise ContentError("`results.prompts` names no prompt", "did the run evaluate anything?")
    if len(prompts) > 1:
        message = f"it compares {len(prompts)} prompts, and one run is of one"
        raise ContentError(message, "evaluate one: promptfoo eval --filter-prompts, or --filter-providers")
    metrics = prompts[0].get("metrics") if isinstance(prompts[0], dict) else None
    if not isinstance(metrics, dict):
        raise ContentError("`results.prompts[0]` has no `metrics`", "did the run end?")
    cases = [case for case in results.get("results") or () if isinstance(case, dict)]
    passed, failed, errored = (
        whole(metrics.get(f"test{name}Count")) or 0 for name in ("Pass", "Fail", "Error")
    )
    overall = counted(PASS_RATE, passed, failed, errored)
    description = content.mapping.get("config", {}).get("description", "")
    return Result(
        "promptfoo",
        content.where,
        (overall, *_named(metrics, cases, errored)),
        text_of(description),
        text_of(content.mapping.get("evalId")),
        moment_of(results.get("timestamp")),
    )


def _named(metrics: Mapping[str, Any], cases: Sequence[Mapping[str, Any]], errored: int) -> Iterable[Measure]:
    sums, counts = metrics.get("namedScores") or {}, metrics.get("namedScoresCount") or {}
    lost = dict.fromkeys(sums, 0) | _lost(cases)
    for name, total in sums.items():
        number = whole(counts.get(name))
        if not isinstance(total, int | float) or not number:
            continue
        missing = lost[name] if cases else errored
        verdicts = [v for case in cases for v in _verdicts(case, name)]
        passed = sum(verdicts) if len(verdicts) == number else None
        yield Measure(str(name), tidy(total / number), number + missing, passed, missing)


def _lost(cases: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """For each metric the cases that should have had it, and ended with an error."""
    found: dict[str, int] = {}
    for case in cases:
        if case.get("failureReason") == _PROVIDER_ERROR:
            asserted = (case.get("testCase") or {}).get("assert") or ()
            for name in {each.get("metric") for each in asserted if isinstance(each, dict)}:
                if isinstance(name, str):
                    found[name] = found.get(name, 0) + 1
    return found


def _verdicts(case: Mapping[str, Any], name: str) -> Iterable[bool]:
    """Whether each assertion of a metric passed."""
    for part in (case.get("gradingResult") or {}).get("componentResults") or ():
        if isinstance(part, dict) and (part.get("assertion") or {}).get("metric") == name:
            yield bool(part.get("pass"))


SOURCE = Source("promptfoo", "promptfoo", _is_known, _read, "`evalId` and `results.prompts[].metrics`")
