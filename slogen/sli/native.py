"""The pair of a native histogram, which holds its buckets and its count in one series."""

from __future__ import annotations

from decimal import Decimal

from slogen.model.sli import Pair
from slogen.promql.selector import Selector
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
