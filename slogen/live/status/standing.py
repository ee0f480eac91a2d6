"""What is known of an SLO at a moment, as data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property


class State(StrEnum):
    """How an SLO stands, by its budget, or why that can't be told. From the best to the worst."""

    HEALTHY = "healthy"
    NO_TRAFFIC = "no traffic"
    WARNING = "warning"
    CRITICAL = "critical"
    EXHAUSTED = "exhausted"
    NO_DATA = "no data"
    NOT_DEPLOYED = "not deployed"
    RULES_GONE = "rules gone"

    @property
    def is_unknown(self) -> bool:
        """Whether nobody can tell how it stands."""
        return self in (State.NO_DATA, State.NOT_DEPLOYED, State.RULES_GONE)


# Shares of the consumed budget from which on it is so.
LIMITS = ((1.0, State.EXHAUSTED), (0.8, State.CRITICAL), (0.5, State.WARNING))
BADNESS: Mapping[State, int] = {
    state: number
    for number, state in enumerate(
        (
            *(State.HEALTHY, State.NO_TRAFFIC, State.WARNING, State.NOT_DEPLOYED),
            *(State.NO_DATA, State.RULES_GONE, State.CRITICAL, State.EXHAUSTED),
        )
    )
}


def state_of(left: float) -> State:
    """The state of a budget of which this share is left."""
    return next((state for spent, state in LIMITS if 1 - left >= spent - 1e-9), State.HEALTHY)


@dataclass(frozen=True, slots=True)
class Alert:
    """An alert that fires. `severity` is its label's value; `since` a Unix time, if the server tells it."""

    name: str
    severity: str
    is_page: bool
    tier: str = ""
    since: float | None = None


@dataclass(frozen=True, slots=True)
class Budget:
    """What is left of an error budget: as a share (negative when overspent), as seconds of total outage with
    steady traffic, of how many, and as events at the traffic there is (None where that isn't known)."""

    left: float
    seconds: float
    seconds_total: float
    events: float | None = None


@dataclass(frozen=True, slots=True)
class Burn:
    """How many times faster than sustainable the budget burns: now (the base window), over 1 h and 6 h. None
    without traffic."""

    now: float | None = None
    hour: float | None = None
    six_hours: float | None = None

    @property
    def lasting(self) -> float | None:
        """The larger one of the longer windows: what the time to exhaustion goes by."""
        return max((rate for rate in (self.hour, self.six_hours) if rate is not None), default=None)


@dataclass(frozen=True, slots=True)
class Standing:
    """One SLO, or one group of it, at a moment.

    `place` are labels beside the identity that tell copies of it apart (a cluster, a replica); `group` the
    values of the labels that give one budget each. Shares are 0..1, times Unix seconds, durations seconds.
    `value` is the share of good events over its own window, `value_over` that over the window that was asked
    for. `exhausted_in` is None where the budget lasts; 0 when it is gone. `history` is how long it has been
    recorded, where that is less than its window. `reading` is what levels are compared with. `over_known` is
    the part of the window that was asked for of which anything is known; `rate` are events a second now.
    """

    slo_id: str
    place: Mapping[str, str] = field(default_factory=dict)
    group: Mapping[str, str] = field(default_factory=dict)
    state: State = State.NO_DATA
    owner: str = ""
    description: str = ""
    objective: float | None = None
    window: str = ""
    period: float | None = None
    value: float | None = None
    value_over: float | None = None
    budget: Budget | None = None
    burn: Burn = Burn()
    exhausted_in: float | None = None
    history: float | None = None
    is_excluded: bool = False
    last_seen: float | None = None
    reading: float | None = None
    alerts: tuple[Alert, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    over_known: float | None = None
    rate: float | None = None

    def label(self, name: str) -> str | None:
        """The value of a label of its group, its place, or its spec."""
        return self.group.get(name) or self.place.get(name) or self.labels.get(name)

    @property
    def service(self) -> str:
        """The service it is of."""
        return self.slo_id.partition("/")[0]

    @property
    def is_known_over(self) -> bool:
        """Whether its value is that of the whole window that was asked for."""
        return self.value_over is not None and (self.over_known or 0.0) > 1 - 1e-9

    @property
    def is_paging(self) -> bool:
        """Whether an alert that wakes somebody fires."""
        return any(alert.is_page for alert in self.alerts)

    @property
    def badness(self) -> tuple[bool, int, float]:
        """What the worst comes first by."""
        left = self.budget.left if self.budget else 1.0
        return self.is_paging, BADNESS[self.state], -left


@dataclass(frozen=True)
class Status:
    """All that was asked for, at a moment (Unix time). `over` is the window that was asked for, in seconds.
    `warnings` say what may be missing, and why; it `is_partial` where the server said so. `by` is a label for
    whose values it is told how all their SLOs stand together."""

    at: float
    server: str
    standings: tuple[Standing, ...]
    engine: str = ""
    version: str = ""
    over: int | None = None
    warnings: tuple[str, ...] = ()
    is_partial: bool = False
    by: str = ""

    @cached_property
    def slos(self) -> tuple[Standing, ...]:
        """Each SLO once, of groups the one that stands worst; in the order of the standings."""
        return tuple(max(each, key=lambda s: s.badness) for each in grouped(self.standings).values())

    @cached_property
    def counts(self) -> Counter[State]:
        """How many SLOs are in each state: in the worst of their groups."""
        return Counter(_worst(peers) for peers in grouped(self.standings).values())

    @property
    def together(self) -> dict[str, list[Standing]]:
        """The standings of each value of the label `by`, those in the worst state first."""
        found: dict[str, list[Standing]] = {}
        for standing in sorted(self.standings, key=lambda s: (BADNESS[s.state], s.badness), reverse=True):
            if self.by and (value := standing.label(self.by)):
                found.setdefault(value, []).append(standing)
        return dict(sorted(found.items()))

    @property
    def judged(self) -> int:
        """Of how many SLOs it can be told whether they are within their budget."""
        return sum(self.counts[state] for state in (State.HEALTHY, *(state for _, state in LIMITS)))

    @property
    def within(self) -> int:
        """How many of them are, with all of their groups."""
        return self.judged - self.counts[State.EXHAUSTED]


def _worst(peers: Iterable[Standing]) -> State:
    return max((peer.state for peer in peers), key=BADNESS.__getitem__)


Key = tuple[str, tuple[tuple[str, str], ...]]


def grouped(standings: Iterable[Standing]) -> dict[Key, list[Standing]]:
    """The standings of each SLO (and place), in their order."""
    found: dict[Key, list[Standing]] = {}
    for standing in standings:
        found.setdefault((standing.slo_id, tuple(sorted(standing.place.items()))), []).append(standing)
    return found
