"""A foreign document as values that know where they stand, and whether anybody has read them.

What nobody read when a document has been moved has no place in slogen, and is told. So nothing is lost
without a word, whatever a file holds.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import yaml

from slogen.diagnostics import Problem, Severity, Span
from slogen.load.document import Document, Path, span_at

_YES, _NO = ("true", "yes", "y", "on"), ("false", "no", "n", "off")


class WrongShapeError(Exception):
    """A value is not what its dialect has there: `wanted` says what that is."""

    def __init__(self, value: Value, wanted: str) -> None:
        super().__init__(wanted)
        self.value = value
        self.wanted = wanted


@dataclass(frozen=True, slots=True)
class _Origin:
    """The document of values, and the paths of the leaves that were read."""

    document: Document
    read: set[Path] = field(default_factory=set)


@dataclass(frozen=True, slots=True, eq=False)
class Value:
    """A value, with the nodes of its key (None in a list) and of itself."""

    data: Any
    path: Path
    _origin: _Origin
    _node: yaml.Node
    _key: yaml.Node | None = None

    @classmethod
    def of(cls, document: Document) -> Value:
        """The whole of a document, of which nothing was read."""
        return cls(document.data, (), _Origin(document), document.root)

    @property
    def file(self) -> str:
        """The path of its file."""
        return self._origin.document.path

    @property
    def is_mapping(self) -> bool:
        """Whether it has keys."""
        return isinstance(self.data, dict)

    @property
    def is_list(self) -> bool:
        """Whether it has items."""
        return isinstance(self.data, list)

    def span(self, *, key: bool = False) -> Span:
        """Where it, or its key, is written."""
        node = self._key if key and self._key is not None else self._node
        document = self._origin.document
        return span_at(document.path, document.text, node.start_mark.index, node.end_mark.index)

    def problem(
        self, code: str, message: str, hint: str = "", severity: Severity = Severity.WARNING
    ) -> Problem:
        """A problem that points here."""
        return Problem(code, message, self.span(), hint, severity)

    def get(self, *names: str) -> Value | None:
        """The value below the first of these keys that is there and isn't null."""
        pairs = self._pairs()
        return next((pairs[name] for name in names if name in pairs), None)

    def need(self, *names: str) -> Value:
        """The same; raises WrongShapeError where there is none."""
        found = self.get(*names)
        if found is None:
            raise WrongShapeError(self, f"`{names[0]}`")
        return found

    def items(self) -> list[tuple[str, Value]]:
        """Keys and values of a mapping, without those that are null."""
        return [*self._pairs().items()]

    def each(self) -> list[Value]:
        """The items of a list, without those that are null."""
        if not isinstance(self.data, list):
            raise WrongShapeError(self, "a list")
        return [value for value in self._children() if value.data is not None]

    def text(self) -> str:
        """A scalar as it is written; it is read by this."""
        if isinstance(self.data, dict | list) or self.data is None:
            raise WrongShapeError(self, "text")
        self.mark()
        return str(self._node.value)

    def flag(self) -> bool:
        """A yes or no; it is read by this."""
        said = self.text().lower()
        if said not in (*_YES, *_NO):
            raise WrongShapeError(self, "true or false")
        return said in _YES

    def mark(self) -> None:
        """All of it is used, or was told of."""
        self._origin.read.update(leaf.path for leaf in self.leaves())

    def leaves(self) -> Iterator[Value]:
        """All scalars in it, in order; of those that are null only what is listed, as a key without a value
        says nothing."""
        if isinstance(self.data, dict | list):
            for child in self._children():
                yield from child.leaves()
        elif self.data is not None or isinstance((self.path or ("",))[-1], int):
            yield self

    def unread(self) -> Iterator[Value]:
        """The largest parts of which nothing was read."""
        leaves = [leaf.path for leaf in self.leaves()]
        if not leaves or self._origin.read.issuperset(leaves):
            return
        if self._origin.read.isdisjoint(leaves):
            yield self
        else:
            for child in self._children():
                yield from child.unread()

    def _pairs(self) -> dict[str, Value]:
        if not isinstance(self.data, dict):
            raise WrongShapeError(self, "a mapping")
        return {str(child.path[-1]): child for child in self._children() if child.data is not None}

    def _children(self) -> Iterator[Value]:
        if isinstance(self._node, yaml.MappingNode):
            for key, node in self._node.value:
                yield self._child(key.value, node, key)
        elif isinstance(self._node, yaml.SequenceNode):
            for index, node in enumerate(self._node.value):
                yield self._child(index, node, None)

    def _child(self, step: str | int, node: yaml.Node, key: yaml.Node | None) -> Value:
        return Value(self.data[step], (*self.path, step), self._origin, node, key)
