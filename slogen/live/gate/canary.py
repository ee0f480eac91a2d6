"""Whether a canary has more bad events than the stable version beside it, by a test that may be asked often.

Looks are taken 1, 2, 4, 8, 16, ... minutes after it began and at the end; they share the level among them.
So it makes no difference how often the gate is asked in between: the same looks come out again. Of a canary
that is older than it is watched, the last minutes are looked at once, as a whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from slogen.live.gate.power import ENOUGH, SHOWS, Bar
from slogen.live.gate.silence import Silence, silence
from slogen.live.gate.spread import Minute, Spread, inflation, spreads
from slogen.live.gate.verdict import Verdict

HISTORY: Final = 180  # minutes before the canary that are looked at, if there are so many
LEAST_HISTORY: Final = 20  # minutes with events of the stable version, to know how its errors come


@dataclass(frozen=True, slots=True)
class Terms:
    """What a canary is held to: `budget` is the share of events that may be bad, `minutes` how long it is
    watched. It is blocked for more than `worse_than` times the budget's rate, at least `min_bad` bad
    events, and a difference that chance makes at most once in 1 / (1 - `confidence`) canaries."""

    budget: float
    minutes: int = 30
    worse_than: float = 2.0
    min_bad: int = 3
    confidence: float = 0.95


@dataclass(frozen=True, slots=True)
class Watched:
    """What was seen, minute by minute: the canary since it began, the stable version beside it, and the
    stable version `before`. An `older` canary is seen for its last minutes alone."""

    canary: tuple[Minute, ...]
    stable: tuple[Minute, ...]
    before: tuple[Minute, ...]
    older: bool = False


@dataclass(frozen=True, slots=True)
class Comparison:
    """How it came out: `minute` is the look that decided, or the last; `needed` are the events of the
    canary that would tell, where there were too few (None: no number would); `silence` is when the canary
    had no events though it should have had; `effect` is the share of bad events that would have shown."""

    verdict: Verdict
    minute: int
    canary: Minute
    stable: Minute
    chance: float
    level: float
    inflation: float = 1.0
    power: float | None = None
    needed: int | None = None
    history: int = 0
    silence: Silence = field(default_factory=Silence)
    effect: float = 1.0

    @property
    def usual(self) -> float:
        """The share of the stable version's events that is bad."""
        return self.stable.bad / self.stable.total if self.stable.total else 0.0

    def hides(self, budget: float) -> bool:
        """Whether the stable version is so bad itself that a canary can't be so many times worse."""
        return self.usual > budget and SHOWS * self.usual > 1


def looks(minutes: int) -> tuple[int, ...]:
    """1, 2, 4, 8, ... and the end."""
    return *(2**n for n in range(minutes.bit_length()) if 2**n < minutes), minutes


def compare(seen: Watched, terms: Terms) -> Comparison:
    """Judge what was seen so far; before the end a canary is blocked or not known, never let go."""
    planned = (terms.minutes,) if seen.older else looks(terms.minutes)
    due = [minute for minute in planned if minute <= len(seen.canary)] or [len(seen.canary)]
    found = Comparison(Verdict.UNKNOWN, 0, Minute(0, 0), Minute(0, 0), 1.0, 0.0)
    for minute in due:
        found, bar = _look(minute, seen, terms)
        if found.verdict is Verdict.BLOCKED:
            return found
    found = replace(found, silence=silence(seen.canary, seen.stable))
    if found.verdict is Verdict.GO and (found.silence.minutes or found.hides(terms.budget)):
        found = replace(found, verdict=Verdict.UNKNOWN)
    if found.power is not None and found.power < ENOUGH:
        return replace(found, needed=bar.needed(found.canary.total, found.stable))
    return found


def _look(minute: int, seen: Watched, terms: Terms) -> tuple[Comparison, Bar]:
    """What is seen at a minute: it takes history to know of bursts, and a difference, or the power to have
    seen one. What the stable version does meanwhile is history too."""
    canary, stable = _sum(seen.canary[:minute]), _sum(seen.stable[:minute])
    history = [each for each in (*seen.before, *seen.stable[:minute]) if each.total > 0]
    bar = _bar(minute, canary, stable, terms, spreads(history))
    found = Comparison(
        Verdict.UNKNOWN,
        minute,
        canary,
        stable,
        bar.chance(canary, stable),
        bar.level,
        bar.inflation,
        history=len(history),
        effect=bar.effect,
    )
    if found.history < LEAST_HISTORY:
        return found, bar
    power = bar.power(canary.total, stable)
    if bar.crossed(canary, stable):
        return replace(found, verdict=Verdict.BLOCKED, power=power), bar
    is_known = power >= ENOUGH and minute >= terms.minutes
    return replace(found, verdict=Verdict.GO if is_known else Verdict.UNKNOWN, power=power), bar


def _bar(minute: int, canary: Minute, stable: Minute, terms: Terms, known: Sequence[Spread]) -> Bar:
    ratio = stable.bad / stable.total if stable.total else 0.0
    length = max(minute, 1)
    return Bar(
        level=(1 - terms.confidence) / len(looks(terms.minutes)),
        min_bad=terms.min_bad,
        # where the budget is large, twice as much may be more than all
        worst=min(terms.worse_than * terms.budget, (1 + terms.budget) / 2),
        effect=min(1.0, SHOWS * max(terms.budget, ratio)),
        inflation=inflation(known, canary.total / length),
        others_inflation=inflation(known, stable.total / length),
    )


def _sum(minutes: Sequence[Minute]) -> Minute:
    return Minute(sum(each.total for each in minutes), sum(each.bad for each in minutes))
