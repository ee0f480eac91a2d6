"""The pair of a native histogram, which holds its buckets and its count in one series; and its samples."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from math import ceil, floor, log2

from slogen.model.sli import Pair
from slogen.model.states import BUCKET
from slogen.promql.selector import Selector
from slogen.promql.solve import series
from slogen.sli.common import or_zero, summed
from slogen.units import format_duration, plain


def native_pair(
    histogram: Selector,
    fine: Selector,
    threshold: Decimal,
    window: int,
    by: tuple[str, ...],
    *,
    times: str = "",
    total: str = "",
) -> Pair:
    """Count, and fast events of the series `fine`, a second over `window` seconds. `times` makes something
    else of events a second, `total` reads the total where it is recorded."""
    reach = format_duration(window)
    every, fast = (summed(f"rate({selector}[{reach}])", by) for selector in (histogram, fine))
    share = f"histogram_fraction(-Inf, {plain(threshold)}, {fast})"
    # the fraction of nothing is not a number, and is no good event either
    good, count = f"{share} * histogram_count({fast}){times} >= 0", f"histogram_count({every}){times}"
    return Pair(count, good=or_zero(good, total or count))


def native_event(metric: str, labels: Mapping[str, str], threshold: Decimal, *, is_fast: bool) -> str:
    """The bucket that an event increments, as a series: of schema 0, whose buckets end at powers of two, the
    one that ends at or below the threshold, or the one that begins at or above it."""
    power = log2(threshold)
    number = floor(power) if is_fast else ceil(power) + 1
    return series(metric, {**labels, BUCKET: str(number)})
