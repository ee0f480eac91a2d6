"""Trees as PromQL again, and trees whose selectors ask for more."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Final

from slogen.promql.selector import Matcher, Selector
from slogen.promql.text import is_label_name, quote
from slogen.promql.tree import (
    Aggregation,
    Binary,
    Call,
    Expr,
    Grouping,
    Number,
    Paren,
    Range,
    String,
    Subquery,
    Unary,
    VectorSelector,
    mapped,
)
from slogen.units import format_duration

Lengths = Callable[[timedelta], str]
_SETS: Final = frozenset({"and", "or", "unless"})


def shown(tree: Expr, otherwise: str) -> str:
    """The text of a tree in a hint; another where a tree doesn't keep all of it."""
    try:
        return written(tree)
    except ValueError:
        return otherwise


def narrowed(tree: Expr, matchers: Sequence[Matcher]) -> Expr:
    """The tree with these matchers in each of its selectors, too."""
    return with_selectors(tree, lambda found: replace(found, matchers=(*found.matchers, *matchers)))


def with_increases(tree: Expr) -> Expr:
    """The tree with each `rate` as what its counter grew by, over the seconds of its range: to Prometheus
    that is the same. MetricsQL's `rate` divides what a series younger than its range grew by by its age."""
    if isinstance(tree, Call) and tree.name == "rate" and isinstance(tree.args[0], Range):
        seconds = tree.args[0].length.total_seconds()
        return Paren(Binary("/", Call("increase", tree.args), Number(seconds)))
    return mapped(tree, with_increases)


def with_selectors(tree: Expr, change: Callable[[VectorSelector], VectorSelector]) -> Expr:
    """The tree with each of its selectors changed."""
    if isinstance(tree, VectorSelector):
        return change(tree)
    return mapped(tree, lambda node: with_selectors(node, change))


def duration(length: timedelta) -> str:
    """A length as PromQL writes it: "5m", "1m30s", "500ms"."""
    seconds, rest = divmod(length, timedelta(seconds=1))
    millis = rest // timedelta(milliseconds=1)
    whole = format_duration(seconds) if seconds or not millis else ""
    return f"{whole}{millis}ms" if millis else whole


def written(tree: Expr, lengths: Lengths = duration) -> str:
    """The text of a tree, which is read back as the same tree; `lengths` writes its ranges. Raises
    ValueError for what a tree doesn't keep: `@`, and alternatives in a selector."""

    def inside(node: Expr) -> str:
        return written(node, lengths)

    match tree:
        case Number():
            return _number(tree.value)
        case String():
            return quote(tree.value)
        case VectorSelector():
            return _selector(tree) + _offset(tree.offset, lengths)
        case Range():
            return (
                f"{_selector(tree.selector)}[{lengths(tree.length)}]{_offset(tree.selector.offset, lengths)}"
            )
        case Subquery():
            return f"{inside(tree.expr)}{_looks(tree, lengths)}"
        case Call():
            return f"{tree.name}({', '.join(map(inside, tree.args))})"
        case Aggregation():
            args = [each for each in (tree.param, tree.expr) if each is not None]
            return f"{tree.op}{_by(tree.grouping)}({', '.join(map(inside, args))})"
        case Binary():
            return f"{inside(tree.left)} {_operator(tree)} {inside(tree.right)}"
        case Unary():
            return f"-{inside(tree.expr)}"
        case Paren():
            return f"({inside(tree.expr)})"


def _number(value: float) -> str:
    text = repr(value)
    return {"inf": "Inf", "-inf": "-Inf", "nan": "NaN"}.get(text, text.removesuffix(".0"))


def _selector(node: VectorSelector) -> str:
    if node.has_at or node.has_alternatives:
        raise ValueError("`@` and alternatives are not kept")
    return str(Selector(node.name or "", node.matchers))


def _offset(offset: timedelta | None, lengths: Lengths) -> str:
    if offset is None:
        return ""
    sign = "-" if offset < timedelta() else ""
    return f" offset {sign}{lengths(abs(offset))}"


def _looks(tree: Subquery, lengths: Lengths) -> str:
    if tree.has_at:
        raise ValueError("`@` is not kept")
    step = "" if tree.step is None else lengths(tree.step)
    return f"[{lengths(tree.length)}:{step}]{_offset(tree.offset, lengths)}"


def _by(grouping: Grouping) -> str:
    if grouping == Grouping():
        return ""
    return f" {'by' if grouping.keeps else 'without'} ({_labels(grouping.labels)}) "


def _operator(tree: Binary) -> str:
    parts = [tree.op, "bool" if tree.returns_bool else ""]
    if tree.matching is not None and (tree.matching.labels or tree.matching.keeps or tree.group):
        parts.append(f"{'on' if tree.matching.keeps else 'ignoring'} ({_labels(tree.matching.labels)})")
    if tree.group and tree.op not in _SETS:
        parts.append(f"group_{tree.group} ({_labels(tree.included)})")
    return " ".join(filter(None, parts))


def _labels(labels: Sequence[str]) -> str:
    return ", ".join(label if is_label_name(label) else quote(label) for label in labels)
