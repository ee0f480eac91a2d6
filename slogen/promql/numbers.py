"""What PromQL's functions compute, on plain numbers: of one sample, and of the samples in a range."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from statistics import fmean, pstdev
from typing import Final

Samples = Sequence[tuple[float, float]]  # time in seconds and value, oldest first
OfRange = Callable[[Samples, float, float], float | None]

_EXTRAPOLATES_WITHIN: Final = 1.1  # average intervals between the samples, as Prometheus has it


def _signed(value: float) -> float:
    return value if math.isnan(value) or value == 0 else math.copysign(1.0, value)


def _clamped(value: float, low: float, high: float) -> float:
    """NaN stays NaN, as in Prometheus."""
    return value if math.isnan(value) else max(low, min(high, value))


OF_ONE: Final[Mapping[str, Callable[..., float]]] = {
    "abs": abs,
    "ceil": lambda v: float(math.ceil(v)) if math.isfinite(v) else v,
    "floor": lambda v: float(math.floor(v)) if math.isfinite(v) else v,
    "round": lambda v, to=1.0: (
        math.nan if to == 0 else math.floor(v / to + 0.5) * to if math.isfinite(v / to) else v
    ),
    "exp": lambda v: math.exp(min(v, 700.0)),
    "ln": lambda v: math.log(v) if v > 0 else math.nan,
    "log2": lambda v: math.log2(v) if v > 0 else math.nan,
    "log10": lambda v: math.log10(v) if v > 0 else math.nan,
    "sqrt": lambda v: math.sqrt(v) if v >= 0 else math.nan,
    "sgn": _signed,
    "clamp": _clamped,
    "clamp_min": lambda v, low: _clamped(v, low, math.inf),
    "clamp_max": lambda v, high: _clamped(v, -math.inf, high),
    "sort": lambda v: v,
    "sort_desc": lambda v: v,
}


def quantile(share: float, values: Sequence[float]) -> float:
    """The quantile between the two nearest ranks, as `quantile` and `quantile_over_time` have it."""
    ordered, rank = sorted(values), share * (len(values) - 1)
    if not 0 <= share <= 1:
        return math.copysign(math.inf, share)
    low = math.floor(rank)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (rank - low)


def _grown(samples: Samples) -> float:
    """What a counter grew by between its first and last sample, resets included."""
    values = [value for _, value in samples]
    return sum(after - before if after >= before else after for before, after in pairwise(values))


def _extrapolated(samples: Samples, begin: float, end: float, grown: float) -> float | None:
    """`increase` and `delta`: half an interval is added where a range reaches beyond its samples by more
    than that, else what is there (promql/functions.go, extrapolatedRate)."""
    if len(samples) < 2:
        return None
    covered = samples[-1][0] - samples[0][0]
    interval = covered / (len(samples) - 1)
    added = 0.0
    for gap in (samples[0][0] - begin, end - samples[-1][0]):
        added += gap if gap < interval * _EXTRAPOLATES_WITHIN else interval / 2
    return grown * (covered + added) / covered


def _increase(samples: Samples, begin: float, end: float) -> float | None:
    return _extrapolated(samples, begin, end, _grown(samples))


def _rate(samples: Samples, begin: float, end: float) -> float | None:
    grown = _increase(samples, begin, end)
    return None if grown is None else grown / (end - begin)


def _delta(samples: Samples, begin: float, end: float) -> float | None:
    return _extrapolated(samples, begin, end, samples[-1][1] - samples[0][1])


def _irate(samples: Samples, begin: float, end: float) -> float | None:
    del begin, end
    return _grown(samples[-2:]) / (samples[-1][0] - samples[-2][0]) if len(samples) > 1 else None


def _deriv(samples: Samples, begin: float, end: float) -> float | None:
    del begin, end
    if len(samples) < 2:
        return None
    middle, mean = fmean(t for t, _ in samples), fmean(v for _, v in samples)
    spread = sum((t - middle) ** 2 for t, _ in samples)
    return sum((t - middle) * (v - mean) for t, v in samples) / spread


def _over(function: Callable[[Sequence[float]], float]) -> OfRange:
    return lambda samples, _begin, _end: function([v for _, v in samples])


def _changes(values: Sequence[float]) -> float:
    return float(sum(a != b for a, b in pairwise(values)))


def _resets(values: Sequence[float]) -> float:
    return float(sum(b < a for a, b in pairwise(values)))


# Each gets the samples of a range and its begin and end, in seconds; None is no result.
OF_RANGE: Final[Mapping[str, OfRange]] = {
    "rate": _rate,
    "increase": _increase,
    "delta": _delta,
    "irate": _irate,
    "deriv": _deriv,
    "avg_over_time": _over(fmean),
    "min_over_time": _over(min),
    "max_over_time": _over(max),
    "sum_over_time": _over(sum),
    "count_over_time": _over(lambda values: float(len(values))),
    "last_over_time": _over(lambda values: values[-1]),
    "stddev_over_time": _over(pstdev),
    "present_over_time": _over(lambda _values: 1.0),
    "changes": _over(_changes),
    "resets": _over(_resets),
}


def _predicted(samples: Samples, begin: float, end: float, number: float) -> float | None:
    slope = _deriv(samples, begin, end)
    if slope is None:
        return None
    middle, mean = fmean(t for t, _ in samples), fmean(v for _, v in samples)
    return mean + slope * (end + number - middle)


def _quantile_over(samples: Samples, begin: float, end: float, number: float) -> float:
    del begin, end
    return quantile(number, [value for _, value in samples])


# The same with a number, and whether that stands before the range.
OF_RANGE_AND_NUMBER: Final[Mapping[str, tuple[Callable[..., float | None], bool]]] = {
    "predict_linear": (_predicted, False),
    "quantile_over_time": (_quantile_over, True),
}
COUNTING: Final = frozenset({"rate", "increase", "irate", "resets"})

OF_MANY: Final[Mapping[str, Callable[[Sequence[float]], float]]] = {
    "sum": math.fsum,
    "avg": fmean,
    "min": min,
    "max": max,
    "count": lambda values: float(len(values)),
    "group": lambda _values: 1.0,
    "stddev": pstdev,
    "stdvar": lambda values: pstdev(values) ** 2,
}


def bucket_quantile(share: float, buckets: Sequence[tuple[float, float]]) -> float:
    """`histogram_quantile` of classic buckets: (upper bound, count up to it), lowest first."""
    if len(buckets) < 2 or not math.isinf(buckets[-1][0]) or not buckets[-1][1]:
        return math.nan
    rank = share * buckets[-1][1]
    place = next((i for i, (_, count) in enumerate(buckets) if count >= rank), len(buckets) - 1)
    if place == len(buckets) - 1:
        return buckets[-2][0]
    bound, count = buckets[place]
    if place == 0 and bound <= 0:
        return bound
    start, below = buckets[place - 1] if place else (0.0, 0.0)
    return start + (bound - start) * (rank - below) / (count - below) if count > below else bound
