"""A YAML document as plain data that can say where each of its values stands."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import yaml

from slogen.diagnostics import Span

Path = tuple[str | int, ...]


@lru_cache(maxsize=4)
def _slice(text: str, start: int, end: int) -> str:
    """Cut out a line; shared, because a hostile file may have all its problems on one line of megabytes."""
    return text[start:end].rstrip("\r")


def span_at(path: str, text: str, start: int, end: int) -> Span:
    """Return the span of the characters `start` to `end` of a file, as far as they are on one line.

    A position behind the last line is moved to its end, where a person would look. Lines are those
    of an editor: YAML 1.1 would also break at U+0085 and U+2028.
    """
    start = min(start, len(text.rstrip()))
    first = text.rfind("\n", 0, start) + 1
    last = text.find("\n", start)
    line = _slice(text, first, len(text) if last < 0 else last)
    column = start - first + 1
    end_column = max(column + 1, min(end - first, len(line.rstrip())) + 1)
    return Span(path, text.count("\n", 0, start) + 1, column, end_column, line)


def _child(node: yaml.Node, step: str | int) -> tuple[yaml.Node | None, yaml.Node] | None:
    """Return key (None in a sequence) and value one step down, or None when there is no such step."""
    if isinstance(node, yaml.MappingNode):
        return next(((key, value) for key, value in node.value if key.value == step), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and 0 <= step < len(node.value):
        return None, node.value[step]
    return None


@dataclass(frozen=True, slots=True)
class Document:
    """One document of a file: `index` counts from 0, `data` is plain, `root` knows the positions."""

    path: str
    index: int
    data: Any
    root: yaml.Node
    text: str

    def span(self, path: Path, *, key: bool = False) -> Span:
        """Return where the value at `path` stands, or its key.

        What does not exist is reported where it is missing: at the key of the nearest collection around
        it, or at that collection itself when it has no key (the root, an item of a list). What came
        through an alias is reported at the anchor.
        """
        owner: yaml.Node | None = None
        node = self.root
        for step in path:
            found = _child(node, step)
            if found is None:
                key = isinstance(node, yaml.CollectionNode)
                break
            owner, node = found
        target = owner if key and owner is not None else node
        return span_at(self.path, self.text, target.start_mark.index, target.end_mark.index)
