"""Quotients and differences that are gone while one side has no series: no time is bad while an outage
answers errors alone, and data looks absent where nothing has ever failed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from typing import Final

from slogen.model.sli import Missing
from slogen.promql.names import is_counter_name, operation
from slogen.promql.numbers import COUNTING
from slogen.promql.operators import COMPARISONS, FLIPPED
from slogen.promql.parse import selector_of, selectors
from slogen.promql.selector import Matcher, Selector
from slogen.promql.shape import constant, is_scalar, labels_of
from slogen.promql.tree import (
    Aggregation,
    Binary,
    Call,
    Expr,
    Number,
    Range,
    Unary,
    VectorSelector,
    bare_tree,
    children,
    walk,
)
from slogen.promql.written import shown, written
from slogen.sli.counters import Doubt
from slogen.sli.facts import is_only_while_so

_LONGEST: Final = 200
_PARTS: Final = ("_bucket", "_count", "_sum")
# Labels of which each value is counted from the start: buckets, and what a processor spends its time on.
_ALWAYS: Final = frozenset({"le", "quantile", "cpu", "mode"})
_ALL: Final = frozenset({("!=", ""), ("=~", ".*"), ("=~", ".+"), ("!~", "")})
_OF_SUM: Final = (
    "write `(A or 0 * B) / B` with one selector of all in B: a sum is missing as soon as a part is"
)
_COMPARED: Final = {">": 1, ">=": 1, "<": -1, "<=": -1}


def vanishing(tree: Expr, better: int, missing: Missing) -> Iterator[Doubt]:
    """A warning of each operation of which a side has series only while there are some events, and the other
    has more. `better` is 1 where more is better, -1 where less is, 0 of a condition, which says it itself.

    None where `missing` counts such time as the number would: it is meant so.
    """
    root = bare_tree(tree)
    if isinstance(root, Binary) and root.op in ("and", "or") and not better:
        yield from vanishing(root.left, better, missing)
        yield from vanishing(root.right, better, missing)
    elif isinstance(root, Binary) and root.op in COMPARISONS:
        is_left = is_scalar(root.right)
        side = _COMPARED.get(root.op, 0) * (1 if is_left else -1)
        yield from _of_none(root.left if is_left else root.right, root, missing)
        yield from vanishing(root.left if is_left else root.right, side, missing)
    else:
        yield from _inside(root, better, missing)


def _of_none(value: Expr, compared: Binary, missing: Missing) -> Iterator[Doubt]:
    """A number of series that should be 0: nothing is counted as nothing, so no time is ever good."""
    root, is_left = bare_tree(value), value is compared.left
    operator = compared.op if is_left else FLIPPED[compared.op]
    limit = constant(compared.right if is_left else compared.left)
    counted = bare_tree(root.expr) if isinstance(root, Aggregation) else root
    if missing == "good" or limit is None or not isinstance(counted, VectorSelector):
        return
    is_count = isinstance(root, Aggregation) and root.op == "count"
    if not is_count and not is_only_while_so(counted.name or ""):
        return
    if (operator == "<" and 0 < limit <= 1) or (operator in ("==", "<=") and 0 <= limit < 1):
        what = "count" if is_count else counted.name
        message = f"`{what}` is never 0: where there is nothing, data is missing, so no time is good"
        filled = _or_none(root if isinstance(root, Aggregation) else Aggregation("sum", counted), counted)
        hint = f"write `({_text(filled)}) {operator} {float(limit):g}`" if filled else "say `missing: good`"
        yield Doubt("empty-operand", message, hint)


def _or_none(number: Aggregation, counted: VectorSelector) -> Binary | None:
    """The number with 0 where there is nothing while its targets are up; None where nothing else knows the
    groups. What is always 1 is summed, as sample series can be 0, but not be gone."""
    by, name = number.grouping.labels, counted.name or ""
    if by and is_only_while_so(name):
        return None
    op = "sum" if is_only_while_so(name) or name.endswith("_info") else "count"
    every = VectorSelector(counted.name if by else "up", selector_of(counted).only("job"))
    return Binary("or", replace(number, op=op), Binary("*", Number(0), replace(number, op=op, expr=every)))


def _inside(tree: Expr, better: int, missing: Missing) -> Iterator[Doubt]:
    """The innermost ones: what is made of them is gone with them, and back with them. What is gone inside of
    an `or` has its stand-in there."""
    root, found = bare_tree(tree), list[Doubt]()
    if isinstance(root, Binary) and root.op == "or":
        return
    for each in children(root):
        if _is_divisor(root, each) and any(_of_filter(bare_tree(each), 0, "ignore")):
            continue  # with 0 in its place it is no number either
        found += _inside(each, better * _turn(root, each), missing)
    if not found and isinstance(root, Binary) and root.op in "/-":
        found += _of_operation(root, better, missing)
    found += _of_filter(root, better, missing)
    if isinstance(root, Call) and root.name == "histogram_quantile":
        found += _of_quantile(root)
    yield from found


def _of_quantile(call: Call) -> Iterator[Doubt]:
    """A quantile of buckets that were added up: without `le` there is none."""
    summed = bare_tree(call.args[-1])
    labels, read = labels_of(summed), selectors(summed)
    if not isinstance(summed, Aggregation) or labels is None or "le" in labels or not summed.grouping.keeps:
        return
    if read and all(selector.metric.endswith("_bucket") for selector in read):
        grouping = replace(summed.grouping, labels=(*summed.grouping.labels, "le"))
        message = "`histogram_quantile` gives nothing without `le`: there is never data"
        yield Doubt("empty-operand", message, f"write `{_text(replace(summed, grouping=grouping))}`")


def _is_divisor(root: Expr, side: Expr) -> bool:
    return isinstance(root, Binary) and root.op == "/" and side is root.right


def _of_filter(tree: Expr, better: int, missing: Missing) -> Iterator[Doubt]:
    """A sum over what passes a comparison is nothing, not 0, where nothing passes."""
    if not isinstance(tree, Aggregation) or tree.op not in ("sum", "count"):
        return
    inside = bare_tree(tree.expr)
    if not isinstance(inside, Binary) or inside.op not in COMPARISONS or inside.returns_bool:
        return
    if missing != {1: "bad", -1: "good"}.get(better, ""):
        message = (
            f"`{tree.op}` gives nothing, not 0, while nothing passes `{inside.op}`: data is missing then"
        )
        if tree.op == "count":
            filled: Expr = replace(tree, op="sum", expr=replace(inside, returns_bool=True))
        else:
            side = inside.right if is_scalar(inside.left) else inside.left
            filled = Binary("or", tree, Binary("*", Number(0), replace(tree, expr=side)))
        yield Doubt("empty-operand", message, f"write `{_text(filled)}`")


def _text(tree: Expr) -> str:
    return shown(tree, "sum(A or 0 * B)")


def _turn(root: Expr, side: Expr) -> int:
    """-1 for the side that makes the whole less where it is more."""
    turns = isinstance(root, Unary) or (isinstance(root, Binary) and root.op in "/-" and side is root.right)
    return -1 if turns else 1


def _of_operation(tree: Binary, better: int, missing: Missing) -> Iterator[Doubt]:
    for gone, other, less in ((tree.left, tree.right, -1), (tree.right, tree.left, 1)):
        if tree.op == "/" and gone is tree.right:
            return  # a quotient of nothing is no number in any case
        is_part = tree.op == "/" and _is_summand(gone, other)
        expected = {1: "good", -1: "bad"}.get(better * less, "")
        if missing != expected and (is_part or _is_narrower(gone, other)):
            message = (
                f"`{tree.op}` gives nothing while its {'left' if less < 0 else 'right'} side has no series: "
                "when nothing is good, or nothing has failed yet, data is missing"
            )
            hint = _OF_SUM if is_part else f"write `{_filled(tree, gone, other)}`"
            yield Doubt("empty-operand", message, hint)


def _filled(tree: Binary, gone: Expr, other: Expr) -> str:
    """The operation with 0 for the side that is gone: in the user's words, unless it is long, or matches
    labels in a way of its own."""
    shown = "A", "B"
    if tree.matching is None and not tree.group:
        with suppress(ValueError):  # a tree doesn't keep `@`
            shown = _operand(_as_sum(gone)), _operand(_as_sum(other))
    if sum(map(len, shown)) > _LONGEST:
        shown = "A", "B"
    first, second = shown
    filled = f"({first} or 0 * {second})"
    return f"{filled} {tree.op} {second}" if gone is tree.left else f"{second} {tree.op} {filled}"


def _as_sum(tree: Expr) -> Expr:
    """A number of series that are always 1 as their sum: sample series can be 0, but not be gone."""
    root = bare_tree(tree)
    if isinstance(root, Aggregation) and root.op == "count" and _comes_and_goes(root.expr):
        return replace(root, op="sum")
    return tree


def _comes_and_goes(tree: Expr) -> bool:
    """Whether a series is there only as long as its labels say what is so: another state is another one."""
    root = bare_tree(tree)
    name = root.name if isinstance(root, VectorSelector) and root.name else ""
    return name.endswith("_info") or is_only_while_so(name)


def _operand(tree: Expr) -> str:
    """A side, in parentheses where it is an operation."""
    text = written(bare_tree(tree))
    return f"({text})" if isinstance(bare_tree(tree), Binary | Unary) else text


def _is_narrower(gone: Expr, other: Expr) -> bool:
    """Whether a counter of the one side has fewer series than the same counter of the other."""
    wider = [(_family(each), _asked(each)) for each in selectors(other)]
    return any(
        family == _family(each) and asked < _asked(each) for each in _alone(gone) for family, asked in wider
    )


def _is_summand(part: Expr, whole: Expr) -> bool:
    """Whether the whole adds other series of the same counter to those of the part: `ok / (ok + failed)`."""
    root = bare_tree(whole)
    if not isinstance(root, Binary) or root.op != "+":
        return False
    added = [(_family(each), _asked(each)) for each in selectors(whole)]
    return any(
        (_family(each), _asked(each)) in added
        and any(family == _family(each) and asked != _asked(each) for family, asked in added)
        for each in _alone(part)
    )


def _alone(tree: Expr) -> list[Selector]:
    """The counters of a tree; none where `or` gives something in their place."""
    has_or = any(isinstance(node, Binary) and node.op == "or" for node in walk(tree))
    return [] if has_or else list(_counters(tree))


def _family(selector: Selector) -> str:
    for suffix in _PARTS:
        if selector.metric.endswith(suffix):
            return selector.metric.removesuffix(suffix)
    return selector.metric


def _asked(selector: Selector) -> frozenset[Matcher]:
    """The matchers that leave out series which may be alone."""
    return frozenset(m for m in selector.matchers if m.name not in _ALWAYS and (m.op, m.value) not in _ALL)


def _counters(tree: Expr) -> Iterator[Selector]:
    """What is counted in a tree, and series that come and go: gauges have theirs whatever they read."""
    numbers = (node for node in walk(tree) if isinstance(node, Aggregation) and node.op == "count")
    of_number = (bare_tree(number.expr) for number in numbers)
    for node in (*of_number, *filter(_comes_and_goes, walk(tree))):
        if isinstance(node, VectorSelector):
            yield selector_of(node)
    calls = [node for node in walk(tree) if isinstance(node, Call) and node.name in COUNTING]
    for range_ in (arg for call in calls for arg in call.args if isinstance(arg, Range)):
        yield selector_of(range_.selector)
    for each in selectors(tree):
        recorded = operation(each.metric)
        if is_counter_name(each.metric) or (recorded and recorded["name"] in ("rate", "irate", "increase")):
            yield each
