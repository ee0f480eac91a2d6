"""The numbers at the head of an SLO's board: what it is, how it stands, what is left."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from slogen.boards import left
from slogen.boards.colours import ALERT_WORDS, BURN_STEPS, RED, SHARE_STEPS, STATE_WORDS
from slogen.boards.common import RUNBOOK
from slogen.conventions import LAST_SEEN, OBJECTIVE, OWNER
from slogen.emitted.panels import ColourStep, Column, Kind, Panel, Query, Word
from slogen.tell import queries, urgency
from slogen.tell.queries import Scope

_WIDTH = _HEIGHT = 4
_NO_TRAFFIC = "no traffic"


def now(scope: Scope) -> Iterator[Panel]:
    """What is promised, and two rows of numbers."""
    yield _about(scope)
    yield from _standing(scope)
    yield from _kept(scope)


def _standing(scope: Scope) -> Iterator[Panel]:
    """How the budget stands, and when it is gone."""
    yield _words(
        "status",
        "Status",
        "By consumed budget: warning from 50 %, critical from 80 %.",
        urgency.state(scope),
        STATE_WORDS,
    )
    yield _share(
        "left",
        "Budget left",
        "The rest of the error budget of the window; below 0 it is overspent.",
        left.share(scope),
        1,
        SHARE_STEPS,
    )
    yield _number(
        "left-time",
        "Left, as time",
        "So much total outage, with steady traffic, the budget still allows.",
        left.seconds(scope),
        "s",
        1,
    )
    yield _number(
        "left-events",
        "Left, as events",
        "So many bad events, at the traffic of the window, the budget still allows.",
        left.events_of_one(scope, "$window"),
        "short",
        1,
    )
    yield _words(
        "gone-in",
        "Gone in",
        "When the budget is used up at the rate of the last half hour.",
        queries.seconds_to_exhaustion(scope),
        (Word(0, "gone", RED),),
        "not within the window",
        "s",
    )


def _kept(scope: Scope) -> Iterator[Panel]:
    """How fast it burns, what was kept of the promise, and from what that is known."""
    must = scope.most(scope.of(OBJECTIVE))
    seen = f"time() - {scope.most(scope.groups(LAST_SEEN))}"
    yield _number(
        "burn-now",
        "Burn rate now",
        "1 spends the budget exactly within the window.",
        queries.burn(scope),
        "suffix:×",
        2,
        BURN_STEPS,
    )
    yield _share(
        "sli",
        "SLI over $window",
        "The share of good events over the SLO's own window.",
        queries.good_share(scope),
    )
    yield _share(
        "lately", "SLI over 7 days", "The share of good events over the last 7 days.", queries.lately(scope)
    )
    about = "The share of events that must be good."
    yield _number("objective", "Objective", about, must, "percentunit", 3, empty="no data")
    yield _words(
        "alert", "Alert", "The most urgent alert that fires.", queries.firing(scope), ALERT_WORDS, "none"
    )
    yield _history(scope)
    yield _number("seen", "Last data", "How long ago the SLI last had data.", seen, "s", 0, empty="never")


def _number(
    key: str,
    title: str,
    description: str,
    expr: str,
    unit: str,
    decimals: int | None,
    steps: tuple[ColourStep, ...] = (),
    empty: str = _NO_TRAFFIC,
) -> Panel:
    query = Query(expr, instant=True)
    return Panel(
        key,
        Kind.STAT,
        title,
        description,
        (query,),
        unit,
        decimals,
        steps,
        width=_WIDTH,
        height=_HEIGHT,
        empty=empty,
    )


def _share(
    key: str, title: str, description: str, expr: str, decimals: int = 3, steps: tuple[ColourStep, ...] = ()
) -> Panel:
    return _number(key, title, description, expr, "percentunit", decimals, steps)


def _words(
    key: str,
    title: str,
    description: str,
    expr: str,
    words: tuple[Word, ...],
    empty: str = "no data",
    unit: str = "",
) -> Panel:
    """A value that is told in words, where there are any for it."""
    shown = _number(key, title, description, expr, unit, 1 if unit else None, empty=empty)
    return replace(shown, words=words)


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
