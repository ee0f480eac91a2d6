"""Minutes without an event that should have had some: a version that died tells nothing any more."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from slogen.live.gate.spread import Minute

_LEAST: Final = 3  # minutes: the last ones may not have arrived yet
_MISSED: Final = 10  # events that should have come: so many are never missed by chance
_BOTH: Final = 10  # minutes at the end in which neither version had any


@dataclass(frozen=True, slots=True)
class Silence:
    """For how many minutes nothing came, and whether it lasts."""

    minutes: int = 0
    lasts: bool = False


def silence(canary: Sequence[Minute], stable: Sequence[Minute]) -> Silence:
    """The longest in which a canary should have had events by the stable version's traffic; one that lasts
    comes first. Where neither has any at the end, it is more than the canary that died."""
    runs = [run for run in _silent(canary) if _is_missed(run, canary, stable)]
    found = (Silence(len(run), run.stop == len(canary)) for run in runs)
    return max(found, key=lambda each: (each.lasts, each.minutes), default=Silence())


def _silent(canary: Sequence[Minute]) -> Iterator[range]:
    start = 0
    for number, minute in enumerate((*canary, Minute(1, 0))):
        if minute.total > 0:
            if number - start >= _LEAST:
                yield range(start, number)
            start = number + 1


def _is_missed(run: range, canary: Sequence[Minute], stable: Sequence[Minute]) -> bool:
    beside = sum(stable[number].total for number in run)
    seen = sum(minute.total for minute in canary)
    if not beside and run.stop == len(canary) and len(run) >= _BOTH:
        return seen * len(run) >= _MISSED * (len(canary) - len(run))
    others = sum(minute.total for minute in stable) - beside
    return seen * beside >= _MISSED * others if others else seen * len(run) >= _MISSED * len(canary)
