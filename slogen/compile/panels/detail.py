"""One SLO in depth, over the recorded series: exists once, the SLO is a choice.

What differs from SLO to SLO (window, tiers and their thresholds) stands in labels of the info series, from
where hidden variables take it: so the lines that are drawn are those that the alerts compare.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from slogen.compile.panels import queries
from slogen.compile.panels.common import (
    ALERT_WORDS,
    BURN_STEPS,
    DATASOURCE,
    GREEN,
    RED,
    RUNBOOK,
    SHARE_STEPS,
    STATE_WORDS,
    TAG,
    board_links,
    group_labels,
    group_matchers,
    group_variables,
    identity_matchers,
    identity_variables,
    legend,
)
from slogen.compile.panels.queries import Scope
from slogen.conventions import (
    BUDGET,
    BUDGET_REMAINING,
    CURRENT_BURN,
    ID,
    INFO,
    META,
    OBJECTIVE,
    OWNER,
    PERIOD_BURN,
    PERIOD_DAYS,
    PERIOD_START,
    SERVICE,
    SLO,
    SLO_BOARD,
    TIERS,
    WINDOW,
    bad_series,
    ratio_series,
    service_board,
    total_series,
)
from slogen.load.settings import Settings
from slogen.model.panels import Board, Column, Kind, Link, Mark, Panel, Query, Row, Variable, Word
from slogen.model.slo import Service
from slogen.units import DAY, format_duration

_LEAST_TIERS = 4  # what the default policy has, so that a first spec with tiers of its own changes little


def detail(services: Sequence[Service], settings: Settings) -> Board:
    """The board of any one SLO of the project."""
    labels = group_labels(services)
    every = (f'{ID}="$slo"', *identity_matchers(settings))
    scope = Scope(settings, services, every, group_matchers(labels))
    count = max([_LEAST_TIERS, *(len(slo.alerting.tiers) for service in services for slo in service.slos)])
    return Board(
        SLO_BOARD,
        "SLO detail",
        "One SLO: what is left of its budget, when it is gone, what burns it, and where its alerts fire.",
        "",
        META,
        (
            Row("now", "Now", tuple(_now(scope))),
            Row("budget", "Budget", (_burn_down(scope, labels), _left_over_time(scope, labels))),
            Row("traffic", "Events", (_sli(scope, labels), _events(scope, labels))),
            Row("tiers", "Burn rate and alerts", (_burn(scope, labels), *_tiers(scope, labels, count))),
            Row("groups", "By group", (_groups(scope, labels), _burn_by_group(scope, labels))),
        ),
        (DATASOURCE, *identity_variables(settings), *_choices(labels), *_hidden(count)),
        (*board_links(own=SLO_BOARD), _service_link(services)),
        _marks(settings),
        (TAG, "slo"),
    )


def _choices(labels: Sequence[str]) -> Iterator[Variable]:
    yield Variable("service", "Service", f"label_values({INFO}, {SERVICE})")
    yield Variable("slo", "SLO", f'label_values({INFO}{{{SERVICE}="$service"}}, {ID})')
    yield from group_variables(labels, f'{CURRENT_BURN}{{{ID}="$slo"}}')


def _hidden(count: int) -> Iterator[Variable]:
    """The window, and for each tier its name, severity, threshold and windows, cut out of the label."""
    own = f'{INFO}{{{ID}="$slo"}}'
    yield Variable("window", "Window", f"label_values({own}, window)", hidden=True)
    # `window` may be a word ("month"); what ranges need is a number.
    length = f'query_result(ceil(max({PERIOD_DAYS}{{{ID}="$slo"}}) * 24 - 0.01))'
    yield Variable("hours", "Hours", length, regex=r"/\} (\d+) /", hidden=True)
    for number in range(count):
        before = rf"^(?:[^,]*, ){{{number}}}"
        for field, name in enumerate(("tier", "severity", "threshold", "long", "short")):
            regex = rf"/{before}(?:[^ ,]+ ){{{field}}}([^ ,]+)/"
            yield Variable(
                f"{name}{number + 1}", "", f"label_values({own}, {TIERS})", regex=regex, hidden=True
            )


def _service_link(services: Sequence[Service]) -> Link:
    """To the board of the chosen service; where long names are cut in uids, to a search for it."""
    plain = all(service_board(service.name) == f"slo-{service.name}" for service in services)
    url = "/d/slo-${service}" if plain else "/dashboards?query=${service:queryparam}"
    return Link("This service", url, tooltip="What the SLOs mean, and the raw metrics")


def _marks(settings: Settings) -> tuple[Mark, ...]:
    own = f'ALERTS{{alertstate="firing",{ID}="$slo"}}'
    del settings
    return (
        Mark("Alerts", RED, own, "{{alertname}} {{slo_tier}}", "{{severity}}"),
        Mark("Deployments", "blue", tags=("deployment",)),
    )


def _now(scope: Scope) -> Iterator[Panel]:
    yield _about(scope)
    small: dict[str, Any] = {"width": 4, "height": 4}
    yield _stat(
        "status",
        "Status",
        "By consumed budget: warning from 50 %, critical from 80 %.",
        queries.state(scope),
        words=STATE_WORDS,
        **small,
    )
    yield _stat(
        "left",
        "Budget left",
        "The rest of the error budget of the window; below 0 it is overspent.",
        queries.left(scope),
        "percentunit",
        1,
        steps=SHARE_STEPS,
        empty="no traffic",
        **small,
    )
    yield _stat(
        "left-time",
        "Left, as time",
        "So much total outage, with steady traffic, the budget still allows.",
        queries.left_seconds(scope),
        "s",
        1,
        empty="no traffic",
        **small,
    )
    yield _stat(
        "left-events",
        "Left, as events",
        "So many bad events, at the traffic of the window, the budget still allows.",
        queries.left_events_of(scope, "$window"),
        "short",
        1,
        empty="no traffic",
        **small,
    )
    yield _stat(
        "gone-in",
        "Gone in",
        "When the budget is used up at the rate of the last half hour.",
        queries.seconds_to_exhaustion(scope),
        "s",
        1,
        empty="not within the window",
        words=(Word(0, "gone", RED),),
        **small,
    )
    yield _stat(
        "burn-now",
        "Burn rate now",
        "1 spends the budget exactly within the window.",
        queries.burn(scope),
        "suffix:×",
        2,
        steps=BURN_STEPS,
        empty="no traffic",
        **small,
    )
    yield _stat(
        "sli",
        "SLI over $window",
        "The share of good events over the SLO's own window.",
        queries.good_share(scope),
        "percentunit",
        3,
        empty="no traffic",
        **small,
    )
    yield _stat(
        "lately",
        "SLI over 7 days",
        "The share of good events over the last 7 days.",
        queries.lately(scope),
        "percentunit",
        3,
        empty="no traffic",
        **small,
    )
    yield _stat(
        "objective",
        "Objective",
        "The share of events that must be good.",
        scope.most(scope.of(OBJECTIVE)),
        "percentunit",
        3,
        **small,
    )
    yield _stat(
        "alert",
        "Alert",
        "The most urgent alert that fires.",
        queries.firing(scope),
        words=ALERT_WORDS,
        empty="none",
        **small,
    )
    yield _history(scope)
    yield _stat(
        "seen",
        "Last data",
        "How long ago the SLI last had data.",
        f"time() - {scope.most(scope.groups('slogen_last_seen_timestamp_seconds'))}",
        "s",
        0,
        empty="never",
        **small,
    )


def _stat(
    key: str,
    title: str,
    description: str,
    expr: str,
    unit: str = "",
    decimals: int | None = None,
    **more: Any,
) -> Panel:
    return Panel(key, Kind.STAT, title, description, (Query(expr, instant=True),), unit, decimals, **more)


def _history(scope: Scope) -> Panel:
    query = Query(queries.history_of(scope, "${hours}h"), "of {{window}}", instant=True)
    return Panel(
        "history",
        Kind.STAT,
        "History",
        "How long the SLO has been recorded, up to its window. What was before is not in its budget.",
        (query,),
        "suffix:d",
        0,
        width=4,
        height=4,
        named=True,
    )


def _about(scope: Scope) -> Panel:
    labels = ("description", "objective", "window", OWNER, RUNBOOK, "link_dashboard")
    return Panel(
        "about",
        Kind.TABLE,
        "$slo",
        "What is promised, who owns it, and where to go from here. The service's board has the SLI's PromQL.",
        (Query(queries.info(scope, *labels), instant=True),),
        columns=(
            Column("description", "What it means"),
            Column("objective", "Objective", width=100),
            Column("window", "Over", width=90),
            Column(OWNER, "Owner", width=160),
            Column(RUNBOOK, "Runbook", words=(Word("", "open"),), link="${__value.raw}", width=90),
            Column(
                "link_dashboard", "Dashboard", words=(Word("", "open"),), link="${__value.raw}", width=100
            ),
        ),
        width=24,
        height=4,
    )


def _end(scope: Scope) -> str:
    """The end of the shown time range, as a scalar."""
    return f"scalar(max(timestamp({scope.of(OBJECTIVE)} @ end())))"


def _burn_down(scope: Scope, labels: Sequence[str]) -> Panel:
    """The window that ends now, or the period so far: what was left of its budget at each moment.

    Of each moment's window only the part that lies in this one counts, hence the condition inside the
    subquery. The ideal budget lasts exactly to the end.
    """
    base = scope.settings.base_window
    period = f"scalar(max({scope.of(PERIOD_DAYS)} @ end())) * {DAY}"
    begin = f"{_end(scope)} - {period}"
    if scope.has_dates:
        begin = f"scalar(max({scope.of(PERIOD_START)} @ end()) or vector({begin}))"
    within = f"and on () (vector(time()) > {begin})"
    step = format_duration(base)
    bad = f"{base} * sum_over_time(({scope.groups(bad_series(base))} {within})[${{hours}}h:{step}])"
    total = f"(\n{queries.events_of(scope, '$window', ' @ end()')}\n> 0)"
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


def _left_over_time(scope: Scope, labels: Sequence[str]) -> Panel:
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


def _sli(scope: Scope, labels: Sequence[str]) -> Panel:
    now = f"1 - {scope.groups(ratio_series(scope.settings.base_window))}"
    period = f"1 - {scope.groups(PERIOD_BURN)} * on ({scope.joined}) group_left () {scope.of(BUDGET)}"
    return Panel(
        "sli",
        Kind.LINES,
        "SLI against objective",
        "The share of good events, over minutes and over the whole window. The dashed line is the objective.",
        (
            Query(now, legend(labels, format_duration(scope.settings.base_window))),
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


def _events(scope: Scope, labels: Sequence[str]) -> Panel:
    del labels
    base = scope.settings.base_window
    total, bad = (f"sum({scope.groups(series(base))})" for series in (total_series, bad_series))
    return Panel(
        "all-events",
        Kind.LINES,
        "Good, bad and all events",
        "Events per second, as they are recorded. For SLIs of time slices an event is a slice.",
        (
            Query(total, "all", title="all", colour="blue"),
            Query(f"{total} - {bad}", "good", title="good", colour=GREEN),
            Query(bad, "bad", title="bad", colour=RED),
        ),
        "cps",
        width=12,
        height=9,
        low=Decimal(0),
    )


def _burn(scope: Scope, labels: Sequence[str]) -> Panel:
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


def _tiers(scope: Scope, labels: Sequence[str], count: int) -> Iterator[Panel]:
    """One panel a tier: it fires while both windows are above the line."""
    for number in range(1, count + 1):
        long, short = (
            scope.groups(f"slo:sli_error:ratio_rate${{{name}{number}}}") for name in ("long", "short")
        )
        yield Panel(
            f"tier-{number}",
            Kind.LINES,
            f"$tier{number} ($severity{number})",
            "Fires while the error ratios of both windows are above the dashed line, and the long window "
            "holds a few bad events. A page also ends soon after the errors have.",
            (
                Query(long, legend(labels, f"$long{number}")),
                Query(short, legend(labels, f"$short{number}")),
                # A leading 0 keeps this a number where the SLO has fewer tiers.
                Query(
                    f"vector(0${{threshold{number}}}) > 0",
                    "alert above",
                    title="alert above",
                    colour=RED,
                    dashed=True,
                ),
            ),
            "percentunit",
            3,
            width=12,
            height=8,
            empty="no such tier, or no traffic",
            low=Decimal(0),
        )


def _groups(scope: Scope, labels: Sequence[str]) -> Panel:
    """The groups of a grouped SLO, worst first."""
    budget = f"on ({scope.joined}) group_left () {scope.of(BUDGET)}"
    values = (
        scope.groups(BUDGET_REMAINING),
        f"1 - {scope.groups(PERIOD_BURN)} * {budget}",
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


def _burn_by_group(scope: Scope, labels: Sequence[str]) -> Panel:
    return Panel(
        "burn-by-group",
        Kind.LINES,
        "Bad events by group",
        "Bad events per second of each group: which one burns the budget.",
        (Query(scope.groups(bad_series(scope.settings.base_window)), legend(labels) or "all"),),
        "cps",
        width=12,
        height=9,
        low=Decimal(0),
    )
