"""Alerts over time: what Prometheus makes of an expression that holds at some moments."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

Labels = tuple[tuple[str, str], ...]
Values = Mapping[int, float]  # by Unix time


@dataclass(frozen=True, slots=True)
class Spell:
    """A time in which an alert was active: pending from `pending` on, firing from `start` until before
    `end`, which is None while it is still so. `start` is None of one that never fired."""

    pending: int
    start: int | None
    end: int | None
    peak: float

    def fires_at(self, at: int) -> bool:
        """Whether it fires at a Unix time."""
        return self.start is not None and self.start <= at and (self.end is None or at < self.end)


def spells(
    moments: Sequence[int], holds: Values, held: Collection[int], wait: int, keep: int, step: int
) -> list[Spell]:
    """The alert of one series. `holds` are the values at those of the `moments` (in order) at which its
    expression gives one, `held` those at which it would if the alert fired; `wait` and `keep` are `for` and
    `keep_firing_for` in seconds, `step` the time between two evaluations.

    As in rules/alerting.go: active since the first evaluation that gives a value, firing from the first one
    that is `wait` later, over at the first without a value that is `keep` later than the first without.
    Between moments that are further apart than a step nothing changes.
    """
    found: list[Spell] = []
    pending = start = lost = None  # `lost`: since when an active alert has had no value
    peak = 0.0
    for at in moments:
        if at in holds or (start is not None and at in held):
            pending, lost = (at if pending is None else pending), None
            peak = max(peak, holds.get(at, peak)) if at > pending else holds[at]
            due = pending + _whole(wait, step)
            start = due if start is None and at >= due else start
        elif pending is not None:
            lost = at if lost is None else lost
            over = lost + (_whole(keep, step) if start is not None else 0)
            if at >= over:
                found.append(Spell(pending, start, over, peak))
                pending = start = lost = None
    if pending is not None:
        found.append(Spell(pending, start, None, peak))
    return found


def _whole(seconds: int, step: int) -> int:
    """At least so long, in evaluations."""
    return -(-seconds // step) * step


def changes(moments: Sequence[int], holds: Collection[int], step: int) -> list[tuple[int, int]]:
    """Where a value comes or goes between two moments that are more than a step apart."""
    return [
        (one, other)
        for one, other in pairwise(moments)
        if other - one > step and (one in holds) != (other in holds)
    ]


def joined(spans: Iterable[tuple[int, int]], within: int = 0) -> list[tuple[int, int]]:
    """The same spans of time, those that meet (or are at most `within` seconds apart) as one."""
    found: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1] + within:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found
