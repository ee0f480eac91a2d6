"""Burn-rate alerts by hand: which error ratio they compare with how much of the budget, over which windows.

Read is only what leaves no doubt: `ratio > 14.4 * 0.001`, a ratio over its budget above a factor, or a ratio
above just the budget that another comparison of it names. The ratio is followed into the rules that record
it; the window is the range that stands there, never a name.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final

from slogen.moving import trees
from slogen.moving.rules_follow import PICKS, Recorded, UnclearError, followed, shown
from slogen.moving.rules_read import Rule
from slogen.promql.shape import constant, is_scalar
from slogen.promql.tree import (
    Aggregation,
    Binary,
    Expr,
    Range,
    Subquery,
    bare_tree,
    walk,
)
from slogen.promql.written import duration, written

Budgets = Mapping[str, Collection[Fraction]]  # of error ratios, by their texts
_HALF: Final = Fraction(1, 2)  # the largest budget that slogen knows
_RISES: Final = (">", ">=")
_SAYS_WINDOW: Final = "sloth_window"


@dataclass(frozen=True, slots=True)
class Limit:
    """What a ratio is compared with: `factor` times the `budget`."""

    factor: Fraction
    budget: Fraction


@dataclass(frozen=True, slots=True)
class Look:
    """One comparison: the error ratio with the placeholder for its range, that range in seconds, and the
    rules that record it."""

    ratio: Expr
    window: int
    limit: Limit
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class Burn:
    """What fires together: one comparison, or one over a long and one over a short window."""

    looks: tuple[Look, ...]

    @property
    def ratio(self) -> str:
        """The error ratio that is judged, as text by which two are the same."""
        return written(self.looks[0].ratio)

    @property
    def windows(self) -> list[int]:
        """The lengths that it looks back over, in seconds, the longest first."""
        return sorted((look.window for look in self.looks), reverse=True)


def budgets_of(alert: Rule, recorded: Recorded) -> Iterator[tuple[str, Fraction]]:
    """The error ratios that an alert compares, each with the budget that stands beside a factor there."""
    parts = _sides(alert.tree, "or") if alert.tree is not None else ()
    for side in (side for part in parts for side in _sides(part, "and")):
        with suppress(UnclearError):
            tree, limit = _compared(side, recorded, [], {})
            if limit is not None and (ratio := _text(tree)):
                yield ratio, rounded(limit.budget)


def rounded(budget: Fraction) -> Fraction:
    """A budget without what floating point has added: 0.0009999999999999432 is 0.001."""
    exact = Decimal(budget.numerator) / Decimal(budget.denominator)
    return Fraction(round(exact, 9))


def burns_of(alert: Rule, recorded: Recorded, budgets: Budgets) -> list[Burn]:
    """The burn rates at which an alert fires; none where it is no burn-rate alert. `budgets` are those that
    the error ratios are compared with elsewhere. Raises UnclearError."""
    if alert.tree is None:
        return []
    parts = [[*_sides(part, "and")] for part in _sides(alert.tree, "or")]
    if not any(
        _is_one(side, recorded, budgets, is_alone=len(sides) == 1) for sides in parts for side in sides
    ):
        return []
    return [_burn(sides, recorded, budgets) for sides in parts]


def _sides(tree: Expr, operator: str) -> Iterator[Expr]:
    """The operands of an outermost `or`, or `and`."""
    root = bare_tree(tree)
    if isinstance(root, Binary) and root.op == operator:
        yield from _sides(root.left, operator)
        yield from _sides(root.right, operator)
    else:
        yield root


def _comparison(side: Expr) -> Binary | None:
    """What an operand compares, also where an aggregation only drops labels around it."""
    root = bare_tree(side)
    if isinstance(root, Aggregation) and root.op in PICKS and root.param is None:
        root = bare_tree(root.expr)
    is_one = isinstance(root, Binary) and root.op in _RISES and not root.returns_bool
    return root if isinstance(root, Binary) and is_one and constant(root.right) is not None else None


def _is_one(side: Expr, recorded: Recorded, budgets: Budgets, *, is_alone: bool) -> bool:
    found = _comparison(side)
    if found is None:
        return False
    if _product(found.right) is not None:
        return True
    try:
        tree = followed(found.left, recorded, [], 0)
    except UnclearError:
        return False
    # A quotient above a number may be anything; over two windows it is a burn rate.
    is_rate = not is_alone and _divided(tree, found.right) is not None
    return is_rate or _bare(tree, found.right, budgets) is not None


def _burn(sides: Sequence[Expr], recorded: Recorded, budgets: Budgets) -> Burn:
    looks = [_look(side, recorded, budgets) for side in sides]
    first = looks[0]
    if len(looks) > 2:
        raise UnclearError("it looks back over more than two windows")
    if any(look.limit != first.limit for look in looks):
        raise UnclearError("its windows are compared with different numbers")
    if any(written(look.ratio) != written(first.ratio) for look in looks):
        raise UnclearError("its windows don't look at the same error ratio")
    return Burn(tuple(looks))


def _compared(
    side: Expr, recorded: Recorded, used: list[Rule], budgets: Budgets
) -> tuple[Expr, Limit | None]:
    """The error ratio that an operand compares, and with what; `used` gets the rules that record it."""
    found = _comparison(side)
    if found is None:
        raise UnclearError(f"`{shown(side)}` doesn't compare an error ratio with a part of the budget")
    tree = followed(found.left, recorded, used, 0)
    limit, divided = _product(found.right), _divided(tree, found.right)
    if limit is None and divided is not None:
        return divided
    return tree, limit or _bare(tree, found.right, budgets)


def _look(side: Expr, recorded: Recorded, budgets: Budgets) -> Look:
    used: list[Rule] = []
    tree, limit = _compared(side, recorded, used, budgets)
    if limit is None:
        raise UnclearError(f"`{shown(side)}` doesn't say which number is the budget, and which the factor")
    length = trees.fixed_range(tree)
    if length is None:
        lengths = {node.length for node in walk(tree) if isinstance(node, Range | Subquery)}
        why = (
            "has ranges of several lengths"
            if lengths
            else "has no range, and no rule in these files records it"
        )
        raise UnclearError(f"`{shown(_left(side))}` {why}")
    seconds = int(length.total_seconds())
    for rule in used:
        said = rule.ids.get(_SAYS_WINDOW, "")
        if said and said != duration(length):
            message = f"`{rule.name}` has the label `{_SAYS_WINDOW}` {said}, and looks back over"
            raise UnclearError(f"{message} {duration(length)}")
    return Look(bare_tree(trees.with_placeholder(tree)), seconds, limit, tuple(used))


def _left(side: Expr) -> Expr:
    found = _comparison(side)
    return found.left if found is not None else side


def _text(tree: Expr) -> str:
    """An error ratio as text by which two are the same, whatever its range; "" without one."""
    if trees.fixed_range(tree) is None:
        return ""
    try:
        return written(bare_tree(trees.with_placeholder(tree)))
    except ValueError:  # of what no text is known for
        return ""


def _bare(tree: Expr, limit: Expr, budgets: Budgets) -> Limit | None:
    """`ratio > 0.001`, where that is known to be the budget of this ratio: a factor of 1."""
    value = constant(limit)
    is_known = value is not None and value > 0 and rounded(value) in budgets.get(_text(tree), ())
    return Limit(Fraction(1), value) if value is not None and is_known else None


def _product(tree: Expr) -> Limit | None:
    """`14.4 * 0.001` and `14.4 * (1 - 0.999)`, either way round; None where it is no product, or it can't be
    told which of the two is the budget."""
    root = bare_tree(tree)
    if not isinstance(root, Binary) or root.op != "*":
        return None
    left, right = constant(root.left), constant(root.right)
    if left is None or right is None:
        return None
    ways = ((root.left, left, right), (root.right, right, left))
    certain = [
        Limit(factor, budget) for side, budget, factor in ways if _is_rest(side) and 0 < budget <= _HALF
    ]
    likely = [Limit(factor, budget) for _, budget, factor in ways if 0 < budget <= _HALF and factor >= 1]
    found = certain or likely
    return found[0] if len(found) == 1 else None


def _is_rest(tree: Expr) -> bool:
    """Whether it is what an objective leaves: `1 - 0.999`."""
    root = bare_tree(tree)
    return isinstance(root, Binary) and root.op == "-" and constant(root.left) == 1


def _divided(tree: Expr, limit: Expr) -> tuple[Expr, Limit] | None:
    """A ratio over its budget, above a factor."""
    root, factor = bare_tree(tree), constant(limit)
    if not isinstance(root, Binary) or root.op != "/" or factor is None or factor <= 0:
        return None
    budget = constant(root.right)
    if budget is None or not 0 < budget <= _HALF or is_scalar(root.left):
        return None
    return root.left, Limit(factor, budget)
