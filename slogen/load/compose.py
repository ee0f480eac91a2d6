"""YAML text -> node trees, by libyaml where there is one, within limits on depth and size."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import yaml
from yaml.composer import Composer
from yaml.parser import Parser
from yaml.reader import Reader
from yaml.scanner import Scanner

MAX_DEPTH = 50
MAX_NODES = 500_000
MAX_ADDED = 100_000
MAX_DIRECTIVES = 100  # libyaml compares each with all before

# The two non-specific tags of YAML: what has them is resolved by the core schema, or is text.
PLAIN = "?"
QUOTED = "!"


class LimitError(yaml.MarkedYAMLError):
    """The document is larger or deeper than any honest one; `code` and `hint` are those of the Problem."""

    def __init__(self, code: str, message: str, node: yaml.Node | None, hint: str) -> None:
        super().__init__(problem=message, problem_mark=node.start_mark if node else None)
        self.code = code
        self.hint = hint


class _Limits:
    """What a composer asks its resolver: here the place to count, before anything gets deep."""

    _depth = 0
    _nodes = 0

    def resolve(self, _kind: type, _value: str | None, implicit: object) -> str:
        return QUOTED if implicit == (False, True) else PLAIN

    def descend_resolver(self, parent: yaml.Node | None, _index: object) -> None:
        self._depth += 1
        self._nodes += 1
        if self._depth > MAX_DEPTH:
            raise _too_deep(parent)
        if self._nodes > MAX_NODES:
            message = f"this file has more than {MAX_NODES:,} values"
            raise LimitError("too-large", message, parent, "split it into several files")

    def ascend_resolver(self) -> None:
        self._depth -= 1


class PureLoader(_Limits, Reader, Scanner, Parser, Composer):
    """The composer in Python, for builds of PyYAML without libyaml."""

    def __init__(self, text: str) -> None:
        Reader.__init__(self, text)
        Scanner.__init__(self)
        Parser.__init__(self)
        Composer.__init__(self)


Loader: Any = PureLoader
if yaml.__with_libyaml__:
    from yaml._yaml import CParser

    class FastLoader(_Limits, CParser):
        """The composer of libyaml."""

    Loader = FastLoader


def compose(text: str) -> Iterator[yaml.Node]:
    """Yield the node tree of each document. Raises yaml.YAMLError, and LimitError for hostile ones."""
    if text.count("%TAG") > MAX_DIRECTIVES:
        raise LimitError("too-large", "this file has hundreds of %TAG directives", None, "remove them")
    loader = Loader(text)
    try:
        while loader.check_node():
            yield loader.get_node()
    finally:
        loader.dispose()


class Aliases:
    """Bounds what the aliases of one file add to it (a billion laughs is one kilobyte)."""

    def __init__(self) -> None:
        self._added = 0
        self._seen: dict[int, tuple[int, int] | None] = {}

    def check(self, root: yaml.Node) -> None:
        """Raise LimitError when a document refers to itself or grows too large or deep through aliases."""
        self._seen = {}
        self._measure(root)

    def _measure(self, node: yaml.Node) -> tuple[int, int]:
        """Return number of nodes and depth with all aliases written out.

        An alias follows its anchor, so its size is known when it is met: this recursion goes no deeper
        than the text does, which `_Limits` has checked.
        """
        if isinstance(node, yaml.ScalarNode):
            return 1, 1
        if id(node) in self._seen:
            return self._met_again(node)
        self._seen[id(node)] = None
        nodes, depth = 1, 0
        for child in _children(node):
            more, below = self._measure(child)
            nodes, depth = nodes + more, max(depth, below)
        if depth >= MAX_DEPTH:
            raise _too_deep(node)
        self._seen[id(node)] = nodes, depth + 1
        return nodes, depth + 1

    def _met_again(self, node: yaml.Node) -> tuple[int, int]:
        known = self._seen[id(node)]
        if known is None:
            message = "an alias inside this value refers to the value itself"
            raise LimitError("recursive-alias", message, node, "write the value out")
        self._added += known[0]
        if self._added > MAX_ADDED:
            message = f"the aliases of this file add more than {MAX_ADDED:,} values"
            raise LimitError("too-many-aliases", message, node, "write fewer aliases of large values")
        return known


def _children(node: yaml.Node) -> Iterator[yaml.Node]:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield key
            yield value
    else:
        yield from node.value


def _too_deep(node: yaml.Node | None) -> LimitError:
    return LimitError("too-deep", f"this is nested more than {MAX_DEPTH} levels deep", node, "nest less")
