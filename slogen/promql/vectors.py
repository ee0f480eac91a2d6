"""Vectors of numbers by their labels, and what PromQL's operators and aggregations do to them."""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from slogen.promql.numbers import bucket_quantile
from slogen.promql.tree import Binary, Grouping

Labels = frozenset[tuple[str, str]]
Vector = dict[Labels, float]
Value = float | Vector
_GROUP: Final = re.compile(r"\$(?:\{(\w+)\}|(\w+))")  # `$1` or `${1}`


class UnsupportedError(Exception):
    """A part of PromQL that isn't computed here."""


def _divide(a: float, b: float) -> float:
    if b == 0:
        return math.nan if a == 0 or math.isnan(a) else math.copysign(math.inf, a)
    return a / b


def _power(a: float, b: float) -> float:
    try:
        found = a**b
    except (OverflowError, ZeroDivisionError):
        return math.inf
    return found if isinstance(found, float) else math.nan


ARITHMETIC: Final[Mapping[str, Callable[[float, float], float]]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": _divide,
    "%": lambda a, b: math.fmod(a, b) if b else math.nan,
    "^": _power,
}
_COMPARE: Final[Mapping[str, Callable[[float, float], bool]]] = {
    "==": operator.eq,
    "!=": operator.ne,
    ">": operator.gt,
    "<": operator.lt,
    ">=": operator.ge,
    "<=": operator.le,
}


def as_vector(value: Value) -> Vector:
    """The value as a vector: a number has no labels."""
    return value if isinstance(value, dict) else {frozenset(): value}


def as_number(value: Value) -> float:
    """The value as a number. Raises UnsupportedError for a vector."""
    if isinstance(value, dict):
        raise UnsupportedError("a number was expected")
    return value


def each(function: Callable[..., float], value: Value, *more: float) -> Value:
    """A function of each number."""
    if isinstance(value, dict):
        return {labels: function(one, *more) for labels, one in value.items()}
    return function(value, *more)


def _kept(labels: Labels, names: frozenset[str], keep: bool) -> Labels:
    return frozenset((name, value) for name, value in labels if (name in names) == keep)


def group_key(grouping: Grouping | None) -> Callable[[Labels], Labels]:
    """The labels that an aggregation keeps, or by which vectors are matched: all where nothing is said."""
    if grouping is None:
        return lambda labels: labels
    names = frozenset(grouping.labels)
    return lambda labels: _kept(labels, names, grouping.keeps)


def aggregated(value: Value, key: Callable[[Labels], Labels], function: Callable[..., float]) -> Value:
    """A function of the numbers of each group."""
    groups: dict[Labels, list[float]] = {}
    for labels, one in as_vector(value).items():
        groups.setdefault(key(labels), []).append(one)
    return {labels: function(values) for labels, values in groups.items()}


def extremes(value: Value, key: Callable[[Labels], Labels], most: float, *, largest: bool) -> Vector:
    """`topk` and `bottomk`: so many series of each group."""
    groups: dict[Labels, Vector] = {}
    for labels, one in as_vector(value).items():
        groups.setdefault(key(labels), {})[labels] = one
    return {
        labels: found[labels]
        for found in groups.values()
        for labels in sorted(found, key=lambda each: found[each], reverse=largest)[: max(int(most), 0)]
    }


def combined(name: str, returns_bool: bool) -> Callable[[float, float], float | None]:
    """An operation on two numbers; None where a comparison filters the sample out."""
    if name in ARITHMETIC:
        return ARITHMETIC[name]
    compare = _COMPARE[name]
    if returns_bool:
        return lambda a, b: float(compare(a, b))
    return lambda a, b: a if compare(a, b) else None


