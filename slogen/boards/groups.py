"""The groups of a grouped SLO: all of them in a table, the worst ten in lines."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Final

from slogen.boards import left
from slogen.boards.budget import of_worst
from slogen.boards.colours import SHARE_STEPS
from slogen.boards.common import legend, same_slo_url
from slogen.conventions import (
    BUDGET_REMAINING,
    CURRENT_BURN,
    PERIOD_ERROR,
    SERVICE,
    SLO,
    WINDOW,
    bad_series,
)
from slogen.emitted.panels import Column, Kind, Panel, Query
from slogen.tell.queries import Scope

_LINES: Final = 10


def panels(scope: Scope, labels: Sequence[str]) -> Iterator[Panel]:
    """The row of the groups."""
    yield _table(scope, labels)
    yield _left(scope, labels)
    yield _bad(scope, labels)


def _table(scope: Scope, labels: Sequence[str]) -> Panel:
    values = (
        scope.groups(BUDGET_REMAINING),
        f"1 - sum without ({WINDOW}) ({scope.groups(PERIOD_ERROR)})",
        scope.groups(CURRENT_BURN),
        scope.base_total,
    )
    chosen = same_slo_url(scope.settings, groups=labels)
    return Panel(
        "groups",
        Kind.TABLE,
        "Groups, worst first",
        "One budget for each group; a click chooses one. An SLO without groups is one line.",
        tuple(Query(f"max without ({SERVICE}, {SLO}) ({value})", instant=True) for value in values),
        columns=(
            *(Column(label, label, link=chosen) for label in labels),
            Column(0, "Budget left", "percentunit", 1, steps=SHARE_STEPS, bar=True, empty="no traffic"),
            Column(1, "Kept", "percentunit", 3, empty="no traffic"),
            Column(2, "Burn now", "suffix:×", 2, empty="no traffic"),
            Column(3, "Events", "cps", 2, empty="no data"),
        ),
        sort=("Budget left",),
        width=24,
        height=10,
    )


def _left(scope: Scope, labels: Sequence[str]) -> Panel:
    return Panel(
        "groups-left",
        Kind.LINES,
        "Budget left of the ten worst groups",
        "At each moment, what was left of the budget of each of the ten groups that have the least now.",
        (Query(of_worst(scope, labels, _LINES, left.lowest(scope)), legend(labels, "left")),),
        "percentunit",
        1,
        width=12,
        height=9,
        empty="no traffic",
        high=Decimal(1),
    )


def _bad(scope: Scope, labels: Sequence[str]) -> Panel:
    """Which group it is."""
    base = scope.settings.prometheus.base_window
    most = f"max_over_time({scope.groups(bad_series(base))}[$__rate_interval])"
    return Panel(
        "groups-bad",
        Kind.LINES,
        "Bad events of the ten worst groups",
        "Bad events per second of each: which one burns the budget now, the most of each step.",
        (Query(of_worst(scope, labels, _LINES, most), legend(labels, "bad")),),
        "cps",
        width=12,
        height=9,
        low=Decimal(0),
    )
