"""An SLO as it is compared: what it promises and does, taken from the model and from its compiled rules."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from slogen.conventions import ID
from slogen.emitted.rules import Rule, RuleFile
from slogen.model.alerting import BudgetAlert, Escalation
from slogen.model.alerts import AlertLine, Why, alerts_of
from slogen.model.levels import Level
from slogen.model.notifications import Notifications
from slogen.model.slo import Slo
from slogen.model.tiers import Tier
from slogen.project.rulefacts import Facts, compiled_facts
from slogen.settings import Settings
from slogen.target_settings import ClusterSettings
from slogen.tell.cost import Cost, slo_cost
from slogen.tell.explain import TierLine, tier_lines
from slogen.tell.words import alert_words
from slogen.understand import Project
from slogen.units import format_duration

NOBODY = "nobody"
Clusters = Mapping[str, Mapping[str, ClusterSettings]]


@dataclass(frozen=True)
class View:
    """One SLO of one side. `rules` are its own, as they are in one of its `clusters`."""

    slo: Slo
    settings: Settings
    notifications: Notifications | None
    rules: tuple[Rule, ...]
    cost: Cost
    clusters: Mapping[str, ClusterSettings]

    @cached_property
    def facts(self) -> Facts:
        """What its rules say of its budget."""
        return compiled_facts(self.rules)

    @cached_property
    def tiers(self) -> Mapping[str, TierLine]:
        """Its burn-rate alerts by severity and name."""
        return {f"{each.severity} {each.name}": each for each in tier_lines(self.slo, self.settings)}

    @cached_property
    def alerts(self) -> Mapping[str, str]:
        """When its other alerts come, in words, each by what it is."""
        return dict(self._alerts())

    def _alerts(self) -> Iterator[tuple[str, str]]:
        for each in alerts_of(self.slo):
            if not isinstance(each.of, Tier):
                yield _key(each), _words(self.slo, each)

    @cached_property
    def told(self) -> Mapping[str, str]:
        """Who is told, by severity; empty where the project doesn't say."""
        said = self.notifications
        if said is None:
            return {}
        to = said.of(self.slo.owner)
        found = {}
        for severity in self.severities:
            found[severity] = " and ".join(said.there(to.receivers.get(severity, ()))) or NOBODY
        if "ticket" in found and to.ticket_hours:
            found["ticket"] += f" in {to.ticket_hours} hours"
        if "info" in found and to.quiet_hours:
            found["info"] += f", not in {to.quiet_hours} hours"
        if self.slo.depends_on:
            found["tickets held back"] = f"while {' or '.join(self.slo.depends_on)} pages"
        if to.page_to and any(each.why is Why.ESCALATION for each in alerts_of(self.slo)):
            found["escalation"] = " and ".join(said.there(to.page_to))
        return found

    @cached_property
    def severities(self) -> tuple[str, ...]:
        """Those that its alerts have."""
        return tuple(dict.fromkeys(each.severity for each in alerts_of(self.slo)))

    def labels(self, severities: Collection[str]) -> Mapping[str, str]:
        """The labels of its alerts of these severities, by which anybody may route them."""
        slo, found = self.slo, dict[str, str]()
        for severity in severities:
            found[f"severity of a {severity}"] = slo.severity(severity, self.settings)
            own = slo.alerting.options(severity).labels
            found |= {f"{name} of a {severity}": value for name, value in own.items()}
        return {**found, **slo.labels}


def views(
    project: Project, rules: Mapping[str, Mapping[str, RuleFile]], clusters: Clusters, others: Clusters
) -> dict[str, View]:
    """The SLOs of the services whose `rules` are given, by identity. Each is as it is in one of its clusters,
    for its rules are alike in all: in one that is the same on the other side, if there is any."""
    found = {}
    for service in project.services:
        for slo in service.slos if service.name in rules else ():
            own, theirs = clusters[slo.id], others.get(slo.id, {})
            place = max(own, key=lambda name: (name in theirs) + (theirs.get(name) == own[name]))
            found[slo.id] = _view(slo, project, rules[service.name][place], own)
    return found


def clusters_of(project: Project) -> Clusters:
    """By identity, the clusters that have each SLO, in their order; where the project has none, there is one
    without a name."""
    settings = {each.name: each for each in project.settings.clusters}
    found = dict[str, dict[str, ClusterSettings]]()
    for place in project.places:
        name = place.settings.cluster
        for slo in (slo for service in place.services for slo in service.slos):
            found.setdefault(slo.id, {})[name] = settings.get(name, ClusterSettings(name))
    return found


def _view(slo: Slo, project: Project, rules: RuleFile, clusters: Mapping[str, ClusterSettings]) -> View:
    own = tuple(rule for group in rules.groups for rule in group.rules if rule.labels.get(ID) == slo.id)
    cost = slo_cost(slo, rules, project.settings)
    return View(slo, project.settings, project.notifications, own, cost, clusters)


def _key(line: AlertLine) -> str:
    match line.of:
        case BudgetAlert() as spent:
            return f"{spent.percent} of the budget, {line.severity}"
        case Level() as level:
            return f"level {level.name}"
        case Escalation() as step:
            return f"escalation of a {step.severity}"
    return f"{line.why}, {line.severity}"


def _words(slo: Slo, line: AlertLine) -> str:
    """When the alert comes, for whom, and by what name if it is another."""
    name = slo.alerting.name(line.name)
    return _when(slo, line) + (f", called {name}" if name != line.name else "")


def _when(slo: Slo, line: AlertLine) -> str:
    if isinstance(line.of, Escalation):
        return f"{line.severity} when a {line.of.severity} fires for {format_duration(line.of.after)}"
    if line.why is Why.BUCKET:
        return f"{line.severity} when the bucket is missing"
    said = alert_words(slo, line)
    if line.why is Why.ABSENT:
        absent = slo.alerting.absent
        more = f" ({' and '.join(absent.up)})" if absent and absent.up else ""
        more += " of each group alone" if absent and absent.per_group else ""
        more += f", forgotten after {format_duration(slo.alerting.forget)}"
        return said.replace("an alert", line.severity, 1) + more
    held = f", for {format_duration(line.wait)}" if line.wait else ""
    return f"{said}{held}"
