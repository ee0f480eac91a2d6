"""Read a PromQL condition: an expression that gives series while it holds, and none while it doesn't."""

from __future__ import annotations

from typing import NamedTuple

from slogen.promql.operators import COMPARISONS
from slogen.promql.parse import PromqlError, bare_selector, check_version, read, selectors
from slogen.promql.shape import needs_no_data
from slogen.promql.solve import series, solve
from slogen.promql.tree import (
    Aggregation,
    Binary,
    Call,
    Expr,
    Number,
    Subquery,
    Unary,
    VectorSelector,
    bare_tree,
)
from slogen.promql.versions import check_language


class Sample(NamedTuple):
    """A series, a value of it for which a condition holds, and one for which it doesn't."""

    series: str
    holds: float
    fails: float


def read_condition(text: str, min_version: tuple[int, int]) -> str:
    """The condition, as it was written. Raises PromqlError for what always holds or never ends.

    It must hold only where its series are there: if they go missing, nothing may be silenced for ever.
    """
    tree = read(text)
    found = selectors(tree)
    if not found:
        raise PromqlError("the condition reads no series", "for times of the week write `weekly`")
    check_version(found, min_version)
    check_language(text, min_version)
    if not _is_vector(tree):
        raise PromqlError("a condition gives series, not a number or a range", "such as `maintenance == 1`")
    if needs_no_data(tree):
        hint = "ask for a series that says so: `maintenance == 1`"
        raise PromqlError("the condition holds when its series are missing", hint)
    if not _filters(tree):
        bare = isinstance(bare_tree(tree), VectorSelector)
        hint = f"compare it: `{text.strip()} == 1`" if bare else "compare it, as in `... == 1`"
        if _compares_bool(tree):
            hint = "drop `bool`"
        raise PromqlError("the condition always gives a series, whatever its value", hint)
    return text.strip()


def _is_vector(tree: Expr) -> bool:
    return isinstance(bare_tree(tree), Binary | Aggregation | Call | VectorSelector | Unary)


def _compares_bool(tree: Expr) -> bool:
    found = bare_tree(tree)
    return isinstance(found, Binary) and found.returns_bool


def _filters(tree: Expr) -> bool:
    """Whether the expression gives nothing for some values of its series."""
    match bare_tree(tree):
        case Binary(op) as operation if op in COMPARISONS:
            return not operation.returns_bool
        case Binary("unless", left):
            return _filters(left)
        case Binary(op, left, right):
            return (all if op == "or" else any)(map(_filters, (left, right)))
        case Call(args=args):
            return any(map(_filters, args))
        case Aggregation(expr=expr) | Subquery(expr=expr) | Unary(expr=expr):
            return _filters(expr)
        case _:
            return False


def sample(condition: str) -> Sample | None:
    """The Sample of a simple condition (`metric{...} == 1`); None for any other."""
    tree = bare_tree(read(condition))
    if not isinstance(tree, Binary) or tree.op not in COMPARISONS:
        return None
    left, right = bare_tree(tree.left), bare_tree(tree.right)
    if not isinstance(left, VectorSelector) or not isinstance(right, Number):
        return None
    if left.offset is not None or left.has_at:
        return None
    found = bare_selector(left, condition)
    labels = solve([found])
    if labels is None:
        return None
    limit, op = right.value, tree.op
    holds = limit if op in ("==", ">=", "<=") else limit + (-1 if op == "<" else 1)
    fails = {"!=": limit, ">": limit, ">=": limit - 1}.get(op, limit if op == "<" else limit + 1)
    return Sample(series(found.metric, labels), holds, fails)
