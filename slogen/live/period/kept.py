"""What is told of a period, as data. Shares are 0..1, times Unix seconds, durations seconds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from slogen.live.period.dates import Period


@dataclass(frozen=True, slots=True)
class Incident:
    """A time in which pages fired without a long pause. `bad` are the events of the period that failed
    meanwhile, from when it began to burn; `cost` is their share of the period's budget. Both are None where
    that isn't known. It may have `began_before` the period."""

    start: float
    end: float
    tiers: tuple[str, ...]
    is_over: bool = True
    bad: float | None = None
    cost: float | None = None
    began_before: bool = False


@dataclass(frozen=True, slots=True)
class Day:
    """A day (its beginning) and the share of the period's budget that it used."""

    start: float
    used: float


@dataclass(frozen=True, slots=True)
class Kept:
    """One SLO, or one group of it, over the period.

    `value` is the share of good events, `used` the share of the budget that was used, `outage` how long a
    total outage would have cost as much; all of the `known_days`, which have data. None is what isn't known.
    """

    slo_id: str
    place: Mapping[str, str]
    group: Mapping[str, str]
    owner: str
    objective: float
    known_days: int
    value: float | None = None
    used: float | None = None
    outage: float | None = None
    worst_day: Day | None = None
    incidents: tuple[Incident, ...] = ()
    tickets: int = 0
    previous_value: float | None = None
    previous_used: float | None = None
    notes: tuple[str, ...] = ()

    @property
    def is_kept(self) -> bool | None:
        """Whether the objective was kept; None where nobody knows."""
        return None if self.value is None else self.value >= self.objective - 1e-12

    @property
    def paged(self) -> float:
        """For how long pages fired."""
        return sum(each.end - each.start for each in self.incidents)


@dataclass(frozen=True, slots=True)
class Report:
    """All SLOs over a period. `warnings` say what may be missing; it `is_partial` if the server said so."""

    at: float
    server: str
    period: Period
    kept: tuple[Kept, ...]
    warnings: tuple[str, ...] = ()
    is_partial: bool = False
