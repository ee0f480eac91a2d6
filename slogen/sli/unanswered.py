"""Conditions that hold while nothing answers: a status of 0 is below 400, a refused connection is fast."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from slogen.promql.operators import COMPARISONS, FLIPPED
from slogen.promql.parse import selectors
from slogen.promql.selector import Selector
from slogen.promql.shape import constant, is_scalar
from slogen.promql.tree import Aggregation, Binary, Expr, VectorSelector, bare_tree, walk
from slogen.promql.written import shown, written
from slogen.sli.counters import Doubt

_STATUS: Final = re.compile(r"^probe_\w*status_code$|(?:^|_)http_status_code$")
# How long a look took, and the gauge that says whether it found what it wanted.
_TIMES: Final = (
    (re.compile(r"^probe_(?:\w+_)?(?:duration|lookup_time)_seconds$"), "probe_success"),
    (re.compile(r"^scrape_duration_seconds$"), "up"),
)
_OWN_LABELS: Final = frozenset({"phase", "le", "quantile"})


def of_unanswered(tree: Expr) -> Iterator[Doubt]:
    """Warnings of comparisons that a target which is down fulfils, where nothing beside them notices it."""
    root = bare_tree(tree)
    if isinstance(root, Binary) and root.op == "or":
        yield from of_unanswered(root.left)
        yield from of_unanswered(root.right)
        return
    parts = list(_joined(root))
    for part in parts:
        others = [each for each in parts if each is not part]
        yield from _of_part(part, others)


def _joined(tree: Expr) -> Iterator[Binary]:
    """The comparisons that must all hold."""
    root = bare_tree(tree)
    if isinstance(root, Binary) and root.op == "and":
        yield from _joined(root.left)
        yield from _joined(root.right)
    elif isinstance(root, Binary) and root.op in COMPARISONS:
        yield root if is_scalar(root.right) else Binary(FLIPPED[root.op], root.right, root.left)


def _of_part(part: Binary, others: Sequence[Binary]) -> Iterator[Doubt]:
    if part.op not in ("<", "<=", "!="):
        return
    read = selectors(part.left)
    metric = read[0] if len(read) == 1 else None
    if metric is None:
        return
    if _STATUS.search(metric.metric) and not _is_noticed(part, others, metric.metric, "probe_success"):
        message = f"`{metric.metric}` is 0 where nothing answers, and 0 is good here"
        yield Doubt("out-of-range", message, _hint(part, f"{_looked_at(part.left, metric)} > 0"))
    for times, success in _TIMES if part.op != "!=" else ():
        if times.search(metric.metric) and not _is_noticed(part, others, success):
            message = f"`{metric.metric}` is short where a connection is refused: an outage is good here"
            matchers = metric.without(*_OWN_LABELS).matchers
            yield Doubt(
                "out-of-range",
                message,
                _hint(part, f"{_looked_at(part.left, Selector(success, matchers))} == 1"),
            )


def _is_noticed(part: Binary, others: Sequence[Binary], *names: str) -> bool:
    """Whether a comparison beside this one, or a part of it, looks at whether there was an answer."""
    if part.op == "!=" and constant(part.right) == 0:
        return True
    if any(isinstance(node, Binary) and node.op in (*COMPARISONS, "and", "*") for node in walk(part.left)):
        return True  # filtered, or multiplied with what it was: the user's own way
    return any(
        each.op in (">", ">=", "==") or (each.op == "!=" and constant(each.right) == 0)
        for each in others
        if {read.metric for read in selectors(each.left)} & {*names}
    )


def _looked_at(value: Expr, metric: Selector) -> str:
    """The worst of the series of a metric, by the labels of the value beside it."""
    root = bare_tree(value)
    plain = VectorSelector(metric.metric, metric.matchers)
    if not isinstance(root, Aggregation):
        return written(plain)
    kept = tuple(label for label in root.grouping.labels if label not in _OWN_LABELS)
    grouping = replace(root.grouping, labels=kept if root.grouping.keeps else root.grouping.labels)
    return written(Aggregation("min", plain, None, grouping))


def _hint(part: Binary, more: str) -> str:
    return f"write `{shown(part, '...')} and {more}`"
