"""Errors come in bursts: how much wider the counts of minutes spread than chance alone would have them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

BLOCKS: Final = (1, 5)  # minutes that are looked at together: bursts may last for more than one


@dataclass(frozen=True, slots=True)
class Minute:
    """The events of one version in one minute."""

    total: float
    bad: float


@dataclass(frozen=True, slots=True)
class Spread:
    """How alike events of the same block of `minutes` are (`correlation`, 0: not at all)."""

    correlation: float = 0.0
    minutes: int = 1

    def inflation(self, events_a_minute: float) -> float:
        """By how much the variance of counts exceeds that of independent events: 1 or more."""
        return 1 + self.correlation * max(events_a_minute * self.minutes - 1, 0)


def spreads(history: Sequence[Minute]) -> tuple[Spread, ...]:
    """What a version's own past says, for blocks of each length of which it has enough."""
    return tuple(_spread(history, minutes) for minutes in BLOCKS if len(history) >= 2 * minutes)


def inflation(found: Sequence[Spread], events_a_minute: float) -> float:
    """The largest that any length of blocks shows, for a version with so many events a minute."""
    return max((each.inflation(events_a_minute) for each in found), default=1.0)


def _spread(history: Sequence[Minute], minutes: int) -> Spread:
    # From the end, so that it is the oldest minutes that fill no block.
    starts = range(len(history) % minutes, len(history), minutes)
    blocks = [_sum(history[start : start + minutes]) for start in starts]
    busy = [block for block in blocks if block.total > 0]
    phi = dispersion(busy)
    mean = sum(block.total for block in busy) / len(busy) if busy else 0.0
    return Spread((phi - 1) / max(mean - 1, 1), minutes)


def _sum(minutes: Sequence[Minute]) -> Minute:
    return Minute(sum(each.total for each in minutes), sum(each.bad for each in minutes))


def dispersion(blocks: Sequence[Minute]) -> float:
    """Pearson's chi-squared over its degrees of freedom, at least 1: the ratio of the variance of bad
    events to that of independent ones. 1 where nothing can be known: no bad events, or only those."""
    whole = _sum(blocks)
    if len(blocks) < 2 or not 0 < whole.bad < whole.total:
        return 1.0
    ratio = whole.bad / whole.total
    chi = sum((b.bad - b.total * ratio) ** 2 / (b.total * ratio * (1 - ratio)) for b in blocks)
    return max(1.0, chi / (len(blocks) - 1))
