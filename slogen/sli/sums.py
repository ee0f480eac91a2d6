"""Sums of counters in the user's own words: `a + b`, of which either may have no series yet.

PromQL's `+` gives nothing where one operand has no series, so that a service that has never failed, or has
never succeeded, has no total. Here each operand counts as 0 as long as another one is there.
"""

from __future__ import annotations

from typing import Final

from slogen.promql.operators import COMPARISONS, bare_text, halves, split
from slogen.promql.parse import PromqlError, parse
from slogen.promql.shape import is_scalar
from slogen.promql.text import any_of, indent
from slogen.promql.tree import Binary, Call, Expr, Number, bare_tree, walk
from slogen.sli.common import summed
from slogen.sli.growth import in_place_of_rates
from slogen.sli.placeholder import PROBE_WINDOW, render

Operand = tuple[str, Expr]
TERM: Final = "slo_term"


def without_zero(text: str, tree: Expr) -> Operand:
    """The expression without an outermost `or vector(0)`: slogen fills gaps by group, vector(0) has none."""
    while ends_with_zero(tree):
        parts = split(text)
        root = bare_tree(tree)
        if parts is None or not isinstance(root, Binary):
            return text, tree
        text, tree = parts.left, root.left
    return text, tree


def ends_with_zero(tree: Expr) -> bool:
    """Whether the outermost operation is `or vector(0)`."""
    root = bare_tree(tree)
    if not isinstance(root, Binary) or root.op != "or":
        return False
    return bare_tree(root.right) == Call("vector", (Number(0),))


def operands(text: str, tree: Expr) -> list[Operand]:
    """The operands of the outermost `+`, each without its `or vector(0)`; one where there is no such sum."""
    text, tree = without_zero(text, tree)
    found = _halves(text, tree, "+")
    return [each for half in found for each in operands(*half)] if found else [(text, tree)]


def difference(text: str, tree: Expr) -> str:
    """`a - b - c`, or `a - (b + c)`, each but a as 0 where only a has series; "" for anything else. That a is
    there its counters say in fewer words than their rates, unless something is compared."""
    first, *others = _differences(text, tree)
    if not others:
        return ""
    there = first
    if not any(isinstance(node, Binary) and node.op in COMPARISONS for node in walk(tree)):
        there = in_place_of_rates(first, lambda counter: f"last_over_time({counter}[{{{{ window }}}}])")
    filled = (f"(\n{indent(other)}\n  or\n  0 * ({there})\n)" for other in others)
    return " - ".join([f"({first})", *filled])


def _differences(text: str, tree: Expr) -> list[str]:
    """What is left of an outermost `-`, and all that it takes away."""
    found = _halves(text, tree, "-")
    if not found:
        return [bare_text(without_zero(text, tree)[0])]
    left, right = found
    return [*_differences(*left), *(difference(*each) or bare_text(each[0]) for each in operands(*right))]


def is_zero(tree: Expr) -> bool:
    """Whether this is 0 wherever something is there: `0 * a`."""
    root = bare_tree(tree)
    return (
        isinstance(root, Binary) and root.op == "*" and Number(0) in map(bare_tree, (root.left, root.right))
    )


def is_plain(operation: Binary) -> bool:
    """Whether an operation of arithmetic joins two vectors, without a matching of its own."""
    if is_scalar(operation.left) or is_scalar(operation.right):
        return False
    return operation.matching is None and not operation.group


def _halves(text: str, tree: Expr, sign: str) -> list[Operand]:
    """Both operands of an outermost operation on vectors without a matching of its own."""
    root = bare_tree(tree)
    if not isinstance(root, Binary) or root.op != sign or not is_plain(root):
        return []
    for left, right in halves(text, sign):
        if (_tree(left), _tree(right)) == (root.left, root.right):
            return [(left, root.left), (right, root.right)]
    return []


def _tree(text: str) -> Expr | None:
    """The tree of a part of a side; None where it is no expression."""
    try:
        return parse(render(text, PROBE_WINDOW))
    except PromqlError:
        return None


def added(expressions: list[str], by: tuple[str, ...]) -> str:
    """The sum by group of expressions that have one series per group each, or none: each is read once."""
    marked = [
        f'label_replace(\n{indent(expr)},\n  "{TERM}", "{number}", "", ""\n)'
        for number, expr in enumerate(expressions, 1)
    ]
    return summed(any_of(marked), by)
