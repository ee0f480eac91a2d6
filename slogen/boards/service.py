"""The board of a service: what is particular to it. What its SLOs mean, in words and in PromQL, the raw
metrics behind them, and what its language model says about itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from slogen.boards.common import (
    DATASOURCE,
    TAG,
    board_links,
    identity_matchers,
    identity_variables,
    of_project,
    service_tag,
    titled,
)
from slogen.boards.llm import llm_rows
from slogen.boards.overview import service_burn, service_left, service_slo_left, service_table
from slogen.boards.raw import raw_panels
from slogen.conventions import (
    ID,
    SERVICE,
    SLO,
    service_board,
    slo_board,
)
from slogen.emitted.panels import Board, Kind, Mark, Panel, Row
from slogen.model.slo import Service, Slo
from slogen.promql.text import quote
from slogen.settings import Settings
from slogen.tell import markdown, words
from slogen.tell.queries import Scope

_TABLE_HEAD, _TABLE_LINE, _TABLE_MOST = 3, 1, 14


def service_board_of(service: Service, settings: Settings) -> Board:
    """The board of one service."""
    own = f"{SERVICE}={quote(service.name)}"
    scope = Scope(settings, [service], (own, *identity_matchers(settings)), owned=of_project(settings))
    rows = [Row("slos", "SLOs", tuple(_overview(service, scope)))]
    shared = words.shared_links(service)
    rows += [_slo_row(slo, shared, settings) for slo in service.slos]
    rows += llm_rows(service, settings)
    owner = next((slo.owner for slo in service.slos if slo.owner), "")
    return Board(
        service_board(service.name, settings.project),
        titled(f"SLO {service.name}", settings),
        words.cut(service.description or f"The service level objectives of {service.name}."),
        service.source,
        service.name,
        tuple(rows),
        (DATASOURCE, *identity_variables(settings)),
        board_links(settings, own=""),
        (
            Mark(
                "Alerts",
                "red",
                scope.of("ALERTS", 'alertstate="firing"'),
                f"{{{{alertname}}}} {{{{{SLO}}}}}",
                "{{severity}}",
            ),
            Mark("Deployments", "blue", tags=("deployment",)),
        ),
        (TAG, service_tag(settings), "slo", *([owner] if owner else [])),
    )


def _overview(service: Service, scope: Scope) -> Iterator[Panel]:
    height = min(_TABLE_HEAD + _TABLE_LINE * len(service.slos), _TABLE_MOST)
    yield _about(service)
    yield service_table(scope, service.name, height)
    yield service_burn(scope)
    yield service_left(scope)


def _about(service: Service) -> Panel:
    """Description, owner and links of the service."""
    slos = service.slos
    lines = [markdown.plain(words.cut(service.description, 600))] if service.description else []
    owners = dict.fromkeys(slo.owner for slo in slos if slo.owner)
    if owners:
        lines.append(f"Owner: {', '.join(map(markdown.plain, owners))}")
    links = words.shared_links(service)
    if links:
        lines.append(" · ".join(markdown.link(name, url) for name, url in links.items()))
    return Panel(
        "about",
        Kind.TEXT,
        service.name,
        "What the service is, who owns it, and where to go from here.",
        text="\n\n".join(lines) or "A service without description, owner and links.",
        width=24,
        height=4,
    )


def _slo_row(slo: Slo, shared: Mapping[str, str], settings: Settings) -> Row:
    scope = Scope(settings, (), (f"{ID}={quote(slo.id)}", *identity_matchers(settings)))
    panels = (service_slo_left(scope), _meaning(slo, shared, settings), *raw_panels(slo, scope))
    return Row(slo.name, f"{slo.title}: {slo.percent} over {slo.period}", panels, collapsed=True)


def _meaning(slo: Slo, shared: Mapping[str, str], settings: Settings) -> Panel:
    """The promise in words, where to go from here, and what the SLI reads."""
    parts = [f"**{markdown.plain(words.cut(slo.description, 600))}**"] if slo.description else []
    parts.append(markdown.plain(words.promise(slo)))
    chosen = "".join(f"&${{{name}:queryparam}}" for name in ("datasource", *settings.identity))
    board = f"/d/{slo_board(settings.project)}?var-slo={slo.id}&var-service={slo.service}{chosen}"
    links = [f"[In depth]({board}&${{__url_time_range}})"]
    own = {name: url for name, url in slo.links.items() if name not in shared and url != slo.board}
    parts.append(" · ".join([*links, *(markdown.link(name, url) for name, url in own.items())]))
    parts.append(markdown.code("\n".join(slo.sli.metrics())))
    text = "\n\n".join(parts)
    about = "The promise, and its metrics."
    return Panel("meaning", Kind.TEXT, "What it means", about, text=text, width=7, height=8)
