"""What was there lately and is gone: then no name is wrong, and the last sample says since when."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from slogen.diagnostics import Problem, Severity
from slogen.live.doctor.asks import Ask, total
from slogen.live.doctor.case import Case, Needed
from slogen.live.doctor.place import problem_at
from slogen.promql.selector import Selector
from slogen.units import format_duration, roughly

_LOOK: Final = "look whether the target still runs, is scraped, and still has this metric in its version"


def vanished(case: Case) -> list[Needed]:
    """What selects nothing now and did lately, though others have the metric: one job of many is gone. Bad
    events that no longer are any are none of these."""
    if not case.world.remembers:
        return []
    case.count(Ask(Selector(each.seen.metric)) for each in case.empty)
    there = [each for each in case.empty if not case.is_empty(Ask(Selector(each.seen.metric)))]
    asked = [each for each in there if each.need.role != "bad" or not case.has(each.slo, "total")]
    answers = case.count(Ask(each.seen, ever=True) for each in asked)
    return [each for each in asked if total(answers.get(Ask(each.seen, ever=True), {}))]


def told_gone(case: Case, found: Iterable[Needed]) -> Iterator[Problem]:
    """Each by its selector."""
    found = list(found)
    when = last_seen(case, (each.seen for each in found)) if found else {}
    for each in found:
        severity = Severity.INFO if each.may_be_missing else Severity.ERROR
        yield gone(case, each, each.seen, severity, when)


def last_seen(case: Case, selectors: Iterable[Selector]) -> Mapping[Selector, str]:
    """When each had its last sample, as words."""
    since = format_duration(case.server.since)
    asked = {each: f"time() - max(max_over_time(timestamp({each})[{since}:5m]))" for each in selectors}
    return {
        each: f", the last {roughly(samples[0].value)} ago"
        for each, samples in case.ask(asked).items()
        if samples
    }


def gone(
    case: Case,
    each: Needed,
    selector: Selector,
    severity: Severity,
    when: Mapping[Selector, str],
    more: str = "",
) -> Problem:
    """That a selector had series in the time that the server was asked for."""
    ever = total(case.answers.get(Ask(selector, ever=True), {}))
    since = format_duration(case.server.since)
    lately = f"had {ever:,.0f} in the last {since}{when.get(selector, '')}"
    message = f"`{selector}` has no series now, but {lately}{more}"
    return problem_at(each.slo, each.need, None, "gone-metric", message, _LOOK, severity=severity)


def once_a_histogram(found: Iterable[Needed]) -> list[Needed]:
    """Without the counts of histograms whose buckets are among them: they stand at the same place."""
    every = list(found)
    whole = {(e.slo.id, e.seen.metric.removesuffix("_bucket")) for e in every if e.need.boundary is not None}
    return [e for e in every if (e.slo.id, e.seen.metric.removesuffix("_count")) not in whole]
