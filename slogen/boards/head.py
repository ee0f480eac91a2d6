"""The head of an SLO's board: what is promised, how it stands, what is left, and which alerts fire."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from slogen.boards import left
from slogen.boards.colours import ALERT_WORDS, BURN_STEPS, SHARE_STEPS, STATE_WORDS
from slogen.boards.common import RUNBOOK
from slogen.boards.reach import Reach
from slogen.conventions import CONSUMED, LEVEL, OWNER, TIER
from slogen.emitted.panels import ColourStep, Column, Kind, Panel, Query, Word
from slogen.promql.text import any_of, wrapped
from slogen.tell import queries, urgency
from slogen.tell.queries import Scope, alerts

_NO_TRAFFIC: Final = "no traffic"
_SMALL: Final = 4
_WHICH: Final = "slo_which"  # of the alerts of one name: its tier, its share or its level


def panels(scope: Scope, labels: Sequence[str], reach: Reach) -> Iterator[Panel]:
    """The first row: on a phone the status and what fires come before all other numbers."""
    yield _about(scope)
    yield _status(scope)
    yield _firing(scope, labels)
    yield from _numbers(scope, reach)


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
        height=3,
        empty="its rules don't run",
    )


def _status(scope: Scope) -> Panel:
    return Panel(
        "status",
        Kind.STAT,
        "Status",
        "The most urgent that there is to say: a page, missing rules or data, a spent budget, a ticket, a "
        "budget that is gone within a tenth of its window, 20 % or half of it left.",
        (Query(urgency.state(scope), instant=True),),
        words=STATE_WORDS,
        width=4,
        height=5,
        filled=True,
    )


def _firing(scope: Scope, labels: Sequence[str]) -> Panel:
    """Since when which alert fires, the most urgent first."""
    told = (TIER, CONSUMED, LEVEL)
    by = ", ".join((*scope.key, "alertname", _WHICH, *labels))
    urgent = any_of(f"{number} * {alerts(scope, severity)}" for severity, number in queries.URGENT.items())
    since = f"time() - {scope.of('ALERTS_FOR_STATE')} and ignoring (alertstate) ({urgent})"

    def named(expr: str) -> str:
        return wrapped(f"max by ({by}) ", queries.as_one(expr, _WHICH, told))

    return Panel(
        "firing",
        Kind.TABLE,
        "Firing now",
        "Alerts of this SLO that fire, and for how long their condition has held.",
        tuple(Query(named(expr), instant=True) for expr in (urgent, since)),
        columns=(
            Column(0, "Severity", words=ALERT_WORDS, width=90),
            Column(1, "For", "s", 1, width=90),
            Column("alertname", "Alert"),
            Column(_WHICH, "Which", empty="–"),
            *(Column(label, label) for label in labels),
        ),
        sort=("-Severity", "-For"),
        width=20,
        height=5,
        empty="no alert fires",
    )


def _numbers(scope: Scope, reach: Reach) -> Iterator[Panel]:
    yield _number(
        "left",
        "Budget left",
        "The rest of the error budget; below 0 it is overspent.",
        left.share(scope),
        "percentunit",
        1,
        SHARE_STEPS,
    )
    yield _number(
        "left-time",
        "Left, as time",
        "So much total outage, with steady traffic, the budget still allows; below 0 it is overspent.",
        left.seconds(scope),
        "s",
        1,
    )
    yield _number(
        "left-events",
        "Left, as events",
        "So many bad events, at the traffic of the window, the budget still allows.",
        left.events_of_one(scope, reach.window),
        "short",
        1,
    )
    yield _gone_or_back(scope, reach)
    yield _number(
        "burn",
        "Burn rate, last hour",
        "1 spends the budget exactly within the window.",
        urgency.burn_over_hour(scope),
        "suffix:×",
        2,
        BURN_STEPS,
        filled=True,
    )
    yield _number(
        "kept",
        f"Kept over {reach.window}",
        "The share of good events over the SLO's own window, to hold against its objective.",
        queries.good_share(scope),
        "percentunit",
        3,
    )


def _number(
    key: str,
    title: str,
    description: str,
    expr: str,
    unit: str,
    decimals: int,
    steps: tuple[ColourStep, ...] = (),
    *,
    filled: bool = False,
) -> Panel:
    return Panel(
        key,
        Kind.STAT,
        title,
        description,
        (Query(expr, instant=True),),
        unit,
        decimals,
        steps,
        width=_SMALL,
        height=_SMALL,
        empty=_NO_TRAFFIC,
        filled=filled,
    )


def _gone_or_back(scope: Scope, reach: Reach) -> Panel:
    """Which of both it is, stands beside the number."""
    gone = f"{queries.seconds_to_exhaustion(scope)} > 0"
    asked = [Query(gone, "gone in", instant=True)]
    if back := left.seconds_to_return(scope, reach):
        asked.append(Query(back, "back in", instant=True))
    on = f"on ({scope.joined})"
    known = f"({left.share(scope)} > 0) and {on} {urgency.burn_over_hour(scope)}"
    asked.append(Query(f"-1 * ({known} unless {on} ({gone})) ^ 0", "the budget", instant=True))
    return Panel(
        "gone",
        Kind.STAT,
        "Gone in, or back in",
        "When the budget is used up at the rate of the last half hour; or, once it is, when there is some "
        "again if nothing more goes wrong. It lasts where it would not be gone within the window.",
        tuple(asked),
        "s",
        1,
        width=_SMALL,
        height=_SMALL,
        words=(Word(-1, "lasts"),),
        empty="not known",
        named=True,
    )
