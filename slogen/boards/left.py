"""What is left of a budget: as a share, as time, and as events at the traffic that there is."""

from __future__ import annotations

from slogen.boards.reach import Reach
from slogen.conventions import (
    BUDGET,
    BUDGET_REMAINING,
    FIRST_SEEN,
    INFO,
    PERIOD_DAYS,
    PERIOD_ELAPSED,
    PERIOD_START,
    PERIOD_TOTAL,
    total_series,
)
from slogen.model.calendar import PERIODS
from slogen.promql.text import any_of, wrapped
from slogen.tell import queries
from slogen.tell.queries import Scope, with_window
from slogen.units import DAY

END = " @ end()"
CALENDAR = f'window=~"{"|".join(PERIODS)}"'


def share(scope: Scope) -> str:
    """The share of the budget that is left, of the chosen owners' SLOs."""
    return scope.of_owner(queries.left(scope))


def lowest(scope: Scope) -> str:
    """The share that each group had left, over time: the least of each step, so that short outages are seen.
    Budgets are recorded more rarely than a board may look."""
    return f"min_over_time({scope.groups(BUDGET_REMAINING)}[$__rate_interval:1m])"


def seconds(scope: Scope) -> str:
    """Seconds of total outage, with steady traffic, that the budget still allows; negative when overspent."""
    whole = scope.most(f"{scope.of(BUDGET)} * {scope.of(PERIOD_DAYS)}")
    return scope.of_owner(f"{queries.left(scope)} * {whole} * {DAY}")


def seconds_to_return(scope: Scope, reach: Reach) -> str:
    """Seconds until a spent budget of one SLO has some left, if nothing more goes wrong and traffic stays.

    So long a rolling window holds too many of the bad events that have been; a period brings a new budget.
    Of groups the one that is last. "" where no SLO has such a window.
    """
    parts = []
    period = f"scalar(max({scope.of(PERIOD_DAYS)}{END})) * {DAY}"
    if scope.windows:
        # What is bad since each tile of the window: a window that begins there holds it, once it has come.
        bad, looks = scope.groups(f"slo:sli_bad:rate{reach.tile}"), f"[{reach.span}:{reach.tile}]"
        since = f"{bad}{looks} offset -{reach.span}60s"
        held = f"sum_over_time({since}) / {reach.tiles} * {period}\n{per_budget(scope, reach)}"
        tiles = wrapped("count_over_time", f"({held}\n>= 1){looks}")
        rolling = f"{tiles} * {period} / {reach.tiles}"
        parts.append(
            f"{rolling} unless on ({scope.joined}) {scope.of(PERIOD_START)}" if scope.has_dates else rolling
        )
    if scope.has_calendars:
        named = scope.of(INFO, CALENDAR)
        parts.append(f"(1 - {scope.of(PERIOD_ELAPSED)}) * {period} and on ({scope.joined}) {named}")
    if not parts:
        return ""
    exhausted = f"{queries.left(scope)} <= 0"
    return f"{scope.most(any_of(parts))}\nand on ({scope.joined}) ({exhausted})"


def forecast(scope: Scope) -> str:
    """What will be left when the calendar period ends, if it goes on as in the last day; of the group with
    the least."""
    to_come = f"on ({scope.joined}) group_left () (1 - {scope.of(PERIOD_ELAPSED)})"
    ahead = scope.least(f"{scope.groups(BUDGET_REMAINING)} - {queries.burn_rate(scope, DAY)} * {to_come}")
    return f"{ahead}\nand on ({scope.joined}) {scope.of(INFO, CALENDAR)}"


def per_budget(scope: Scope, reach: Reach) -> str:
    """Divided by so many bad events as may be in the window that ends now."""
    counted = f"(\n{events_of(scope, reach.window, END)}\n> 0)"
    return f"/ {counted}\n/ on ({scope.joined}) group_left () {scope.of(BUDGET)}{END}"


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
