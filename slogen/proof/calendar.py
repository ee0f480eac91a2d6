"""Proof of budgets that begin at a date: what counts before and after the end of a calendar period.

An hour of events is injected every few hours, with traffic and errors that vary; days are made of them by
the rules. Unit tests begin in 1970, so the end of the first period after that is looked at. Where it is
too many steps away, and for `since`, only the start of the budget is looked at, in a few large steps.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import gcd

from slogen.emitted.proof import Block, Claim, ExprCheck
from slogen.emitted.rules import RuleFile
from slogen.model.calendar import Calendar
from slogen.model.slo import Service, Slo
from slogen.promql.text import quote
from slogen.proof.constants import DIGITS
from slogen.proof.expected import LONG_AGO, identity_labels, known_since, series_name
from slogen.proof.history import History, history_of, info_check, promtool_values
from slogen.proof.shared import groups_of
from slogen.settings import Settings
from slogen.units import DAY, HOUR

_FEW_STEPS = 60
_MOST_DAYS_READ = 9000  # steps times the days that each reads: some seconds of promtool


def blocks(service: Service, rules: RuleFile, settings: Settings) -> Iterator[Block]:
    """A block per calendar, and one per `since`."""
    del rules
    calendars = dict.fromkeys(slo.calendar for slo in service.slos if slo.calendar and slo.since is None)
    for calendar in calendars:
        slos = [slo for slo in service.slos if slo.calendar == calendar and slo.since is None]
        step = _step(calendar)
        if _is_quick(calendar, step):
            yield _ending(slos, calendar, step, settings)
        else:
            yield _starting(slos, calendar, settings)
    for since in dict.fromkeys(slo.since for slo in service.slos if slo.since is not None):
        yield _since([slo for slo in service.slos if slo.since == since], since, settings)


def _end(calendar: Calendar) -> int:
    """When the first period ends that begins, or is a day old, in unit tests."""
    end = calendar.end(0)
    return end if end > DAY else calendar.end(end)


def _step(calendar: Calendar) -> int:
    """The longest step that meets every midnight of the calendar's clock; with hours where few suffice."""
    step = gcd(*calendar.offsets, 6 * HOUR) or 6 * HOUR
    return step if _is_quick(calendar, step) or any(calendar.offsets) else DAY


def _is_quick(calendar: Calendar, step: int) -> bool:
    return _end(calendar) // step * calendar.longest // DAY <= _MOST_DAYS_READ


