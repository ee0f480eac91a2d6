"""What an expression gives, as far as its tree tells: number or vector, and which labels its series have."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from math import isfinite

from slogen.promql.tree import (
    Aggregation,
    Binary,
    Call,
    Expr,
    Grouping,
    Number,
    String,
    Subquery,
    Unary,
    bare_tree,
    walk,
)

_KEEPS_NONE = frozenset({"time", "pi", "scalar", "vector"})
_WITHOUT_DATA = frozenset({"absent", "absent_over_time", "vector", "time"})
UNSEEN = "this gives a value even while its series are missing, so gone data would never be told"
_UNKNOWN = frozenset({"label_replace", "label_join", "absent", "absent_over_time"})
_MIXES = _UNKNOWN | {"scalar", "vector", "histogram_quantile"}


def is_scalar(tree: Expr) -> bool:
    """Whether the expression is a number, which has no labels and is never absent."""
    match bare_tree(tree):
        case Binary(left=left, right=right):
            return is_scalar(left) and is_scalar(right)
        case Unary(expr):
            return is_scalar(expr)
        case Call() as call:
            return call.is_scalar
        case found:
            return isinstance(found, Number)


def needs_no_data(tree: Expr) -> bool:
    """Whether the expression may give series although those that it reads are missing."""
    match bare_tree(tree):
        case Binary(op="unless", left=left):
            return needs_no_data(left)
        case Binary(op, left, right):
            vectors = [side for side in (left, right) if not is_scalar(side)]
            return (any if op == "or" else all)(map(needs_no_data, vectors))
        case Call(name, args):
            return name in _WITHOUT_DATA or not args or any(map(needs_no_data, _vectors(args)))
        case Aggregation(expr=expr) | Subquery(expr=expr) | Unary(expr=expr):
            return needs_no_data(expr)
        case _:
            return False


def is_of_each(tree: Expr) -> bool:
    """Whether each series of the result comes of series with the same labels, whatever others read."""
    for node in walk(tree):
        match node:
            case Aggregation() | Binary(matching=Grouping()):
                return False
            case Call(name=name) if name in _MIXES:
                return False
    return True


def constant(tree: Expr) -> Fraction | None:
    """The value of an expression that is plain arithmetic on literals; None for any other."""
    match bare_tree(tree):
        case Number(value):
            return Fraction(repr(value)) if isfinite(value) else None
        case Unary(expr):
            inner = constant(expr)
            return None if inner is None else -inner
        case Binary(op, left_side, right_side):
            left, right = constant(left_side), constant(right_side)
            return None if left is None or right is None else _computed(op, left, right)
        case _:
            return None


def _computed(operator: str, left: Fraction, right: Fraction) -> Fraction | None:
    if operator == "/" and right:
        return left / right
    if operator == "^" and right.denominator == 1 and abs(right) <= 64 and (left or right > 0):
        return Fraction(left ** int(right))
    found = {"+": left + right, "-": left - right, "*": left * right}
    return found.get(operator)


def labels_of(tree: Expr) -> frozenset[str] | None:
    """The labels that series of the expression can have at most; None where nothing limits them."""
    match bare_tree(tree):
        case Aggregation() as aggregation:
            return _of_aggregation(aggregation)
        case Binary() as operation:
            return _of_binary(operation)
        case Unary(expr=expr) | Subquery(expr=expr):
            return labels_of(expr)
        case Number():
            return frozenset()
        case Call() as call:
            return _of_call(call)
        case _:
            return None


def _of_call(call: Call) -> frozenset[str] | None:
    if call.name in _KEEPS_NONE or call.name in _UNKNOWN:
        return frozenset() if call.name in _KEEPS_NONE else None
    inside = [labels_of(arg) for arg in _vectors(call.args)]
    found = inside[0] if len(inside) == 1 else None
    return found - {"le"} if found and call.name == "histogram_quantile" else found


def _vectors(args: Iterable[Expr]) -> list[Expr]:
    """Arguments that are neither numbers nor strings."""
    return [arg for arg in args if not is_scalar(arg) and not isinstance(arg, String)]


def _of_aggregation(tree: Aggregation) -> frozenset[str] | None:
    if tree.op in ("topk", "bottomk", "limitk", "limit_ratio"):
        return labels_of(tree.expr)
    return None if tree.op == "count_values" else _grouped(tree.grouping, labels_of(tree.expr))


def _grouped(grouping: Grouping, labels: frozenset[str] | None) -> frozenset[str] | None:
    """What is left of labels, of which nothing may be known."""
    names = frozenset(grouping.labels)
    if labels is None:
        return names if grouping.keeps else None
    return names & labels if grouping.keeps else labels - names


def _of_binary(tree: Binary) -> frozenset[str] | None:
    left, right = labels_of(tree.left), labels_of(tree.right)
    if is_scalar(tree.left):
        return right
    if is_scalar(tree.right):
        return left
    if tree.op == "or":
        return None if left is None or right is None else left | right
    if tree.op in ("and", "unless"):
        return left
    if tree.group:
        return None
    if tree.matching is not None:
        return _grouped(tree.matching, left)
    if not tree.returns_bool:
        return left
    return left if right is None else right if left is None else left & right
