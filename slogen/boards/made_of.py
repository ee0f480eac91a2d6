"""What an SLO is made of, where a project has any of it: other SLOs, levels of a value, excluded time."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from slogen.boards.colours import BURN_STEPS, NEUTRAL, RED
from slogen.conventions import COMPONENT, COMPONENT_BURN, EXCLUDED, LEVEL, LEVEL_THRESHOLD, VALUE
from slogen.emitted.panels import Column, Kind, Panel, Query, Word
from slogen.model.slo import is_compound
from slogen.tell.queries import Scope


def panels(scope: Scope) -> Iterator[Panel]:
    """The row of the parts; nothing where no SLO has any."""
    slos = [slo for service in scope.services for slo in service.slos]
    if any(is_compound(slo.sli) for slo in slos):
        yield _parts(scope)
        yield _parts_over_time(scope)
    if any(slo.levels for slo in slos):
        yield _value(scope)
    if any(slo.exclusions for slo in slos):
        yield _excluded(scope)


def _burnt(scope: Scope) -> str:
    return f"max by ({scope.joined}, {COMPONENT}) ({scope.groups(COMPONENT_BURN)})"


def _parts(scope: Scope) -> Panel:
    return Panel(
        "parts",
        Kind.TABLE,
        "Parts, worst first",
        "What each SLO that this one is made of adds to its burn rate now.",
        (Query(_burnt(scope), instant=True),),
        columns=(
            Column(COMPONENT, "SLO"),
            Column(0, "Burns", "suffix:×", 2, steps=BURN_STEPS, width=120),
        ),
        sort=("-Burns",),
        width=8,
        height=8,
        empty="not made of others",
    )


def _parts_over_time(scope: Scope) -> Panel:
    most = f"max_over_time({scope.groups(COMPONENT_BURN)}[$__rate_interval])"
    worst = f"max by ({scope.joined}, {COMPONENT}) ({most})"
    return Panel(
        "parts-over-time",
        Kind.LINES,
        "Burn rate of the parts",
        "What each SLO that this one is made of added to its burn rate, the most of each step.",
        (Query(f"topk(10, {worst})", f"{{{{{COMPONENT}}}}}"),),
        "suffix:×",
        2,
        width=16,
        height=8,
        empty="not made of others",
        low=Decimal(0),
    )


def _value(scope: Scope) -> Panel:
    levels = f"max by ({scope.joined}, {LEVEL}) ({scope.of(LEVEL_THRESHOLD)})"
    return Panel(
        "value",
        Kind.LINES,
        "Value and its levels",
        "What the SLI reads, beside the levels at which its alerts fire and the target that its objective is "
        "about.",
        (
            Query(scope.most(scope.of(VALUE)), "value", title="value", colour=NEUTRAL),
            Query(levels, f"{{{{{LEVEL}}}}}", colour=RED, dashed=True),
        ),
        width=16,
        height=8,
        empty="no levels",
    )


def _excluded(scope: Scope) -> Panel:
    active = f"max by ({scope.joined}) (max_over_time({scope.of(EXCLUDED)}[$__rate_interval]))"
    return Panel(
        "excluded",
        Kind.STATES,
        "Excluded time",
        "When events did not count, and alerts were silent.",
        (Query(active, "excluded"),),
        words=(Word(1, "excluded", NEUTRAL),),
        width=8,
        height=8,
        empty="nothing was excluded",
    )
