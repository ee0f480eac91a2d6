"""A histogram behind two counters: what is counted, and the bucket that it is fast within."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from slogen.moving.trees import counter_of
from slogen.promql.selector import Selector
from slogen.promql.tree import Binary, Expr, bare_tree
from slogen.sli.threshold import unit_of
from slogen.units import plain, to_decimal

_MILLIS: Final = {"seconds": 1000, "milliseconds": 1}


def latency_of(counted: Expr, total: Expr, *, is_good: bool) -> dict[str, Any] | None:
    """`latency` for a bucket out of a count, or for the count without the bucket; None for anything else."""
    count, fast = counter_of(total), _fast(counted, total, is_good=is_good)
    return latency(fast, count) if fast and count else None


def _fast(counted: Expr, total: Expr, *, is_good: bool) -> Selector | None:
    if is_good:
        return counter_of(counted)
    root = bare_tree(counted)
    if not isinstance(root, Binary) or root.op != "-" or root.matching is not None:
        return None
    return counter_of(root.right) if counter_of(root.left) == counter_of(total) else None


def latency(fast: Selector, count: Selector) -> dict[str, Any] | None:
    """`latency` for a bucket and the count of the same histogram; None where they aren't that."""
    bounds = fast.only("le")
    metric = _histogram(count)
    if metric is None or fast.metric != f"{metric}_bucket" or len(bounds) != 1 or bounds[0].op != "=":
        return None
    of_all, of_fast = count.without("le").matchers, fast.without("le").matchers
    threshold = threshold_of(bounds[0].value, unit_of(metric))
    if threshold is None or not set(of_all) <= set(of_fast):
        return None
    found = {"histogram": str(Selector(metric, of_all)), "threshold": threshold}
    good = [str(matcher) for matcher in of_fast if matcher not in of_all]
    return found | ({"good": ", ".join(good)} if good else {})


def _histogram(count: Selector) -> str | None:
    """The name of the histogram that a selector counts all observations of."""
    if count.metric.endswith("_count"):
        return count.metric.removesuffix("_count")
    whole = [matcher for matcher in count.only("le") if (matcher.op, matcher.value) == ("=", "+Inf")]
    return count.metric.removesuffix("_bucket") if whole and count.metric.endswith("_bucket") else None


def threshold_of(bound: str, unit: str | None) -> str | Decimal | None:
    """A boundary in this unit as people write it; None where that isn't whole, or in no unit of theirs."""
    try:
        value = to_decimal(bound)
    except ValueError:
        return None
    if unit is None:
        return value
    millis = value * _MILLIS.get(unit, 0)
    if millis <= 0 or millis != millis.to_integral_value():
        return None
    return f"{plain(millis / 1000)}s" if millis % 1000 == 0 else f"{plain(millis)}ms"
