"""What is recorded, followed into the rules that record it: their expressions in place of its name."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from slogen.moving import trees
from slogen.moving.rules_read import Rule
from slogen.promql.tree import (
    Aggregation,
    Binary,
    Expr,
    Paren,
    Range,
    Subquery,
    VectorSelector,
    bare_tree,
    mapped,
)
from slogen.promql.written import narrowed, written

Recorded = Mapping[str, Sequence[Rule]]  # rules by the names that they record
_DEEPEST: Final = 3
PICKS: Final = ("max", "min", "avg", "sum")


class UnclearError(Exception):
    """It is a burn-rate alert, and something of it can't be read for certain; the text says what."""


def shown(tree: Expr) -> str:
    """An expression in a message."""
    try:
        return written(tree)
    except ValueError:
        return "an expression"


def followed(tree: Expr, recorded: Recorded, used: list[Rule], depth: int) -> Expr:
    """With the expressions of rules in place of what they record; `used` gets these rules."""
    if depth > _DEEPEST:
        raise UnclearError("rules record what other rules record, and so on")

    def follow(node: Expr) -> Expr:
        return followed(node, recorded, used, depth)

    root = tree
    if isinstance(root, Range | Subquery):
        return root
    if isinstance(root, Aggregation) and isinstance(selector := bare_tree(root.expr), VectorSelector):
        sources = _sources(selector, recorded)
        if sources:
            return _aggregated(root, selector, sources, lambda rule: _inside(rule, recorded, used, depth))
    if isinstance(root, VectorSelector):
        sources = _sources(root, recorded)
        if len(sources) > 1:
            raise UnclearError(f"{len(sources)} rules record `{shown(root)}`")
        return _narrowed(root, sources[0], _inside(sources[0], recorded, used, depth)) if sources else root
    return mapped(root, follow)


def _inside(rule: Rule, recorded: Recorded, used: list[Rule], depth: int) -> Expr:
    used.append(rule)
    assert rule.tree is not None
    return followed(rule.tree, recorded, used, depth + 1)


def _sources(selector: VectorSelector, recorded: Recorded) -> list[Rule]:
    """The rules that record what a selector asks for, as far as the labels say that they set."""
    return [
        rule
        for rule in recorded.get(selector.name or "", ())
        if rule.tree is not None
        and all(
            rule.ids[matcher.name] == matcher.value
            for matcher in selector.matchers
            if matcher.name in rule.ids and matcher.op == "="
        )
    ]


def _aggregated(
    root: Aggregation, selector: VectorSelector, sources: Sequence[Rule], inside: Callable[[Rule], Expr]
) -> Expr:
    """An aggregation of what is recorded: of several series it must be their sum, of each group one."""
    if len(sources) > 1 and root.op != "sum":
        raise UnclearError(f"{len(sources)} rules record `{shown(selector)}`")
    if root.op not in PICKS or root.param is not None:
        raise UnclearError(f"`{root.op}` of an error ratio is none")
    terms = [_narrowed(selector, rule, inside(rule)) for rule in sources]
    wanted = tuple(sorted(root.grouping.labels)) if root.grouping.keeps else None
    if any(trees.grouping(term) != wanted for term in terms):
        raise UnclearError(f"`{shown(root)}` makes one number of several ratios")
    tree = terms[0]
    for term in terms[1:]:
        tree = Binary("+", tree, term)
    return Paren(tree) if len(terms) > 1 else tree


def _narrowed(selector: VectorSelector, rule: Rule, tree: Expr) -> Expr:
    """What is recorded, of the series that a selector asks for: its other matchers are of labels that the
    rule groups by, and so are those of the series that it reads."""
    if selector.offset is not None or selector.has_at or selector.has_alternatives:
        raise UnclearError(f"`{shown(selector)}` looks at another time")
    rest = [matcher for matcher in selector.matchers if matcher.name not in rule.ids]
    if len(rest) + len([each for each in selector.matchers if each.op == "="]) < len(selector.matchers):
        raise UnclearError(f"`{shown(selector)}` asks for labels of a rule in another way than by `=`")
    kept = trees.grouping(tree) or ()
    if any(matcher.name not in kept for matcher in rest):
        raise UnclearError(f"`{shown(selector)}` asks for labels that `{rule.name}` doesn't say it has")
    return Paren(narrowed(tree, rest) if rest else tree)
