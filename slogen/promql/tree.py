"""Expressions as trees of frozen nodes. The only module that knows promql-parser (Rust), which parses them.

Its trees are copied when they are looked at, and have no types to check against; so they are converted once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from slogen.promql.selector import KEYWORDS, Matcher

if TYPE_CHECKING:
    import promql_parser as raw

_OPS: Final = {"Equal": "=", "NotEqual": "!=", "Re": "=~", "NotRe": "!~"}
_LABEL: Final = "[a-zA-Z_][a-zA-Z0-9_]*"
# Of regular expressions those without brackets and repetitions: they are right in any case.
_MATCHER: Final = rf'{_LABEL}(?:!?="[^"\\\n]*"|[=!]~"[a-zA-Z0-9_.|/ -]*")'
_PLAIN: Final = re.compile(rf"([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{{({_MATCHER}(?:, ?{_MATCHER})*)\}})?")
_PLAIN_MATCHER: Final = re.compile(rf'({_LABEL})(=~|!~|!=|=)"([^"]*)"')
_NO_METRICS: Final = KEYWORDS.union(
    [
        *("start", "end", "sum", "min", "max", "avg", "group", "count", "stddev", "stdvar", "topk"),
        *("bottomk", "limitk", "limit_ratio", "count_values", "quantile"),
    ]
)
_GROUPS: Final = {"ManyToOne": "left", "OneToMany": "right"}


@dataclass(frozen=True, slots=True)
class Number:
    """A number as it stands in the text."""

    value: float


@dataclass(frozen=True, slots=True)
class String:
    """A string, such as the label of `label_replace`."""

    value: str


@dataclass(frozen=True, slots=True)
class VectorSelector:
    """A selector as it is written: the name before the braces, or None, and all matchers in them."""

    name: str | None
    matchers: tuple[Matcher, ...] = ()
    has_alternatives: bool = False
    offset: timedelta | None = None
    has_at: bool = False


@dataclass(frozen=True, slots=True)
class Range:
    """A selector with a range: `x[5m]`."""

    selector: VectorSelector
    length: timedelta


@dataclass(frozen=True, slots=True)
class Subquery:
    """An expression with a range: `x[5m:1m]`."""

    expr: Expr
    length: timedelta
    step: timedelta | None = None
    offset: timedelta | None = None
    has_at: bool = False


@dataclass(frozen=True, slots=True)
class Call:
    """A function and its arguments."""

    name: str
    args: tuple[Expr, ...] = ()
    is_scalar: bool = False


@dataclass(frozen=True, slots=True)
class Grouping:
    """Labels that count (`by`, `on`), or all but these (`without`, `ignoring`)."""

    labels: tuple[str, ...] = ()
    keeps: bool = True


@dataclass(frozen=True, slots=True)
class Aggregation:
    """One series for each group of `expr`; without `by` and `without` for all of them."""

    op: str
    expr: Expr
    param: Expr | None = None
    grouping: Grouping = Grouping()


@dataclass(frozen=True, slots=True)
class Binary:
    """An operation on two sides. `group` is the side with many series: `left`, `right` or none ("")."""

    op: str
    left: Expr
    right: Expr
    matching: Grouping | None = None
    group: str = ""
    included: tuple[str, ...] = ()
    returns_bool: bool = False


@dataclass(frozen=True, slots=True)
class Unary:
    """`-expr`; a `-` before a number is part of it."""

    expr: Expr


@dataclass(frozen=True, slots=True)
class Paren:
    """An expression in parentheses."""

    expr: Expr


Expr = Number | String | VectorSelector | Range | Subquery | Call | Aggregation | Binary | Unary | Paren


def parsed(text: str) -> Expr:
    """The tree of an expression. Raises ValueError with the parser's reason."""
    plain = _plain_selector(text)
    if plain is not None:
        return plain
    import promql_parser as raw

    return _node(raw.parse(text))


def _plain_selector(text: str) -> VectorSelector | None:
    """A selector that is written plainly, as most texts are: the parser takes ten times as long. None for
    whatever it might refuse, or read otherwise."""
    found = _PLAIN.fullmatch(text)
    if found is None or found[1].lower() in _NO_METRICS or "__name__" in text:
        return None
    matchers = _PLAIN_MATCHER.findall(found[2] or "")
    return VectorSelector(found[1], tuple(Matcher(name, op, value) for name, op, value in matchers))


