"""Whether all groups of a project fit into what an engine lets a tenant have."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from math import ceil
from typing import Final

from slogen.diagnostics import Problem, Severity, Span
from slogen.emitted.proof import Compiled
from slogen.model.rulers import LIMITED_BY, RULERS, Ruler, limits, rulers_among
from slogen.render.rulers.plain import fitted
from slogen.settings import FILE_NAME, Settings

_NEARLY: Final = Fraction(4, 5)


def group_counts(compiled: Compiled, settings: Settings, targets: Iterable[str]) -> dict[str, int]:
    """How many groups an owner has on each engine among the targets that takes no more than so many."""
    rulers = rulers_among(targets, settings)
    return {r.target: len(fitted(compiled, r, settings)) for r in rulers if limits(r, settings)[1]}


def crowded(counts: Mapping[str, int], settings: Settings) -> Iterator[Problem]:
    """Problems of engines that take fewer groups than a project has, by their target."""
    for target, count in counts.items():
        yield from _crowded(count, RULERS[target], settings)


def _crowded(count: int, ruler: Ruler, settings: Settings) -> Iterator[Problem]:
    """An error where `count` groups are more than the engine takes, a warning where they are nearly so many:
    it would refuse those that come last."""
    _, most = limits(ruler, settings)
    if not most or count <= _NEARLY * most:
        return
    is_over = count > most
    message = (
        f"{count:,} groups are {'more than' if is_over else 'nearly'} the {most:,} that {ruler.called} takes"
    )
    enough = ceil(count / _NEARLY)
    hint = (
        f"raise ruler_max_rule_groups_per_tenant there, and say so: `{LIMITED_BY[ruler.target]}: "
        f"{{max_groups: {enough}}}`; or ruler_max_rules_per_rule_group so that there are fewer groups, and "
        "say so in `max_rules_per_group`"
    )
    severity = Severity.ERROR if is_over else Severity.WARNING
    span = settings.places.get(ruler.target, Span(FILE_NAME))
    yield Problem("ruler-groups-limit", message, span, hint, severity)
