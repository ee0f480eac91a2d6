"""Operators in a side that lose events where series are missing: likely slips, told as warnings."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from slogen.promql.measures import Measure, measure
from slogen.promql.names import operation
from slogen.promql.parse import Selector, bare_tree, selector_of, selectors, walk
from slogen.promql.shape import is_number, labels_of
from slogen.sli.counters import Doubt
from slogen.sli.sums import ends_with_zero, is_plain


def doubts_in(tree: Any, by: tuple[str, ...]) -> Iterator[Doubt]:
    """All that is likely wrong with the operators of a side."""
    yield from _operators(tree, by, outermost=True)
    yield from _levels(tree)


def _operators(tree: Any, by: tuple[str, ...], *, outermost: bool) -> Iterator[Doubt]:
    """Doubts of the operations in a tree. The outermost sum and difference are slogen's to write."""
    tree = bare_tree(tree)
    if type(tree).__name__ == "BinaryExpr":
        yield from _of_operation(tree, by, outermost=outermost)
        is_sum = outermost and str(tree.op) == "+" and is_plain(tree)
        inside = [(tree.lhs, is_sum or (outermost and ends_with_zero(tree))), (tree.rhs, is_sum)]
    else:
        inside = [(each, False) for each in _children(tree)]
    for child, is_outer in inside:
        yield from _operators(child, by, outermost=is_outer)


def _children(tree: Any) -> list[Any]:
    if type(tree).__name__ == "Call":
        return list(tree.args)
    return [tree.expr] if type(tree).__name__ in ("AggregateExpr", "UnaryExpr", "SubqueryExpr") else []


def _of_operation(tree: Any, by: tuple[str, ...], *, outermost: bool) -> Iterator[Doubt]:
    operator = str(tree.op)
    if ends_with_zero(tree):
        if by and not outermost:
            message = "`or vector(0)` has no labels, so it fills no group of `by`"
            yield Doubt("empty-operand", message, "drop it: slogen reads a missing group as 0")
    elif operator in "+-" and not is_number(tree.lhs) and not is_number(tree.rhs):
        if not (outermost and is_plain(tree)):
            message = f"`{operator}` gives nothing where one of its operands has no series"
            hint = f"write `A {operator} (B or 0 * A)`, or make it the outermost: there slogen fills gaps"
            yield Doubt("empty-operand", message, hint)
    elif operator == "or" and _same_labels(tree.lhs, tree.rhs):
        message = "`or` takes the right side only where the left has no series with the same labels"
        yield Doubt("or-drops", message, "add them with `+`: slogen counts a missing operand as 0")


def _same_labels(left: Any, right: Any) -> bool:
    """Whether series of both sides may have equal labels, so that `or` drops some."""
    if is_number(left) or is_number(right):
        return False
    left_labels, right_labels = labels_of(left), labels_of(right)
    if left_labels is not None and right_labels is not None:
        return left_labels == right_labels
    sides = selectors(left), selectors(right)
    if any(len(side) != 1 for side in sides):
        return False
    return not _tell_apart(sides[0][0], sides[1][0])


def _tell_apart(one: Selector, other: Selector) -> bool:
    """Whether a matcher of either asks for a label that the other doesn't ask for in the same way."""
    asked, also = ({m for m in each.matchers if m.value} for each in (one, other))
    return asked != also


def _levels(tree: Any) -> Iterator[Doubt]:
    """Averages of plain gauges: no events per second, unless it is a recorded rate."""
    for call in (node for node in walk(tree) if type(node).__name__ == "Call"):
        if measure(call) is not Measure.LEVEL or not call.func.name.endswith("_over_time"):
            continue
        for arg in call.args:
            if type(arg).__name__ == "MatrixSelector":
                yield from _level(selector_of(arg.vector_selector))


def _level(selector: Selector) -> Iterator[Doubt]:
    recorded = operation(selector.metric)
    if recorded and recorded["name"] in ("rate", "irate", "deriv", "increase", "delta"):
        return
    if "per_s" in selector.metric:
        return
    message = f"`{selector.metric}` doesn't say that it holds events per second"
    hint = "for a gauge there is `timeslices`; for counts divide by the seconds that each sample counts"
    yield Doubt("not-a-counter", message, hint)
