"""The fleet: all SLOs of the project at a glance. Exists once."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from slogen.boards.colours import BLUE, NEUTRAL, ORANGE, RED
from slogen.boards.common import (
    DATASOURCE,
    TAG,
    board_links,
    burn_states,
    fleet_table,
    identity_matchers,
    identity_variables,
    listed,
    of_project,
    titled,
    worst_budgets,
)
from slogen.boards.lists import no_data_list, young_list
from slogen.conventions import ID, META, OWNER, SERVICE, fleet_board
from slogen.emitted.panels import Board, ColourStep, Kind, Mark, Panel, Query, Row, Variable
from slogen.model.slo import Service
from slogen.model.tiers import PAGE
from slogen.settings import Settings
from slogen.tell import queries
from slogen.tell.queries import Scope
from slogen.tell.urgency import STATES, state


def fleet(services: Sequence[Service], settings: Settings) -> Board:
    """The board of the whole project."""
    every = (f'{SERVICE}=~"$service"', *identity_matchers(settings))
    scope = Scope(settings, services, every, owned=(*of_project(settings), f'{OWNER}=~"$owner"'))
    overview = (
        _compliance(scope),
        _counts(scope),
        _alerts(scope),
        fleet_table(scope),
    )
    burning = (burn_states(scope), worst_budgets(scope))
    doubts = (no_data_list(scope), young_list(scope))
    return Board(
        fleet_board(settings.project),
        titled("SLO fleet", settings),
        "All service level objectives: what they promise, what they kept, and what is left of their budgets.",
        "",
        META,
        (
            Row("overview", "Last 7 days", overview),
            Row("burning", "What burns", burning),
            Row("doubts", "What can't be judged yet", doubts),
        ),
        (DATASOURCE, *identity_variables(settings), *_choices(settings)),
        board_links(settings, own=fleet_board(settings.project)),
        (_firing(scope),),
        (TAG, "slo"),
    )


def _choices(settings: Settings) -> tuple[Variable, ...]:
    of_owners = f'{OWNER}=~"$owner"'
    return (
        Variable("owner", "Owner", f"label_values({listed(settings)}, {OWNER})", every=True),
        Variable(
            "service",
            "Service",
            f"label_values({listed(settings, of_owners)}, {SERVICE})",
            every=True,
        ),
    )


def _firing(scope: Scope) -> Mark:
    return Mark(
        "Pages",
        RED,
        scope.of_owner(queries.alerts(scope, PAGE)),
        "{{alertname}}",
        f"{{{{{ID}}}}}",
    )


def _compliance(scope: Scope) -> Panel:
    return Panel(
        "compliance",
        Kind.STAT,
        "Overall SLO compliance, last 7 days",
        "The share of SLOs that kept their objective over the last 7 days. SLOs without traffic don't count.",
        (Query(f"avg(\n{queries.met_lately(scope)}\n)", instant=True),),
        unit="percentunit",
        decimals=1,
        steps=(ColourStep(RED), ColourStep(ORANGE, Decimal("0.9")), ColourStep(BLUE, Decimal(1))),
        width=5,
        height=5,
        empty="no traffic",
    )


def _counts(scope: Scope) -> Panel:
    return Panel(
        "counts",
        Kind.STAT,
        "SLOs by status",
        "Healthy: less than half of the budget is consumed. Warning: half or more. Critical: 80 % or more. "
        "Exhausted: all of it. No traffic: nothing happened in the window. No data: the SLI has none now.",
        tuple(
            Query(
                f"count(\n({state(scope)})\n== {number:d}\n) or vector(0)",
                instant=True,
                title=name,
                colour=NEUTRAL,
            )
            for number, name in STATES.items()
        ),
        width=14,
        height=5,
    )


def _alerts(scope: Scope) -> Panel:
    asked = ((3, "paging", RED), (2, "tickets", ORANGE))
    return Panel(
        "alerts",
        Kind.STAT,
        "SLOs that alert",
        "SLOs with a firing alert, by the most urgent of theirs.",
        tuple(
            Query(
                f"count(\n{queries.firing(scope)}\n== {number}\n) or vector(0)",
                instant=True,
                title=name,
                colour=colour,
            )
            for number, name, colour in asked
        ),
        width=5,
        height=5,
    )
