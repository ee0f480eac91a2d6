"""Whether two texts of PromQL say the same: servers print expressions anew, with other blanks
and another order of matchers."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

from slogen.promql.parse import PromqlError, parse
from slogen.promql.selector import Matcher
from slogen.promql.tree import (
    Aggregation,
    Binary,
    Call,
    Expr,
    Grouping,
    Paren,
    Range,
    Subquery,
    Unary,
    VectorSelector,
)


def same(one: str, other: str) -> bool:
    """Whether two expressions are the same but for how they are written."""
    if one.split() == other.split():
        return True
    try:
        return _canonical(one) == _canonical(other)
    except PromqlError:
        return False


@lru_cache(maxsize=4096)
def _canonical(text: str) -> Expr:
    return _plain(parse(text))


def _plain(tree: Expr) -> Expr:
    """The tree without parentheses, with matchers and labels in one order."""
    match tree:
        case Paren():
            return _plain(tree.expr)
        case VectorSelector():
            return _selector(tree)
        case Range():
            return replace(tree, selector=_selector(tree.selector))
        case Subquery() | Unary():
            return replace(tree, expr=_plain(tree.expr))
        case Call():
            return replace(tree, args=tuple(map(_plain, tree.args)))
        case Aggregation():
            param = None if tree.param is None else _plain(tree.param)
            return replace(tree, expr=_plain(tree.expr), param=param, grouping=_grouping(tree.grouping))
        case Binary():
            return _binary(tree)
    return tree


def _selector(tree: VectorSelector) -> VectorSelector:
    matchers = set(tree.matchers)
    if tree.name is not None:
        matchers.add(Matcher("__name__", "=", tree.name))
    return replace(tree, name=None, matchers=tuple(sorted(matchers, key=str)))


def _grouping(grouping: Grouping) -> Grouping:
    return Grouping(tuple(sorted(grouping.labels)), grouping.keeps)


def _binary(tree: Binary) -> Binary:
    """A long chain (`a or b or c ...`) hangs on its left side: a loop follows it to any length."""
    chain = [tree]
    while isinstance(left := chain[-1].left, Binary):
        chain.append(left)
    found = _plain(chain[-1].left)
    for node in reversed(chain):
        matching = node.matching
        if matching is None or (not matching.labels and not matching.keeps):
            matching = None  # `ignoring ()` says nothing
        else:
            matching = _grouping(matching)
        found = replace(
            node,
            left=found,
            right=_plain(node.right),
            matching=matching,
            included=tuple(sorted(node.included)),
        )
    assert isinstance(found, Binary)
    return found
