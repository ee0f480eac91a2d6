"""An expression over two servers: its raw parts are asked of one of them, the rest of the other."""

from __future__ import annotations

from collections.abc import Callable

from slogen.promql.tree import Binary, Expr, Number, Paren, Range, VectorSelector, mapped, walk
from slogen.promql.written import written

IsRecorded = Callable[[VectorSelector], bool]
Named = Callable[[str], str]


def is_raw(tree: Expr, is_recorded: IsRecorded) -> bool:
    """Whether an expression reads raw series and nothing that rules record."""
    found = selectors(tree)
    return bool(found) and not any(map(is_recorded, found))


def selectors(tree: Expr) -> list[VectorSelector]:
    """All selectors of an expression."""
    return [node for node in walk(tree) if isinstance(node, VectorSelector)]


def split(tree: Expr, is_recorded: IsRecorded, named: Named) -> Expr:
    """The expression with its largest raw parts replaced by the series that hold them. `named` is told each
    part's PromQL, and gives the name of its series; as an operation has none, it is taken away again. Raises
    ValueError for what can't be written again (`@`)."""
    if is_raw(tree, is_recorded) and not isinstance(tree, Range):
        return Paren(Binary("+", VectorSelector(named(written(tree))), Number(0)))
    if isinstance(tree, Range):
        return tree
    return mapped(tree, lambda node: split(node, is_recorded, named))
