"""Is there what the specs select: the metric, its labels, their values, and series that have all of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from slogen.diagnostics import Problem, Severity
from slogen.live.doctor.asks import Ask, total
from slogen.live.doctor.case import Case, Found, Needed
from slogen.live.doctor.gone import gone, last_seen, once_a_histogram, told_gone, vanished
from slogen.live.doctor.nearest import listed, near_matcher, near_names
from slogen.live.doctor.place import problem_at
from slogen.promql.selector import Matcher, Selector
from slogen.promql.solve import is_readable, matches

MANY: Final = 10_000
_FIRING: Final = ("ALERTS", "ALERTS_FOR_STATE")  # there while something is pending
_MOST_NEAR: Final = 50  # names for which near ones are looked for


def metrics(case: Case) -> Iterator[Found]:
    """Each metric has series."""
    case.count(Ask(Selector(each.seen.metric)) for each in case.empty)
    absent = [each for each in case.empty if each.seen.metric not in _FIRING and _has_no_metric(case, each)]
    absent = once_a_histogram(absent)
    if case.world.remembers:
        case.count(Ask(Selector(each.seen.metric), ever=True) for each in absent)
    when = _when(case, absent)
    names = case.world.names() if absent else ()
    near: dict[str, list[str]] = {}
    for each in absent:
        metric = each.seen.metric
        if metric not in near and len(near) < _MOST_NEAR:  # the search is slow
            near[metric] = near_names(metric, names)
        yield _no_metric(case, each, near.get(metric, []), when)
    yield from told_gone(case, once_a_histogram(vanished(case)))


def _when(case: Case, absent: list[Needed]) -> Mapping[Selector, str]:
    """Of those that were there lately, when the last sample was."""
    metrics = {Selector(each.seen.metric) for each in absent}
    known = [m for m in metrics if total(case.answers.get(Ask(m, ever=True), {}))]
    return last_seen(case, known) if known else {}


def _has_no_metric(case: Case, each: Needed) -> bool:
    """Not so where the histogram is there in the other form, which is a finding of its own."""
    if not case.is_empty(Ask(Selector(each.seen.metric))):
        return False
    other = other_form(each)
    return other is None or not total(case.count([Ask(other)]).get(Ask(other), {}))


def other_form(each: Needed) -> Selector | None:
    """The metric of a histogram in its other form: the native one of a bucket, the bucket of a native one."""
    metric = each.seen.metric
    if each.need.native:
        return Selector(f"{metric}_bucket")
    if each.need.field == "histogram":
        return Selector(metric.removesuffix("_bucket").removesuffix("_count"))
    return None


def _no_metric(case: Case, each: Needed, near: list[str], when: Mapping[Selector, str]) -> Problem:
    metric, role = each.seen.metric, each.need.role
    what = f"metric `{metric}`"
    if each.need.boundary is not None:
        what = f"histogram `{metric.removesuffix('_bucket')}` (`{metric}`)"
    severity, never = Severity.ERROR, ""
    if each.may_be_missing:
        severity = Severity.INFO
    elif role == "bad" and case.has(each.slo, "total"):
        severity, never = Severity.WARNING, ": either nothing has failed yet, or the name is wrong"
    hint = f"did you mean {' or '.join(f'`{name}`' for name in near)}?" if near else _LOOK
    ever = case.answers.get(Ask(Selector(metric), ever=True), {})
    if total(ever):
        return gone(case, each, Selector(metric), severity, when, never)
    message = f"{case.world.shown} has no {what}{never}"
    return problem_at(each.slo, each.need, None, "no-such-metric", message, hint, severity=severity)


_LOOK: Final = "look what the target shows: `curl -s http://TARGET/metrics`"


def labels(case: Case) -> Iterator[Found]:
    """Labels of matchers are on the series, and have a value that passes."""
    there = [each for each in case.empty if not case.is_empty(Ask(Selector(each.seen.metric)))]
    lately = vanished(case)  # `metrics` tells of them
    wrong = once_a_histogram(each for each in there if each not in lately)
    asked = [(each, m) for each in wrong for m in each.seen.matchers]
    excluding = [(each, m) for each in case.needed for m in each.seen.matchers if matches(m, {})]
    case.count(_values(each, matcher) for each, matcher in (*asked, *excluding))
    for each, matcher in asked:
        yield from _no_value(case, each, matcher)
    for each, matcher in excluding:
        if each not in there and not case.is_empty(Ask(Selector(each.seen.metric))):
            yield from _says_nothing(case, each, matcher)


def _values(each: Needed, matcher: Matcher) -> Ask:
    return Ask(Selector(each.seen.metric), by=(matcher.name,))


def _no_value(case: Case, each: Needed, matcher: Matcher) -> Iterator[Problem]:
    """A matcher that no series of the metric passes."""
    answer = case.answers.get(_values(each, matcher))
    values = sorted(value for (value,) in answer) if answer else []
    if not values or not is_readable(Selector("", (matcher,))):
        return
    if any(matches(matcher, {matcher.name: value}) for value in values):
        return
    if values == [""]:
        yield _no_label(case, each, matcher, Severity.ERROR)
        return
    known = [value for value in values if value]
    near = near_matcher(matcher, known)
    of_bad = each.need.role == "bad" and case.has(each.slo, "total")
    message = f"no series of `{each.seen.metric}` has {matcher}; `{matcher.name}` has {listed(known)}"
    if of_bad and not near:
        said = f"{message}: nothing has failed yet, or the value is wrong"
        yield problem_at(each.slo, each.need, matcher, "no-bad-events", said, severity=Severity.INFO)
        return
    severity = Severity.WARNING if of_bad or each.may_be_missing else Severity.ERROR
    yield problem_at(each.slo, each.need, matcher, "no-such-value", message, near, severity=severity)


def _no_label(case: Case, each: Needed, matcher: Matcher, severity: Severity) -> Problem:
    metric = each.seen.metric
    known = sorted(case.world.labels(metric))
    near = near_names(matcher.name, known)
    hint = f"did you mean `{near[0]}`?" if near else f"it has {listed(known) or 'no labels at all'}"
    message = f"no series of `{metric}` has a label `{matcher.name}`"
    if severity is Severity.WARNING:
        message += f", so that {matcher} leaves nothing out"
    return problem_at(each.slo, each.need, matcher, "no-such-label", message, hint, severity=severity)


def _says_nothing(case: Case, each: Needed, matcher: Matcher) -> Iterator[Problem]:
    """A matcher that is passed without its label, as `!=` is, on a label that isn't there."""
    answer = case.answers.get(_values(each, matcher))
    if answer is not None and set(answer) == {("",)}:
        yield _no_label(case, each, matcher, Severity.WARNING)


