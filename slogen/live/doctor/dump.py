"""A world that is one look at /metrics, of one target or several. It knows no history, and no label that
Prometheus adds when it scrapes."""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from types import MappingProxyType
from typing import Final

from slogen.live.doctor.asks import Ask, Counted, Of, Only
from slogen.live.doctor.exposition import Exposed, Page
from slogen.live.doctor.indexed import Indexed, Shown
from slogen.promql.names import operation
from slogen.promql.selector import Selector
from slogen.promql.solve import is_readable

_MADE: Final = ("up", "ALERTS", "ALERTS_FOR_STATE")
_ONLY: Final[Mapping[Only, Callable[[float], bool]]] = {
    Only.ALL: lambda _: True,
    Only.NAN: math.isnan,
    Only.NEGATIVE: lambda value: value < 0,
}


class DumpWorld:
    """Pages of targets, each of which is a target of its own. `added` are labels that targets get."""

    def __init__(self, pages: Sequence[Page], added: Collection[str]) -> None:
        self.pages, self._added = tuple(pages), frozenset(added)

    remembers = False
    failed: Mapping[object, str] = MappingProxyType({})

    @property
    def shown(self) -> str:
        """The file, or how many there are."""
        return self.pages[0].path if len(self.pages) == 1 else f"{len(self.pages)} dumps"

    @cached_property
    def _series(self) -> dict[str, Indexed]:
        """What a page has twice is there once: Prometheus takes the first."""
        found: dict[str, Indexed] = {}
        for number, page in enumerate(self.pages):
            for name, series in page.series.items():
                once = {frozenset(each.labels.items()): each for each in reversed(series)}
                found.setdefault(name, Indexed()).add((number, each) for each in reversed(once.values()))
        return found

    @cached_property
    def _known(self) -> dict[str, frozenset[str]]:
        """The labels that the series of each metric have."""
        every = self._series.items()
        return {
            name: frozenset(label for _, each in series.every for label in each.labels)
            for name, series in every
        }

    def count(self, asked: Iterable[Ask]) -> dict[Ask, Counted]:
        """Answers to all questions but those about labels that targets don't show, and about the past."""
        return {ask: self._count(ask) for ask in asked if not self._hidden(ask)}

    def _hidden(self, ask: Ask) -> bool:
        labels = (*ask.by, *ask.on, *ask.apart)
        selectors = [ask.selector, *([ask.without] if ask.without else [])]
        if not all(map(is_readable, selectors)) or (ask.ever and not self.remembers):
            return True
        return self.lacks(ask.selector.metric) or any(self.hides(ask.selector, each) for each in labels)

    def _count(self, ask: Ask) -> Counted:
        without = self._selected(ask.without) if ask.without else ()
        left_out = {self._key(each, ask.on) for _, each in without}
        found: dict[tuple[str, ...], float] = {}
        seen = set()
        for page, each in self._selected(ask.selector):
            if not _ONLY[ask.only](each.value or 0.0) or self._key(each, ask.on) in left_out:
                continue
            if ask.apart:
                apart = page, frozenset((k, v) for k, v in each.labels.items() if k not in ask.apart)
                if apart in seen:
                    continue
                seen.add(apart)
            group = tuple(each.labels.get(label, "") for label in ask.by)
            found[group] = found.get(group, 0) + (1 if ask.of is Of.SERIES else each.value or 0.0)
        return found

    @staticmethod
    def _key(each: Exposed, on: tuple[str, ...]) -> frozenset[tuple[str, str]]:
        return frozenset((name, value) for name, value in each.labels.items() if not on or name in on)

    def _selected(self, selector: Selector) -> Iterator[Shown]:
        asked = [m for m in selector.matchers if not self.hides(selector, m.name)]
        found = self._series.get(selector.metric)
        return found.selected(asked) if found else iter(())

    def series(self, metric: str) -> Sequence[tuple[str, Exposed]]:
        """The series of a metric, each with the file that it is in."""
        return [(page.path, each) for page in self.pages for each in page.series.get(metric, ())]

    def names(self) -> Collection[str]:
        """The names of all series."""
        return self._series.keys()

    def labels(self, metric: str) -> Collection[str]:
        """All that any series of it has."""
        return self._known.get(metric, frozenset())

    def types(self, metrics: Collection[str]) -> dict[str, frozenset[str]]:
        """As the pages say."""
        said = {name: {page.types[name] for page in self.pages if name in page.types} for name in metrics}
        return {name: frozenset(kinds) for name, kinds in said.items() if kinds}

    def hides(self, selector: Selector, label: str) -> bool:
        """Labels of targets, where no series shows them (as a federated page does)."""
        return label in self._added and label not in self.labels(selector.metric)

    def lacks(self, metric: str) -> bool:
        """What Prometheus makes of scrapes and of rules."""
        is_made = metric in _MADE or metric.startswith("scrape_") or operation(metric) is not None
        return is_made and metric not in self._series
