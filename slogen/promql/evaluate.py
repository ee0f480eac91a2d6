"""Compute PromQL on series that are straight lines: enough to find out what makes a condition true.

Small on purpose: labels, matching, aggregation and ranges are those of Prometheus, but series have a
sample a minute from time 0 on, as the stories of a proof write them. What isn't known is refused.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from slogen.promql.numbers import OF_MANY, OF_ONE, OF_RANGE, bucket_quantile, quantile
from slogen.promql.parse import parse, selector_of
from slogen.promql.solve import selects
from slogen.units import MINUTE

Labels = frozenset[tuple[str, str]]
Vector = dict[Labels, float]
Value = float | Vector
Ranges = dict[Labels, list[tuple[float, float]]]


@dataclass(frozen=True, slots=True)
class Line:
    """A series that reads `value` at time 0 and grows by `growth` a second."""

    value: float
    growth: float = 0.0

    def at(self, time: float) -> float:
        """What it reads at a time in seconds."""
        return self.value + self.growth * time


Lines = Sequence[Line | None]  # of each series in order; None: it isn't there
Evaluated = Callable[[Lines, float], Value]
_MOST_SAMPLES: Final = 2000


class UnsupportedError(Exception):
    """A part of PromQL that isn't computed here."""


def evaluator(text: str, series: Sequence[tuple[str, Mapping[str, str]]]) -> Evaluated:
    """A function of the lines of these series and a time, which computes the expression.

    Raises UnsupportedError for what it can't compute, PromqlError for what is no PromQL.
    """
    return _Reader(tuple(series)).of(parse(text))


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


_ARITHMETIC: Final[Mapping[str, Callable[[float, float], float]]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": _divide,
    "%": lambda a, b: math.fmod(a, b) if b else math.nan,
    "^": _power,
}
_COMPARISONS: Final[Mapping[str, Callable[[float, float], bool]]] = {
    "==": operator.eq,
    "!=": operator.ne,
    ">": operator.gt,
    "<": operator.lt,
    ">=": operator.ge,
    "<=": operator.le,
}


