"""The fleet: what burns, whose it is, and how all SLOs of the project stand. Exists once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Final

from slogen.boards.colours import BLUE, ORANGE, PURPLE, RED
from slogen.boards.common import TAG, board_links, titled
from slogen.boards.days import has_days, history, worst
from slogen.boards.fires import firing_table
from slogen.boards.lists import idle_list, no_data_list, young_list
from slogen.boards.project import choices, scope_of
from slogen.boards.slos import CHOICE, FACTS, choice, facts_of, number, slo_table
from slogen.conventions import ID, META, fleet_board, wall_board
from slogen.emitted.panels import Board, ColourStep, Kind, Link, Mark, Panel, Query, Row
from slogen.model.slo import Service
from slogen.model.tiers import PAGE
from slogen.settings import Settings
from slogen.tell import queries, whole
from slogen.tell.queries import Scope

_SOUND: Final = (ColourStep(RED), ColourStep(BLUE, Decimal(1)))  # all or not
_TALL: Final = 3
_BURNING: Final = {
    "paging": ("Paging", RED),
    "with a ticket": ("Tickets", ORANGE),
    "out of budget": ("Out of budget", ORANGE),
    "burning fast": ("Burning fast", ORANGE),
}
_DOUBTFUL: Final = {
    "little left": ("Little left", ORANGE),
    "no data": ("No data", PURPLE),
    "excluded": ("Excluded", PURPLE),
}


def fleet(services: Sequence[Service], settings: Settings) -> Board:
    """The board of the whole project."""
    scope = scope_of(services, settings)
    return Board(
        fleet_board(settings.project),
        titled("SLO fleet", settings),
        "All service level objectives, the most urgent first: what fires, what they promise and kept, and "
        "what is left of their budgets.",
        "",
        META,
        (
            Row("now", "Now", (*_numbers(scope), firing_table(scope), slo_table(scope))),
            Row("history", "The last 30 days", tuple(history(scope))),
            Row("no-data", "Without data", (no_data_list(scope),), collapsed=True),
            Row("young", "Young", (young_list(scope),), collapsed=True),
            Row("idle", "Without traffic", (idle_list(scope),), collapsed=True),
        ),
        (*choices(settings), choice(scope), *([worst(scope)] if has_days(scope) else [])),
        (*board_links(settings, own=fleet_board(settings.project)), _wall(settings)),
        (_firing(scope),),
        (TAG, "slo"),
        time="24h",
        refresh="1m",
    )


def _wall(settings: Settings) -> Link:
    url = f"/d/{wall_board(settings.project)}?kiosk"
    return Link("Wallboard", url, tooltip="Three numbers and the worst SLOs, to be read from afar")


def _firing(scope: Scope) -> Mark:
    return Mark("Pages", RED, scope.of_owner(queries.alerts(scope, PAGE)), "{{alertname}}", f"{{{{{ID}}}}}")


def _numbers(scope: Scope) -> tuple[Panel, ...]:
    each = "Each number leads to the table of just these SLOs."
    return (
        _counts(
            scope,
            ("burning", "SLOs on fire"),
            f"{each} One that pages and is out of budget counts in both. Out of budget: nothing is left. "
            "Burning fast: gone within a tenth of the window, at the rate of the last hour.",
            _BURNING,
            9,
        ),
        _counts(
            scope,
            ("doubtful", "SLOs to look after"),
            f"{each} Little left: 20 % of the budget or less. No data: the SLI has none now, so no error is "
            "seen. Excluded: nothing counts now, as the spec says.",
            _DOUBTFUL,
            4,
        ),
        _within(scope),
        _alive(scope),
        _met(scope),
    )


def _counts(
    scope: Scope,
    name: tuple[str, str],
    description: str,
    counted: Mapping[str, tuple[str, str]],
    width: int,
) -> Panel:
    key, title = name
    return Panel(
        key,
        Kind.STAT,
        title,
        description,
        tuple(
            Query(
                whole.count(FACTS[fact](scope)),
                instant=True,
                title=counted[fact][0],
                colour=counted[fact][1],
                link=_shown(scope, fact),
            )
            for fact in facts_of(scope)
            if fact in counted
        ),
        width=width,
        height=_TALL,
        named=True,
    )


def _shown(scope: Scope, fact: str = "") -> str:
    """This board, with the part of the table that shows these SLOs; all without a fact."""
    carried = "".join(
        f"&${{{name}:queryparam}}" for name in ("datasource", *scope.settings.identity, "owner")
    )
    chosen = number(scope, fact) if fact else "0"
    uid = fleet_board(scope.settings.project)
    return f"/d/{uid}?${{__url_time_range}}{carried}&${{service:queryparam}}&var-{CHOICE}={chosen}"


def _within(scope: Scope) -> Panel:
    return Panel(
        "within",
        Kind.STAT,
        "Within budget",
        "How many SLOs have budget left, each of its own window, of those that had traffic.",
        (Query(whole.within(scope), "{{n}} of {{m}}", instant=True),),
        steps=(ColourStep(RED), ColourStep(ORANGE, Decimal("0.9")), ColourStep(BLUE, Decimal(1))),
        width=3,
        height=_TALL,
        saying=True,
        empty="no traffic",
        link=_shown(scope),
    )


def _alive(scope: Scope) -> Panel:
    return Panel(
        "alive",
        Kind.STAT,
        "slogen alive",
        "The services whose rules run, of those whose rules ran within the last week. Red when one is "
        "missing, or when an alert about slogen's own rules fires: then no other number here can be trusted.",
        (Query(whole.alive(scope), "{{n}} of {{m}} services{{also}}", instant=True),),
        steps=_SOUND,
        width=4,
        height=_TALL,
        saying=True,
        empty="no rules run",
        link=_shown(scope, "rules gone"),
    )


def _met(scope: Scope) -> Panel:
    return Panel(
        "compliance",
        Kind.STAT,
        "Overall compliance, 7 days",
        "The share of SLOs that kept their objective over the last 7 days, whatever their window is. SLOs "
        "without traffic don't count.",
        (Query(whole.met(scope), instant=True),),
        unit="percentunit",
        decimals=1,
        steps=(ColourStep(RED), ColourStep(ORANGE, Decimal("0.9")), ColourStep(BLUE, Decimal(1))),
        width=4,
        height=_TALL,
        empty="no traffic",
        link=_shown(scope),
    )
