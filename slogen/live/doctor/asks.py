"""What the checks ask of the world: small questions that a dump and a server can answer, many at once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from slogen.promql.selector import Selector


class Of(StrEnum):
    """What is counted of the selected series."""

    SERIES = "series"
    EVENTS = "what was counted"  # what the counters have counted: lately, where the world knows of time


class Only(StrEnum):
    """Which of the selected series."""

    ALL = "all"
    NAN = "nan"
    NEGATIVE = "negative"


@dataclass(frozen=True, slots=True)
class Ask:
    """How many series a selector selects, or events, by the values of labels.

    `without` leaves out the series that this selector selects too: of the same labels, or of those of `on`.
    `apart` counts series of one page that differ in nothing but these labels as one. `ever` also counts
    series that were there lately and are gone.
    """

    selector: Selector
    by: tuple[str, ...] = ()
    of: Of = Of.SERIES
    only: Only = Only.ALL
    without: Selector | None = None
    on: tuple[str, ...] = ()
    apart: tuple[str, ...] = ()
    ever: bool = False


Counted = Mapping[tuple[str, ...], float]  # by the values of `by`, in its order; nothing where nothing is


class World(Protocol):
    """A dump of /metrics, or a server. What could not be answered is not in an answer: nobody may take it
    for nothing."""

    @property
    def shown(self) -> str:
        """What it is, for people."""
        ...

    @property
    def failed(self) -> Mapping[object, str]:
        """Which questions should have been answered and were not, and why."""
        ...

    @property
    def remembers(self) -> bool:
        """Whether it knows what was there before."""
        ...

    def count(self, asked: Iterable[Ask]) -> Mapping[Ask, Counted]:
        """Answers to many questions at once."""
        ...

    def names(self) -> Collection[str]:
        """The names of all metrics; empty where that can't be told."""
        ...

    def labels(self, metric: str) -> Collection[str]:
        """The labels that series of a metric have."""
        ...

    def types(self, metrics: Collection[str]) -> Mapping[str, frozenset[str]] | None:
        """What types these metrics are said to be of: counter, gauge, histogram, summary; by several targets
        several. Others are left out. None where nobody says."""
        ...

    def hides(self, selector: Selector, label: str) -> bool:
        """Whether this world can't tell what values a label has, as only Prometheus adds it."""
        ...

    def lacks(self, metric: str) -> bool:
        """Whether this world can't have a metric, as only Prometheus makes it."""
        ...


def total(counted: Counted) -> float:
    """All groups together."""
    return sum(counted.values())
