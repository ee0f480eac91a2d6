"""Whether the groups that a server has loaded are those of git, as its engine has them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from slogen.conventions import ID
from slogen.emitted.rules import Alert, Group, Rule
from slogen.live.doctor.nearest import some
from slogen.promql.canonical import same
from slogen.settings import Settings

Loaded = Mapping[str, Any]  # as the API tells of it


@dataclass(frozen=True, slots=True)
class Difference:
    """What of a group is not as in git, and an SLO that it is about, if it is about one."""

    message: str
    slo_id: str = ""


@dataclass(frozen=True, slots=True)
class Fit:
    """The groups of git as one engine (a target) has them, and how those of them that are loaded differ."""

    target: str
    wanted: Mapping[str, Group]
    differences: Mapping[str, tuple[Difference, ...]]

    @property
    def well(self) -> int:
        """How many groups are loaded as they should be."""
        return sum(not found for found in self.differences.values())


def best_fit(engines: Mapping[str, Sequence[Group]], loaded: Mapping[str, Loaded], settings: Settings) -> Fit:
    """The engine that these groups are made for, most likely: the first of those with the most of them."""
    best: Fit | None = None
    for target, groups in engines.items():
        found = _fit(target, groups, loaded, settings)
        if best is None or found.well > best.well:
            best = found
        if best.well == len(best.wanted):
            break
    assert best is not None
    return best


def _fit(target: str, groups: Sequence[Group], loaded: Mapping[str, Loaded], settings: Settings) -> Fit:
    wanted = {group.name: group for group in groups}
    there = (group for group in groups if group.name in loaded)
    differences = {g.name: tuple(_differences(g, loaded[g.name], settings)) for g in there}
    return Fit(target, wanted, differences)


def labels_of(rule: Loaded) -> dict[str, Any]:
    """The labels of a rule; none where something else came."""
    found = rule.get("labels")
    return dict(found) if isinstance(found, dict) else {}


def number(found: object) -> float:
    """A number of an answer; 0 for anything else."""
    return float(found) if isinstance(found, int | float) else 0.0


def _differences(group: Group, loaded: Loaded, settings: Settings) -> Iterator[Difference]:
    """How a group differs: in the number of its rules, or else in its interval and its first other rule."""
    rules = loaded["rules"]
    if len(rules) != len(group.rules):
        yield _other_number(group, rules)
        return
    interval = loaded["interval"] or group.interval
    if interval != group.interval:
        yield Difference(f"{group.name} is evaluated every {interval:g}s, and not every {group.interval}s")
    different = [
        (rule, what) for rule, each in _pairs(group.rules, rules) if (what := _other(rule, each, settings))
    ]
    if different:
        rule, what = different[0]
        more = f", and {len(different) - 1} more rules of the group" if len(different) > 1 else ""
        message = f"{group.name}: {what} of {_name(rule)} is another on the server than in git{more}"
        yield Difference(message, rule.labels.get(ID, ""))


def _other_number(group: Group, loaded: Sequence[Loaded]) -> Difference:
    """Rules are missing, or are too many: of which SLOs."""
    own = {rule.labels[ID] for rule in group.rules if ID in rule.labels}
    theirs = {str(labels_of(rule)[ID]) for rule in loaded if ID in labels_of(rule)}
    message = f"{group.name} has {len(loaded)} rules on the server, and {len(group.rules)} in git"
    parts = [
        f"{words} {some(sorted(ids))}"
        for words, ids in (("none of", own - theirs), ("still those of", theirs - own))
        if ids
    ]
    told = f": {', and '.join(parts)}" if parts else ""
    return Difference(message + told, min(own - theirs, default=""))


def _pairs(own: Sequence[Rule], loaded: Sequence[Loaded]) -> Iterator[tuple[Rule, Loaded]]:
    """Each rule and the loaded one in its place. Thanos shows them by kind and name, and not in the order in
    which it evaluates them: of rules in that order nobody knows another."""
    kinds = [_key(rule)[:2] for rule in loaded]
    if kinds == sorted(kinds):
        own, loaded = sorted(own, key=_own_key), sorted(loaded, key=_key)
    return zip(own, loaded, strict=True)


def _key(rule: Loaded) -> tuple[str, str, list[tuple[str, str]]]:
    labels = sorted((str(name), str(value)) for name, value in labels_of(rule).items())
    return str(rule.get("type", "")), str(rule.get("name", "")), labels


def _own_key(rule: Rule) -> tuple[str, str, list[tuple[str, str]]]:
    kind = "alerting" if isinstance(rule, Alert) else "recording"
    return kind, _called(rule), sorted(rule.labels.items())


def _called(rule: Rule) -> str:
    return rule.alert if isinstance(rule, Alert) else rule.record


def _name(rule: Rule) -> str:
    return f"{_called(rule)} ({rule.labels[ID]})" if ID in rule.labels else _called(rule)


def _other(rule: Rule, loaded: Loaded, settings: Settings) -> str:
    """What of a rule is not as it was generated; "" where all is."""
    if loaded.get("name") != _called(rule):
        return "the name"
    if not same(rule.expr, str(loaded.get("query", ""))):
        return "the expression"
    if labels_of(loaded) != dict(rule.labels):
        return "a label"
    if isinstance(rule, Alert):
        if number(loaded.get("duration")) != rule.wait:
            return "`for`"
        keeps = rule.keep_firing_for if settings.prometheus.min_version >= (2, 42) else 0
        if number(loaded.get("keepFiringFor")) != keeps and "keepFiringFor" in loaded:
            return "`keep_firing_for`"
    return ""
