"""The text of a document about notifications as reports may quote it: stars but for what is harmless."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import yaml

from slogen.load.document import Document
from slogen.load.document import Path as DataPath
from slogen.shape.schema import expanded
from slogen.veil import looks_secret

_VISIBLE: Final = re.compile(r"\S")
_PUNCTUATION: Final = re.compile(r"[\[\]{},:?-]")
_PROPERTIES: Final = re.compile(r"(?:[!&]\S*\s+)+|[!&]\S*")
Schema = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Scalar:
    """A scalar's characters, and whether all of them may be shown."""

    start: int
    end: int
    is_harmless: bool


def starred(document: Document, hidden: Collection[DataPath]) -> str:
    """The text, star by character: all but punctuation, fields that exist, and values that look harmless
    and don't stand at one of the `hidden` places."""
    text, shown = document.text, list(_VISIBLE.sub("*", document.text))
    scalars = sorted(_scalars(document.root, (), expanded("notifications"), hidden), key=lambda s: s.start)
    last = 0
    for scalar in scalars:
        _punctuate(shown, text, last, scalar.start)
        last = max(last, scalar.end)
    _punctuate(shown, text, last, len(text))
    # An anchor has a place of its own, whoever refers to it: one that hides it is enough.
    covered = {n for each in scalars if not each.is_harmless for n in range(each.start, each.end)}
    for scalar in scalars:
        named = _PROPERTIES.match(text, scalar.start)  # an anchor or a tag may say anything
        start = named.end() if named else scalar.start
        for index in range(start, min(scalar.end, len(text))) if scalar.is_harmless else ():
            if index not in covered:
                shown[index] = text[index]
    return "".join(shown)


def _punctuate(shown: list[str], text: str, start: int, end: int) -> None:
    """Show brackets, dashes and colons between two scalars, but nothing of a comment."""
    for line in re.finditer(r"[^\n#]+(?:#[^\n]*)?", text[start:end]):
        code = line[0].partition("#")[0]
        for match in _PUNCTUATION.finditer(code):
            shown[start + line.start() + match.start()] = match[0]


def _scalars(
    node: yaml.Node, path: DataPath, schema: Schema | None, hidden: Collection[DataPath]
) -> Iterator[_Scalar]:
    """All scalars of a node, keys too; `schema` is None below what doesn't exist."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            name = str(key.value) if isinstance(key, yaml.ScalarNode) else ""
            yield from _key(key)
            yield from _scalars(value, (*path, name), _below(schema, name), hidden)
    elif isinstance(node, yaml.SequenceNode):
        for number, item in enumerate(node.value):
            yield from _scalars(item, (*path, number), (schema or {}).get("items"), hidden)
    else:
        harmless = schema is not None and path not in hidden and not looks_secret(node.value)
        yield _Scalar(node.start_mark.index, node.end_mark.index, harmless)


def _key(key: yaml.Node) -> Iterator[_Scalar]:
    if isinstance(key, yaml.ScalarNode):
        yield _Scalar(key.start_mark.index, key.end_mark.index, not looks_secret(key.value))


def _below(schema: Schema | None, name: str) -> Schema | None:
    if schema is None:
        return None
    more = schema.get("additionalProperties")
    found = schema.get("properties", {}).get(name)
    return found if found is not None else more if isinstance(more, Mapping) else None
