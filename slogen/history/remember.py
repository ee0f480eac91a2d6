"""What rules remember: when a group was first and last seen, of the moments at which it was there."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from slogen.units import DAY

_LONG_KNOWN: Final = 90 * DAY  # the age of what was there before the history began


def last_seen(there: Sequence[int], moments: Iterable[int], holds: int) -> Iterator[tuple[int, float]]:
    """When it was there last, at each moment; forgotten after `holds` seconds. Both in the order of time."""
    for at in moments:
        latest = bisect_right(there, at) - 1
        if latest >= 0 and there[latest] > at - holds:
            yield at, float(there[latest])


def first_seen(
    there: Sequence[int], moments: Iterable[int], holds: int, known: int
) -> Iterator[tuple[int, float]]:
    """Since when it has been there, without a gap of `holds` seconds, at each moment. What was there until
    `known`, when the history began, was there long before."""
    begins = list(_begins(there, holds))
    for at, _ in last_seen(there, moments, holds):
        first = begins[bisect_right(begins, at) - 1]
        yield at, float(first if first > known else first - _LONG_KNOWN)


def _begins(there: Sequence[int], holds: int) -> Iterator[int]:
    before = None
    for at in there:
        if before is None or at - before >= holds:
            yield at
        before = at
