"""Burn-rate tiers as data: from a policy (written for one window) to the tiers of one SLO.

A tier fires when the error ratio over its long AND its short window exceeds `factor * (1 - objective)`.
Burning at `factor` for the long window spends the tier's share of the budget of the whole SLO window T:
`factor = share * T / long` (Google SRE Workbook, chapter 5, "Alerting on SLOs", multiwindow,
multi-burn-rate). The bounds below keep that meaningful for every window and objective:

* reachable: `factor * budget <= 0.9`, or the alert could never fire;
* no alert for an SLO that will be met: tickets from factor 1, pages from `min(2, 0.75 / budget)`;
* thresholds fall while windows rise; the last ticket tier is at most at factor 1.5;
* short windows hold at least four scrapes;
* long windows hold the bad time that an alert needs: of slices of 10m a window of 5m never holds one.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import cache, cached_property, lru_cache
from math import log

from slogen.settings import Settings
from slogen.units import DAY, HOUR, MINUTE, format_duration, to_text

REACHABLE = Fraction(9, 10)
LAST_TICKET_FACTOR = Fraction(3, 2)
SHARE_TOLERANCE = Fraction(1, 3)
SCRAPES_IN_SHORT = 4
READ_DIGITS = 4  # of a factor, in messages and explanations
PAGE, TICKET = "page", "ticket"

# Lengths that people say; a derived window is always one of these.
ROUND_WINDOWS = (
    *(n * MINUTE for n in (5, 10, 15, 20, 30)),
    *(n * HOUR for n in (1, 2, 3, 4, 6, 8, 12, 18, 24, 36)),
    *(n * DAY for n in (2, 3, 4, 5, 7, 10, 14, 21, 30)),
)


@dataclass(frozen=True, slots=True)
class PolicyTier:
    """One line of a policy: `share` of the budget (0..1) spent within `long` seconds is worth an alert, once
    it has been so for `wait` seconds (None: as long as others of its severity wait)."""

    name: str
    severity: str
    share: Fraction
    long: int
    short: int
    wait: int | None = None


@dataclass(frozen=True, slots=True, eq=False)  # one object a policy: comparing those is enough, and quick
class Policy:
    """A named tier set; its windows are written for an SLO window of `window` seconds."""

    name: str
    window: int
    tiers: tuple[PolicyTier, ...]
    is_shipped: bool = False


@dataclass(frozen=True)
class Tier:
    """A tier of one SLO: windows in seconds, shares and the budget from 0 to 1, and the burn-rate factor.

    `wanted` is the share that policy or spec ask for; `share` is what it became where bounds bent it.
    `wait` is the tier's own, in seconds; None where it waits as others of its severity (`Alerting.wait`).
    """

    name: str
    severity: str
    share: Fraction
    long: int
    short: int
    factor: Fraction
    budget: Fraction
    wanted: Fraction
    wait: int | None

    @cached_property
    def threshold(self) -> Fraction:
        """The error ratio above which the tier fires."""
        return self.factor * self.budget

    @cached_property
    def shown(self) -> dict[str, str]:
        """Windows, threshold (a ratio), factor and share (percent) as text; tiers are shared, so once is
        enough."""
        return {
            "long": format_duration(self.long),
            "short": format_duration(self.short),
            "threshold": to_text(self.threshold),
            "factor": to_text(self.factor, 3),
            "share": f"{to_text(self.share * 100, 3)}%",
        }


@dataclass(frozen=True)
class Breach(Tier):
    """What pages where the SLO window is too short for a tier that pages: all of it has spent all of its
    budget. `period` is the window as people write it."""

    period: str

    @classmethod
    def of(cls, window: int, budget: Fraction, period: str) -> Breach:
        """The breach of a window (seconds) with this budget (0..1)."""
        one = Fraction(1)
        return cls("breach", PAGE, one, window, window, one, budget, one, None, period)

    @cached_property
    def shown(self) -> dict[str, str]:
        """The same texts, with the window by its name."""
        return super().shown | {"long": self.period, "short": self.period}


@dataclass(frozen=True, slots=True)
class Frame:
    """What a tier must fit into: window T, base and scrape interval in seconds, budget `1 - objective`. Where
    time is measured, an alert needs `bad` seconds of nothing but bad time in its long window."""

    window: int
    budget: Fraction
    base: int
    scrape: int
    bad: Fraction = Fraction(0)

    @classmethod
    def of(cls, window: int, budget: Fraction, settings: Settings) -> Frame:
        """That of an SLO in a project."""
        return cls(window, budget, settings.prometheus.base_window, settings.prometheus.scrape_interval)

    @property
    def shortest(self) -> int:
        """The shortest window that sees enough scrapes, in seconds."""
        return max(self.base, -(-SCRAPES_IN_SHORT * self.scrape // self.base) * self.base)

    def lowest(self, severity: str) -> Fraction:
        """The lowest factor at which a tier of this severity doesn't cry at an SLO that is met."""
        return min(Fraction(2), Fraction(3, 4) / self.budget) if severity == PAGE else Fraction(1)

    @property
    def highest(self) -> Fraction:
        """The highest factor whose threshold an error ratio can reach."""
        return REACHABLE / self.budget

    def holds_enough(self, long: int) -> bool:
        """Whether a long window (seconds) can hold the bad time that an alert needs, as surely as its ratio
        can be above a threshold."""
        return self.bad <= REACHABLE * long

    def taken(self, severity: str, factor: Fraction) -> Fraction:
        """The factor; or the bound that it breaks only by what nobody reads, its fifth digit."""
        bound = min(max(factor, self.lowest(severity)), self.highest)
        return bound if to_text(bound, READ_DIGITS) == to_text(factor, READ_DIGITS) else factor

    def round_windows(self) -> tuple[int, ...]:
        """The round lengths that this frame can record, shortest first."""
        return tuple(w for w in _round_windows(self.base) if self.shortest <= w <= self.window)


