"""One SLO in depth, over the recorded series: exists once, the SLO is a choice.

What differs from SLO to SLO is recorded (thresholds of tiers), or stands in labels of the info series, from
where hidden variables take it (the window).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from slogen.boards import budget, groups, head, made_of, now, tiers
from slogen.boards.colours import BLUE, ORANGE, RED
from slogen.boards.common import (
    DATASOURCE,
    TAG,
    board_links,
    group_labels,
    group_matchers,
    group_variables,
    listed,
    of_project,
    titled,
)
from slogen.boards.reach import Reach, reach_of
from slogen.conventions import CURRENT_BURN, ID, META, SERVICE, service_board, slo_board
from slogen.emitted.panels import Board, Link, Mark, Row, Variable
from slogen.model.slo import Service
from slogen.model.tiers import PAGE, TICKET
from slogen.settings import Settings
from slogen.tell.queries import Scope, alerts


def detail(services: Sequence[Service], settings: Settings) -> Board:
    """The board of any one SLO of the project."""
    labels = group_labels(services)
    own = (f'{ID}="$slo"', *(f'{name}="${name}"' for name in settings.identity))
    scope = Scope(settings, services, own, group_matchers(labels), of_project(settings))
    reach = reach_of(services, ",".join(own), settings.prometheus.base_window)
    return Board(
        slo_board(settings.project),
        titled("SLO detail", settings),
        "One SLO: what is left of its budget, when it is gone, what burns it, and where its alerts fire.",
        "",
        META,
        tuple(row for row in _rows(scope, labels, reach) if row.panels),
        (DATASOURCE, *_choices(labels, settings), *reach.variables),
        (*board_links(settings, own=slo_board(settings.project)), _service_link(services, settings)),
        _marks(scope),
        (TAG, "slo"),
        time="6h",
        refresh="1m",
    )


def _rows(scope: Scope, labels: Sequence[str], reach: Reach) -> Iterator[Row]:
    """What there is of any SLO of the project."""
    yield Row("head", "What it promises, and how it stands", tuple(head.panels(scope, labels, reach)))
    yield Row("now", "Now", tuple(now.panels(scope, labels)))
    yield Row("budget", "Budget", tuple(budget.panels(scope, labels, reach)))
    yield Row("alerts", "What the alerts compare", tuple(tiers.panels(scope, labels)), collapsed=True)
    yield Row("made-of", "What it is made of", tuple(made_of.panels(scope)), collapsed=True)
    yield Row("groups", "Groups", tuple(groups.panels(scope, labels)) if labels else ())


def _choices(labels: Sequence[str], settings: Settings) -> Iterator[Variable]:
    """An SLO in one cluster: two clusters' numbers don't add up to one."""
    yield Variable("service", "Service", f"label_values({listed(settings)}, {SERVICE})")
    of_service, chosen = f'{SERVICE}="$service"', f'{ID}="$slo"'
    yield Variable("slo", "SLO", f"label_values({listed(settings, of_service)}, {ID})")
    for name in settings.identity:
        yield Variable(name, name, f"label_values({listed(settings, chosen)}, {name})")
    here = ",".join((chosen, *(f'{name}="${name}"' for name in settings.identity)))
    yield from group_variables(labels, f"{CURRENT_BURN}{{{here}}}")


def _service_link(services: Sequence[Service], settings: Settings) -> Link:
    """To the board of the chosen service; where long names are cut in uids, to a search for it."""
    whole = service_board("", settings.project)
    plain = all(
        service_board(service.name, settings.project) == f"{whole}{service.name}" for service in services
    )
    url = f"/d/{whole}${{service}}" if plain else "/dashboards?query=${service:queryparam}"
    return Link("This service", url, tooltip="What the SLOs mean, and the raw metrics")


def _marks(scope: Scope) -> tuple[Mark, ...]:
    """Pages and tickets; an info that lasts for weeks would shade everything."""
    pages, tickets = (alerts(scope, severity) for severity in (PAGE, TICKET))
    return (
        Mark("Pages", RED, pages, "{{alertname}} {{slo_tier}}", "{{severity}}"),
        Mark("Tickets", ORANGE, tickets, "{{alertname}} {{slo_tier}}", "{{severity}}"),
        Mark("Deployments", BLUE, tags=("deployment",)),
    )
