"""Where slogen's blocks go in a base, and how they look there: a list may be absent, empty, in lines or in
brackets; the mapping around it may be in braces."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

import yaml

from slogen.render.merge.base import Base
from slogen.render.merge.layout import Path
from slogen.render.merge.markers import FILES, SECTIONS, Sections, block, inline, marked
from slogen.yamltext import dump, escaped

_PROPERTY = re.compile(r"[&!]\S*[ \t]*(?:\n[ \t]*(?=[&!]))?")
_FIRST_ITEM = re.compile(r"[^\n]*\n(?:[ \t]*(?:#[^\n]*)?\n)*([ \t]*)-")
Block = tuple[int, str, bool]


def blocks(base: Base, sections: Sections) -> Iterator[Block]:
    """Where in the text to put what, and whether that is within brackets or braces."""
    for name in SECTIONS:
        if items := sections.get(name):
            holder = base.value("route") if name == "routes" else base.root
            assert isinstance(holder, yaml.MappingNode)
            yield _block(base, name, items, holder)


def _block(base: Base, name: str, items: Sequence[Any], holder: yaml.MappingNode) -> Block:
    found = next(((key, value) for key, value in holder.value if key.value == name), None)
    if found is None:
        return new_field(base, name, {name: list(items)}, holder)
    key, value = found
    if _is_alias(base, key, value):
        base.problem(
            f"`{name}` is an alias, and what it stands for is used elsewhere", "write the list out", key
        )
    if isinstance(value, yaml.ScalarNode) and not value.value:
        if holder.flow_style:
            base.problem(f"`{name}` has no value", "write `[]`, or drop it", key)
        return _after(base, key.end_mark.index), block(name, items, key.start_mark.column + 2), False
    if not isinstance(value, yaml.SequenceNode):
        base.problem(f"`{name}` must be a list", "Alertmanager needs it", value)
    if value.flow_style:
        lines = [f"{escaped(json.dumps(item, ensure_ascii=False))}," for item in items]
        return _inside(base, "[", value), inline(name, lines, key.start_mark.column + 2), True
    end = _properties(base, key, value)
    return _after(base, end), block(name, items, _column(base, end)), False


def new_field(base: Base, marker: str, field: dict[str, Any], holder: yaml.MappingNode) -> Block:
    """A field that a mapping doesn't have: before its others, or at the end of a whole file."""
    if holder.flow_style:
        ((name, value),) = field.items()
        line = f"{json.dumps(name)}: {escaped(json.dumps(value, ensure_ascii=False))}" + (
            "," if holder.value else ""
        )
        return _inside(base, "{", holder), inline(marker, [line], holder.start_mark.column + 2), True
    first = holder.value[0][0].start_mark
    text = dump(field)
    if holder is base.root and base.is_whole:
        end = min(holder.end_mark.index, len(base.text))
        lead = "" if base.text[:end].endswith("\n") else "\n"
        return end, lead + marked(marker, text, first.column), False
    start = base.text.rfind("\n", 0, first.index) + 1
    if base.text[start : first.index].strip():
        base.problem(
            f"`{marker}` can't go before a field on the line of its key",
            "begin it on a line of its own",
            holder,
        )
    return start, marked(marker, text, first.column), False


def files_block(base: Base, path: Path, name: str, text: str) -> Block:
    """The template file, among those that the file carries. `base` has the document as its root."""
    holder = base.value(*path[:-1])
    assert isinstance(holder, yaml.MappingNode)
    found = next(((key, value) for key, value in holder.value if key.value == path[-1]), None)
    if found is None:
        return new_field(base, FILES, {path[-1]: {name: text}}, holder)
    key, value = found
    if isinstance(value, yaml.ScalarNode) and not value.value:
        return (
            _after(base, key.end_mark.index),
            marked(FILES, dump({name: text}), key.start_mark.column + 2),
            False,
        )
    if not isinstance(value, yaml.MappingNode):
        base.problem(f"`{path[-1]}` must be a mapping of files", "such as `name.tmpl: |`", value)
    if taken := next((key for key, _ in value.value if key.value == name), None):
        base.problem(f"`{name}` is slogen's, and not between its markers", "drop it", taken, "merge-template")
    return new_field(base, FILES, {name: text}, value)


def _inside(base: Base, bracket: str, node: yaml.Node) -> int:
    return base.text.index(bracket, node.start_mark.index) + 1


def _properties(base: Base, key: yaml.Node, value: yaml.Node) -> int:
    """Where the key of a list ends, with its anchor and its tag."""
    start = value.start_mark.index
    while match := _PROPERTY.match(base.text, start):
        start = match.end()
    return start if start > value.start_mark.index else key.end_mark.index


def _column(base: Base, start: int) -> int:
    """The column of a list's first dash, after `start`."""
    match = _FIRST_ITEM.match(base.text, start)
    assert match is not None  # the parser has found a list there
    return len(match[1])


def _after(base: Base, start: int) -> int:
    """The beginning of the next line: comments above the first item stay with it."""
    end = base.text.find("\n", start)
    return len(base.text) if end < 0 else end + 1


def _is_alias(base: Base, key: yaml.Node, value: yaml.Node) -> bool:
    after = base.text[key.end_mark.index :].lstrip(" \t:")
    return after.startswith("*") or not key.start_mark.index < value.start_mark.index
