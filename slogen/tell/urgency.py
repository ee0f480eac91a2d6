"""How urgent each SLO is, as a number for a table to sort by and to tell in a word.

First what wakes somebody, then what nobody can see, then what is spent, then what will be.
"""

from __future__ import annotations

from enum import IntEnum
from fractions import Fraction
from typing import Final

from slogen.conventions import (
    BUDGET_REMAINING,
    EXCLUDED,
    INFO,
    SERVICE,
    UP,
)
from slogen.model.tiers import PAGE, TICKET
from slogen.promql.text import any_of
from slogen.tell import queries
from slogen.tell.queries import SMALL, Scope, alerts
from slogen.units import HOUR, to_text

LOOKS_BACK: Final = "[7d:6h]"  # for SLOs whose rules are gone, as few samples of each
_LOOKS_CLOSELY: Final = "[7d:30m]"  # only of services whose rules don't run
_SOON: Final = Fraction(1, 10)  # of its window: so soon a budget is gone that burns too fast
_WARNING, _CRITICAL = Fraction(1, 2), Fraction(1, 5)  # shares of the budget that are left


class State(IntEnum):
    """How an SLO stands, the most urgent with the highest number."""

    HEALTHY = 0
    NO_TRAFFIC = 1
    EXCLUDED = 2
    WARNING = 3
    CRITICAL = 4
    BURNING = 5
    TICKET = 6
    EXHAUSTED = 7
    NO_DATA = 8
    RULES_GONE = 9
    PAGE = 10


STATES: Final = {
    State.HEALTHY: "healthy",
    State.NO_TRAFFIC: "no traffic",
    State.EXCLUDED: "excluded",
    State.WARNING: "warning",
    State.CRITICAL: "critical",
    State.BURNING: "burning fast",
    State.TICKET: "ticket",
    State.EXHAUSTED: "exhausted",
    State.NO_DATA: "no data",
    State.RULES_GONE: "rules gone",
    State.PAGE: "page",
}


def known(scope: Scope) -> str:
    """1 for each SLO whose rules run, or ran within the last week."""
    return f"(\n{_now(scope)}\nor\n{gone(scope)}\n)"


def gone(scope: Scope) -> str:
    """1 for each SLO whose rules ran within the last week, while none of its service's run now. What left the
    spec of a service that still runs is no loss."""
    return scope.most(f"max by ({scope.joined}, {SERVICE}) ({ran(scope)})")


def ran(scope: Scope) -> str:
    """The info series of those SLOs; of what was told differently before, only what was told last, where the
    board knows which services are stopped."""
    info = scope.of(INFO, *scope.owned, *scope.stopped)
    before = f"last_over_time({info}{LOOKS_BACK})"
    if scope.stopped:
        seen = f"max_over_time(timestamp({info}){_LOOKS_CLOSELY})"
        before = f"({seen} == on ({scope.joined}) group_left () max by ({scope.joined}) ({seen})) ^ 0"
    return f"{before} unless on ({', '.join((SERVICE, *scope.settings.identity))}) {UP}"


def _now(scope: Scope) -> str:
    return scope.most(scope.of(INFO, *scope.owned))


def state(scope: Scope) -> str:
    """A State for each SLO; of a grouped one that of its worst group. Who is to be shown is asked of what
    runs; of what is gone `gone` knows it."""
    on = f"on ({scope.joined})"
    left = queries.left(scope)
    excluded = f"{scope.most(scope.of(EXCLUDED))} unless {on} ({left} <= 0)"
    unseen = f"{_now(scope)} unless {on} {scope.base_total}"
    found = {
        State.PAGE: scope.most(alerts(scope, PAGE)),
        State.RULES_GONE: f"({gone(scope)})",
        State.EXCLUDED: f"({excluded}) ^ 0",
        State.NO_DATA: f"({unseen})",
        State.EXHAUSTED: f"({left} <= 0) ^ 0",
        State.TICKET: scope.most(alerts(scope, TICKET)),
        State.BURNING: burning(scope),
        State.CRITICAL: f"({left} <= {to_text(_CRITICAL)}) ^ 0",
        State.WARNING: f"({left} <= {to_text(_WARNING)}) ^ 0",
        State.HEALTHY: f"{left} ^ 0",
        State.NO_TRAFFIC: _now(scope),
    }
    page, lost, *others = (f"{number:d} * {expr}" for number, expr in found.items())
    shown = f"and {on} {_now(scope)}"
    return f"{page} {shown}\nor\n{lost}\nor\n(\n{any_of(others)}\n)\n{shown}"


def burn_over_hour(scope: Scope) -> str:
    """How many times faster than sustainable the budget burnt in the last hour; of the group that burns
    fastest."""
    return scope.of_owner(scope.most(hourly(scope)))


def hourly(scope: Scope) -> str:
    """How fast the budget of each group burnt in the last hour; in half of it where no whole one is
    recorded."""
    return queries.burn_rate(scope, HOUR, SMALL)


def burning(scope: Scope) -> str:
    """1 for each SLO whose budget is gone within a tenth of its window, at the rate of the last hour."""
    rate, left = hourly(scope), f"({scope.groups(BUDGET_REMAINING)} > 0)"
    return scope.most(f"({rate} * {to_text(_SOON)} > {left}) ^ 0")
