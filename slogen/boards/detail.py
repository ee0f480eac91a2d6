"""One SLO in depth, over the recorded series: exists once, the SLO is a choice.

What differs from SLO to SLO is recorded (thresholds of tiers), or stands in labels of the info series, from
where hidden variables take it (the window).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from slogen.boards import charts
from slogen.boards.colours import RED
from slogen.boards.common import (
    DATASOURCE,
    TAG,
    board_links,
    group_labels,
    group_matchers,
    group_variables,
    identity_matchers,
    identity_variables,
    listed,
    titled,
)
from slogen.boards.now import now
from slogen.conventions import (
    CURRENT_BURN,
    ID,
    INFO,
    META,
    PERIOD_DAYS,
    SERVICE,
    service_board,
    slo_board,
)
from slogen.emitted.panels import Board, Link, Mark, Row, Variable
from slogen.model.alerts import tiers_of
from slogen.model.slo import Service
from slogen.settings import Settings
from slogen.tell.queries import Scope


def detail(services: Sequence[Service], settings: Settings) -> Board:
    """The board of any one SLO of the project."""
    labels = group_labels(services)
    every = (f'{ID}="$slo"', *identity_matchers(settings))
    scope = Scope(settings, services, every, group_matchers(labels))
    slos = (slo for service in services for slo in service.slos)
    tiers = tuple(dict.fromkeys(tier.name for slo in slos for tier in tiers_of(slo)))
    return Board(
        slo_board(settings.project),
        titled("SLO detail", settings),
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
                (charts.burn(scope, labels), charts.nearness(scope, tiers)),
            ),
            Row("groups", "By group", (charts.groups(scope, labels), charts.burn_by_group(scope, labels))),
        ),
        (DATASOURCE, *identity_variables(settings), *_choices(labels, settings), *_hidden()),
        (*board_links(settings, own=slo_board(settings.project)), _service_link(services, settings)),
        _marks(),
        (TAG, "slo"),
    )


def _choices(labels: Sequence[str], settings: Settings) -> Iterator[Variable]:
    yield Variable("service", "Service", f"label_values({listed(settings)}, {SERVICE})")
    of_service = f'{SERVICE}="$service"'
    yield Variable("slo", "SLO", f"label_values({listed(settings, of_service)}, {ID})")
    yield from group_variables(labels, f'{CURRENT_BURN}{{{ID}="$slo"}}')


def _hidden() -> Iterator[Variable]:
    """The window, in words and in hours."""
    yield Variable("window", "Window", f'label_values({INFO}{{{ID}="$slo"}}, window)', hidden=True)
    # `window` may be a word ("month"); what ranges need is a number.
    length = f'query_result(ceil(max({PERIOD_DAYS}{{{ID}="$slo"}}) * 24 - 0.01))'
    yield Variable("hours", "Hours", length, regex=r"/\} (\d+) /", hidden=True)


def _service_link(services: Sequence[Service], settings: Settings) -> Link:
    """To the board of the chosen service; where long names are cut in uids, to a search for it."""
    whole = service_board("", settings.project)
    plain = all(
        service_board(service.name, settings.project) == f"{whole}{service.name}" for service in services
    )
    url = f"/d/{whole}${{service}}" if plain else "/dashboards?query=${service:queryparam}"
    return Link("This service", url, tooltip="What the SLOs mean, and the raw metrics")


def _marks() -> tuple[Mark, ...]:
    own = f'ALERTS{{alertstate="firing",{ID}="$slo"}}'
    return (
        Mark("Alerts", RED, own, "{{alertname}} {{slo_tier}}", "{{severity}}"),
        Mark("Deployments", "blue", tags=("deployment",)),
    )
