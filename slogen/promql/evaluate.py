"""Compute PromQL on series that are straight lines: enough to find out what makes a condition true.

Small on purpose: labels, matching, aggregation and ranges are those of Prometheus, but series have a
sample a minute from time 0 on, as the stories of a proof write them. What isn't known is refused.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from slogen.promql.numbers import OF_MANY, OF_ONE, OF_RANGE, OF_RANGE_AND_NUMBER, OfRange, quantile
from slogen.promql.operators import COMPARISONS
from slogen.promql.parse import parse, selector_of
from slogen.promql.solve import compiled, selects
from slogen.promql.tree import (
    Aggregation,
    Binary,
    Call,
    Expr,
    Number,
    Paren,
    Range,
    String,
    Subquery,
    Unary,
    VectorSelector,
)
from slogen.promql.vectors import (
    ARITHMETIC,
    Labels,
    UnsupportedError,
    Value,
    absent,
    aggregated,
    as_number,
    as_vector,
    combined,
    each,
    extremes,
    group_key,
    joined,
    operated,
    quantiles,
    relabelled,
    set_operation,
    to_scalar,
    to_vector,
)
from slogen.units import MINUTE

Ranges = dict[Labels, list[tuple[float, float]]]
_NO_VECTORS: Final[Mapping[type[Expr], str]] = {  # as messages call it
    Range: "MatrixSelector",
    Subquery: "SubqueryExpr",
    String: "StringLiteral",
}


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


def evaluator(text: str, series: Sequence[tuple[str, Mapping[str, str]]]) -> Evaluated:
    """A function of the lines of these series and a time, which computes the expression.

    Raises UnsupportedError for what it can't compute, PromqlError for what is no PromQL.
    """
    return _Reader(tuple(series)).of(parse(text))


@dataclass(frozen=True, slots=True)
class _Reader:
    """Turns trees into functions; `series` are metric and labels of what there is."""

    series: tuple[tuple[str, Mapping[str, str]], ...]

    def of(self, tree: Expr) -> Evaluated:
        match tree:
            case Number(value):
                return lambda _lines, _time: value
            case Paren(expr):
                return self.of(expr)
            case Unary(expr):
                inner = self.of(expr)
                return lambda lines, time: each(operator.neg, inner(lines, time))
            case VectorSelector():
                return self._selector(tree)
            case Aggregation():
                return self._aggregate(tree)
            case Binary():
                return self._binary(tree)
            case Call():
                return self._call(tree)
        raise UnsupportedError(f"{_NO_VECTORS[type(tree)]} is not computed")

    def _selected(self, tree: VectorSelector) -> tuple[list[tuple[int, Labels]], float]:
        """Which series a selector selects, with their labels, and its offset in seconds."""
        if tree.has_at:
            raise UnsupportedError("@ is not computed")
        selector = selector_of(tree)
        found = [
            (index, frozenset(labels.items()))
            for index, (metric, labels) in enumerate(self.series)
            if selects(selector, metric, labels)
        ]
        return found, tree.offset.total_seconds() if tree.offset else 0.0

    def _selector(self, tree: VectorSelector) -> Evaluated:
        selected, offset = self._selected(tree)

        def values(lines: Lines, time: float) -> Value:
            at = math.floor((time - offset) / MINUTE) * MINUTE  # the last sample
            return {labels: line.at(at) for i, labels in selected if (line := lines[i]) and at >= 0}

        return values

    def _range(self, tree: Expr) -> tuple[Callable[[Lines, float], Ranges], float, float]:
        """Samples of a range, with its length and its offset."""
        if not isinstance(tree, Range | Subquery):
            raise UnsupportedError("a function of a range gets something else")
        length = tree.length.total_seconds()
        if isinstance(tree, Subquery):
            return self._subquery(tree, length)
        selected, offset = self._selected(tree.selector)

        def samples(lines: Lines, time: float) -> Ranges:
            times = _steps(time - offset - length, time - offset, MINUTE)
            return {labels: [(t, line.at(t)) for t in times] for i, labels in selected if (line := lines[i])}

        return samples, length, offset

    def _subquery(
        self, tree: Subquery, length: float
    ) -> tuple[Callable[[Lines, float], Ranges], float, float]:
        if tree.has_at:
            raise UnsupportedError("@ is not computed")
        inner = self.of(tree.expr)
        step = tree.step.total_seconds() if tree.step else MINUTE
        offset = tree.offset.total_seconds() if tree.offset else 0.0

        def samples(lines: Lines, time: float) -> Ranges:
            found: Ranges = {}
            for t in _steps(time - offset - length, time - offset, step):
                for labels, value in as_vector(inner(lines, t)).items():
                    found.setdefault(labels, []).append((t, value))
            return found

        return samples, length, offset

    def _aggregate(self, tree: Aggregation) -> Evaluated:
        name, inner = tree.op, self.of(tree.expr)
        key = group_key(tree.grouping)
        if name == "quantile" and tree.param is not None:
            share = self.of(tree.param)
            return lambda lines, time: aggregated(
                inner(lines, time), key, partial(quantile, as_number(share(lines, time)))
            )
        if name in ("topk", "bottomk") and tree.param is not None:
            most = self.of(tree.param)
            return lambda lines, time: extremes(
                inner(lines, time), key, as_number(most(lines, time)), largest=name == "topk"
            )
        if name not in OF_MANY:
            raise UnsupportedError(f"`{name}` is not computed")
        return lambda lines, time: aggregated(inner(lines, time), key, OF_MANY[name])

    def _binary(self, tree: Binary) -> Evaluated:
        left, right, name = self.of(tree.left), self.of(tree.right), tree.op
        key = group_key(tree.matching)
        if name in ("and", "or", "unless"):
            return lambda lines, time: set_operation(
                name, as_vector(left(lines, time)), as_vector(right(lines, time)), key
            )
        if name not in ARITHMETIC and name not in COMPARISONS:
            raise UnsupportedError(f"`{name}` is not computed")
        combine = combined(name, tree.returns_bool)
        if tree.group:
            return lambda lines, time: joined(
                as_vector(left(lines, time)), as_vector(right(lines, time)), key, combine, tree
            )
        filters = name in COMPARISONS and not tree.returns_bool
        return lambda lines, time: operated(
            left(lines, time), right(lines, time), key, combine, filters=filters
        )

    def _of_range(self, tree: Expr, function: Callable[[Lines, float], OfRange]) -> Evaluated:
        """A function of the samples in a range, which may depend on the time, too."""
        samples, length, offset = self._range(tree)

        def values(lines: Lines, time: float) -> Value:
            end, of = time - offset, function(lines, time)
            found = {
                labels: of(values, end - length, end)
                for labels, values in samples(lines, time).items()
                if values
            }
            return {labels: value for labels, value in found.items() if value is not None}

        return values

    def _call(self, tree: Call) -> Evaluated:
        name = tree.name
        if name == "time":
            return lambda _lines, time: time
        if name in OF_RANGE:
            return self._of_range(tree.args[0], lambda _lines, _time: OF_RANGE[name])
        if name in OF_RANGE_AND_NUMBER:
            with_number, is_first = OF_RANGE_AND_NUMBER[name]
            range_, number = tree.args[::-1] if is_first else tree.args
            more = self.of(number)
            return self._of_range(
                range_, lambda lines, time: partial(with_number, number=as_number(more(lines, time)))
            )
        if name == "label_replace":
            return self._label_replace(tree)
        special = {"scalar": to_scalar, "vector": to_vector, "absent": absent}
        if name not in (*OF_ONE, *special, "histogram_quantile") or not tree.args:
            raise UnsupportedError(f"`{name}` is not computed")
        args = [self.of(arg) for arg in tree.args]
        if name in OF_ONE:
            return lambda lines, time: each(
                OF_ONE[name], args[0](lines, time), *(as_number(arg(lines, time)) for arg in args[1:])
            )
        if name in special:
            return lambda lines, time: special[name](args[0](lines, time))
        return lambda lines, time: quantiles(as_number(args[0](lines, time)), as_vector(args[1](lines, time)))

    def _label_replace(self, tree: Call) -> Evaluated:
        inner, texts = self.of(tree.args[0]), tree.args[1:]
        label, replacement, source, pattern = (each.value for each in texts if isinstance(each, String))
        found = compiled(pattern)
        if found is None:
            raise UnsupportedError(f"`{pattern}` is not computed")
        return lambda lines, time: relabelled(
            as_vector(inner(lines, time)), label, replacement, source, found
        )


def _steps(begin: float, end: float, step: float) -> list[float]:
    """The multiples of a step in a left-open range, from time 0 on."""
    first = max(math.floor(begin / step) + 1, 0)
    last = math.floor(end / step)
    if last - first > _MOST_SAMPLES:
        raise UnsupportedError("the range is too long to be computed")
    return [n * step for n in range(first, last + 1)]