def operated(
    left: Value,
    right: Value,
    key: Callable[[Labels], Labels],
    combine: Callable[[float, float], float | None],
    *,
    filters: bool,
) -> Value:
    """An operation on two values; one that filters keeps what the vector's samples read."""
    if not isinstance(left, dict) and not isinstance(right, dict):
        found = combine(left, right)
        if found is None:
            raise UnsupportedError("numbers are compared without `bool`")
        return found
    if not isinstance(right, dict):
        return _present((labels, combine(a, right)) for labels, a in as_vector(left).items())
    if not isinstance(left, dict):
        kept = _present((labels, combine(left, b)) for labels, b in right.items())
        return {labels: right[labels] for labels in kept} if filters else kept
    others = {key(labels): b for labels, b in right.items()}
    return _present((key(ls), combine(a, others[key(ls)])) for ls, a in left.items() if key(ls) in others)


def joined(
    left: Vector,
    right: Vector,
    key: Callable[[Labels], Labels],
    combine: Callable[[float, float], float | None],
    tree: Binary,
) -> Vector:
    """`group_left` or `group_right`: each series of the side with many, with the included labels of its one
    partner. Raises UnsupportedError where partners are many, which Prometheus refuses."""
    is_left = tree.group == "left"
    many, ones = (left, right) if is_left else (right, left)
    partners = {key(labels): labels for labels in ones}
    if len(partners) < len(ones):
        raise UnsupportedError("a series has many partners")
    included = frozenset(tree.included)
    return _present(
        (
            _kept(labels, included, False) | _kept(partners[key(labels)], included, True),
            combine(value, ones[partners[key(labels)]])
            if is_left
            else combine(ones[partners[key(labels)]], value),
        )
        for labels, value in many.items()
        if key(labels) in partners
    )


def _present(found: Iterable[tuple[Labels, float | None]]) -> Vector:
    return {labels: value for labels, value in found if value is not None}


def relabelled(vector: Vector, label: str, replacement: str, source: str, pattern: re.Pattern[str]) -> Vector:
    """`label_replace`: where all of the source label matches, `label` is the replacement, in which `$1` and
    the like stand for what their groups matched."""
    found: Vector = {}
    for labels, value in vector.items():
        match, changed = pattern.fullmatch(dict(labels).get(source, "")), dict(labels)
        if match is not None:
            parts = (
                part if number % 3 == 0 else _of_group(match, part)
                for number, part in enumerate(_GROUP.split(replacement))
                if part is not None
            )
            changed[label] = "".join(parts)
        key = frozenset((name, text) for name, text in changed.items() if text)
        if key in found:
            raise UnsupportedError("two series have the same labels")
        found[key] = value
    return found


def _of_group(match: re.Match[str], name: str) -> str:
    """What a group matched; "" for one that isn't there, as in Go."""
    try:
        return match[int(name) if name.isdigit() else name] or ""
    except IndexError:
        return ""


def set_operation(name: str, left: Vector, right: Vector, key: Callable[[Labels], Labels]) -> Vector:
    """`and`, `or` and `unless` of two vectors."""
    mine, others = {key(labels) for labels in left}, {key(labels) for labels in right}
    if name == "or":
        return left | {labels: value for labels, value in right.items() if key(labels) not in mine}
    return {labels: value for labels, value in left.items() if (key(labels) in others) == (name == "and")}


def to_scalar(value: Value) -> Value:
    """`scalar`: the only number, else NaN."""
    found = list(as_vector(value).values())
    return found[0] if len(found) == 1 else math.nan


def to_vector(value: Value) -> Value:
    """`vector`: a number without labels."""
    return {frozenset(): as_number(value)}


def absent(value: Value) -> Value:
    """`absent`: 1 where there is nothing (without the labels that Prometheus makes up)."""
    return {} if as_vector(value) else {frozenset(): 1.0}


def quantiles(share: float, buckets: Vector) -> Vector:
    """`histogram_quantile` of each group of buckets."""
    groups: dict[Labels, list[tuple[float, float]]] = {}
    for labels, count in buckets.items():
        bound = dict(labels).get("le", "")
        if bound:
            groups.setdefault(_kept(labels, frozenset({"le"}), False), []).append((float(bound), count))
    return {labels: bucket_quantile(share, sorted(found)) for labels, found in groups.items()}
