"""The budget of one SLO: how it was spent, what each hour cost, and what cost most."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Final

from slogen.boards import left
from slogen.boards.colours import NEUTRAL, SHARE_STEPS
from slogen.boards.common import legend, same_slo_url
from slogen.boards.reach import Reach
from slogen.conventions import (
    BUDGET_REMAINING,
    OBJECTIVE,
    PERIOD_DAYS,
    PERIOD_ELAPSED,
    PERIOD_START,
)
from slogen.emitted.panels import Column, Kind, Panel, Query
from slogen.promql.text import any_of, wrapped
from slogen.tell.queries import Scope
from slogen.units import DAY

_WORST_GROUPS: Final = 10
_DEAREST: Final = 10
_FORECAST: Final = 4  # the width of a number


def panels(scope: Scope, labels: Sequence[str], reach: Reach) -> Iterator[Panel]:
    """The row of the budget, on the time range that the budget has."""
    yield _burn_down(scope, labels, reach)
    if scope.has_calendars:
        yield _forecast(scope)
    yield _left_over_time(scope, labels)
    yield _cost(scope, labels, reach)
    yield _dearest(scope, labels, reach)


def of_worst(scope: Scope, labels: Sequence[str], most: int, expr: str) -> str:
    """Of a grouped SLO the groups with the least budget left now, and those that have no budget to tell."""
    if not labels:
        return expr
    each = f"on ({', '.join((*scope.key, *labels))})"
    left_now = f"last_over_time({scope.groups(BUDGET_REMAINING)}[6h:30m]{left.END})"
    return f"{expr}\nunless {each} ({left_now} unless {each} bottomk({most}, {left_now}))"


def _burn_down(scope: Scope, labels: Sequence[str], reach: Reach) -> Panel:
    """What was left at each moment of the window that ends now, or of the period so far."""
    return Panel(
        "burn-down",
        Kind.LINES,
        "Budget of this window",
        "The budget of the window that ends now, or of the calendar period, as it was spent. The dashed line "
        "is the ideal one: a budget that lasts exactly to the end.",
        (
            Query(
                of_worst(scope, labels, _WORST_GROUPS, _left(scope, reach)),
                legend(labels, "left"),
                step=reach.step,
            ),
            Query(_ideal(scope), "ideal", title="ideal", colour=NEUTRAL, dashed=True, step=reach.step),
        ),
        "percentunit",
        1,
        width=14 - (_FORECAST if scope.has_calendars else 0),
        height=9,
        empty="no traffic",
        high=Decimal(1),
        own_time=reach.shown,
    )


def _forecast(scope: Scope) -> Panel:
    """A calendar period has an end, at which something is left or missing."""
    return Panel(
        "forecast",
        Kind.STAT,
        "Left at the end",
        "What of the budget will be left when the calendar period ends, if it goes on as in the last day.",
        (Query(left.forecast(scope), instant=True),),
        "percentunit",
        1,
        steps=SHARE_STEPS,
        width=_FORECAST,
        height=9,
        empty="no period ends",
    )


def _left(scope: Scope, reach: Reach) -> str:
    """Of each moment's window only the part that lies in this one counts, hence the condition inside the
    subquery. Of a calendar period it is what was recorded."""
    begin, period = _begin_and_length(scope)
    within = f"and on () (vector(time()) > {begin})"
    tiles = f"({scope.groups(f'slo:sli_bad:rate{reach.tile}')} {within})[{reach.span}:{reach.tile}]"
    spent = f"sum_over_time({tiles}) / {reach.tiles} * {period}"
    rolling = f"1 - {spent}\n{left.per_budget(scope, reach)}"
    if not scope.has_dates:
        return wrapped("", rolling)
    dated = f"on ({scope.joined}) {scope.of(PERIOD_START)}{left.END}"
    recorded = f"{left.lowest(scope)} and {dated}"
    return wrapped("", any_of([recorded, f"{wrapped('', rolling)} unless {dated}"]))


def _ideal(scope: Scope) -> str:
    """A budget that is spent evenly, and lasts exactly to the end."""
    begin, period = _begin_and_length(scope)
    even = f"clamp(1 - (vector(time()) - ({begin})) / ({period}), 0, 1) >= 0"  # no NaN where nothing is
    if not scope.has_dates:
        return even
    elapsed = f"1 - {scope.most(scope.of(PERIOD_ELAPSED))}"
    return any_of([elapsed, f"({even}) unless on () {scope.of(PERIOD_START)}{left.END}"])


def _begin_and_length(scope: Scope) -> tuple[str, str]:
    """Begin (Unix time) and length (seconds) of the window that ends with the time range, as scalars."""
    period = f"scalar(max({scope.of(PERIOD_DAYS)}{left.END})) * {DAY}"
    return f"scalar(max(timestamp({scope.of(OBJECTIVE)}{left.END}))) - {period}", period


def _left_over_time(scope: Scope, labels: Sequence[str]) -> Panel:
    """What the budget alerts compare, over time."""
    return Panel(
        "left-over-time",
        Kind.LINES,
        "Budget left over time",
        "At each moment, what was left of the budget of the window that ended then, or of the period.",
        (Query(of_worst(scope, labels, _WORST_GROUPS, left.lowest(scope)), legend(labels, "left")),),
        "percentunit",
        1,
        steps=SHARE_STEPS,
        width=10,
        height=9,
        empty="no traffic",
        high=Decimal(1),
        lines_at=True,
    )


def _cost_of_tiles(scope: Scope, labels: Sequence[str], reach: Reach) -> str:
    """The share of the budget that each tile spent."""
    _, period = _begin_and_length(scope)
    bad = f"{scope.groups(f'slo:sli_bad:rate{reach.tile}')} / {reach.tiles} * {period}"
    return of_worst(scope, labels, _WORST_GROUPS, f"(\n{bad}\n{left.per_budget(scope, reach)}\n)")


def _cost(scope: Scope, labels: Sequence[str], reach: Reach) -> Panel:
    return Panel(
        "cost",
        Kind.LINES,
        f"What each {reach.tile} cost",
        "The share of the budget that was spent in each of these times: which hours or days it went in.",
        (Query(_cost_of_tiles(scope, labels, reach), legend(labels, "spent"), step=reach.tile),),
        "percentunit",
        2,
        width=14,
        height=9,
        empty="no traffic",
        low=Decimal(0),
        own_time=reach.shown,
        bars=True,
    )


def _dearest(scope: Scope, labels: Sequence[str], reach: Reach) -> Panel:
    """The times that cost most, each leading to itself."""
    around = "time=${__value.time}&time.window=43200000"
    return Panel(
        "dearest",
        Kind.TABLE,
        "What cost most",
        f"The {_DEAREST} times of {reach.tile} that spent most of the budget; each leads to its hours.",
        (Query(_cost_of_tiles(scope, labels, reach), step=reach.tile),),
        columns=(
            Column("Time", "Until", link=same_slo_url(scope.settings, around)),
            *(Column(label, label) for label in labels),
            Column(0, "Spent", "percentunit", 2),
        ),
        width=10,
        height=9,
        empty="nothing was spent",
        own_time=reach.shown,
        most=_DEAREST,
    )
