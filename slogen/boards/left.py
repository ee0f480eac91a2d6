"""What is left of a budget: as a share, as time, and as events at the traffic that there is."""

from __future__ import annotations

from slogen.conventions import (
    BUDGET,
    BUDGET_REMAINING,
    FIRST_SEEN,
    PERIOD_DAYS,
    PERIOD_ELAPSED,
    PERIOD_START,
    PERIOD_TOTAL,
    total_series,
)
from slogen.promql.text import any_of
from slogen.tell.queries import Scope, with_window
from slogen.units import DAY


def share(scope: Scope) -> str:
    """The share of the budget that is left; negative when it is overspent."""
    return scope.of_owner(scope.least(scope.groups(BUDGET_REMAINING)))


def seconds(scope: Scope) -> str:
    """Seconds of total outage, with steady traffic, that the budget still allows."""
    remaining = f"clamp_min({scope.least(scope.groups(BUDGET_REMAINING))}, 0)"
    whole = scope.most(f"{scope.of(BUDGET)} * {scope.of(PERIOD_DAYS)}")
    return scope.of_owner(f"{remaining} * {whole} * {DAY}")


def counted(scope: Scope, when: str = "") -> str:
    """All events by which the budget of each group is counted, as if it had been known for the whole window;
    `when` may be `@ end()`."""
    counts = [
        f"({scope.groups(total_series(window))}{when} * {window} / {_known(scope, str(window), when)} "
        f"{with_window(scope, window, when)})"
        for window in scope.windows
    ]
    return any_of([*_dated_events(scope, when), *counts])


def events_of_one(scope: Scope, window: str) -> str:
    """The same for one SLO whose window is a variable's value."""
    return _budget_of(scope, events_of(scope, window))


def events_of(scope: Scope, window: str, when: str = "") -> str:
    """All events that the budget of one SLO is counted by; `when` may be `@ end()`."""
    period = f"on ({scope.joined}) group_left () ({scope.of(PERIOD_DAYS)}{when} * {DAY})"
    counted = scope.groups(f"slo:sli_total:rate{window}")
    rolling = f"{counted}{when} * {period} / {_known(scope, period, when)}"
    return any_of([*_dated_events(scope, when), rolling])


def _dated_events(scope: Scope, when: str = "") -> list[str]:
    """Events since the date from which a budget counts; of a calendar period those until its end, if they
    go on as they came so far."""
    if not scope.has_dates:
        return []
    begun = (
        f"on ({scope.joined}) group_left () max by ({scope.joined}) ({_age_of(scope.of(PERIOD_START), when)})"
    )
    counted = f"{scope.groups(PERIOD_TOTAL)}{when} / {_known(scope, begun, when)}"
    if not scope.has_calendars:
        return [counted]
    return [f"{counted} / on ({scope.joined}) group_left () ({_passed(scope, when)} > 0)"]


def _known(scope: Scope, period: str, when: str = "") -> str:
    """The share of the period for which each group has been known: its traffic is taken to have been the
    same before, as the budget does."""
    return f"(clamp_max({_age_of(scope.groups(FIRST_SEEN), when)} / {period}, 1) > 0)"


def _age_of(series: str, when: str) -> str:
    """Seconds since the Unix time that a series tells; of `@ end()`, until then."""
    return f"(timestamp({series}{when}) - {series}{when})"


def _passed(scope: Scope, when: str = "") -> str:
    """How much of its period each SLO has behind it; 1 where the window rolls."""
    return f"({scope.of(PERIOD_ELAPSED)}{when} or {scope.of(BUDGET)}{when} ^ 0)"


def _budget_of(scope: Scope, counts: str) -> str:
    """The rest of the budget of so many events."""
    budget = f"on ({scope.joined}) group_left () {scope.of(BUDGET)}"
    return scope.least(f"clamp_min({scope.groups(BUDGET_REMAINING)}, 0)\n* (\n{counts}\n)\n* {budget}")
