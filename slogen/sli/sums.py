"""Sums of counters in the user's own words: `a + b`, of which either may have no series yet.

PromQL's `+` gives nothing where one operand has no series, so that a service that has never failed, or has
never succeeded, has no total. Here each operand counts as 0 as long as another one is there.
"""

from __future__ import annotations

from typing import Any, Final

from slogen.promql.operators import bare_text, halves, split
from slogen.promql.parse import PromqlError, bare_tree, parse
from slogen.promql.shape import is_number
from slogen.promql.text import any_of, indent
from slogen.sli.common import summed
from slogen.sli.placeholder import PROBE_WINDOW, render

Operand = tuple[str, Any]
TERM: Final = "slo_term"


def without_zero(text: str, tree: Any) -> Operand:
    """The expression without an outermost `or vector(0)`: slogen fills gaps by group, vector(0) has none."""
    while ends_with_zero(tree):
        parts = split(text)
        if parts is None:
            return text, tree
        text, tree = parts.left, bare_tree(tree).lhs
    return text, tree


def ends_with_zero(tree: Any) -> bool:
    """Whether the outermost operation is `or vector(0)`."""
    tree = bare_tree(tree)
    if type(tree).__name__ != "BinaryExpr" or str(tree.op) != "or":
        return False
    right = bare_tree(tree.rhs)
    is_vector = type(right).__name__ == "Call" and right.func.name == "vector"
    return is_vector and str(right.args[0]) == "0"


def operands(text: str, tree: Any) -> list[Operand]:
    """The operands of the outermost `+`, each without its `or vector(0)`; one where there is no such sum."""
    text, tree = without_zero(text, tree)
    found = _halves(text, tree, "+")
    return [each for half in found for each in operands(*half)] if found else [(text, tree)]


def difference(text: str, tree: Any) -> str:
    """`a - b` with b as 0 where only a has series; "" for anything else."""
    found = _halves(text, tree, "-")
    if not found:
        return ""
    left, right = (bare_text(without_zero(*half)[0]) for half in found)
    return f"({left}) - (\n{indent(right)}\n  or\n  0 * ({left})\n)"


def is_plain(tree: Any) -> bool:
    """Whether an operation joins two vectors, without a matching of its own."""
    if is_number(tree.lhs) or is_number(tree.rhs):
        return False
    modifier = tree.modifier
    return modifier is None or (modifier.matching is None and str(modifier.card).endswith("OneToOne"))


def _halves(text: str, tree: Any, sign: str) -> list[Operand]:
    """Both operands of an outermost operation on vectors without a matching of its own."""
    tree = bare_tree(tree)
    if type(tree).__name__ != "BinaryExpr" or str(tree.op) != sign or not is_plain(tree):
        return []
    sides = (str(tree.lhs), str(tree.rhs))
    for left, right in halves(text, sign):
        if (_written(left), _written(right)) == sides:
            return [(left, tree.lhs), (right, tree.rhs)]
    return []


def _written(text: str) -> str:
    """The expression as the parser writes it; "" where it is none."""
    try:
        return str(parse(render(text, PROBE_WINDOW)))
    except PromqlError:
        return ""


def added(expressions: list[str], by: tuple[str, ...]) -> str:
    """The sum by group of expressions that have one series per group each, or none: each is read once."""
    marked = [
        f'label_replace(\n{indent(expr)},\n  "{TERM}", "{number}", "", ""\n)'
        for number, expr in enumerate(expressions, 1)
    ]
    return summed(any_of(marked), by)
