"""An expression over two servers: its raw parts are asked of one of them, the rest of the other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from slogen.promql.tree import (
    Aggregation,
    Binary,
    Call,
    Expr,
    Number,
    Paren,
    Range,
    Subquery,
    Unary,
    VectorSelector,
    walk,
)
from slogen.promql.written import written

IsRecorded = Callable[[VectorSelector], bool]
Named = Callable[[str], str]
Change = Callable[[VectorSelector], VectorSelector]


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

    def inside(node: Expr) -> Expr:
        return split(node, is_recorded, named)

    match tree:
        case Binary():
            return replace(tree, left=inside(tree.left), right=inside(tree.right))
        case Call():
            return replace(tree, args=tuple(map(inside, tree.args)))
        case Aggregation() | Paren() | Unary() | Subquery():
            return replace(tree, expr=inside(tree.expr))
        case _:
            return tree


def with_selectors(tree: Expr, change: Change) -> Expr:
    """The expression with each of its selectors changed."""

    def inside(node: Expr) -> Expr:
        return with_selectors(node, change)

    match tree:
        case VectorSelector():
            return change(tree)
        case Range():
            return replace(tree, selector=change(tree.selector))
        case Binary():
            return replace(tree, left=inside(tree.left), right=inside(tree.right))
        case Call():
            return replace(tree, args=tuple(map(inside, tree.args)))
        case Aggregation() | Paren() | Unary() | Subquery():
            return replace(tree, expr=inside(tree.expr))
        case _:
            return tree
