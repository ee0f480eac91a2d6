"""Operators in a side that lose events where series are missing: likely slips, told as warnings."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from slogen.promql.measures import Measure, measure
from slogen.promql.names import operation
from slogen.promql.parse import selector_of, selectors
from slogen.promql.selector import Selector
from slogen.promql.shape import is_scalar, labels_of
from slogen.promql.tree import Aggregation, Binary, Call, Expr, Range, bare_tree, children, walk
from slogen.sli.counters import Doubt
from slogen.sli.sums import ends_with_zero, is_plain, is_zero

# Labels in which two scrapes of the same series differ.
_OF_SCRAPES: Final = frozenset({"instance", "replica", "prometheus", "prometheus_replica"})


def doubts_in(tree: Expr, by: tuple[str, ...]) -> Iterator[Doubt]:
    """All that is likely wrong with the operators of a side."""
    yield from _operators(tree, by, outermost=True)
    yield from _levels(tree)
    yield from _largest(tree)


def _operators(tree: Expr, by: tuple[str, ...], *, outermost: bool) -> Iterator[Doubt]:
    """Doubts of the operations in a tree. The outermost sum and difference are slogen's to write."""
    root = bare_tree(tree)
    if isinstance(root, Binary):
        yield from _of_operation(root, by, outermost=outermost)
        filled = _filled(root) if outermost else (False, False)
        inside = list(zip((root.left, root.right), filled, strict=True))
    else:
        inside = [(each, False) for each in children(root)]
    for child, is_outer in inside:
        yield from _operators(child, by, outermost=is_outer)


def _filled(root: Binary) -> tuple[bool, bool]:
    """Whether slogen fills gaps in the left and the right operand of an outermost operation."""
    if ends_with_zero(root):
        return True, False
    if root.op not in "+-" or not is_plain(root):
        return False, False
    return root.op == "+" or _is(root.left, "-"), root.op == "+" or _is(root.right, "+-")


def _is(tree: Expr, operators: str) -> bool:
    root = bare_tree(tree)
    return isinstance(root, Binary) and root.op in operators


def _of_operation(tree: Binary, by: tuple[str, ...], *, outermost: bool) -> Iterator[Doubt]:
    operator = tree.op
    if ends_with_zero(tree):
        if by and not outermost:
            message = "`or vector(0)` has no labels, so it fills no group of `by`"
            yield Doubt("empty-operand", message, "drop it: slogen reads a missing group as 0")
    elif operator in "+-" and not is_scalar(tree.left) and not is_scalar(tree.right):
        if not (outermost and is_plain(tree)):
            message = f"`{operator}` gives nothing where one of its operands has no series"
            hint = f"write `A {operator} (B or 0 * A)`, or make it the outermost: there slogen fills gaps"
            yield Doubt("empty-operand", message, hint)
    elif operator == "or" and not is_zero(tree.right) and _same_labels(tree.left, tree.right):
        message = "`or` takes the right side only where the left has no series with the same labels"
        yield Doubt("or-drops", message, "add them with `+`: slogen counts a missing operand as 0")


def _same_labels(left: Expr, right: Expr) -> bool:
    """Whether series of both sides may have equal labels, so that `or` drops some."""
    if is_scalar(left) or is_scalar(right):
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


def _levels(tree: Expr) -> Iterator[Doubt]:
    """Averages of plain gauges: no events per second, unless it is a recorded rate."""
    for call in (node for node in walk(tree) if isinstance(node, Call)):
        if measure(call) is not Measure.LEVEL or not call.name.endswith("_over_time"):
            continue
        for arg in call.args:
            if isinstance(arg, Range):
                yield from _level(selector_of(arg.selector))


def _level(selector: Selector) -> Iterator[Doubt]:
    recorded = operation(selector.metric)
    if recorded and recorded["name"] in ("rate", "irate", "deriv", "increase", "delta"):
        return
    if "per_s" in selector.metric:
        return
    message = f"`{selector.metric}` doesn't say that it holds events per second"
    hint = "for a gauge there is `timeslices`; for counts divide by the seconds that each sample counts"
    yield Doubt("not-a-counter", message, hint)


def _largest(tree: Expr) -> Iterator[Doubt]:
    """`max` over series that a matcher leaves several of: it was meant for scrapes of the same series."""
    for node in walk(tree):
        if not isinstance(node, Aggregation) or node.op not in ("max", "min"):
            continue
        names, keeps = node.grouping.labels, node.grouping.keeps
        rates = (each for each in walk(node.expr) if isinstance(each, Call) and each.name == "rate")
        for matcher in (m for rate in rates for selector in selectors(rate) for m in selector.matchers):
            is_kept = (matcher.name in names) == keeps
            if matcher.op == "=" or is_kept or matcher.name in _OF_SCRAPES:
                continue
            which = "largest" if node.op == "max" else "smallest"
            message = f"`{node.op}` takes the {which} of the series that differ in `{matcher.name}` alone"
            hint = f"keep the label, as in `{node.op} without (replica) (...)`, or write `sum`"
            yield Doubt("largest-of-many", message, hint)
