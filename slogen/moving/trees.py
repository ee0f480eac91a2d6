"""PromQL of other tools as trees: their placeholders, and what is around the events in them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Final

from slogen.promql.limits import without_strings
from slogen.promql.names import is_counter_name, operation
from slogen.promql.operators import COMPARISONS
from slogen.promql.parse import PromqlError, read, selector_of
from slogen.promql.selector import Selector
from slogen.promql.shape import constant, is_scalar
from slogen.promql.tree import (
    Aggregation,
    Binary,
    Call,
    Expr,
    Number,
    Range,
    Subquery,
    VectorSelector,
    bare_tree,
    mapped,
    walk,
)
from slogen.promql.written import duration, written
from slogen.sli.placeholder import PROBE_WINDOW, is_template, render

_PLACEHOLDER: Final = re.compile(r"\{\{-?\s*\.?window\s*-?\}\}")
_OURS: Final = "{{ window }}"
_WINDOW: Final = timedelta(seconds=PROBE_WINDOW)
_BOUNDING: Final = frozenset({"clamp", "clamp_max", "clamp_min"})
_OF_COUNTERS: Final = frozenset({"rate", "irate", "increase"})


def tree_of(text: str) -> Expr:
    """The tree of a query whose ranges are the placeholder. Raises PromqlError with a hint."""
    text = _PLACEHOLDER.sub(_OURS, text)
    if is_template(text.replace(_OURS, "")):
        message = "the query has a template other than `{{.window}}`, which only its own tool fills in"
        raise PromqlError(message, "write the PromQL that comes out of it")
    return read(render(text, PROBE_WINDOW))


def has_comments(text: str) -> bool:
    """Whether a query has comments, which no tree keeps."""
    return "#" in without_strings(text)


def text_of(tree: Expr) -> str:
    """A tree as a side of slogen's: a counter alone where it is a plain rate of one."""
    counter = counter_of(tree)
    return written_text(tree) if counter is None else counter_text(counter)


def written_text(tree: Expr) -> str:
    """A tree as PromQL with slogen's placeholder. Raises PromqlError for what a tree doesn't keep."""
    return over(tree, _OURS)


def counter_text(selector: Selector) -> str:
    """A counter as a side; one whose name doesn't say that it is a counter is called one by its rate."""
    return str(selector) if is_counter_name(selector.metric) else f"rate({selector}[{_OURS}])"


def counter_of(tree: Expr) -> Selector | None:
    """The selector of a rate over the placeholder, summed or not; None for anything else."""
    root = bare_tree(tree)
    while isinstance(root, Aggregation) and root.op == "sum":
        root = bare_tree(root.expr)
    if not isinstance(root, Call) or root.name != "rate":
        return None
    found = bare_tree(root.args[0])
    if not isinstance(found, Range) or found.selector.offset is not None or found.selector.has_at:
        return None
    try:
        return selector_of(found.selector) if found.length == _WINDOW else None
    except PromqlError:
        return None


def without_fillers(tree: Expr) -> Expr:
    """Without an outermost `or vector(0)`, and without `> 0`: slogen fills gaps by group, and has no ratio
    where there are no events."""
    root = bare_tree(tree)
    while isinstance(root, Binary) and (_is_filled(root) or _is_guarded(root)):
        root = bare_tree(root.left)
    return root


def is_zero_filled(tree: Expr) -> bool:
    """Whether an outermost `or vector(0)` counts nothing where there is no series."""
    root = bare_tree(tree)
    return isinstance(root, Binary) and _is_filled(root) and filler(root) is None


def _is_filled(root: Binary) -> bool:
    right = bare_tree(root.right)
    if root.op != "or" or not isinstance(right, Call) or right.name != "vector":
        return False
    return constant(right.args[0]) is not None


def _is_guarded(root: Binary) -> bool:
    """`> 0` of what is never less: only what is taken from events and is none itself could make it so."""
    if root.op not in (">", ">=") or root.returns_bool or constant(root.right) != 0:
        return False
    differences = (node for node in walk(root.left) if isinstance(node, Binary) and node.op == "-")
    return all(counts_with([each.right]) for each in differences)


def filler(tree: Expr) -> Expr | None:
    """What an outermost `or vector(…)` fills in, but for 0."""
    root = bare_tree(tree)
    if not isinstance(root, Binary) or not _is_filled(root):
        return None
    value = bare_tree(root.right)
    return value if value != Call("vector", (Number(0),)) else None


