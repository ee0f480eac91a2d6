"""Read a PromQL condition: an expression that gives series while it holds, and none while it doesn't."""

from __future__ import annotations

from typing import Any, Final

from slogen.promql.parse import PromqlError, bare_selector, bare_tree, check_version, read, selectors
from slogen.promql.shape import needs_no_data
from slogen.promql.solve import series, solve
from slogen.promql.versions import check_language

_COMPARISONS: Final = ("==", "!=", ">", "<", ">=", "<=")


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
        bare = type(bare_tree(tree)).__name__ == "VectorSelector"
        hint = f"compare it: `{text.strip()} == 1`" if bare else "compare it, as in `... == 1`"
        if _compares_bool(tree):
            hint = "drop `bool`"
        raise PromqlError("the condition always gives a series, whatever its value", hint)
    return text.strip()


def _is_vector(tree: Any) -> bool:
    kind = type(bare_tree(tree)).__name__
    return kind in ("BinaryExpr", "AggregateExpr", "Call", "VectorSelector", "UnaryExpr")


def _compares_bool(tree: Any) -> bool:
    tree = bare_tree(tree)
    return type(tree).__name__ == "BinaryExpr" and tree.modifier is not None and tree.modifier.return_bool


def _filters(tree: Any) -> bool:
    """Whether the expression gives nothing for some values of its series."""
    tree = bare_tree(tree)
    kind = type(tree).__name__
    if kind == "BinaryExpr":
        op, sides = str(tree.op), (tree.lhs, tree.rhs)
        if op in _COMPARISONS:
            return not _compares_bool(tree)
        if op == "or":
            return all(map(_filters, sides))
        return _filters(tree.lhs) if op == "unless" else any(map(_filters, sides))
    if kind == "Call":
        return any(map(_filters, tree.args))
    return kind in ("AggregateExpr", "SubqueryExpr", "UnaryExpr") and _filters(tree.expr)


def sample(condition: str) -> tuple[str, float, float] | None:
    """A series for which a simple condition (`metric{...} == 1`) holds, with a value for which it holds and
    one for which it doesn't; None for any other."""
    tree = bare_tree(read(condition))
    if type(tree).__name__ != "BinaryExpr" or str(tree.op) not in _COMPARISONS:
        return None
    left, right = bare_tree(tree.lhs), bare_tree(tree.rhs)
    if type(left).__name__ != "VectorSelector" or type(right).__name__ != "NumberLiteral":
        return None
    if left.offset is not None or left.at is not None:
        return None
    found = bare_selector(left, condition)
    labels = solve([found])
    if labels is None:
        return None
    limit, op = float(right.val), str(tree.op)
    holds = limit if op in ("==", ">=", "<=") else limit + (-1 if op == "<" else 1)
    fails = {"!=": limit, ">": limit, ">=": limit - 1}.get(op, limit if op == "<" else limit + 1)
    return series(found.metric, labels), holds, fails
