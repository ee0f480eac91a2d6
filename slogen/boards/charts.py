"""The lines of an SLO's board: budget, events, burn rates beside what the alerts compare, and groups."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from slogen.boards import left
from slogen.boards.colours import BLUE, BURN_STEPS, RED, SHARE_STEPS
from slogen.boards.common import legend
from slogen.conventions import (
    BUDGET,
    BUDGET_REMAINING,
    CURRENT_BURN,
    OBJECTIVE,
    PERIOD_DAYS,
    PERIOD_ERROR,
    PERIOD_START,
    SERVICE,
    SEVERITY,
    SHORT_WINDOW,
    SLO,
    TIER,
    TIER_THRESHOLD,
    WINDOW,
    bad_series,
    ratio_series,
    total_series,
)
from slogen.emitted.panels import ColourStep, Column, Kind, Panel, Query
from slogen.promql.text import any_of, quote, wrapped
from slogen.tell.queries import Scope
from slogen.units import DAY, format_duration


def _end(scope: Scope) -> str:
    """The end of the shown time range, as a scalar."""
    return f"scalar(max(timestamp({scope.of(OBJECTIVE)} @ end())))"


def burn_down(scope: Scope, labels: Sequence[str]) -> Panel:
    """The window that ends now, or the period so far: what was left of its budget at each moment.

    Of each moment's window only the part that lies in this one counts, hence the condition inside the
    subquery. The ideal budget lasts exactly to the end.
    """
    base = scope.settings.prometheus.base_window
    period = f"scalar(max({scope.of(PERIOD_DAYS)} @ end())) * {DAY}"
    begin = f"{_end(scope)} - {period}"
    if scope.has_dates:
        begin = f"scalar(max({scope.of(PERIOD_START)} @ end()) or vector({begin}))"
    within = f"and on () (vector(time()) > {begin})"
    step = format_duration(base)
    bad = f"{base} * sum_over_time(({scope.groups(bad_series(base))} {within})[${{hours}}h:{step}])"
    total = f"(\n{left.events_of(scope, '$window', ' @ end()')}\n> 0)"
    budget = f"on ({scope.joined}) group_left () {scope.of(BUDGET)}"
    ideal = f"clamp(1 - (vector(time()) - ({begin})) / ({period}), 0, 1) >= 0"  # no NaN where nothing is
    return Panel(
        "burn-down",
        Kind.LINES,
        "Budget of this window",
        "The budget of the window that ends now, or of the calendar period, as it was spent. The dashed line "
        "is the ideal one: a budget that lasts exactly to the end.",
        (
            Query(f"1 - {bad}\n/ {total}\n/ {budget}", legend(labels, "left")),
            Query(ideal, "ideal", title="ideal", colour="text", dashed=True),
        ),
        "percentunit",
        1,
        width=14,
        height=9,
        empty="no traffic",
        high=Decimal(1),
        own_time="${hours}h",
    )


def left_over_time(scope: Scope, labels: Sequence[str]) -> Panel:
    """What the budget alerts compare, over time."""
    return Panel(
        "left-over-time",
        Kind.LINES,
        "Budget left over time",
        "At each moment, what was left of the budget of the rolling window that ended then.",
        (Query(scope.groups(BUDGET_REMAINING), legend(labels, "left")),),
        "percentunit",
        1,
        steps=SHARE_STEPS,
        width=10,
        height=9,
        empty="no traffic",
        high=Decimal(1),
        lines_at=True,
    )


def sli(scope: Scope, labels: Sequence[str]) -> Panel:
    """Minutes and the whole window beside the objective."""
    now = f"1 - {scope.groups(ratio_series(scope.settings.prometheus.base_window))}"
    period = f"1 - {scope.groups(PERIOD_ERROR)}"
    return Panel(
        "sli",
        Kind.LINES,
        "SLI against objective",
        "The share of good events, over minutes and over the whole window. The dashed line is the objective.",
        (
            Query(now, legend(labels, format_duration(scope.settings.prometheus.base_window))),
            Query(period, legend(labels, "$window")),
            Query(scope.most(scope.of(OBJECTIVE)), "objective", title="objective", colour=RED, dashed=True),
        ),
        "percentunit",
        3,
        width=12,
        height=9,
        empty="no traffic",
        high=Decimal(1),
    )


def events(scope: Scope) -> Panel:
    """All events together, whatever the groups."""
    base = scope.settings.prometheus.base_window
    total, bad = (f"sum({scope.groups(series(base))})" for series in (total_series, bad_series))
    return Panel(
        "all-events",
        Kind.LINES,
        "Good, bad and all events",
        "Events per second, as they are recorded. For SLIs of time slices an event is a slice.",
        (
            Query(total, "all", title="all", colour="text"),
            Query(f"{total} - {bad}", "good", title="good", colour=BLUE),
            Query(bad, "bad", title="bad", colour=RED),
        ),
        "cps",
        width=12,
        height=9,
        low=Decimal(0),
    )


def burn(scope: Scope, labels: Sequence[str]) -> Panel:
    """Every recorded window in one panel."""
    every = f'{{__name__=~"slo:sli_error:ratio_rate.+",{",".join((*scope.every, *scope.grouped))}}}'
    return Panel(
        "burn",
        Kind.LINES,
        "Burn rate by window",
        "How fast the budget burns over each recorded window: 1 spends it exactly within the SLO's window.",
        (
            Query(
                f"{every}\n/ on ({scope.joined}) group_left () {scope.of(BUDGET)}",
                legend(labels, f"{{{{{WINDOW}}}}}"),
            ),
        ),
        "suffix:×",
        2,
        width=24,
        height=9,
        empty="no traffic",
        low=Decimal(0),
    )


def nearness(scope: Scope, tiers: Sequence[str]) -> Panel:
    """How near each burn-rate alert is: a tier fires while both of its windows are above its threshold."""
    return Panel(
        "nearness",
        Kind.LINES,
        "How near each alert is",
        "Of the error ratios of both windows of an alert the lower one, as a multiple of what the alert "
        "compares them with: above 1 it fires, once the long window holds a few bad events. Of a grouped SLO "
        "the group that is nearest.",
        tuple(Query(_near(scope, tier), f"{{{{{TIER}}}}} ({{{{{SEVERITY}}}}})") for tier in tiers),
        "suffix:×",
        2,
        steps=(ColourStep(BLUE), ColourStep(RED, Decimal(1))),
        lines_at=True,
        width=24,
        height=9,
        empty="no traffic",
        low=Decimal(0),
    )


def _near(scope: Scope, tier: str) -> str:
    """The lower one of a tier's two ratios as a multiple of its threshold."""
    ratios = f'{{__name__=~"slo:sli_error:ratio_rate.+",{",".join((*scope.every, *scope.grouped))}}}'
    long = scope.of(TIER_THRESHOLD, f"{TIER}={quote(tier)}")
    short = f'label_replace({long}, "{WINDOW}", "$1", "{SHORT_WINDOW}", "(.+)")'
    shares = any_of(
        f"{ratios} / on ({scope.joined}, {WINDOW}) group_left ({TIER}, {SEVERITY}) {line}"
        for line in (long, short)
    )
    lower = wrapped(f"min without ({WINDOW}) ", shares)
    return wrapped(f"max by ({scope.joined}, {TIER}, {SEVERITY}) ", lower)