@cache
def _round_windows(base: int) -> tuple[int, ...]:
    """The round multiples of the base. 20m is one only where 15m can't be."""
    instead = {20 * MINUTE} if 15 * MINUTE % base == 0 else set()
    return tuple(w for w in ROUND_WINDOWS if w % base == 0 and w not in instead)


def factor_of(share: Fraction, window: int, long: int) -> Fraction:
    """The burn rate that spends `share` of the budget of `window` within `long` (seconds)."""
    return share * window / long


def share_of(factor: Fraction, window: int, long: int) -> Fraction:
    """The share of the budget of `window` that burning at `factor` spends within `long` (seconds)."""
    return factor * long / window


def short_for(long: int, line: PolicyTier, frame: Frame) -> int:
    """The short window, in the line's proportion to the long one: rounded down, but never too short."""
    fitting = [w for w in frame.round_windows() if w * line.long <= long * line.short]
    return max([*fitting, frame.shortest])


@lru_cache(maxsize=1024)
def derive(policy: Policy, frame: Frame) -> tuple[Tier, ...]:
    """The policy's tiers fitted to one SLO. A tier that collapses into an earlier one is dropped.

    The result may hold no page tier when the window is too short for one (about 2 h and less).
    """
    tiers: list[Tier] = []
    for index, line in enumerate(policy.tiers):
        tier = _fit(line, policy, frame, tiers[-1] if tiers else None, index == len(policy.tiers) - 1)
        if tier is not None:
            tiers.append(tier)
    return tuple(tiers)


def _fit(line: PolicyTier, policy: Policy, frame: Frame, above: Tier | None, last: bool) -> Tier | None:
    low, high = frame.lowest(line.severity), frame.highest
    if last and line.severity == TICKET:
        high = min(high, LAST_TICKET_FACTOR)
    longs = (w for w in frame.round_windows() if frame.holds_enough(w))
    rounds = [w for w in longs if above is None or w > above.long]
    target = line.long * Fraction(frame.window, policy.window)

    def below(factor: Fraction) -> bool:
        return low <= factor <= high and (above is None or factor < above.factor)

    exact = [(w, factor_of(line.share, frame.window, w)) for w in rounds]
    bent = [(w, min(max(f, low), high)) for w, f in exact]
    near = [(w, f) for w, f in bent if _keeps_share(line.share, share_of(f, frame.window, w))]
    for candidates in (exact, near):
        fitting = [(abs(log(w / target)), w, f) for w, f in candidates if below(f)]
        if fitting:
            _, long, factor = min(fitting)
            return _tier(line, frame, long, factor)
    return None


def _keeps_share(wanted: Fraction, share: Fraction) -> bool:
    return abs(share - wanted) <= wanted * SHARE_TOLERANCE


def _tier(line: PolicyTier, frame: Frame, long: int, factor: Fraction) -> Tier:
    share = share_of(factor, frame.window, long)
    short = short_for(long, line, frame)
    wait = None if line.wait is None else min(line.wait, short)
    return Tier(line.name, line.severity, share, long, short, factor, frame.budget, line.share, wait)
