"""What the inhibition of somebody's configuration does to the alerts of a project.

By Alertmanager's rules: a source and a target that fit, the same values in `equal`, where a label that is
missing is an empty one; and what fits both sides is not held back by what does, too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from slogen.conventions import ID
from slogen.emitted.routing import Inhibition
from slogen.emitted.rules import Alert, RuleFile
from slogen.model.slo import Service
from slogen.routing.matching import SOME, Labels, UnreadableError, fits, read_matchers


@dataclass(frozen=True, slots=True)
class Held:
    """An alert that would be held back by one that has nothing to do with it."""

    source: Labels
    target: Labels


def label_sets(rules: Iterable[RuleFile], services: Sequence[Service]) -> list[Labels]:
    """The labels of each alert that there can be."""
    by = {slo.id: slo.sli.by for service in services for slo in service.slos}
    return [
        {"alertname": rule.alert, **rule.labels, **dict.fromkeys(by.get(rule.labels.get(ID, ""), ()), SOME)}
        for each in rules
        for group in each.groups
        for rule in group.rules
        if isinstance(rule, Alert)
    ]


def read_rule(data: Any) -> Inhibition:
    """A rule of a configuration, in any of its forms. Raises UnreadableError."""
    if not isinstance(data, Mapping):
        raise UnreadableError
    sides = [tuple(read_matchers(data, side)) for side in ("source_", "target_")]
    return Inhibition("", sides[0], sides[1], tuple(map(str, data.get("equal") or ())))


def held(rule: Inhibition, alerts: Sequence[Labels], meant: Sequence[Inhibition]) -> Iterator[Held]:
    """The pairs of which one would hold back the other, but for those of the same SLO that are meant."""
    sources = [each for each in alerts if fits(rule.source, each)]
    for target in alerts:
        if not fits(rule.target, target):
            continue
        both = fits(rule.source, target, surely=True)
        for source in sources:
            if source is target or (both and fits(rule.target, source, surely=True)):
                continue
            if _same(rule.equal, source, target) and not any(_holds(each, source, target) for each in meant):
                yield Held(source, target)


def _holds(rule: Inhibition, source: Labels, target: Labels) -> bool:
    return fits(rule.source, source) and fits(rule.target, target) and _same(rule.equal, source, target)


def _same(equal: Iterable[str], one: Labels, other: Labels) -> bool:
    """Whether the values can be the same: those of a group may be, and are never empty."""
    for name in equal:
        pair = (one.get(name, ""), other.get(name, ""))
        if pair[0] != pair[1] and (SOME not in pair or "" in pair):
            return False
    return True
