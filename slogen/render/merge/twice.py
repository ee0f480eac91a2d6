"""Keys that a mapping of a team's configuration has twice.

Alertmanager refuses them. Readers of YAML take the last in silence, and slogen would put its part into one
of two.
"""

from __future__ import annotations

from collections.abc import Iterator

import yaml

_MERGE_KEY = "<<"


def twice(node: yaml.Node | None, name: str = "") -> Iterator[tuple[yaml.Node, yaml.Node]]:
    """The key nodes of one mapping that say what one before says, each with that one; with a `name` only
    those that are this key."""
    first: dict[str, yaml.Node] = {}
    for key, _ in node.value if isinstance(node, yaml.MappingNode) else ():
        if not isinstance(key, yaml.ScalarNode) or key.value == _MERGE_KEY or name not in ("", key.value):
            continue
        if key.value in first:
            yield first[key.value], key
        first.setdefault(key.value, key)


def mappings(node: yaml.Node | None) -> Iterator[yaml.MappingNode]:
    """All mappings from a node on, each once: an alias leads to the node of its anchor."""
    seen, waiting = set[int](), [node]
    while waiting:
        here = waiting.pop()
        if here is None or id(here) in seen:
            continue
        seen.add(id(here))
        if isinstance(here, yaml.MappingNode):
            yield here
            waiting += [value for _, value in reversed(here.value)]
        elif isinstance(here, yaml.SequenceNode):
            waiting += reversed(here.value)
