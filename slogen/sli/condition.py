"""The condition of a time slice, as a user writes it: comparisons with a number, joined by `and` and `or`.

    avg by (model) (eval_score{suite="support"}) >= 0.85

It becomes a verdict: 1 where it holds, 0 where it doesn't, nothing where a value is missing or NaN. PromQL's
own `bool` makes a NaN (0/0: cost per query without queries) false, so `v >= bool 1` and `v < bool 1` are both
0 there; `!= bool` makes it true. So what is no number is filtered out first: `(v >= -Inf) >= bool 1`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Final

from slogen.diagnostics import Problem
from slogen.model.origin import Origin
from slogen.promql.limits import without_strings
from slogen.promql.operators import COMPARISONS, FLIPPED, bare_text, split
from slogen.promql.parse import PromqlError, read, selectors
from slogen.promql.selector import Selector
from slogen.promql.shape import UNSEEN, constant, is_of_each, is_scalar, labels_of, needs_no_data
from slogen.promql.text import grouped, indent
from slogen.promql.tree import Binary, Call, Expr, Range, Subquery, bare_tree, walk
from slogen.sli.placeholder import render

_OPPOSITE: Final = {">": "<=", "<": ">=", ">=": "<", "<=": ">", "==": "!=", "!=": "=="}
_PER_GROUP: Final = "min"  # of several series of a group, the condition must hold for each


class ConditionError(PromqlError):
    """PromQL that is right, but no condition."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """`value operator bound`: a vector, and a number as the user wrote it (`bound`) and exactly."""

    value: str
    operator: str
    bound: str
    threshold: Decimal

    @property
    def above_is_good(self) -> bool | None:
        """Whether more is better; None where only one value is good, or bad."""
        return {">": True, ">=": True, "<": False, "<=": False}.get(self.operator)

    @property
    def opposite(self) -> str:
        """The condition of a bad slice."""
        return f"{self.value} {_OPPOSITE[self.operator]} {self.bound}"


@dataclass(frozen=True)
class Condition:
    """A parsed condition (`text`). `parts` are one comparison, or the two sides of `joined` (`and`, `or`)."""

    text: str
    parts: tuple[Comparison | Condition, ...]
    joined: str
    by: tuple[str, ...]
    reads: tuple[Selector, ...]
    lookback: int
    is_grouped: bool = False
    is_of_each: bool = False

    @property
    def comparison(self) -> Comparison | None:
        """The comparison that is the whole condition; None where there are several."""
        first = self.parts[0]
        return first if isinstance(first, Comparison) else None

    @property
    def one_of_two(self) -> Fraction | None:
        """How bad it is while one of two series is; None where the user's query decides."""
        return Fraction(1) if self.is_of_each else None

    @property
    def holds(self) -> str:
        """PromQL with a sample in a good slice; sides are matched by the labels of the group."""
        sides = [f"({part.holds})" for part in self.parts if isinstance(part, Condition)]
        return self._matched(self.joined).join(sides) or self.text

    @property
    def opposite(self) -> str:
        """PromQL with a sample in a bad slice."""
        if self.comparison is not None:
            return self.comparison.opposite
        return self._matched("or" if self.joined == "and" else "and").join(
            f"({p.opposite})" for p in self.parts
        )

    def _matched(self, operator: str) -> str:
        return f" {operator} on ({', '.join(self.by)}) "

    @cached_property
    def verdict(self) -> str:
        """PromQL: 1 where it holds, 0 where it doesn't, one series per group."""
        if self.comparison is None:
            left, right = (part.verdict for part in self.parts if isinstance(part, Condition))
            joined = f"(\n{indent(left)}\n)\n{'*' if self.joined == 'and' else '+'}\n(\n{indent(right)}\n)"
            return joined if self.joined == "and" else f"clamp_max(\n{indent(joined)},\n  1\n)"
        part = self.comparison
        held = f"({part.value} >= -Inf) {part.operator} bool {part.bound}"
        if self.is_grouped:
            return held
        return grouped(_PER_GROUP, held, self.by)

    def comparisons(self) -> Iterator[Comparison]:
        """Every comparison, in order."""
        for part in self.parts:
            yield from [part] if isinstance(part, Comparison) else part.comparisons()


def read_condition(text: str, by: tuple[str, ...], window: int) -> Condition:
    """Parse a condition; `{{ window }}` is `window` seconds. Raises PromqlError with a hint."""
    text = render(text, window)
    code = without_strings(text)
    if "#" in code:
        raise ConditionError(
            "comments would swallow what slogen writes behind them", "write them in the YAML"
        )
    if "@" in code:
        raise ConditionError("`@` fixes the time, so this would never change", "drop it")
    return _condition(text, _tree(text), by)


def _tree(text: str) -> Expr:
    try:
        return read(text)
    except PromqlError as error:
        if "BOOL modifier" in str(error):  # what it asks for would be refused here
            raise _numbers() from None
        raise


