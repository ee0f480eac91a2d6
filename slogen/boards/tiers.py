"""What the burn-rate alerts of an SLO compare: how near each is, and the burn rates of all windows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Final

from slogen.boards.budget import of_worst
from slogen.boards.colours import BLUE, BLUE_FILL, RED, RED_FILL, YELLOW_FILL
from slogen.boards.common import legend
from slogen.conventions import BUDGET, SEVERITY, SHORT_WINDOW, TIER, TIER_THRESHOLD, WINDOW
from slogen.emitted.panels import ColourStep, Column, Kind, Panel, Query
from slogen.model.alerts import tiers_of
from slogen.promql.text import any_of, quote, wrapped
from slogen.tell.queries import Scope

_GROUPS: Final = 2
NEARNESS = (
    ColourStep(BLUE_FILL),
    ColourStep(YELLOW_FILL, Decimal("0.8")),
    ColourStep(RED_FILL, Decimal(1)),
)


def panels(scope: Scope, labels: Sequence[str]) -> Iterator[Panel]:
    """The row of the alerts; nothing where no SLO has a burn-rate alert."""
    slos = (slo for service in scope.services for slo in service.slos)
    names = tuple(dict.fromkeys(tier.name for slo in slos for tier in tiers_of(slo)))
    if names:
        yield _table(scope, names)
        yield _nearness(scope, names)
    yield _burn(scope, labels)


def _table(scope: Scope, names: Sequence[str]) -> Panel:
    told = ", ".join((*scope.key, TIER, SEVERITY, WINDOW, SHORT_WINDOW))
    near = any_of(_near(scope, name) for name in names)
    lines = f"max by ({told}) ({scope.of(TIER_THRESHOLD)})"
    nearness = f"{lines} ^ 0 * on ({scope.joined}, {TIER}, {SEVERITY}) (\n{near}\n)"
    return Panel(
        "tiers",
        Kind.TABLE,
        "Burn-rate alerts",
        "What each alert compares, and how near it is: above 1 it fires, once its long window holds a few "
        "bad events. Of a grouped SLO the group that is nearest.",
        tuple(Query(expr, instant=True) for expr in (lines, nearness)),
        columns=(
            Column(TIER, "Alert"),
            Column(SEVERITY, "Severity", width=90),
            Column(WINDOW, "Over", width=70),
            Column(SHORT_WINDOW, "And over", width=80),
            Column(0, "Bad share above", "percentunit", 3, width=130),
            Column(1, "Near", "suffix:×", 2, steps=NEARNESS, width=90, empty="no traffic"),
        ),
        sort=("-Near",),
        width=10,
        height=9,
        empty="no burn-rate alerts",
    )


def _nearness(scope: Scope, names: Sequence[str]) -> Panel:
    """How near each burn-rate alert is: a tier fires while both of its windows are above its threshold."""
    return Panel(
        "nearness",
        Kind.LINES,
        "How near each alert is",
        "Of the error ratios of both windows of an alert the lower one, as a multiple of what the alert "
        "compares them with: above 1 it fires, once the long window holds a few bad events. Of a grouped SLO "
        "the group that is nearest.",
        tuple(Query(_near(scope, tier), f"{{{{{TIER}}}}} ({{{{{SEVERITY}}}}})") for tier in names),
        "suffix:×",
        2,
        steps=(ColourStep(BLUE), ColourStep(RED, Decimal(1))),
        lines_at=True,
        width=14,
        height=9,
        empty="no traffic",
        low=Decimal(0),
    )


def _near(scope: Scope, tier: str) -> str:
    """The lower one of a tier's two ratios as a multiple of its threshold."""
    shares = any_of(
        f"{_ratios(scope)} / on ({scope.joined}, {WINDOW}) group_left ({TIER}, {SEVERITY}) {line}"
        for line in _by_window(scope, f"{TIER}={quote(tier)}")
    )
    lower = wrapped(f"min without ({WINDOW}) ", shares)
    return wrapped(f"max by ({scope.joined}, {TIER}, {SEVERITY}) ", lower)


def _ratios(scope: Scope) -> str:
    """The error ratios over all recorded windows."""
    return f'{{__name__=~"slo:sli_error:ratio_rate.+",{",".join((*scope.every, *scope.grouped))}}}'


def _by_window(scope: Scope, *matchers: str) -> tuple[str, str]:
    """The thresholds of tiers by their long window, and again by their short one."""
    long = scope.of(TIER_THRESHOLD, *matchers)
    return long, f'label_replace({long}, "{WINDOW}", "$1", "{SHORT_WINDOW}", "(.+)")'


def _burn(scope: Scope, labels: Sequence[str]) -> Panel:
    """Every window that an alert compares in one panel."""
    compared = f"({' or '.join(_by_window(scope))})"
    ratios = f"({_ratios(scope)}\nand on ({scope.joined}, {WINDOW}) {compared})"
    rates = f"{ratios}\n/ on ({scope.joined}) group_left () {scope.of(BUDGET)}"
    return Panel(
        "burn",
        Kind.LINES,
        "Burn rate by window",
        "How fast the budget burns over each window that an alert compares: 1 spends it exactly within the "
        "SLO's window. Of a grouped SLO the two groups with the least budget.",
        (Query(of_worst(scope, labels, _GROUPS, rates), legend(labels, f"{{{{{WINDOW}}}}}")),),
        "suffix:×",
        2,
        width=24,
        height=9,
        empty="no traffic",
        low=Decimal(0),
    )
