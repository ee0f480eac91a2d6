"""From times and values to pixels, and the round numbers that stand at the axes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from math import ceil, floor, log10
from typing import Final

from slogen.report.history_words import Clock
from slogen.units import DAY, HOUR, MINUTE

_SMALL: Final = (1, 2, 5, 10, 15, 30, MINUTE, 2 * MINUTE, 5 * MINUTE, 10 * MINUTE, 15 * MINUTE, 30 * MINUTE)
_STEPS: Final = (
    *_SMALL,
    *(hours * HOUR for hours in (1, 2, 3, 6, 12)),
    *(days * DAY for days in (1, 2, 3, 7, 14, 28, 91, 182, 364)),
)
_MONDAY: Final = 4 * DAY  # 5 January 1970


@dataclass(frozen=True, slots=True)
class Scale:
    """Values from `low` to `high` on the pixels from `first` to `last`; what is beyond stands at the edge."""

    low: float
    high: float
    first: float
    last: float
    is_log: bool = False

    def __call__(self, value: float) -> float:
        value = min(max(value, self.low), self.high)
        low, high = self.low, self.high
        if self.is_log:
            low, high, value = log10(low), log10(high), log10(value)
        return self.first + (value - low) / ((high - low) or 1) * (self.last - self.first)


@dataclass(frozen=True, slots=True)
class Tick:
    """A round time, in words of one or two lines."""

    at: int
    said: str
    below: str = ""


def time_ticks(clock: Clock, most: int = 11) -> list[Tick]:
    """Round times, at most so many: midnights in UTC, Mondays where days are too many."""
    length = clock.end - clock.start
    step = next((each for each in _STEPS if length / each <= most), _STEPS[-1])
    origin = clock.start if clock.is_elapsed else (_MONDAY if step % (7 * DAY) == 0 else 0)
    first = origin + ceil((clock.start - origin) / step) * step
    times = range(first, clock.end + 1, step)
    if clock.is_elapsed:
        return [Tick(at, clock.at(at) if at > clock.start else "0") for at in times]
    return [_tick(at, step, is_first=at == first) for at in times]


def _tick(at: int, step: int, *, is_first: bool) -> Tick:
    when = datetime.fromtimestamp(at, UTC)
    day = when.strftime("%-d %b")
    if step >= DAY:
        return Tick(at, day)
    clock = when.strftime("%H:%M:%S" if step < MINUTE else "%H:%M")
    return Tick(at, clock, day if is_first or at % DAY == 0 else "")


def round_ticks(low: float, high: float, most: int = 5) -> list[float]:
    """Round numbers between two."""
    rough = (high - low) / most or 1
    power = 10.0 ** floor(log10(rough))
    step = next(each * power for each in (1, 2, 2.5, 5, 10) if each * power >= rough * 0.999)
    return [number * step for number in range(ceil(low / step - 1e-9), floor(high / step + 1e-9) + 1)]


def decades(low: float, high: float) -> list[float]:
    """The powers of ten from one to another."""
    return [10.0**power for power in range(round(log10(low)), round(log10(high)) + 1)]
