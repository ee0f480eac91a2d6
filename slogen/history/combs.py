"""The moments at which something is evaluated: combs of evenly spaced Unix times."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

MOST_POINTS = 10_000  # of one question: Prometheus answers at most 11,000


@dataclass(frozen=True, slots=True, order=True)
class Comb:
    """The times `start`, `start + step`, ... up to `end`, in whole seconds."""

    step: int
    start: int
    end: int

    @classmethod
    def over(cls, start: int, end: int, step: int) -> Comb:
        """The multiples of `step` that cover `start`, up to `end`."""
        return cls(step, start // step * step, end)

    def __len__(self) -> int:
        return max(0, (self.end - self.start) // self.step + 1)

    def __iter__(self) -> Iterator[int]:
        return iter(range(self.start, self.end + 1, self.step))

    def __contains__(self, at: int) -> bool:
        return self.start <= at <= self.end and (at - self.start) % self.step == 0

    def earlier(self, seconds: int) -> Comb:
        """The same comb, so many seconds before."""
        return Comb(self.step, self.start - seconds, self.end - seconds)

    def chunks(self, most: int = MOST_POINTS, within: int = 0) -> Iterator[Comb]:
        """The comb in parts of at most so many points; with `within` none reaches over a multiple of it."""
        start = self.start
        while start <= self.end:
            end = min(self.end, start + (most - 1) * self.step)
            if within:
                end = min(end, start + (within - start % within - 1) // self.step * self.step)
            yield Comb(self.step, start, end)
            start = end + self.step


def merged(combs: Iterable[Comb]) -> list[Comb]:
    """The same moments, as few combs as there are: those of one step and phase that meet are one."""
    found: list[Comb] = []
    for comb in sorted(combs, key=lambda c: (c.step, c.start % c.step, c.start)):
        last = found[-1] if found else None
        fits = last is not None and last.step == comb.step and (comb.start - last.start) % comb.step == 0
        if last is not None and fits and comb.start <= last.end + comb.step:
            found[-1] = Comb(last.step, last.start, max(last.end, comb.end))
        elif len(comb):
            found.append(comb)
    return found


def without(wanted: Iterable[Comb], known: Iterable[Comb]) -> list[Comb]:
    """What of these combs is not in others of the same step and phase."""
    left = merged(wanted)
    for there in known:
        left = [part for comb in left for part in _cut(comb, there)]
    return left


def _cut(comb: Comb, there: Comb) -> Iterator[Comb]:
    same = comb.step == there.step and (comb.start - there.start) % comb.step == 0
    if not same or there.end < comb.start or comb.end < there.start:
        yield comb
        return
    for part in (
        Comb(comb.step, comb.start, there.start - comb.step),
        Comb(comb.step, max(comb.start, there.start + len(there) * comb.step), comb.end),
    ):
        if len(part):
            yield part