def counts_with(trees: Sequence[Expr]) -> frozenset[str]:
    """By which of the functions of counters the trees count."""
    calls = (node.name for tree in trees for node in walk(tree) if isinstance(node, Call))
    return frozenset(calls) & _OF_COUNTERS


def with_rates(tree: Expr) -> Expr:
    """With `rate` in place of each other function of counters."""
    tree = mapped(tree, with_rates)
    return replace(tree, name="rate") if isinstance(tree, Call) and tree.name in _OF_COUNTERS else tree


def has_absolute(tree: Expr) -> bool:
    """Whether a count of events is added to a number, or compared or bounded by one: as a rate it is a
    smaller number, so that would mean something else. A share of events is the same in both."""
    return any(_is_absolute(node) for node in walk(tree))


def _is_absolute(node: Expr) -> bool:
    if isinstance(node, Call) and node.name in _BOUNDING:
        return any(_is_count(arg) for arg in node.args)
    if not isinstance(node, Binary) or node.op not in ("+", "-", *COMPARISONS):
        return False
    pairs = ((node.left, node.right), (node.right, node.left))
    return any(is_scalar(number) and constant(number) != 0 and _is_count(count) for number, count in pairs)


def _is_count(tree: Expr) -> bool:
    """Whether it is a number of events, not a share of some."""
    root = bare_tree(tree)
    is_share = isinstance(root, Binary) and root.op == "/" and bool(counts_with([root.right]))
    return bool(counts_with([root])) and not is_share


def is_gated(tree: Expr) -> bool:
    """Whether it is there only while it is above or below some number."""
    return any(
        isinstance(node, Binary)
        and node.op in COMPARISONS
        and not node.returns_bool
        and (is_scalar(node.left) or is_scalar(node.right))
        for node in walk(tree)
    )


def has_recorded_rates(tree: Expr) -> bool:
    """Whether it takes the rate of what was recorded as one."""
    ranges = (
        arg for node in walk(tree) if isinstance(node, Call) and node.name == "rate" for arg in node.args
    )
    return any(isinstance(each, Range) and operation(each.selector.name or "") for each in ranges)


def ranged(tree: Expr, function: str) -> Expr:
    """With this function over the placeholder around each selector that has no range."""
    if isinstance(tree, Range | Subquery):
        return tree
    if isinstance(tree, VectorSelector):
        return Call(function, (Range(tree, _WINDOW),))
    return mapped(tree, lambda node: ranged(node, function))


def has_ranges(tree: Expr) -> bool:
    """Whether any of it looks back over a range."""
    return any(isinstance(node, Range | Subquery) for node in walk(tree))


def over(tree: Expr, length: str) -> str:
    """A tree as PromQL whose ranges are this long. Raises PromqlError for what a tree doesn't keep."""
    try:
        return written(tree, lambda each: length if each == _WINDOW else duration(each))
    except ValueError as error:
        raise PromqlError(str(error), "write the query without them") from None


def fixed_range(*trees: Expr) -> timedelta | None:
    """The one range of all of them, where it isn't the placeholder."""
    found = {node.length for tree in trees for node in walk(tree) if isinstance(node, Range | Subquery)}
    return found.pop() if len(found) == 1 and _WINDOW not in found else None


def with_placeholder(tree: Expr) -> Expr:
    """With the placeholder for every range."""
    tree = mapped(tree, with_placeholder)
    return replace(tree, length=_WINDOW) if isinstance(tree, Range | Subquery) else tree


def grouping(tree: Expr) -> tuple[str, ...] | None:
    """The labels of its series; () for a sum over all, None where that isn't plain."""
    root = bare_tree(tree)
    if isinstance(root, Binary):
        return _of_both(root)
    if isinstance(root, Aggregation):
        return tuple(sorted(root.grouping.labels)) if root.grouping.keeps else None
    return None


def _of_both(root: Binary) -> tuple[str, ...] | None:
    if is_scalar(root.left):
        return grouping(root.right)
    if is_scalar(root.right) or root.op in ("and", "unless") or _is_filled(root):
        return grouping(root.left)
    left, right = grouping(root.left), grouping(root.right)
    return left if left == right and not root.group else None


def same_grouping(trees: Sequence[Expr]) -> tuple[str, ...] | None:
    """The labels that all of them are grouped by; None where they differ or can't be told."""
    found = {grouping(tree) for tree in trees}
    return found.pop() if len(found) == 1 else None
