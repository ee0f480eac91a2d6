"""One SLO in depth, over the recorded series: exists once, the SLO is a choice.

What differs from SLO to SLO (window, tiers and their thresholds) stands in labels of the info series, from
where hidden variables take it: so the lines that are drawn are those that the alerts compare.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from slogen.boards import charts
from slogen.boards.common import (
    DATASOURCE,
    RED,
    TAG,
    board_links,
    group_labels,
    group_matchers,
    group_variables,
    identity_matchers,
    identity_variables,
)
from slogen.boards.now import now
from slogen.conventions import (
    CURRENT_BURN,
    ID,
    INFO,
    META,
    PERIOD_DAYS,
    SERVICE,
    SLO_BOARD,
    TIERS,
    service_board,
)
from slogen.emitted.panels import Board, Link, Mark, Row, Variable
from slogen.model.alerts import tiers_of
from slogen.model.slo import Service
from slogen.settings import Settings
from slogen.tell.queries import Scope

_LEAST_TIERS = 4  # what the default policy has, so that a first spec with tiers of its own changes little


def detail(services: Sequence[Service], settings: Settings) -> Board:
    """The board of any one SLO of the project."""
    labels = group_labels(services)
    every = (f'{ID}="$slo"', *identity_matchers(settings))
    scope = Scope(settings, services, every, group_matchers(labels))
    count = max([_LEAST_TIERS, *(len(tiers_of(slo)) for service in services for slo in service.slos)])
    return Board(
        SLO_BOARD,
        "SLO detail",
        "One SLO: what is left of its budget, when it is gone, what burns it, and where its alerts fire.",
        "",
        META,
        (
            Row("now", "Now", tuple(now(scope))),
            Row("budget", "Budget", (charts.burn_down(scope, labels), charts.left_over_time(scope, labels))),
            Row("traffic", "Events", (charts.sli(scope, labels), charts.events(scope))),
            Row(
                "tiers",
                "Burn rate and alerts",
                (charts.burn(scope, labels), *charts.tiers(scope, labels, count)),
            ),
            Row("groups", "By group", (charts.groups(scope, labels), charts.burn_by_group(scope, labels))),
        ),
        (DATASOURCE, *identity_variables(settings), *_choices(labels), *_hidden(count)),
        (*board_links(own=SLO_BOARD), _service_link(services)),
        _marks(),
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


def _marks() -> tuple[Mark, ...]:
    own = f'ALERTS{{alertstate="firing",{ID}="$slo"}}'
    return (
        Mark("Alerts", RED, own, "{{alertname}} {{slo_tier}}", "{{severity}}"),
        Mark("Deployments", "blue", tags=("deployment",)),
    )
