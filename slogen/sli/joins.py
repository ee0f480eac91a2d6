"""Counters that are joined with what describes them: `rate(...) * on (pod) group_left () kube_pod_labels`.

A proof needs both: counters that grow, and beside them a series that reads 1 and has the same labels `on`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from slogen.promql.evaluate import Line, evaluator
from slogen.promql.parse import parse, selector_of, selectors
from slogen.promql.selector import Selector
from slogen.promql.solve import examples, matches, solve
from slogen.promql.tree import Aggregation, Binary, Expr, Number, VectorSelector, bare_tree, walk
from slogen.units import MINUTE

Series = tuple[str, dict[str, str]]

_KEEP_ONE = frozenset(["max", "min", "avg", "sum", "group"])  # of a single series that reads 1, 1
_AT = 20.0 * MINUTE
_ON = re.compile(r"\bon\s*\(")


@dataclass(frozen=True, slots=True)
class Join:
    """What counters are joined with: a selector of series that read 1, by these labels."""

    selector: Selector
    on: tuple[str, ...]


def join_of(node: Expr) -> tuple[Expr, Join] | None:
    """The counters of an operation with series that read 1, and these; None for any other."""
    if not isinstance(node, Binary) or node.matching is None or not node.matching.keeps:
        return None
    counters, described = node.left, node.right
    if node.op == "*" and node.group == "right":
        counters, described = described, counters
    elif node.op not in ("*", "and"):
        return None
    selector = _reads_one(described, node.matching.labels)
    return None if selector is None else (counters, Join(selector, node.matching.labels))


def all_joins(tree: Expr) -> list[Join]:
    """What any counters in a tree are joined with."""
    found = (join_of(node) for node in walk(tree))
    return [join for _, join in filter(None, found)]


def excluded(tree: Expr) -> Iterator[Join]:
    """What counters must not have beside them: `... unless on (pod) kube_pod_deletion_timestamp`."""
    for node in walk(tree):
        if isinstance(node, Binary) and node.op == "unless" and node.matching and node.matching.keeps:
            for selector in selectors(node.right):
                yield Join(selector, node.matching.labels)


def _reads_one(node: Expr, on: tuple[str, ...]) -> Selector | None:
    """The selector of what reads 1 where its one series does: itself, compared with 1, or summed up by the
    labels of the join."""
    match bare_tree(node):
        case VectorSelector(offset=None) as selected:
            return selector_of(selected)
        case Binary(op="==" | ">=", left=left, right=Number(value=1), returns_bool=False):
            return _reads_one(left, on)
        case Binary(op=">" | "!=", left=left, right=Number(value=0), returns_bool=False):
            return _reads_one(left, on)
        case Aggregation(op=op, expr=expr, grouping=by) if op in _KEEP_ONE:
            return _reads_one(expr, on) if by.keeps and set(on) <= set(by.labels) else None
        case _:
            return None


def measured(text: str, reads: Sequence[Selector]) -> tuple[Selector, ...]:
    """What an expression reads, without what that is only joined with: of that others are the targets."""
    if not _ON.search(text):
        return tuple(reads)
    tree = parse(text)
    partners = {join.selector for join in (*all_joins(tree), *excluded(tree))}
    return tuple(selector for selector in reads if selector not in partners) or tuple(reads)


def shared(on: Iterable[str], reads: Sequence[Selector], fixed: Mapping[str, str]) -> dict[str, str] | None:
    """Values of the labels that both sides of joins have in a group: its own ones, or in the next group a
    series would have two partners. None where no such value is allowed."""
    found, names = dict(fixed), tuple(dict.fromkeys(on))
    own = ["-".join(fixed.values())] if fixed and fixed.keys().isdisjoint(names) else []
    for name in names:
        if name in found:
            continue
        matchers = [m for selector in reads for m in selector.only(name)]
        named = [v for m in matchers for v in ([m.value] if m.op == "=" else examples(m.value))]
        value = next(
            (v for v in own or [*named, "a", "b"] if v and all(matches(m, {name: v}) for m in matchers)), None
        )
        if value is None:
            return None
        found[name] = value
    return found


def beside(joins: Iterable[Join], labels: Mapping[str, str]) -> tuple[Series, ...] | None:
    """The series that read 1; None where one can't have these labels."""
    found = {str(join.selector): (join.selector.metric, solve([join.selector], (), labels)) for join in joins}
    solved = [(metric, each) for metric, each in found.values() if each is not None]
    return tuple(solved) if len(solved) == len(found) else None


def grows(
    text: str,
    growth: Sequence[tuple[Series, float]],
    constant: Sequence[Series],
    group: Mapping[str, str],
) -> float:
    """What an expression of events per second gives in a group, where these counters grow by so much a second
    and the constant series read 1; 0 where it gives nothing. Raises UnsupportedError."""
    lines = [*(Line(1e6, each) for _, each in growth), *(Line(1.0) for _ in constant)]
    found = evaluator(text, [*(series for series, _ in growth), *constant])(lines, _AT)
    if not isinstance(found, dict):
        return found
    return sum(value for labels, value in found.items() if labels >= group.items())
