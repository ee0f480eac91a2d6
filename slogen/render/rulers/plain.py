"""Rules as plain data, in the words of Prometheus, which most engines read; and fitted to one engine."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from slogen.conventions import ID, SEVERITY, path_of_group
from slogen.emitted.proof import Compiled
from slogen.emitted.rules import Alert, Group, Recording, Rule
from slogen.emitted.splitting import split
from slogen.model.notifications import SEVERITIES
from slogen.model.rulers import Ruler, limits
from slogen.render.rulers.templates import without_queries
from slogen.settings import Settings
from slogen.units import format_duration
from slogen.yamltext import dump

_WORD: Final = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*")


def fitted(compiled: Compiled, ruler: Ruler, settings: Settings) -> tuple[Group, ...]:
    """An owner's groups as an engine takes them: those it is to evaluate, in parts that are small enough,
    with annotations that it can fill in."""
    rules = compiled.others.get(ruler.target, compiled).rules
    most, _ = limits(ruler, settings)
    parts = (
        part for group in _its_own(rules.groups, ruler, settings) for part in split(group, most, "-part")
    )
    return tuple(parts if ruler.asks else map(_without_queries, parts))


Severities = Callable[[Alert], str]


def severities(compiled: Compiled, settings: Settings) -> Severities:
    """What tells an alert's severity ("page", "ticket", "info"), whichever word its SLO has for it."""
    words = {
        (slo.id, slo.severity(name, settings)): name
        for service in compiled.services
        for slo in service.slos
        for name in SEVERITIES
    }
    own = {settings.severity(name): name for name in SEVERITIES}

    def known(alert: Alert) -> str:
        said = alert.labels.get(SEVERITY, "")
        return words.get((alert.labels.get(ID, ""), said)) or own.get(said, "ticket")

    return known


def _its_own(groups: Sequence[Group], ruler: Ruler, settings: Settings) -> Iterator[Group]:
    """All groups, or those of the path that the settings give to this engine. What pages read of what the
    other path makes of the spec alone is recorded beside them too: who evaluates that may be out of sight.
    Budgets are where all is seen, or there would be none."""
    path = next((path for path, target in settings.groups.items() if target == ruler.target), "")
    if not path or len(set(settings.groups.values())) == 1:
        yield from groups
        return
    elsewhere = [group for group in groups if path_of_group(group.name) not in ("", path)]
    recorded = (rule for group in elsewhere for rule in group.rules if isinstance(rule, Recording))
    constants = [rule for rule in recorded if rule.expr.startswith("vector(") and path == "page"]
    for group in groups:
        if group not in elsewhere:
            read = {word for rule in group.rules for word in _WORD.findall(rule.expr)}
            missing = tuple(rule for rule in constants if rule.record in read)
            yield replace(group, rules=(*missing, *group.rules))


def _without_queries(group: Group) -> Group:
    rules = (
        rule
        if isinstance(rule, Recording)
        else replace(rule, annotations={n: without_queries(text) for n, text in rule.annotations.items()})
        for rule in group.rules
    )
    return replace(group, rules=tuple(rules))


def keeps_firing(ruler: Ruler, settings: Settings) -> bool:
    """Whether rules for this engine can say how long an alert is kept; the oldest Prometheus can't."""
    return ruler.keeps and settings.prometheus.min_version >= (2, 42)


def groups_text(groups: Sequence[Group], keeps: bool) -> str:
    """The `groups:` mapping as YAML. `keeps`: `keep_firing_for` may be said."""
    return dump({"groups": [group_data(group, keeps) for group in groups]})


def group_data(
    group: Group, keeps: bool, more: Mapping[str, Mapping[str, Any]] | None = None
) -> dict[str, Any]:
    """A group as plain data. `more` are further fields of groups, by the path they are of."""
    its_own = (more or {}).get(path_of_group(group.name), {})
    rules = [rule_data(rule, keeps) for rule in group.rules]
    return {"name": group.name, "interval": format_duration(group.interval), **its_own, "rules": rules}


def rule_data(rule: Rule, keeps: bool) -> dict[str, Any]:
    """A rule as plain data."""
    if isinstance(rule, Recording):
        data: dict[str, Any] = {"record": rule.record, "expr": rule.expr}
    else:
        data = {"alert": rule.alert, "expr": rule.expr}
        if rule.wait:
            data["for"] = format_duration(rule.wait)
        if rule.keep_firing_for and keeps:
            data["keep_firing_for"] = format_duration(rule.keep_firing_for)
    if rule.labels:
        data["labels"] = rule.labels
    if not isinstance(rule, Recording):
        data["annotations"] = rule.annotations
    return data
