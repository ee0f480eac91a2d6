"""How many events it takes: whether a canary that is far too bad would have shown by now."""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, lgamma, log
from typing import Final

from slogen.live.gate.fisher import tail
from slogen.live.gate.spread import Minute

SHOWS: Final = 10  # times the budget's rate: what must not go unseen
ENOUGH: Final = 0.8  # how likely it must have been seen
_MOST: Final = 2**31


@dataclass(frozen=True, slots=True)
class Bar:
    """What a canary is blocked for: so unlikely a count (`level`), of at least `min_bad` bad events and
    more than the share `worst`. `effect` is the share of bad events that must not go unseen.
    `inflation` of each version is how many events count as one."""

    level: float
    min_bad: int
    worst: float
    effect: float
    inflation: float = 1.0
    others_inflation: float = 1.0

    def crossed(self, seen: Minute, others: Minute) -> bool:
        """Whether these events of a canary, beside those of the stable version, block it."""
        if seen.bad < self.min_bad or seen.bad <= self.worst * seen.total:
            return False
        return self.chance(seen, others) < self.level

    def chance(self, seen: Minute, others: Minute) -> float:
        """How likely so many bad events are if both versions are alike; bursts count once."""
        total, bad = int(seen.total / self.inflation), int(seen.bad / self.inflation)
        rest, rest_bad = int(others.total / self.others_inflation), -int(-others.bad // self.others_inflation)
        return tail(bad, total, min(rest_bad, rest), rest)

    def power(self, total: float, others: Minute) -> float:
        """How likely a canary is blocked that has so many events, if the share `effect` of them is bad."""
        return _at_least(self._fewest(total, others) / self.inflation, total * self.effect / self.inflation)

    def _fewest(self, total: float, others: Minute) -> float:
        """The fewest bad events that would block it; infinite where all of them would not."""
        low, high = 0, int(total)
        if not self.crossed(Minute(total, high), others):
            return float("inf")
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (low, middle) if self.crossed(Minute(total, middle), others) else (middle, high)
        return high

    def needed(self, total: float, others: Minute) -> int | None:
        """How many events of a canary tell, if the stable version's grow with them; None: more than any
        number that will be seen."""
        low, high, unit = 0, 1, max(total, 1.0)
        while self._power_of(high, unit, others) < ENOUGH:
            low, high = high, high * 2
            if high > _MOST:
                return None
        while high - low > max(1, high // 50):
            middle = (low + high) // 2
            enough = self._power_of(middle, unit, others) >= ENOUGH
            low, high = (low, middle) if enough else (middle, high)
        return high

    def _power_of(self, total: int, unit: float, others: Minute) -> float:
        scale = total / unit
        return self.power(total, Minute(others.total * scale, others.bad * scale))


def _at_least(fewest: float, mean: float) -> float:
    """How likely a Poisson variable is `fewest` (rounded up) or more."""
    if fewest == float("inf") or mean <= 0:
        return 0.0
    count = int(-(-fewest // 1))
    if count > mean + 10 * mean**0.5 + 10:
        return 0.0
    below = (exp(each * log(mean) - mean - lgamma(each + 1)) for each in range(_lowest(mean), count))
    return max(0.0, 1 - sum(below))


def _lowest(mean: float) -> int:
    """Below it a Poisson variable is never seen."""
    return max(0, int(mean - 10 * mean**0.5 - 10))
