"""The wallboard: three numbers and the worst eight SLOs, to be read from five metres. Exists once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from slogen.boards.colours import FILLS, ORANGE, PURPLE, RED
from slogen.boards.common import TAG, board_links, titled
from slogen.boards.project import choices, scope_of
from slogen.conventions import META, fleet_board, wall_board
from slogen.emitted.panels import Board, Kind, Panel, Query, Row, Word
from slogen.model.slo import Service
from slogen.settings import Settings
from slogen.tell import urgency, whole
from slogen.tell.queries import Scope
from slogen.tell.urgency import STATES

_WORST: Final = 8
_BELOW: Final = 0.95  # by how little is left, a state is moved up by less


def wall(services: Sequence[Service], settings: Settings) -> Board:
    """The board for a screen on the wall."""
    scope = scope_of(services, settings)
    return Board(
        wall_board(settings.project),
        titled("SLO wallboard", settings),
        "Three numbers and the worst eight SLOs, for a screen on the wall.",
        "",
        META,
        (Row("wall", "Now", (*_numbers(scope), _worst(scope))),),
        tuple(choices(settings)),
        board_links(settings, own=""),
        tags=(TAG, "slo"),
        time="24h",
        refresh="1m",
    )


def _numbers(scope: Scope) -> tuple[Panel, ...]:
    blind = f"{whole.silent(scope)}\nor\n{urgency.gone(scope)}"
    return (
        _number(scope, "paging", "Paging", "SLOs with an alert that pages.", whole.paging(scope), RED),
        _number(scope, "spent", "Out of budget", "SLOs with no budget left.", whole.spent(scope), ORANGE),
        _number(
            scope,
            "blind",
            "Blind",
            "SLOs of which nothing is known: without data, or their rules don't run any more.",
            blind,
            PURPLE,
        ),
    )


def _number(scope: Scope, key: str, title: str, description: str, expr: str, colour: str) -> Panel:
    return Panel(
        key,
        Kind.STAT,
        title,
        description,
        (Query(whole.count(expr), instant=True, title=title, colour=colour),),
        width=8,
        height=8,
        named=True,
        link=f"/d/{fleet_board(scope.settings.project)}?${{__url_time_range}}&${{datasource:queryparam}}",
    )


def _worst(scope: Scope) -> Panel:
    name = " ".join(f"{{{{{label}}}}}" for label in scope.key)
    return Panel(
        "worst",
        Kind.STAT,
        f"The worst {_WORST}",
        "The most urgent SLOs, with their status and what is left of their budget.",
        (Query(whole.worst(scope, _WORST), f"{name}{{{{told}}}}", instant=True),),
        words=tuple(
            Word(state.value, text, FILLS[state], upto=state.value + _BELOW) for state, text in STATES.items()
        ),
        width=24,
        height=14,
        named=True,
        filled=True,
        empty="no SLO is known",
    )
