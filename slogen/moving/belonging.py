"""Which rules of another tool are those of which SLO that was imported."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from slogen.emitted.rules import Alert
from slogen.moving.names import slug
from slogen.moving.old_rules import OldRule
from slogen.moving.outcome import Moved
from slogen.promql.tree import VectorSelector

# Labels that hold the name of an SLO, and those that hold its service.
_NAMES: Final = ("sloth_slo", "slo", "slo_name", "openslo_slo")
_SERVICES: Final = ("sloth_service", "slo_service", "service", "openslo_service")


@dataclass(frozen=True, slots=True)
class Belonging:
    """The rules of each SLO by its id, and alerts that are of none that is known."""

    of: Mapping[str, tuple[OldRule, ...]]
    alone: tuple[OldRule, ...]


def belonging(rules: Sequence[OldRule], slos: Sequence[Moved]) -> Belonging:
    """Sort the rules by what they are labelled with, by what they select, and by the names of alerts that the
    documents said."""
    moved = [slo for slo in slos if slo.fields]
    called: dict[str, list[Moved]] = {}
    for slo in moved:
        called.setdefault(slo.called, []).append(slo)
    alerts = _alert_names(moved)
    of: dict[str, list[OldRule]] = {}
    alone = []
    for rule in rules:
        owner = _owner(rule, called) or (alerts.get(rule.name, "") if isinstance(rule.rule, Alert) else "")
        if owner:
            of.setdefault(owner, []).append(rule)
        elif isinstance(rule.rule, Alert):
            alone.append(rule)
    return Belonging({name: tuple(found) for name, found in of.items()}, tuple(alone))


def _alert_names(slos: Iterable[Moved]) -> dict[str, str]:
    """The SLO of each name of an alert that only one of them has."""
    found: dict[str, list[str]] = {}
    for slo in slos:
        names = (slo.fields or {}).get("alerting", {}).get("names", {})
        for name in names.values():
            found.setdefault(name, []).append(slo.id)
    return {name: ids[0] for name, ids in found.items() if len(set(ids)) == 1}


def _owner(rule: OldRule, called: Mapping[str, Sequence[Moved]]) -> str:
    """The one SLO that labels and selectors name; "" where they name none, or several."""
    labels = [dict(rule.rule.labels), *map(_matched, rule.selectors)]
    owners = {slo.id for each in labels for slo in _named(each, called)}
    return owners.pop() if len(owners) == 1 else ""


def _matched(selector: VectorSelector) -> dict[str, str]:
    return {matcher.name: matcher.value for matcher in selector.matchers if matcher.op == "="}


def _named(labels: Mapping[str, str], called: Mapping[str, Sequence[Moved]]) -> Iterator[Moved]:
    for name in _NAMES:
        found = called.get(labels.get(name, ""), ())
        services = {slug(labels[label]) for label in _SERVICES if label in labels}
        of_it = [slo for slo in found if slo.service in services] if len(found) > 1 else found
        if len(of_it) == 1:
            yield of_it[0]
            return
