"""What will be emitted for Prometheus: recording rules, alerts and groups, without a format."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property


@dataclass(frozen=True, slots=True)
class Recording:
    """A recording rule."""

    record: str
    expr: str
    labels: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Alert:
    """An alerting rule; `wait` ("for") and `keep_firing_for` in seconds."""

    alert: str
    expr: str
    labels: Mapping[str, str]
    annotations: Mapping[str, str]
    wait: int = 0
    keep_firing_for: int = 0


Rule = Recording | Alert


@dataclass(frozen=True, slots=True)
class Group:
    """Rules that are evaluated in order, every `interval` seconds."""

    name: str
    interval: int
    rules: tuple[Rule, ...]


@dataclass(frozen=True)
class RuleFile:
    """The groups of one owner (a service, or the project) and the spec they came from."""

    owner: str
    source: str
    groups: tuple[Group, ...]

    @property
    def rule_count(self) -> int:
        """How many rules an oracle must find in it."""
        return sum(len(group.rules) for group in self.groups)

    @cached_property
    def alerts(self) -> dict[tuple[str, str], list[Alert]]:
        """The alerts by their name and slo_id."""
        found: dict[tuple[str, str], list[Alert]] = {}
        for group in self.groups:
            for rule in group.rules:
                if isinstance(rule, Alert):
                    found.setdefault((rule.alert, rule.labels.get("slo_id", "")), []).append(rule)
        return found
