"""Histories of several versions side by side: SLOs that are the same, rows of alerts, incidents that meet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Final

from slogen import conventions as names
from slogen.history.played import Firing, History, Incident, Played

Versions = Sequence[tuple[str, History]]
PAGE: Final = "page"
TICKET: Final = "ticket"
_WORDS: Final[Mapping[str, str]] = {
    names.CONSUMED_ALERT: "budget consumed",
    names.EXHAUSTED_ALERT: "budget exhausted",
    names.ABSENT_ALERT: "data absent",
    names.TRAFFIC_ALERT: "low traffic",
    names.BREACHED_ALERT: "objective breached",
    names.LEVEL_ALERT: "level breached",
    names.BUCKET_ALERT: "bucket missing",
    names.ESCALATED_ALERT: "escalated",
}


@dataclass(frozen=True, slots=True)
class Side:
    """What a version said of an SLO; `played` is None where the version doesn't have it."""

    version: str
    history: History
    played: Played | None


@dataclass(frozen=True, slots=True)
class Compared:
    """An SLO, or a group of it, in every version."""

    slo_id: str
    labels: Mapping[str, str]
    sides: tuple[Side, ...]

    @property
    def name(self) -> str:
        """The SLO, and which group of it; not escaped."""
        inside = ", ".join(f"{name}={value}" for name, value in self.labels.items())
        return f"{self.slo_id} {{{inside}}}" if inside else self.slo_id

    @property
    def known(self) -> tuple[tuple[Side, Played], ...]:
        """The versions that have it."""
        return tuple((side, side.played) for side in self.sides if side.played is not None)

    @property
    def is_quiet(self) -> bool:
        """Whether no alert fired in any version."""
        return not any(played.firings for _, played in self.known)


@dataclass(frozen=True, slots=True)
class Row:
    """An alert, and each time that it fired. The severity of one that never did isn't known: ""."""

    name: str
    severity: str
    firings: tuple[Firing, ...]


@dataclass(frozen=True, slots=True)
class Moment:
    """A time in which somebody was paged by some version: the incidents of each, which overlap."""

    start: int
    end: int | None
    incidents: tuple[tuple[Incident, ...], ...]


def compare(versions: Versions) -> tuple[Compared, ...]:
    """The SLOs of all versions, in the order in which they come first."""
    found: dict[tuple[str, frozenset[tuple[str, str]]], Mapping[str, str]] = {}
    by_version = []
    for _, history in versions:
        here = {(each.slo_id, frozenset(each.labels.items())): each for each in history.slos}
        for key, each in here.items():
            found.setdefault(key, each.labels)
        by_version.append(here)
    return tuple(
        Compared(
            key[0],
            labels,
            tuple(Side(n, h, slos.get(key)) for (n, h), slos in zip(versions, by_version, strict=True)),
        )
        for key, labels in found.items()
    )


def detailed(every: Sequence[Compared]) -> tuple[Compared, ...]:
    """Those that are told in full: a single one, or of several those of which an alert fired."""
    return tuple(each for each in every if len(every) == 1 or not each.is_quiet)


def rows_of(played: Played) -> tuple[Row, ...]:
    """A row for every tier, also of those that never fired, then one for each other alert that did."""
    firings: dict[tuple[str, str], list[Firing]] = {(tier, ""): [] for tier in played.tiers}
    for each in sorted(played.firings, key=lambda firing: (firing.alert, firing.tier, firing.start)):
        if each.alert == names.BURN_ALERT and (each.tier, "") in firings:
            firings[each.tier, ""].append(each)
        else:
            firings.setdefault((name_of(each), each.severity), []).append(each)
    return tuple(
        Row(name, each[0].severity if each else severity, tuple(each))
        for (name, severity), each in firings.items()
    )


def name_of(firing: Firing) -> str:
    """A tier by its name, another alert in words."""
    if firing.alert == names.BURN_ALERT and firing.tier:
        return firing.tier
    words = _WORDS.get(firing.alert, firing.alert)
    return f"{words} {firing.tier}" if firing.tier else words


def moments(compared: Compared) -> tuple[Moment, ...]:
    """The incidents of all versions in the order of time; those that overlap are one moment."""
    found: list[tuple[int, float, list[list[Incident]]]] = []
    every = [
        (each.start, float("inf") if each.end is None else each.end, number, each)
        for number, side in enumerate(compared.sides)
        for each in (side.played.incidents if side.played else ())
    ]
    for start, end, number, each in sorted(every, key=lambda item: item[:3]):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], end), found[-1][2])
        else:
            found.append((start, end, [[] for _ in compared.sides]))
        found[-1][2][number].append(each)
    return tuple(
        Moment(start, int(end) if isfinite(end) else None, tuple(map(tuple, sides)))
        for start, end, sides in found
    )


def seconds_in(firings: Iterable[Firing], history: History) -> int:
    """For how long at least one of them fired within the history."""
    total, reached = 0, history.start
    for each in sorted(firings, key=lambda firing: firing.start):
        end = history.end if each.end is None else min(each.end, history.end)
        total += max(end - max(each.start, reached), 0)
        reached = max(reached, end)
    return total


def pages_of(played: Played) -> Iterator[Firing]:
    """Those that wake somebody."""
    return (each for each in played.firings if each.severity == PAGE)


def began_at(incident: Incident) -> int:
    """When it began: its start, or when the first page was pending if that is earlier."""
    return min([incident.start, *(page.pending for page in incident.pages)])


def waited(incident: Incident) -> int:
    """Seconds from when it began until the first page fired."""
    return min((page.start for page in incident.pages), default=incident.start) - began_at(incident)


def tiers_in(incident: Incident) -> tuple[str, ...]:
    """The alerts that paged, each once, in the order of time."""
    pages = sorted(incident.pages, key=lambda page: page.start)
    return tuple(dict.fromkeys(map(name_of, pages)))


def left_at_end(played: Played) -> float | None:
    """The last known share of the budget."""
    known = [left for _, left in played.left if isfinite(left)]
    return known[-1] if known else None


def worst_left(played: Played) -> tuple[int, float] | None:
    """When least of the budget was left, and how much."""
    return min(((at, left) for at, left in played.left if isfinite(left)), key=lambda p: p[1], default=None)


def always_met(played: Played) -> float | None:
    """The objective whose budget would never have been overspent, by the worst moment of a rolling window.
    None where nothing is known, and of calendar periods, whose first hours hold few events."""
    worst = worst_left(played)
    if worst is None or not played.period[:1].isdigit():
        return None
    return 1 - (1 - min(worst[1], 1.0)) * float(1 - played.objective)
