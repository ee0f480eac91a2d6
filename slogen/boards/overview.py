"""What the board of a service shows of all its SLOs: how each stands, how fast each burns, what is left."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Final

from slogen.boards import left
from slogen.boards.colours import ALERT_WORDS, BURN_STEPS, NO_FILL, SHARE_STEPS, STATE_WORDS
from slogen.boards.common import legend, slo_url
from slogen.conventions import BUDGET_REMAINING, CURRENT_BURN, SLO
from slogen.emitted.panels import ColourStep, Column, Kind, Panel, Query
from slogen.tell import queries, urgency
from slogen.tell.queries import Scope

_MOST: Final = 20  # lines that can still be told apart


def service_table(scope: Scope, service: str, height: int) -> Panel:
    """The SLOs of one service, the most urgent first."""
    asked = (
        _described(scope, SLO, "objective", "window"),
        queries.good_share(scope),
        urgency.state(scope),
        left.share(scope),
        queries.firing(scope),
    )
    shown = (
        Column(SLO, "SLO", link=slo_url(scope.settings, service)),
        *(Column(name, name) for name in scope.settings.identity),
        Column("objective", "Target"),
        Column("window", "Over"),
        Column(1, "Kept", "percentunit", 3, empty="no traffic"),
        Column(2, "Status", words=STATE_WORDS),
        Column(3, "Budget left", "percentunit", 1, steps=SHARE_STEPS, bar=True, empty="no traffic"),
        Column(4, "Alert", words=ALERT_WORDS, steps=(ColourStep(NO_FILL),), empty="–"),
    )
    return Panel(
        "slos",
        Kind.TABLE,
        "All SLOs",
        "What each SLO promised, and kept over its own window. Of a grouped SLO the group that stands worst "
        "is shown.",
        tuple(Query(expr, instant=True) for expr in asked),
        columns=shown,
        sort=("-Status", "Budget left"),
        width=24,
        height=height,
    )


def _described(scope: Scope, *labels: str) -> str:
    """1 for each SLO, with these labels; also where its rules have stopped."""
    last = urgency.ran(replace(scope, stopped=scope.every))
    return f"{queries.info(scope, *labels)}\nor\nmax by ({', '.join((*scope.key, *labels))}) ({last})"


def _names(scope: Scope) -> str:
    """The legend of a line: an SLO, and its cluster where there may be several."""
    return legend(tuple(scope.settings.identity), f"{{{{{SLO}}}}}")


def _named(scope: Scope, how: str, expr: str) -> str:
    """One value for each SLO, with its name."""
    return f"{how} by ({scope.joined}, {SLO}) ({expr})"


def service_burn(scope: Scope) -> Panel:
    """How fast the budgets burnt: of each step the worst moment."""
    burn = scope.groups(CURRENT_BURN)
    most = scope.most(f"max_over_time({burn}[$__range:30m] @ end())")
    worst = _named(scope, "max", f"max_over_time({burn}[$__rate_interval])")
    return Panel(
        "burn-states",
        Kind.STATES,
        "Burn rate over time",
        f"1 spends the budget exactly within the window. Of each step the worst moment is shown, of each SLO "
        f"the worst group; of the {_MOST} SLOs that burnt fastest in the time range.",
        (Query(f"{worst}\nand on ({scope.joined}) topk({_MOST}, {most})", _names(scope)),),
        unit="suffix:×",
        decimals=1,
        steps=BURN_STEPS,
        width=12,
        height=8,
        empty="no traffic",
    )


def service_left(scope: Scope) -> Panel:
    """What was left of the budgets: of each step the least."""
    remaining = scope.groups(BUDGET_REMAINING)
    least = scope.least(f"min_over_time({remaining}[$__range:30m] @ end())")
    lowest = _named(scope, "min", left.lowest(scope))
    return Panel(
        "left",
        Kind.LINES,
        "Budget left",
        f"What was left of each budget at each moment; below 0 it is overspent. Of each SLO the worst group; "
        f"of the {_MOST} SLOs that had least.",
        (Query(f"{lowest}\nand on ({scope.joined}) bottomk({_MOST}, {least})", _names(scope)),),
        unit="percentunit",
        decimals=1,
        width=12,
        height=8,
        empty="no traffic",
        high=Decimal(1),
    )


def service_slo_left(scope: Scope) -> Panel:
    """What is left of one SLO's budget: the first that is seen of its row."""
    name = legend(tuple(scope.settings.identity))
    return Panel(
        "left",
        Kind.STAT,
        "Budget left",
        "The rest of the error budget, of the worst group; below 0 it is overspent. More of how it stands is "
        "in the table at the top, and on its own board.",
        (Query(queries.left(scope), name, instant=True),),
        unit="percentunit",
        decimals=1,
        steps=SHARE_STEPS,
        width=3,
        height=8,
        empty="no traffic",
        named=bool(scope.settings.identity),
    )
