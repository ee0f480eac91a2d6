"""What an expression of a side measures: events per second, a count per window, a level, or a share."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Any, Final

from slogen.promql.operators import COMPARISONS
from slogen.promql.parse import PromqlError, bare_tree

_RATES: Final = frozenset({"rate", "deriv"})
_COUNTS: Final = frozenset({"sum_over_time", "count_over_time", "changes", "resets"})
_NUMBERS: Final = frozenset(
    [
        *("vector", "scalar", "time", "pi", "absent", "absent_over_time", "present_over_time"),
        *("histogram_fraction", "sgn"),
    ]
)
_HEADS: Final = frozenset({"count", "count_values", "group"})  # of series, not of events
_SHORTEST: Final = 60  # seconds: what a count is divided by from here on is taken for a window


class Measure(StrEnum):
    """`NUMBER` has no unit, `SHARE` is one rate or count through another."""

    RATE = "events per second"
    COUNT = "a count per window"
    LEVEL = "a level"
    NUMBER = "a number"
    SHARE = "a share"


def measure(tree: Any) -> Measure:
    """What the expression measures. Raises PromqlError for what mixes units."""
    tree = bare_tree(tree)
    name = type(tree).__name__
    if name == "BinaryExpr":
        return _of_operation(tree)
    if name == "AggregateExpr":
        inner = measure(tree.expr)
        return Measure.NUMBER if str(tree.op) in _HEADS else inner
    if name == "Call":
        return _of_call(tree)
    if name in ("UnaryExpr", "SubqueryExpr"):
        return measure(tree.expr)
    return Measure.NUMBER if name in ("NumberLiteral", "StringLiteral") else Measure.LEVEL


def together(found: Sequence[Measure]) -> Measure:
    """What a sum of these measures. Raises PromqlError where rates and counts would be added."""
    units = {each for each in found if each is not Measure.NUMBER}
    if Measure.COUNT in units and units != {Measure.COUNT}:
        other = next(each for each in found if each in units and each is not Measure.COUNT)
        raise PromqlError(
            f"this mixes {Measure.COUNT} with {other}", "write all of it with rate, or all as counts"
        )
    for each in (Measure.RATE, Measure.COUNT, Measure.LEVEL, Measure.SHARE):
        if each in units:
            return each
    return Measure.NUMBER


def _of_operation(tree: Any) -> Measure:
    operator = str(tree.op)
    left, right = measure(tree.lhs), measure(tree.rhs)
    if operator in ("and", "unless") or operator in COMPARISONS:
        return left
    if operator == "/":
        return _divided(left, right, tree.rhs)
    if operator == "*":
        return left if left in (Measure.RATE, Measure.COUNT) or right is Measure.NUMBER else right
    return together((left, right)) if operator in ("+", "-", "or") else left


def _divided(left: Measure, right: Measure, divisor: Any) -> Measure:
    if left is right and left in (Measure.RATE, Measure.COUNT):
        return Measure.SHARE
    divisor = bare_tree(divisor)
    if left is Measure.COUNT and type(divisor).__name__ == "NumberLiteral" and divisor.val >= _SHORTEST:
        message = "the count is divided by a window, and slogen does that itself"
        raise PromqlError(message, f"drop `/ {divisor.val:g}`")
    return left


def _of_call(tree: Any) -> Measure:
    name = tree.func.name
    inside = [
        arg for arg in tree.args if type(bare_tree(arg)).__name__ not in ("NumberLiteral", "StringLiteral")
    ]
    inner = measure(inside[0]) if inside else Measure.NUMBER
    if name in _COUNTS:
        if inner in (Measure.RATE, Measure.SHARE):
            message = f"`{name}` adds up {inner}, which gives no events"
            raise PromqlError(message, "use `avg_over_time`, or rate over `{{ window }}` alone")
        return Measure.COUNT
    if name in _RATES:
        return Measure.RATE
    return Measure.NUMBER if name in _NUMBERS else inner
