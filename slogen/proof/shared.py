"""What several stories share: groups, steps between evaluations, and how few events are too few."""

from __future__ import annotations

from fractions import Fraction
from math import gcd
from typing import Final

from slogen.model.slo import Slo
from slogen.model.windows import tiles
from slogen.units import MINUTE

_STEP: Final = 5 * MINUTE
_MOST_STEPS: Final = 30
_PARTS: Final = 5
# A rule writes the fewest bad events with six digits: of a million, the last one doesn't matter.
ENOUGH: Final = Fraction("1.00001")
_LACKING: Final = Fraction("0.00001")


def coarse(*times: int) -> int:
    """The longest step, of 5 minutes at most, that all these times (seconds) are multiples of; where the
    longest of them is more than thirty such steps, as many minutes as it takes to be no more."""
    step, longest = gcd(_STEP, *times), max(times, default=0)
    return step if longest <= _MOST_STEPS * step else up(-(-longest // _MOST_STEPS), MINUTE)


def telling(*times: int) -> int:
    """A step of whole minutes, as `coarse` at most, that shows each of these times (seconds; 0 is none) to a
    fifth: an alert that waits for less would be seen."""
    waits = [time for time in times if time] or [MINUTE]
    longest = min(_STEP, min(waits) // _PARTS)
    fits = (step for step in range(longest // MINUTE * MINUTE, MINUTE, -MINUTE) if gcd(*waits) % step == 0)
    return max(next(fits, MINUTE), coarse(MINUTE, *times))


def up(seconds: int, step: int) -> int:
    """The next multiple of a step (seconds): an evaluation by which so long a time has passed."""
    return -(-seconds // step) * step


def repeated(value: float, count: int) -> str:
    """promtool's way to write a value so many times."""
    return f"{value!r}x{count - 1}" if count > 1 else repr(value)


def too_few(need: Fraction) -> Fraction:
    """One bad event less than needed; of very many, as few as a rule's digits can tell."""
    return max(need - max(need * _LACKING, Fraction(1)), Fraction(0))


def recorded_rate(events: Fraction, window: int, base: int) -> float:
    """So many events in a window, per second, to the last digit as it is recorded from its newest part: where
    both are injected, promtool takes no second value."""
    parts = tiles(window, base) if window > base else ()
    if not parts or parts[0].length == base:
        return float(events / window)
    newest = recorded_rate(events, parts[0].length, base)
    if len({part.length for part in parts}) == 1:
        return newest / len(parts)
    return parts[0].length // MINUTE * newest / (window // MINUTE)


def groups_of(slo: Slo) -> tuple[dict[str, str], ...]:
    """A group that goes through the phases and, if there are groups, another that stays below."""
    if not slo.sli.by:
        return ({},)
    return tuple(dict.fromkeys(slo.sli.by, value) for value in ("group-1", "group-2"))
