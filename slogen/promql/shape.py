"""What an expression gives, as far as its tree tells: number or vector, and which labels its series have."""

from __future__ import annotations

from fractions import Fraction
from math import isfinite
from typing import Any

from slogen.promql.parse import bare_tree

_KEEPS_NONE = frozenset({"time", "pi", "scalar", "vector"})
_WITHOUT_DATA = frozenset({"absent", "absent_over_time", "vector", "time"})
UNSEEN = "this gives a value even while its series are missing, so gone data would never be told"
_UNKNOWN = frozenset({"label_replace", "label_join", "absent", "absent_over_time"})


def is_number(tree: Any) -> bool:
    """Whether the expression is a scalar, which has no labels and is never absent."""
    tree = bare_tree(tree)
    name = type(tree).__name__
    if name == "BinaryExpr":
        return is_number(tree.lhs) and is_number(tree.rhs)
    if name == "UnaryExpr":
        return is_number(tree.expr)
    return name == "NumberLiteral" or (name == "Call" and str(tree.func.return_type).endswith("Scalar"))


def needs_no_data(tree: Any) -> bool:
    """Whether the expression may give series although those that it reads are missing."""
    tree = bare_tree(tree)
    kind = type(tree).__name__
    if kind == "BinaryExpr":
        vectors = [side for side in (tree.lhs, tree.rhs) if not is_number(side)]
        if str(tree.op) == "unless":
            return needs_no_data(tree.lhs)
        return (any if str(tree.op) == "or" else all)(map(needs_no_data, vectors))
    if kind == "Call":
        if tree.func.name in _WITHOUT_DATA or not tree.args:
            return True
        return any(needs_no_data(arg) for arg in tree.args if not is_number(arg) and _is_expression(arg))
    return kind in ("AggregateExpr", "SubqueryExpr", "UnaryExpr") and needs_no_data(tree.expr)


def constant(tree: Any) -> Fraction | None:
    """The value of an expression that is plain arithmetic on literals; None for any other."""
    tree = bare_tree(tree)
    name = type(tree).__name__
    if name == "NumberLiteral":
        return Fraction(repr(tree.val)) if isfinite(tree.val) else None
    if name == "UnaryExpr":
        inner = constant(tree.expr)
        return None if inner is None else -inner
    if name != "BinaryExpr":
        return None
    left, right = constant(tree.lhs), constant(tree.rhs)
    return None if left is None or right is None else _computed(str(tree.op), left, right)


def _computed(operator: str, left: Fraction, right: Fraction) -> Fraction | None:
    if operator == "/" and right:
        return left / right
    if operator == "^" and right.denominator == 1 and abs(right) <= 64 and (left or right > 0):
        return Fraction(left ** int(right))
    found = {"+": left + right, "-": left - right, "*": left * right}
    return found.get(operator)


def labels_of(tree: Any) -> frozenset[str] | None:
    """The labels that series of the expression can have at most; None where nothing limits them."""
    tree = bare_tree(tree)
    name = type(tree).__name__
    if name == "AggregateExpr":
        return _of_aggregate(tree)
    if name == "BinaryExpr":
        return _of_binary(tree)
    if name in ("UnaryExpr", "SubqueryExpr"):
        return labels_of(tree.expr)
    if name == "NumberLiteral" or (name == "Call" and tree.func.name in _KEEPS_NONE):
        return frozenset()
    if name != "Call" or tree.func.name in _UNKNOWN:
        return None
    inside = [labels_of(arg) for arg in tree.args if not is_number(arg) and _is_expression(arg)]
    found = inside[0] if len(inside) == 1 else None
    return found - {"le"} if found and tree.func.name == "histogram_quantile" else found


def _is_expression(tree: Any) -> bool:
    return type(tree).__name__ != "StringLiteral"


def _of_aggregate(tree: Any) -> frozenset[str] | None:
    if str(tree.op) in ("topk", "bottomk", "limitk", "limit_ratio"):
        return labels_of(tree.expr)
    if str(tree.op) == "count_values":
        return None
    if tree.modifier is None:
        return frozenset()
    names, inner = frozenset(tree.modifier.labels), labels_of(tree.expr)
    if str(tree.modifier.type).endswith("By"):
        return names if inner is None else names & inner
    return None if inner is None else inner - names


def _of_binary(tree: Any) -> frozenset[str] | None:
    left, right = labels_of(tree.lhs), labels_of(tree.rhs)
    if is_number(tree.lhs):
        return right
    if is_number(tree.rhs):
        return left
    if str(tree.op) == "or":
        return None if left is None or right is None else left | right
    if str(tree.op) in ("and", "unless"):
        return left
    modifier = tree.modifier
    if modifier is None or "OneToOne" not in str(modifier.card):
        return left if modifier is None else None
    if modifier.matching is None:
        return left if right is None else right if left is None else left & right
    names = frozenset(modifier.matching.labels)
    if str(modifier.matching.type).endswith("Include"):
        return names if left is None else names & left
    return None if left is None else left - names
