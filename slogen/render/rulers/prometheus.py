"""Plain Prometheus rule files: one document, one service."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from slogen.emitted.proof import Compiled
from slogen.emitted.rules import Group, Recording, Rule
from slogen.render.artifact import Artifact, header
from slogen.settings import Settings
from slogen.units import format_duration
from slogen.yamltext import dump

ENDING: Final = ".rules.yaml"


def path_of(owner: str) -> str:
    """Where the rule file of an owner lies below the output."""
    return f"prometheus/{owner}{ENDING}"


def render(compiled: Compiled, settings: Settings) -> Iterator[Artifact]:
    """The rule file of one owner."""
    rules = compiled.rules
    text = header(rules.source) + groups_text(rules.groups, settings)
    yield Artifact(path_of(rules.owner), text, rules.owner, "prometheus")


def groups_text(groups: tuple[Group, ...], settings: Settings) -> str:
    """The `groups:` mapping as YAML."""
    return dump({"groups": [group_data(group, settings) for group in groups]})


def group_data(group: Group, settings: Settings) -> dict[str, Any]:
    """A group as plain data."""
    rules = [rule_data(rule, settings) for rule in group.rules]
    return {"name": group.name, "interval": format_duration(group.interval), "rules": rules}


def rule_data(rule: Rule, settings: Settings) -> dict[str, Any]:
    """A rule as plain data; fields that the oldest supported Prometheus lacks are left out."""
    if isinstance(rule, Recording):
        data: dict[str, Any] = {"record": rule.record, "expr": rule.expr}
    else:
        data = {"alert": rule.alert, "expr": rule.expr}
        if rule.wait:
            data["for"] = format_duration(rule.wait)
        if rule.keep_firing_for and settings.prometheus.min_version >= (2, 42):
            data["keep_firing_for"] = format_duration(rule.keep_firing_for)
    if rule.labels:
        data["labels"] = rule.labels
    if not isinstance(rule, Recording):
        data["annotations"] = rule.annotations
    return data
