"""What an engine does with the rules of a project: how much of its limits they use, how late their alerts
come, what they do without."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from slogen.conventions import ABSENT_ALERT
from slogen.diagnostics import Problem
from slogen.emitted.proof import Compiled
from slogen.emitted.rules import Alert, Group, RuleFile
from slogen.model.rulers import Ruler, limits, rulers_among
from slogen.model.slo import Slo
from slogen.owners import compiled_for
from slogen.render.rulers.objects import parts
from slogen.render.rulers.plain import fitted, keeps_firing
from slogen.render.rulers.tenancy import crowded
from slogen.settings import Settings
from slogen.tell.delays import delays
from slogen.understand import Project

_UNSEEN: Final = (
    "it doesn't record which alerts fire: the faster of two pages may end before the slower, which is then "
    f"told anew, and the page that targets are gone (`{ABSENT_ALERT}`) may end when another target answers"
)


@dataclass(frozen=True, slots=True)
class Delay:
    """An alert of an SLO, and by how many seconds it may be later than on an engine that is never late."""

    slo_id: str
    alert: str
    severity: str
    seconds: int


@dataclass(frozen=True, slots=True)
class OnEngine:
    """A project on an engine: its groups and rules, of so many SLOs; the most rules of a group and groups of
    a tenant (0: no limit); delays; and what its alerts do without, in sentences."""

    ruler: Ruler
    slos: int
    groups: int
    rules: int
    most_rules: int
    most_groups: int
    delays: tuple[Delay, ...]
    lacks: tuple[str, ...]

    @property
    def fitting(self) -> int | None:
        """About how many SLOs like these fit; None where there is no limit."""
        return self.slos * self.most_groups // self.groups if self.most_groups and self.groups else None


def groups_on(
    project: Project, ruler: Ruler, rules: Sequence[RuleFile] | None = None
) -> list[tuple[str, tuple[Group, ...]]]:
    """The groups of each owner, beside its name, as an engine has them, in each cluster; of a project without
    errors, whose `rules` may have been made before."""
    every = compiled_for(project, ruler, rules)
    return [(each.rules.owner, _groups(each, ruler, project.settings)) for each in every]


def on_engine(project: Project, ruler: Ruler, wanted: Sequence[Slo]) -> OnEngine:
    """What an engine does with a project without errors; delays are those of the SLOs that are `wanted`."""
    owners = groups_on(project, ruler)
    groups = [group for _, its in owners for group in its]
    by_owner = dict(reversed(owners))  # in the first cluster
    beside = _beside(project, ruler)
    most_rules, most_groups = limits(ruler, project.settings)
    return OnEngine(
        ruler,
        sum(len(service.slos) for service in project.services),
        len(groups),
        sum(len(group.rules) for group in groups),
        most_rules,
        most_groups,
        tuple(
            late
            for slo in wanted
            for late in _delays(slo, by_owner[slo.service], ruler, beside.get(slo.service, ()))
        ),
        tuple(_lacks(groups, ruler, keeps=keeps_firing(ruler, project.settings))),
    )


def crowding(project: Project) -> list[Problem]:
    """Problems of engines that take fewer groups than a project has, if that has no errors: for these engines
    its rules are compiled, without their proof."""
    if not project.ok:
        return []
    settings = project.settings
    limited = (r for r in rulers_among(settings.targets, settings) if limits(r, settings)[1])
    counts = {r.target: sum(len(fitted(c, r, settings)) for c in compiled_for(project, r)) for r in limited}
    return list(crowded(counts, settings))


def _groups(owner: Compiled, ruler: Ruler, settings: Settings) -> tuple[Group, ...]:
    """An owner's groups as the engine evaluates them: objects that got too large have parts of theirs."""
    groups = fitted(owner, ruler, settings)
    if "objects" not in settings.forms_of(ruler.target):
        return groups
    return tuple(group for part in parts(groups, ruler, settings) for group in part)


def _beside(project: Project, ruler: Ruler) -> dict[str, list[tuple[Group, bool]]]:
    """The groups that other engines evaluate for this one, by owner, and whether these are late: where the
    settings give each path to an engine."""
    shares = set(project.settings.groups.values())
    if ruler.target not in shares:
        return {}
    found: dict[str, list[tuple[Group, bool]]] = {}
    for other in rulers_among(sorted(shares - {ruler.target}), project.settings):
        for owner, groups in reversed(groups_on(project, other)):
            found[owner] = [(group, other.is_late) for group in groups]
    return found


def _delays(
    slo: Slo, groups: Sequence[Group], ruler: Ruler, beside: Sequence[tuple[Group, bool]]
) -> Iterator[Delay]:
    for (alert, severity), seconds in delays(groups, slo.id, is_late=ruler.is_late, elsewhere=beside).items():
        yield Delay(slo.id, alert, severity, seconds)


def _lacks(groups: Sequence[Group], ruler: Ruler, *, keeps: bool) -> Iterator[str]:
    alerts = [rule for group in groups for rule in group.rules if isinstance(rule, Alert)]
    kept = sum(alert.keep_firing_for > 0 for alert in alerts)
    if kept and not keeps:
        what = f"{kept:,} alerts that sway around their line may end and begin again"
        yield f"its rules can't say how long an alert is kept: {what}"
    if not ruler.asks:
        yield "its annotations can't ask the server: when the budget will be gone is not in the message"
    if not ruler.shows:
        yield _UNSEEN
    if ruler.metrics is None:
        told = "nobody is told that they fail, only that they are gone"
        yield f"it tells nothing of its rules as series: {told}"