def _node(found: raw.Expr) -> Expr:
    import promql_parser as raw

    match found:
        case raw.VectorSelector():
            return _selector(found)
        case raw.MatrixSelector():
            return Range(_selector(found.vector_selector), found.range)
        case raw.Call():
            is_scalar = str(found.func.return_type).endswith("Scalar")
            return Call(found.func.name, tuple(map(_node, found.args)), is_scalar)
        case raw.AggregateExpr():
            return _aggregation(found)
        case raw.BinaryExpr():
            return _binary(found)
        case raw.NumberLiteral():
            return Number(found.val)
        case raw.StringLiteral():
            return String(found.val)
        case raw.ParenExpr():
            return Paren(_node(found.expr))
        case raw.UnaryExpr():
            return Unary(_node(found.expr))
        case raw.SubqueryExpr():
            length = found.range or timedelta()
            return Subquery(_node(found.expr), length, found.step, found.offset, found.at is not None)
    raise ValueError(f"unknown to slogen: {found}")


def _selector(found: raw.VectorSelector) -> VectorSelector:
    matchers = tuple(
        Matcher(m.name, _OPS[str(m.op).removeprefix("MatchOp.")], m.value) for m in found.matchers.matchers
    )
    has_alternatives = bool(found.matchers.or_matchers)
    return VectorSelector(found.name, matchers, has_alternatives, found.offset, found.at is not None)


def _aggregation(found: raw.AggregateExpr) -> Aggregation:
    by = found.modifier
    grouping = Grouping(tuple(by.labels), str(by.type).endswith("By")) if by else Grouping()
    return Aggregation(
        str(found.op), _node(found.expr), None if found.param is None else _node(found.param), grouping
    )


def _binary(found: raw.BinaryExpr) -> Binary:
    """A long chain (`a or b or c ...`) hangs on its left side: a loop follows it to any length."""
    import promql_parser as raw

    chain = [found]
    while isinstance(found.lhs, raw.BinaryExpr):
        found = found.lhs
        chain.append(found)
    tree = _operation(chain.pop(), _node(found.lhs))
    while chain:
        tree = _operation(chain.pop(), tree)
    return tree


def _operation(found: raw.BinaryExpr, left: Expr) -> Binary:
    op, right, said = str(found.op), _node(found.rhs), found.modifier
    if said is None:
        return Binary(op, left, right)
    on = said.matching
    return Binary(
        op,
        left,
        right,
        Grouping(tuple(on.labels), str(on.type).endswith("Include")) if on else None,
        _GROUPS.get(str(said.card).removeprefix("VectorMatchCardinality."), ""),
        tuple(said.group_labels or ()),
        said.return_bool,
    )


def children(tree: Expr) -> tuple[Expr, ...]:
    """The expressions just below a node, in the order of the text."""
    match tree:
        case Call():
            return tree.args
        case Binary():
            return tree.left, tree.right
        case Aggregation():
            return (tree.expr,) if tree.param is None else (tree.param, tree.expr)
        case Range():
            return (tree.selector,)
        case Paren() | Unary() | Subquery():
            return (tree.expr,)
        case _:
            return ()


def mapped(tree: Expr, change: Callable[[Expr], Expr]) -> Expr:
    """The node with each expression just below it changed; a range has its selector below it."""
    match tree:
        case Call():
            return replace(tree, args=tuple(map(change, tree.args)))
        case Binary():
            return replace(tree, left=change(tree.left), right=change(tree.right))
        case Aggregation() | Paren() | Unary() | Subquery():
            return replace(tree, expr=change(tree.expr))
        case Range():
            selector = change(tree.selector)
            return replace(tree, selector=selector) if isinstance(selector, VectorSelector) else tree
        case _:
            return tree


def walk(tree: Expr) -> Iterator[Expr]:
    """Every node of a tree, parents first."""
    rest = [tree]
    while rest:
        node = rest.pop()
        yield node
        rest += reversed(children(node))


def bare_tree(tree: Expr) -> Expr:
    """The tree without the parentheses around it."""
    while isinstance(tree, Paren):
        tree = tree.expr
    return tree