def _condition(text: str, tree: Expr, by: tuple[str, ...]) -> Condition:
    root, parts = bare_tree(tree), split(text)
    operator = root.op if isinstance(root, Binary) else ""
    if not isinstance(root, Binary) or parts is None or operator not in (*COMPARISONS, "and", "or"):
        raise _no_comparison(text, operator)
    if operator in COMPARISONS:
        return _single(text, _comparison(parts.left, parts.right, root), root, by)
    if root.matching is not None:
        raise ConditionError(
            f"`{operator}` has a matching of its own", "drop `on` and `ignoring`: sides are matched by `by`"
        )
    sides = (_condition(parts.left, root.left, by), _condition(parts.right, root.right, by))
    reads = tuple(dict.fromkeys(selector for side in sides for selector in side.reads))
    looks_back, of_each = max(side.lookback for side in sides), all(side.is_of_each for side in sides)
    return Condition(text, sides, operator, by, reads, looks_back, is_of_each=of_each)


def _no_comparison(text: str, operator: str) -> ConditionError:
    if operator == "unless":
        return ConditionError(
            "`unless` is no condition that holds or doesn't", "write `A and B` with the opposite of B"
        )
    shown = " ".join(bare_text(text).split())
    example = f"{shown} >= 0.95" if len(shown) < 60 else "... >= 0.95"
    return ConditionError("this is not a comparison, so nothing says when it is good", f"such as `{example}`")


def _comparison(left: str, right: str, tree: Binary) -> Comparison:
    operator = tree.op
    if is_scalar(tree.left) and is_scalar(tree.right):
        raise _numbers()
    if tree.returns_bool:
        raise ConditionError("`bool` is what slogen adds itself", "drop it")
    if is_scalar(tree.left):
        left, right, operator = right, left, FLIPPED[operator]
    value, bound = (tree.right, tree.left) if is_scalar(tree.left) else (tree.left, tree.right)
    if not is_scalar(bound):
        raise ConditionError(
            "this compares two series", f"compare with a number: `{_difference(left, right, operator)}`"
        )
    threshold = constant(bound)
    if threshold is None:
        raise ConditionError(f"`{right}` is not a plain number", "write the number itself, such as 0.95")
    _check_value(value)
    exact = Decimal(threshold.numerator) / Decimal(threshold.denominator)
    return Comparison(left, operator, right, exact)


def _numbers() -> ConditionError:
    return ConditionError(
        "this compares numbers, so it says nothing of any series", "name a metric, without scalar()"
    )


def _difference(left: str, right: str, operator: str) -> str:
    shown = " ".join(f"{left} - {right} {operator} 0".split())
    return shown if len(shown) < 80 else f"A - B {operator} 0"


def _check_value(tree: Expr) -> None:
    inner = bare_tree(tree)
    if isinstance(inner, Binary) and inner.op in COMPARISONS:
        raise ConditionError("two comparisons in a row: the first one drops series", "join them with `and`")
    if not selectors(tree):
        raise ConditionError("this reads no series, so it never changes", "name a metric")
    check_data(tree)


def check_data(tree: Expr) -> None:
    """Raise ConditionError for what is there without its series: gone data would never be told."""
    if needs_no_data(tree):
        hint = (
            "write `or 0 * sum(up{...})` for `or vector(0)`, or drop it: `missing` says what missing data is"
        )
        if any(isinstance(node, Call) and node.name.startswith("absent") for node in walk(tree)):
            hint = "compare the series itself, and write `missing: bad`: then time without it is bad"
        raise ConditionError(UNSEEN, hint)


def _single(text: str, comparison: Comparison, tree: Binary, by: tuple[str, ...]) -> Condition:
    value = tree.right if is_scalar(tree.left) else tree.left
    labels = labels_of(value)
    lost = [label for label in by if labels is not None and label not in labels]
    if lost:
        raise ConditionError(
            f"the value has no label `{lost[0]}`, which `by` needs", f"aggregate by ({', '.join(by)})"
        )
    is_grouped = labels is not None and labels == frozenset(by)
    return Condition(
        text, (comparison,), "", by, selectors(value), lookback(value), is_grouped, is_of_each(value)
    )


def condition_problem(origin: Origin, field: str, error: PromqlError) -> Problem:
    """The problem at a field whose condition can't be read."""
    code = "condition" if isinstance(error, ConditionError) else "promql"
    return origin.at(field).problem(code, f"`{field}`: {error}", error.hint)


def lookback(tree: Expr) -> int:
    """How many seconds an expression looks back at most: its ranges and subqueries, one in another."""
    nodes = list(walk(tree))
    ranges = [node.length.total_seconds() for node in nodes if isinstance(node, Range)]
    subqueries = [node.length.total_seconds() for node in nodes if isinstance(node, Subquery)]
    return int(max(ranges, default=0) + sum(subqueries))
