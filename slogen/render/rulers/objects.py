"""Rules as Kubernetes objects: one a service, more only where one gets too large.

The API server keeps what was applied in an annotation of at most 256 KiB, and one bad rule drops a
whole object, so services never share one.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from slogen.conventions import object_name
from slogen.emitted.proof import Compiled
from slogen.emitted.rules import Group, Rule
from slogen.emitted.splitting import split
from slogen.model.rulers import Ruler
from slogen.render.artifact import Artifact, header
from slogen.render.rulers.plain import fitted, group_data, keeps_firing, rule_data
from slogen.settings import Settings
from slogen.yamltext import dump

_json: Final = json.JSONEncoder().encode
LABELS: Final = {"app.kubernetes.io/managed-by": "slogen"}
# Flux replaces ${...} in what it applies, and empties what it does not know: in selectors, too.
AS_IT_IS: Final = {"kustomize.toolkit.fluxcd.io/substitute": "disabled"}


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of objects that hold groups: its API, the end of its files' names, whether they are in a
    namespace, and what their names end with, where another engine has objects of the same kind."""

    api: str
    name: str
    ending: str
    has_namespace: bool = True
    suffix: str = ""


def objects(
    compiled: Compiled,
    ruler: Ruler,
    kind: Kind,
    settings: Settings,
    more: Mapping[str, Mapping[str, Any]] | None = None,
    labels: Mapping[str, str] | None = None,
) -> Iterator[Artifact]:
    """The object, or objects, of one owner; each in its own file. `more` are fields of groups, by
    the path they are of, `labels` those of the objects, the settings' by default."""
    rules, groups = compiled.rules, fitted(compiled, ruler, settings)
    keeps = keeps_firing(ruler, settings)
    name = object_name(rules.owner, settings.place) + kind.suffix
    for part, its in enumerate(parts(groups, ruler, settings), 1):
        suffix = "" if part == 1 else f".{part}"
        data = [group_data(group, keeps, more) for group in its]
        yield Artifact(
            f"kubernetes/{rules.owner}{suffix}{kind.ending}",
            header(rules.source) + object_text(f"{name}{suffix}", kind, data, settings, labels),
            rules.owner,
            ruler.target,
        )


def object_text(
    name: str,
    kind: Kind,
    groups: list[dict[str, Any]],
    settings: Settings,
    labels: Mapping[str, str] | None = None,
) -> str:
    """An object of these groups, as plain data, as YAML."""
    metadata: dict[str, Any] = {"name": name}
    if settings.kubernetes.namespace and kind.has_namespace:
        metadata["namespace"] = settings.kubernetes.namespace
    metadata["labels"] = {**LABELS, **(settings.kubernetes.labels if labels is None else labels)}
    metadata["annotations"] = dict(AS_IT_IS)
    head = dump({"apiVersion": kind.api, "kind": kind.name, "metadata": metadata})
    spec = dump({"groups": groups}).rstrip("\n").replace("\n", "\n  ").replace("\n  \n", "\n\n")
    return f"{head}spec:\n  {spec}\n"


def parts(groups: tuple[Group, ...], ruler: Ruler, settings: Settings) -> Iterator[tuple[Group, ...]]:
    """The groups of each object of an owner: all in one, or cut so that none is larger than it may be."""
    most, keeps = settings.kubernetes.max_bytes, keeps_firing(ruler, settings)
    if sum(_size(rule, keeps) for group in groups for rule in group.rules) <= most:
        yield groups
        return
    for group in groups:
        for part in split(group, most, "-part", lambda rule: _size(rule, keeps)):
            yield (part,)


def _size(rule: Rule, keeps: bool) -> int:
    """Bytes of a rule as an object's annotation holds it, rounded up: as JSON in a string, where each quote
    and each backslash has a backslash before it."""
    text = _json(rule_data(rule, keeps))
    return len(text) + text.count('"') + text.count("\\") + 2