@dataclass(frozen=True, slots=True)
class _Reader:
    """Turns trees into functions; `series` are metric and labels of what there is."""

    series: tuple[tuple[str, Mapping[str, str]], ...]

    def of(self, tree: Any) -> Evaluated:
        name = type(tree).__name__
        known = {
            "NumberLiteral": self._number,
            "ParenExpr": lambda t: self.of(t.expr),
            "UnaryExpr": self._negative,
            "VectorSelector": self._selector,
            "AggregateExpr": self._aggregate,
            "BinaryExpr": self._binary,
            "Call": self._call,
        }
        if name not in known:
            raise UnsupportedError(f"{name} is not computed")
        return known[name](tree)

    def _number(self, tree: Any) -> Evaluated:
        value = float(tree.val)
        return lambda _lines, _time: value

    def _negative(self, tree: Any) -> Evaluated:
        inner = self.of(tree.expr)
        return lambda lines, time: _each(operator.neg, inner(lines, time))

    def _selected(self, tree: Any) -> tuple[list[tuple[int, Labels]], float]:
        """Which series a selector selects, with their labels, and its offset in seconds."""
        if tree.at is not None:
            raise UnsupportedError("@ is not computed")
        selector = selector_of(tree)
        found = [
            (index, frozenset(labels.items()))
            for index, (metric, labels) in enumerate(self.series)
            if selects(selector, metric, labels)
        ]
        return found, tree.offset.total_seconds() if tree.offset else 0.0

    def _selector(self, tree: Any) -> Evaluated:
        selected, offset = self._selected(tree)

        def values(lines: Lines, time: float) -> Value:
            at = math.floor((time - offset) / MINUTE) * MINUTE  # the last sample
            return {labels: line.at(at) for i, labels in selected if (line := lines[i]) and at >= 0}

        return values

    def _range(self, tree: Any) -> tuple[Callable[[Lines, float], Ranges], float, float]:
        """Samples of a range, with its length and its offset."""
        kind = type(tree).__name__
        if kind not in ("MatrixSelector", "SubqueryExpr"):
            raise UnsupportedError("a function of a range gets something else")
        length = tree.range.total_seconds()
        if kind == "SubqueryExpr":
            return self._subquery(tree, length)
        selected, offset = self._selected(tree.vector_selector)

        def samples(lines: Lines, time: float) -> Ranges:
            times = _steps(time - offset - length, time - offset, MINUTE)
            return {labels: [(t, line.at(t)) for t in times] for i, labels in selected if (line := lines[i])}

        return samples, length, offset

    def _subquery(self, tree: Any, length: float) -> tuple[Callable[[Lines, float], Ranges], float, float]:
        if tree.at is not None:
            raise UnsupportedError("@ is not computed")
        inner = self.of(tree.expr)
        step = tree.step.total_seconds() if tree.step else MINUTE
        offset = tree.offset.total_seconds() if tree.offset else 0.0

        def samples(lines: Lines, time: float) -> Ranges:
            found: Ranges = {}
            for t in _steps(time - offset - length, time - offset, step):
                for labels, value in _vector(inner(lines, t)).items():
                    found.setdefault(labels, []).append((t, value))
            return found

        return samples, length, offset

    def _aggregate(self, tree: Any) -> Evaluated:
        name, inner = str(tree.op), self.of(tree.expr)
        key = _grouping(tree.modifier)
        if name == "quantile":
            share = self.of(tree.param)
            return lambda lines, time: _grouped(
                inner(lines, time), key, partial(quantile, _scalar(share(lines, time)))
            )
        if name not in OF_MANY:
            raise UnsupportedError(f"`{name}` is not computed")
        return lambda lines, time: _grouped(inner(lines, time), key, OF_MANY[name])

    def _binary(self, tree: Any) -> Evaluated:
        left, right, name = self.of(tree.lhs), self.of(tree.rhs), str(tree.op)
        modifier = tree.modifier
        matching = modifier.matching if modifier else None
        key = _matching(matching)
        if name in ("and", "or", "unless"):
            return lambda lines, time: _set(
                name, _vector(left(lines, time)), _vector(right(lines, time)), key
            )
        if modifier and (modifier.group_labels or "ToOne" in str(modifier.card).replace("OneToOne", "")):
            raise UnsupportedError("group_left and group_right are not computed")
        if name not in _ARITHMETIC and name not in _COMPARISONS:
            raise UnsupportedError(f"`{name}` is not computed")
        returns_bool = bool(modifier and modifier.return_bool)
        combine, filters = _combined(name, returns_bool), name in _COMPARISONS and not returns_bool
        return lambda lines, time: _operated(
            left(lines, time), right(lines, time), key, combine, filters=filters
        )

    def _call(self, tree: Any) -> Evaluated:
        name = tree.func.name
        if name == "time":
            return lambda _lines, time: time
        if name in OF_RANGE:
            samples, length, offset = self._range(tree.args[0])
            function = OF_RANGE[name]

            def of_range(lines: Lines, time: float) -> Value:
                end = time - offset
                found = {
                    labels: function(values, end - length, end)
                    for labels, values in samples(lines, time).items()
                    if values
                }
                return {labels: value for labels, value in found.items() if value is not None}

            return of_range
        args = [self.of(arg) for arg in tree.args] if name != "quantile_over_time" else []
        if name in OF_ONE and args:
            return lambda lines, time: _each(
                OF_ONE[name], args[0](lines, time), *(_scalar(arg(lines, time)) for arg in args[1:])
            )
        special = {"scalar": _to_scalar, "vector": _to_vector, "absent": _absent}
        if name in special:
            return lambda lines, time: special[name](args[0](lines, time))
        if name == "histogram_quantile":
            return lambda lines, time: _quantiles(
                _scalar(args[0](lines, time)), _vector(args[1](lines, time))
            )
        raise UnsupportedError(f"`{name}` is not computed")


