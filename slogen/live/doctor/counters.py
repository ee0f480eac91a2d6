"""Are counters counters, and do values make sense."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from slogen.diagnostics import Severity
from slogen.live.doctor.asks import Ask, Only, total
from slogen.live.doctor.case import Case, Found, Needed, Unknown
from slogen.live.doctor.place import problem_at
from slogen.promql.names import is_counter_name

_WRONG: Final = frozenset({"gauge", "info", "stateset"})
_COUNTER: Final = frozenset({"counter"})


def types(case: Case) -> Iterator[Found]:
    """What is counted is a counter by its type, and what is compared is none."""
    there = [each for each in case.needed if each not in case.empty]
    known = case.types({each.seen.metric for each in there})
    if known is None:
        yield Unknown("the server doesn't say of what types metrics are")
        return
    for each in there:
        kinds = known.get(each.seen.metric, frozenset())
        wrong = kinds & (_WRONG if each.need.is_counter else _COUNTER)
        if wrong and wrong != kinds:
            said = " and a ".join(sorted(kinds))
            yield Unknown(f"targets say that `{each.seen.metric}` is a {said}", is_failure=True)
        elif wrong:
            yield _no_counter(each, min(wrong)) if each.need.is_counter else _no_gauge(each)


def _no_counter(each: Needed, kind: str) -> Found:
    metric = each.seen.metric
    message = f"`{metric}` is a {kind}, not a counter: what it grows by is no number of events"
    if is_counter_name(metric):
        message += ", whatever its name says"
    hint = "select a counter; for a gauge there are `timeslices`, `probe` and `ratio`"
    return problem_at(each.slo, each.need, None, "wrong-metric-type", message, hint)


def _no_gauge(each: Needed) -> Found:
    message = f"`{each.seen.metric}` is a counter: its value says how long it has been counting"
    hint = f"compare its growth: `rate({each.need.selector}[5m])`"
    code = "wrong-metric-type"
    return problem_at(each.slo, each.need, None, code, message, hint, severity=Severity.WARNING)


def values(case: Case) -> Iterator[Found]:
    """No series is NaN, and no counter below zero."""
    there = [each for each in case.needed if each not in case.empty and not each.need.native]
    case.count(Ask(each.seen, only=only) for each in there for only in (Only.NAN, Only.NEGATIVE))
    for each in there:
        answers = case.answers
        if number := total(answers.get(Ask(each.seen, only=Only.NAN), {})):
            yield _nan(each, number)
        number = total(answers.get(Ask(each.seen, only=Only.NEGATIVE), {}))
        if number and each.need.is_counter:
            message = f"{number:,.0f} series of `{each.seen.metric}` are below 0, which no counter can be"
            hint = "select a counter, or mend what counts"
            yield problem_at(each.slo, each.need, None, "negative-counter", message, hint)


def _nan(each: Needed, number: float) -> Found:
    if each.need.is_counter:
        message = f"{number:,.0f} series of `{each.seen.metric}` are NaN, and so is every sum with them"
        return problem_at(
            each.slo, each.need, None, "not-a-number", message, "leave them out, or mend what counts"
        )
    message = f"{number:,.0f} series of `{each.seen.metric}` are NaN, which counts as missing"
    hint = "that is right for a score without a case; else leave them out"
    return problem_at(each.slo, each.need, None, "not-a-number", message, hint, severity=Severity.INFO)
