"""Whether all groups of a project fit into what an engine lets a tenant have."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from slogen.diagnostics import Problem, Severity, Span
from slogen.emitted.proof import Compiled
from slogen.model.rulers import Ruler, limits
from slogen.render.rulers.plain import fitted
from slogen.settings import FILE_NAME, Settings

_NEARLY: Final = 0.8


def crowded(owners: Sequence[Compiled], ruler: Ruler, settings: Settings) -> Iterator[Problem]:
    """An error where there are more groups than the engine takes, a warning where there are nearly so many:
    it would refuse those that come last."""
    _, most = limits(ruler, settings)
    count = sum(len(fitted(each, ruler, settings)) for each in owners)
    if not most or count <= _NEARLY * most:
        return
    is_over = count > most
    message = (
        f"{count:,} groups are {'more than' if is_over else 'nearly'} the {most:,} that {ruler.called} takes"
    )
    hint = (
        "raise ruler_max_rule_groups_per_tenant there, or ruler_max_rules_per_rule_group so that there are "
        "fewer groups, and say so in `mimir.max_groups` or `mimir.max_rules_per_group`"
    )
    severity = Severity.ERROR if is_over else Severity.WARNING
    yield Problem("ruler-groups-limit", message, Span(FILE_NAME), hint, severity)
