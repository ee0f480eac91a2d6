"""What came of rules that were played over a history."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction

from slogen.history.reported import Reported

Point = tuple[int, float]  # Unix time in seconds, value


@dataclass(frozen=True, slots=True)
class Firing:
    """An alert of one series, from when it was pending until it ended (Unix times). `end` is None while it
    fires on at the end of the history. `tier` is its `slo_tier`, or the share of the budget, or ""."""

    alert: str
    tier: str
    severity: str  # page, ticket or info, whatever the project calls them
    pending: int
    start: int
    end: int | None
    peak: float = 0.0
    labels: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Incident:
    """Pages of one SLO that overlap: what a person would have been called for once. `bad` are the bad
    events from when the errors began until it ended, `budget` their share of the error budget."""

    start: int
    end: int | None
    pages: tuple[Firing, ...]
    bad: float
    budget: float


@dataclass(frozen=True, slots=True)
class Played:
    """One SLO, or one group of it, over a history.

    `ratio` is the error ratio over the base window, `left` the share of the budget that is left (1 at the
    beginning, below 0 when more than all is gone); both in the order of time, with gaps where nothing was
    known. `total` and `bad` are events over the whole history, or seconds of an SLI that counts time
    (`unit` says which). `met` is the objective that would just have been met, None without events.
    """

    slo_id: str
    labels: Mapping[str, str]
    objective: Fraction
    period: str
    unit: str
    total: float
    bad: float
    firings: tuple[Firing, ...]
    incidents: tuple[Incident, ...]
    left: tuple[Point, ...] = field(repr=False, default=())
    ratio: tuple[Point, ...] = field(repr=False, default=())
    tiers: tuple[str, ...] = ()  # all that it has, the fastest first

    @property
    def met(self) -> float | None:
        """The share of good events."""
        return 1 - self.bad / self.total if self.total > 0 else None

    def count(self, severity: str) -> int:
        """How many alerts of a severity began to fire."""
        return sum(firing.severity == severity for firing in self.firings)


class Outcome(StrEnum):
    """What somebody was told of an incident that people know of."""

    PAGED = "paged"
    TICKET = "ticket"  # and no page
    MISSED = "missed"
    OUTSIDE = "outside"  # of the history: nobody can tell


@dataclass(frozen=True, slots=True)
class Told:
    """What came of an incident that people know of. `first` is its first alert, of the SLO `played`, which
    fired `after` seconds from its start (below 0: before it). `worst` is the highest error ratio in it, of
    the SLO that burned most; None without events."""

    incident: Reported
    outcome: Outcome
    played: Played | None = None
    first: Firing | None = None
    after: int = 0
    worst: float | None = None


@dataclass(frozen=True, slots=True)
class Judged:
    """Pages against the incidents that people know of: what was told of each, and what paged beside them."""

    told: tuple[Told, ...]
    false: tuple[tuple[Played, Incident], ...]

    def count(self, *outcomes: Outcome) -> int:
        """How many incidents came out so."""
        return sum(each.outcome in outcomes for each in self.told)

    @property
    def false_pages(self) -> int:
        """How many pages came of no incident that anybody knows of."""
        return sum(len(incident.pages) for _, incident in self.false)


@dataclass(frozen=True, slots=True)
class History:
    """All that were played together, from `start` to `end`. `step` is the seconds between two evaluations
    of pages, `engine` what evaluated them; `notes` say what isn't known, or not exactly. It `is_partial` when
    data is missing, so that alerts may be, too. It may be `judged` by what people know of."""

    start: int
    end: int
    step: int
    engine: str
    slos: tuple[Played, ...]
    notes: tuple[str, ...] = ()
    is_partial: bool = False
    judged: Judged | None = None
