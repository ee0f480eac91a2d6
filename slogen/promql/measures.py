"""What an expression of a side measures: events per second, a count per window, a level, or a share."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import Final

from slogen.promql.operators import COMPARISONS
from slogen.promql.parse import PromqlError
from slogen.promql.tree import Aggregation, Binary, Call, Expr, Number, String, Subquery, Unary, bare_tree

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


def measure(tree: Expr) -> Measure:
    """What the expression measures. Raises PromqlError for what mixes units."""
    match bare_tree(tree):
        case Binary() as operation:
            return _of_operation(operation)
        case Aggregation(op, expr):
            inner = measure(expr)
            return Measure.NUMBER if op in _HEADS else inner
        case Call() as call:
            return _of_call(call)
        case Unary(expr=expr) | Subquery(expr=expr):
            return measure(expr)
        case Number() | String():
            return Measure.NUMBER
        case _:
            return Measure.LEVEL


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


def _of_operation(tree: Binary) -> Measure:
    operator, left, right = tree.op, measure(tree.left), measure(tree.right)
    if operator in ("and", "unless") or operator in COMPARISONS:
        return left
    if operator == "/":
        return _divided(left, right, tree.right)
    if operator == "*":
        return left if left in (Measure.RATE, Measure.COUNT) or right is Measure.NUMBER else right
    return together((left, right)) if operator in ("+", "-", "or") else left


def _divided(left: Measure, right: Measure, divisor: Expr) -> Measure:
    if left is right and left in (Measure.RATE, Measure.COUNT):
        return Measure.SHARE
    divisor = bare_tree(divisor)
    if left is Measure.COUNT and isinstance(divisor, Number) and divisor.value >= _SHORTEST:
        message = "the count is divided by a window, and slogen does that itself"
        raise PromqlError(message, f"drop `/ {divisor.value:g}`")
    return left


def _of_call(call: Call) -> Measure:
    name = call.name
    inside = [arg for arg in call.args if not isinstance(bare_tree(arg), Number | String)]
    inner = measure(inside[0]) if inside else Measure.NUMBER
    if name in _COUNTS:
        if inner in (Measure.RATE, Measure.SHARE):
            message = f"`{name}` adds up {inner}, which gives no events"
            raise PromqlError(message, "use `avg_over_time`, or rate over `{{ window }}` alone")
        return Measure.COUNT
    if name in _RATES:
        return Measure.RATE
    return Measure.NUMBER if name in _NUMBERS else inner
