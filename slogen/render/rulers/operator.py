"""PrometheusRule objects for the Prometheus operator: one a service, more only where one gets too large.

The API server keeps what was applied in an annotation of at most 256 KiB, and one bad rule drops a
whole object, so services never share one.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

from slogen.conventions import object_name
from slogen.emitted.proof import Compiled
from slogen.emitted.rules import Group, Rule
from slogen.render.artifact import Artifact, header
from slogen.render.rulers.prometheus import groups_text, rule_data
from slogen.settings import Settings
from slogen.yamltext import dump

ENDING: Final = ".prometheusrule.yaml"
LABELS = {"app.kubernetes.io/managed-by": "slogen"}


def render(compiled: Compiled, settings: Settings) -> Iterator[Artifact]:
    """The object, or objects, of one owner; each in its own file."""
    rules = compiled.rules
    for part, groups in enumerate(_parts(rules.groups, settings), 1):
        suffix = "" if part == 1 else f".{part}"
        yield Artifact(
            f"kubernetes/{rules.owner}{suffix}{ENDING}",
            header(rules.source)
            + object_text(object_name(rules.owner, settings.project) + suffix, groups, settings),
            rules.owner,
            "kubernetes",
        )


def object_text(name: str, groups: tuple[Group, ...], settings: Settings) -> str:
    """An object of these groups as YAML."""
    metadata: dict[str, Any] = {"name": name}
    if settings.kubernetes.namespace:
        metadata["namespace"] = settings.kubernetes.namespace
    metadata["labels"] = {**LABELS, **settings.kubernetes.labels}
    head = dump({"apiVersion": "monitoring.coreos.com/v1", "kind": "PrometheusRule", "metadata": metadata})
    spec = groups_text(groups, settings).rstrip("\n").replace("\n", "\n  ").replace("\n  \n", "\n\n")
    return f"{head}spec:\n  {spec}\n"


def _parts(groups: tuple[Group, ...], settings: Settings) -> Iterator[tuple[Group, ...]]:
    """Cut between rules, in order, so that no part is larger than an object may be."""
    most = settings.kubernetes.max_bytes
    sizes = [[_size(rule, settings) for rule in group.rules] for group in groups]
    if sum(map(sum, sizes)) <= most:
        yield groups
        return
    for group, its in zip(groups, sizes, strict=True):
        for number, rules in enumerate(_chunks(group.rules, its, most), 1):
            name = group.name if number == 1 else f"{group.name}-part{number}"
            yield (Group(name, group.interval, rules),)


def _chunks(rules: tuple[Rule, ...], sizes: list[int], most: int) -> Iterator[tuple[Rule, ...]]:
    chunk, room = list[Rule](), most
    for rule, size in zip(rules, sizes, strict=True):
        if chunk and size > room:
            yield tuple(chunk)
            chunk, room = [], most
        chunk.append(rule)
        room -= size
    yield tuple(chunk)


def _size(rule: Rule, settings: Settings) -> int:
    """Bytes of a rule as an object's annotation holds it, rounded up: as JSON in a string."""
    return len(json.dumps(json.dumps(rule_data(rule, settings))))