def _steps(begin: float, end: float, step: float) -> list[float]:
    """The multiples of a step in a left-open range, from time 0 on."""
    first = max(math.floor(begin / step) + 1, 0)
    last = math.floor(end / step)
    if last - first > _MOST_SAMPLES:
        raise UnsupportedError("the range is too long to be computed")
    return [n * step for n in range(first, last + 1)]


def _vector(value: Value) -> Vector:
    return value if isinstance(value, dict) else {frozenset(): value}


def _scalar(value: Value) -> float:
    if isinstance(value, dict):
        raise UnsupportedError("a number was expected")
    return value


def _each(function: Callable[..., float], value: Value, *more: float) -> Value:
    if isinstance(value, dict):
        return {labels: function(one, *more) for labels, one in value.items()}
    return function(value, *more)


def _kept(labels: Labels, names: frozenset[str], keep: bool) -> Labels:
    return frozenset((name, value) for name, value in labels if (name in names) == keep)


def _grouping(modifier: Any) -> Callable[[Labels], Labels]:
    """The labels that an aggregation keeps."""
    if modifier is None:
        return lambda _labels: frozenset()
    names, keep = frozenset(modifier.labels), str(modifier.type).endswith("By")
    return lambda labels: _kept(labels, names, keep)


def _matching(matching: Any) -> Callable[[Labels], Labels]:
    """The labels by which two vectors are matched."""
    if matching is None:
        return lambda labels: labels
    names, keep = frozenset(matching.labels), str(matching.type).endswith("Include")
    return lambda labels: _kept(labels, names, keep)


def _grouped(value: Value, key: Callable[[Labels], Labels], function: Callable[..., float]) -> Value:
    groups: dict[Labels, list[float]] = {}
    for labels, one in _vector(value).items():
        groups.setdefault(key(labels), []).append(one)
    return {labels: function(values) for labels, values in groups.items()}


def _combined(name: str, returns_bool: bool) -> Callable[[float, float], float | None]:
    """An operation on two numbers; None where a comparison filters the sample out."""
    if name in _ARITHMETIC:
        return _ARITHMETIC[name]
    compare = _COMPARISONS[name]
    if returns_bool:
        return lambda a, b: float(compare(a, b))
    return lambda a, b: a if compare(a, b) else None


def _operated(
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
        return _present((labels, combine(a, right)) for labels, a in _vector(left).items())
    if not isinstance(left, dict):
        kept = _present((labels, combine(left, b)) for labels, b in right.items())
        return {labels: right[labels] for labels in kept} if filters else kept
    others = {key(labels): b for labels, b in right.items()}
    return _present((key(ls), combine(a, others[key(ls)])) for ls, a in left.items() if key(ls) in others)


def _present(found: Iterable[tuple[Labels, float | None]]) -> Vector:
    return {labels: value for labels, value in found if value is not None}


def _set(name: str, left: Vector, right: Vector, key: Callable[[Labels], Labels]) -> Vector:
    mine, others = {key(labels) for labels in left}, {key(labels) for labels in right}
    if name == "or":
        return left | {labels: value for labels, value in right.items() if key(labels) not in mine}
    return {labels: value for labels, value in left.items() if (key(labels) in others) == (name == "and")}


def _to_scalar(value: Value) -> Value:
    found = list(_vector(value).values())
    return found[0] if len(found) == 1 else math.nan


def _to_vector(value: Value) -> Value:
    return {frozenset(): _scalar(value)}


def _absent(value: Value) -> Value:
    return {} if _vector(value) else {frozenset(): 1.0}


def _quantiles(share: float, buckets: Vector) -> Vector:
    groups: dict[Labels, list[tuple[float, float]]] = {}
    for labels, count in buckets.items():
        bound = dict(labels).get("le", "")
        if bound:
            groups.setdefault(_kept(labels, frozenset({"le"}), False), []).append((float(bound), count))
    return {labels: bucket_quantile(share, sorted(found)) for labels, found in groups.items()}