def series(case: Case) -> Iterator[Found]:
    """Some series have all that is asked for, and not too many."""
    answers = case.count(Ask(each.seen) for each in case.needed)
    for each in case.needed:
        number = total(answers.get(Ask(each.seen), {}))
        if number > MANY:
            message = f"{each.seen} selects {number:,.0f} series, which are read at every evaluation"
            hint = "select fewer with matchers, or record a sum of them and read that"
            yield problem_at(
                each.slo, each.need, None, "many-series", message, hint, severity=Severity.WARNING
            )
    lately = vanished(case)
    for each in once_a_histogram(case.empty):
        if each not in lately and not case.is_empty(Ask(Selector(each.seen.metric))):
            yield from _never_together(case, each)


def _never_together(case: Case, each: Needed) -> Iterator[Problem]:
    """Each value is there, but no series has all of them."""
    case.count(_values(each, matcher) for matcher in each.seen.matchers)
    if any(True for matcher in each.seen.matchers for _ in _no_value(case, each, matcher)):
        return  # told already
    message = f"no series has all of {each.seen}, though each of these values is there"
    if each.need.role == "bad" and case.has(each.slo, "total"):
        said = f"{message}: nothing has failed yet, or they don't belong together"
        yield problem_at(each.slo, each.need, None, "no-bad-events", said, severity=Severity.INFO)
        return
    hint = "drop matchers one by one until there is one"
    severity = Severity.WARNING if each.may_be_missing else Severity.ERROR
    yield problem_at(each.slo, each.need, None, "no-such-series", message, hint, severity=severity)
