"""Concrete series for the proof: those of one good and one bad event, and what an SLI reads in a state."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from slogen.promql.parse import parse_selector

BUCKET: Final = "slogen_bucket"  # the number of a bucket of a native histogram, as a label of its own series


@dataclass(frozen=True, slots=True)
class Increment:
    """So many bad events, and events in all, are counted when each of these counters grows by one. What is
    counted as good alone is -1 bad event."""

    counters: tuple[str, ...]
    bad: float
    total: float


@dataclass(frozen=True, slots=True)
class Samples:
    """Concrete series, as promtool writes them, that one good and one bad event increment by one; those
    `beside` read 1 all the time, for counters that are joined with them. With `are_buckets` they are the
    buckets of native histograms, told apart by the label BUCKET. `increments` are counters that differ in
    what selects them, none counted being one of them too: what each of them alone adds. `bystanders` read 1
    beside them: they are almost what counters are joined with, or what excludes them."""

    good: tuple[str, ...]
    bad: tuple[str, ...]
    are_buckets: bool = False
    beside: tuple[str, ...] = ()
    increments: tuple[Increment, ...] = ()
    bystanders: tuple[str, ...] = ()

    @property
    def counters(self) -> tuple[str, ...]:
        """The series that events increment, each once."""
        return tuple(dict.fromkeys((*self.good, *self.bad)))

    @property
    def series(self) -> tuple[str, ...]:
        """All series, each once."""
        return tuple(dict.fromkeys((*self.counters, *self.beside)))

    def by_group(self, by: Sequence[str]) -> tuple[tuple[dict[str, str], Samples], ...]:
        """The groups that the labels of the counters make, in their order, with the series of each."""
        return tuple(
            (
                group,
                Samples(
                    tuple(text for text in self.good if text in names),
                    tuple(text for text in self.bad if text in names),
                    self.are_buckets,
                    self.beside,
                ),
            )
            for group, names in _by_group(self.counters, by)
        )


@dataclass(frozen=True, slots=True)
class Reading:
    """What a series reads in one state of an SLI.

    At minute m of a story a gauge or a timestamp reads `value + growth * m`. A counter (`value` is None)
    goes on from where it was and grows by `growth` a minute. A recorded mean moves to its new value within
    `lag` minutes.
    """

    value: float | None
    growth: float = 0.0
    lag: int = 0


@dataclass(frozen=True, slots=True)
class States:
    """What each series reads while an SLI is good and while it is bad; a series that a state doesn't name
    isn't there then. For SLIs that are good or bad as a whole (`Sli.timed`), not event by event.
    `alternatives` read the same in place of these series: another alternative of a pattern selects them.
    """

    good: Mapping[str, Reading]
    bad: Mapping[str, Reading]
    alternatives: tuple[States, ...] = ()

    @property
    def series(self) -> tuple[str, ...]:
        """All series, each once."""
        return tuple(dict.fromkeys((*self.good, *self.bad)))

    def by_group(self, by: Sequence[str]) -> tuple[tuple[dict[str, str], States], ...]:
        """The groups that the labels of the series make, in their order, with the series of each."""
        return tuple(
            (
                group,
                States(
                    {text: reading for text, reading in self.good.items() if text in names},
                    {text: reading for text, reading in self.bad.items() if text in names},
                ),
            )
            for group, names in _by_group(self.series, by)
        )


def _by_group(series: Iterable[str], by: Sequence[str]) -> list[tuple[dict[str, str], set[str]]]:
    """Series by their values of the labels `by`."""
    groups: dict[tuple[str, ...], set[str]] = {}
    for text in series:
        labels = parse_selector(text).labels
        groups.setdefault(tuple(labels.get(name, "") for name in by), set()).add(text)
    return [(dict(zip(by, group, strict=True)), names) for group, names in groups.items()]