def groups(scope: Scope, labels: Sequence[str]) -> Panel:
    """The groups of a grouped SLO, worst first."""
    values = (
        scope.groups(BUDGET_REMAINING),
        f"1 - sum without ({WINDOW}) ({scope.groups(PERIOD_ERROR)})",
        scope.groups(CURRENT_BURN),
        scope.base_total,
    )
    asked = tuple(f"max without ({SERVICE}, {SLO}) ({value})" for value in values)
    return Panel(
        "groups",
        Kind.TABLE,
        "Groups",
        "One budget for each group. An SLO without groups is one line.",
        tuple(Query(expr, instant=True) for expr in asked),
        columns=(
            *(Column(label, label) for label in (*labels, *scope.settings.labels)),
            Column(0, "Budget left", "percentunit", 1, steps=SHARE_STEPS, bar=True, empty="no traffic"),
            Column(1, "SLI", "percentunit", 3, empty="no traffic"),
            Column(2, "Burn now", "suffix:×", 2, steps=BURN_STEPS, empty="no traffic"),
            Column(3, "Events", "cps", 2, empty="no data"),
        ),
        width=12,
        height=9,
    )


def burn_by_group(scope: Scope, labels: Sequence[str]) -> Panel:
    """Which group it is."""
    return Panel(
        "burn-by-group",
        Kind.LINES,
        "Bad events by group",
        "Bad events per second of each group: which one burns the budget.",
        (Query(scope.groups(bad_series(scope.settings.prometheus.base_window)), legend(labels) or "all"),),
        "cps",
        width=12,
        height=9,
        low=Decimal(0),
    )
