"""What each day cost, and how each owner's SLOs stand: where to look after the fire is out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Final

from slogen.boards import left
from slogen.boards.colours import BAR_STEPS, BLUE_FILL, NO_FILL, ORANGE_FILL, RED_FILL, YELLOW_FILL
from slogen.boards.common import field, has_owners, legend
from slogen.conventions import BUDGET, ID, INFO, OWNER, bad_series, fleet_board
from slogen.emitted.panels import ColourStep, Column, Kind, Panel, Query, Variable
from slogen.tell import queries, whole
from slogen.tell.queries import Scope
from slogen.units import DAY

_MOST, _SHOWN, _WORST = 20, "30d", "worst"
# A thirtieth a day is what a window of 30 days has.
_STEPS: Final = (
    ColourStep(NO_FILL),
    ColourStep(BLUE_FILL, Decimal("0.0005")),
    ColourStep(YELLOW_FILL, Decimal("0.0334")),
    ColourStep(ORANGE_FILL, Decimal("0.1")),
    ColourStep(RED_FILL, Decimal("0.25")),
)


def history(scope: Scope) -> Iterator[Panel]:
    """The days, where any are recorded, and the owners, where there are any."""
    if has_days(scope):
        yield _days(scope)
    if has_owners(scope):
        yield _owners(scope)


def has_days(scope: Scope) -> bool:
    """Whether whole days are recorded of any SLO."""
    return len(scope.without_days) < len(scope.services)


def _days(scope: Scope) -> Panel:
    shown = replace(scope, every=(f'{ID}=~"${_WORST}"', *scope.every))
    return Panel(
        "days",
        Kind.STATES,
        "What each day cost",
        "The share of its budget that each SLO spent on each whole day, from midnight to midnight, by the "
        "events that its budget counts now: the days of a window add up to what is spent. Of the "
        f"{_MOST} SLOs that have the least budget left; of a grouped SLO the worst group of the day.",
        (Query(_day_costs(shown), legend(scope.key), step="1d"),),
        unit="percentunit",
        decimals=0,
        steps=_STEPS,
        width=24,
        height=14,
        own_time=_SHOWN,
        named=True,
        empty="no whole day is recorded yet",
    )


def worst(scope: Scope) -> Variable:
    """The SLOs with the least budget left: only they are asked what each day cost."""
    found = f"query_result(bottomk({_MOST}, {scope.of_owner(queries.left(scope))}))"
    regex = f'/{ID}="([^"]+)"/'
    return Variable(_WORST, "Worst", found, regex, every=True, hidden=True, only_listed=True)


def _day_costs(scope: Scope) -> str:
    """At the beginning of each day, what it cost. What ended in it is looked at from its end."""
    end = " @ end()"
    bad = f"clamp_min({scope.groups(bad_series(DAY))} offset -1d, 0) * {DAY}"
    budget = f"on ({scope.joined}) group_left () {scope.of(BUDGET)}{end}"
    return scope.most(f"{bad}\n/ ((\n{left.counted(scope, end)}\n> 0) * {budget})")


def _url(scope: Scope) -> str:
    """This board, of the owner of the row."""
    carried = "${__url_time_range}&${datasource:queryparam}"
    return f"/d/{fleet_board(scope.settings.project)}?{carried}&var-{OWNER}={field(OWNER)}"


def _owners(scope: Scope) -> Panel:
    def of(fact: str, how: str = "count") -> str:
        info = f"max by ({scope.joined}, {OWNER}) ({scope.of(INFO, *scope.owned)})"
        owned = f"(\n{fact}\n)\n* on ({scope.joined}) group_left ({OWNER}) {info}"
        return f"{how} by ({OWNER}) (\n{owned}\n)"

    within = whole.n_of_m(of(f"{queries.left(scope)} > bool 0", "sum"), of(queries.left(scope)), OWNER)
    asked = (
        of(queries.info(scope)),
        of(whole.paging(scope)),
        of(whole.spent(scope)),
        f'max by ({OWNER}, within) (label_join({within}, "within", " of ", "n", "m"))',
        of(queries.left(scope), "min"),
    )
    return Panel(
        "owners",
        Kind.TABLE,
        "By owner",
        "How many SLOs each owner has, how many page and are out of budget, how many are within their "
        "budget, of those that had traffic, and what is left of the worst. SLOs without an owner are in the "
        "line (none).",
        tuple(Query(expr, instant=True) for expr in asked),
        columns=(
            Column(OWNER, "Owner", link=_url(scope), empty="(none)"),
            Column(0, "SLOs"),
            Column(1, "Paging", empty="0"),
            Column(2, "Out of budget", empty="0"),
            Column("within", "Within budget", empty="–"),
            Column(4, "Worst budget left", "percentunit", 0, steps=BAR_STEPS, bar=True, empty="–"),
        ),
        sort=("-Paging", "-Out of budget"),
        width=24,
        height=8,
    )
