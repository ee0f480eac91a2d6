"""Where a tier can fire at all, seen from the base pair at the ends of its windows alone.

What lies in a window that ends anywhere in a slot is no more than what lies in all the slots that it touches,
and no less than what lies in those that it covers. So its error ratio has a bound that needs no rule: where
that is below the threshold the alert is silent, and nobody needs to look at every evaluation.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate

from slogen.model.tiers import Tier

_ROUNDING = 0.999  # of sums
Values = Mapping[int, float]


def may_fire(
    bad: Values, total: Values, tier: Tier, start: int, end: int, slot: int
) -> Iterator[tuple[int, int]]:
    """The slots between `start` and `end` (from, to) in which the tier's long and short windows may both be
    above its threshold. `bad` and `total` are rates over `slot` seconds, by the time at which it ends."""
    ends = range(start // slot * slot, end + slot, slot)
    first = ends[0] - tier.long - slot
    times = range(first, ends[-1] + slot, slot)
    sums = [
        list(accumulate((max(values.get(at, 0.0), 0.0) for at in times), initial=0.0))
        for values in (bad, total)
    ]
    for at in ends:
        here = (at - first) // slot + 1
        if all(
            _bound(sums, here, window // slot) > tier.threshold * _ROUNDING
            for window in (tier.long, tier.short)
        ):
            yield at - slot, at


def _bound(sums: Sequence[Sequence[float]], here: int, slots: int) -> float:
    """The largest error ratio of a window of so many slots that ends in the slot before `here`."""
    bad, total = sums
    touched = bad[here] - bad[max(0, here - slots - 1)]
    covered = total[here - 1] - total[max(0, here - slots)]
    if touched <= 0:
        return 0.0
    return touched / covered if covered > 0 else float("inf")