def _ending(slos: list[Slo], calendar: Calendar, step: int, settings: Settings) -> Block:
    end, data = _end(calendar), dict[str, str]()
    after = end + DAY + step
    times = (end - step, end, after)
    checks: list[ExprCheck] = []
    for slo in slos:
        for number, group in enumerate(groups_of(slo)):
            events, labels = (
                history_of(slo, after // step + 1, vanishes=number == 1),
                identity_labels(slo, group, settings),
            )
            data[known_since(slo, group, settings)] = f"{LONG_AGO}x{after // step}"
            for kind, values in (("bad", events.bad), ("total", events.total)):
                data[series_name(f"slo:sli_{kind}:rate1h", labels)] = promtool_values(
                    values, after // step + 1
                )
            for at in times:
                checks += _budget_checks(slo, calendar, labels, events, step, at)
        checks += [check for at in times for check in _start_checks(slo, at, calendar.start(at), settings)]
        checks += [info_check(slo, end)]
    words = f"the budget of a {calendar.period} counts its events, and begins again when it ends"
    claims = tuple(Claim(slo.id, words) for slo in slos)
    name = f"a {calendar.period} ends at midnight, {calendar.clock}"
    return Block(name, step, data, (), tuple(checks), claims)


def _budget_checks(
    slo: Slo, calendar: Calendar, labels: dict[str, str], events: History, step: int, at: int
) -> Iterator[ExprCheck]:
    """Events of the period's hours up to now, and the budget that they leave of the whole period."""
    start, length = calendar.start(at), calendar.end(at) - calendar.start(at)
    hours = [
        index
        for index in range(len(events.total))
        if start < index * step <= at and (index * step - start) % HOUR == 0
    ]
    total = HOUR * sum(events.total[index] for index in hours)
    bad = HOUR * sum(events.bad[index] for index in hours)
    if not hours and at // step >= len(events.total):
        return  # a group that vanished in the last period is not of this one
    burn = bad / total / float(1 - slo.objective) if total else 0.0
    yield _close(at, "slo:period_total:count", labels, total)
    yield _close(at, "slo:period_bad:count", labels, bad)
    yield _close(at, "slo:period_burn_rate:ratio", labels, burn)
    if total:
        yield _close(at, "slo:period_error:ratio", labels | {"slo_window": slo.period}, bad / total)
    left = 1 - burn * (at - start) / length
    yield _close(at, "slo:period_error_budget_remaining:ratio", labels, left)


def _start_checks(slo: Slo, at: int, start: int, settings: Settings) -> Iterator[ExprCheck]:
    """When the budget began, and for a calendar how long its period is and how much of it is over."""
    own = identity_labels(slo, {}, settings)
    began = "slogen_budget_start_timestamp_seconds"
    yield _close(at, began, own | {"slo_window": slo.period}, start)
    length = slo.calendar.end(start) - start if slo.calendar else slo.window
    yield _close(at, "slo:time_period:days", own, length / DAY, DIGITS)
    base = settings.prometheus.base_window
    counted = max(at - start, 0) // base * base  # as far as its events are
    yield _close(at, "slo:period_elapsed:ratio", own, counted / length, DIGITS)
    yield _close(at, "slo:objective:ratio", own, float(slo.objective))
    yield _close(at, "slo:error_budget:ratio", own, float(1 - slo.objective))


def _starting(slos: list[Slo], calendar: Calendar, settings: Settings) -> Block:
    """Only the start of the budget: the period ends after too many steps for more."""
    end = _end(calendar)
    step = end // _FEW_STEPS
    checks = [
        check
        for slo in slos
        for at in (end - step, end, end + step)
        for check in _start_checks(slo, at, calendar.start(at), settings)
    ]
    checks += [info_check(slo, end) for slo in slos]
    claims = tuple(Claim(slo.id, f"the budget begins again when the {calendar.period} ends") for slo in slos)
    name = f"a {calendar.period} begins at midnight, {calendar.clock}"
    return Block(name, step, {}, (), tuple(checks), claims)


def _since(slos: list[Slo], since: int, settings: Settings) -> Block:
    """Traffic before the date counts nothing, that of the first day after it does."""
    step, data = (since + DAY) // _FEW_STEPS, dict[str, str]()
    before, after = (_FEW_STEPS - 1) * step, _FEW_STEPS * step
    checks: list[ExprCheck] = []
    for slo in slos:
        begun = max(since, _begin(slo, after))
        for group in groups_of(slo)[:1]:
            labels = identity_labels(slo, group, settings)
            for kind, rate in (("bad", 1), ("total", 8)):
                name = f"slo:period_{kind}:count"
                data[series_name(f"slo:sli_{kind}:rate1h", labels)] = f"{rate}x{_FEW_STEPS}"
                checks.append(_close(before, name, labels, 0))
                if begun == since:  # and no period has ended with that day
                    checks.append(_close(after, name, labels, HOUR * rate))
        checks += [*_start_checks(slo, before, since, settings), *_start_checks(slo, after, begun, settings)]
        checks.append(info_check(slo, after))
    claims = tuple(Claim(slo.id, "events before `since` don't count") for slo in slos)
    return Block("the budget starts afresh", step, data, (), tuple(checks), claims)


def _begin(slo: Slo, at: int) -> int:
    return slo.calendar.start(at) if slo.calendar else at - slo.window


def _close(at: int, name: str, labels: dict[str, str], value: float, within: float = 1e-9) -> ExprCheck:
    """Check that a series is there with exactly these labels and, give or take `within`, this value."""
    inside = ", ".join(f"{key}={quote(text)}" for key, text in labels.items())
    near = f"abs({series_name(name, labels)} - {value!r}) <= bool {max(abs(value), 1) * within!r}"
    return ExprCheck(at, near, ((f"{{{inside}}}", 1.0),))
