"""The table of all SLOs, the most urgent first."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from slogen.boards import left
from slogen.boards.colours import BAR_STEPS, BURN_CELLS, STATE_WORDS
from slogen.boards.common import group_labels, has_owners, slo_url
from slogen.conventions import ID, OWNER, SERVICE, SLO
from slogen.emitted.panels import Column, Kind, Panel, Query, Variable, Word
from slogen.tell import queries, rows, urgency, whole
from slogen.tell.queries import Scope

CHOICE: Final = "show"
# Which SLOs a number at the head of the board counts, by the words of the choice that shows just these.
FACTS: Final[dict[str, Callable[[Scope], str]]] = {
    "paging": whole.paging,
    "with a ticket": whole.ticketing,
    "out of budget": whole.spent,
    "burning fast": whole.burning,
    "little left": whole.scarce,
    "no data": whole.silent,
    "excluded": whole.excluded,
    "rules gone": urgency.gone,
    "young": queries.young,
    "no traffic": whole.idle,
}


def facts_of(scope: Scope) -> tuple[str, ...]:
    """The choices beside all: nothing is excluded in a project without exclusions."""
    excludes = any(slo.exclusions for service in scope.services for slo in service.slos)
    return tuple(fact for fact in FACTS if excludes or fact != "excluded")


def choice(scope: Scope) -> Variable:
    """Which SLOs the table shows."""
    options = (("all", "0"), *((fact, number(scope, fact)) for fact in facts_of(scope)))
    return Variable(CHOICE, "Show", "", options=options)


def number(scope: Scope, fact: str) -> str:
    """What a choice stands for."""
    return str(facts_of(scope).index(fact) + 1)


def slo_table(scope: Scope) -> Panel:
    """All SLOs: metric, target, current, status; then budget and burn."""
    groups = group_labels(scope.services)
    asked = [
        rows.about(scope, SERVICE, SLO, OWNER, "objective"),
        whole.chosen(scope, f"${CHOICE}", tuple(FACTS[fact](scope) for fact in facts_of(scope))),
        urgency.state(scope),
        queries.lately(scope),
        queries.good_share(scope),
        left.share(scope),
        urgency.burn_over_hour(scope),
        rows.lasts(scope),
        *([rows.change(scope)] if scope.windows else []),
        *([rows.out_of(scope, groups)] if groups else []),
    ]
    return Panel(
        "slos",
        Kind.TABLE,
        "All SLOs, most urgent first",
        "What each SLO promised, and kept. Of a grouped SLO the group that stands worst is shown. Kept: over "
        "the window beside it (4d of 30d: it is younger than its window). Gone in: at the rate of the last "
        "half hour, where that is within the window; -20 hours: overspent by 20 hours of total outage. "
        "Change: how much more of the budget is left than a window ago.",
        tuple(Query(expr, instant=True) for expr in asked),
        columns=tuple(_columns(scope, bool(groups))),
        sort=("-Status", "Budget left"),
        width=24,
        height=18,
        empty="no SLO is so",
        only=1,
    )


def _columns(scope: Scope, has_groups: bool) -> Iterator[Column]:
    """They fit 1,200 pixels, without those of labels and groups."""
    yield Column(2, "Status", words=STATE_WORDS, width=105)
    yield Column(ID, "SLO", link=slo_url(scope.settings), width=215)
    for name in scope.settings.identity:
        yield Column(name, name, width=70)
    if has_groups:
        yield Column("groups", "Groups", width=95, empty="–")
    if has_owners(scope):
        yield Column(OWNER, "Owner", width=100, empty="–")
    yield Column("objective", "Target", width=70)
    yield Column(3, "Last 7 days", "percentunit", 2, width=100, empty="–")
    yield Column(4, "Kept", "percentunit", 2, width=80, empty="–")
    yield Column("over", "Over", width=80)
    yield Column(5, "Budget left", "percentunit", 0, steps=BAR_STEPS, bar=True, width=160, empty="–")
    yield Column(6, "Burn 1h", "suffix:×", 1, steps=BURN_CELLS, width=75, empty="–")
    yield Column(7, "Gone in", "s", 1, width=95, empty="–", words=(Word(0, "gone"),))
    if scope.windows:
        yield Column(8, "Change", "percentunit", 0, width=75, empty="–")
    for label in (SERVICE, SLO):
        yield Column(label, label, hidden=True)
