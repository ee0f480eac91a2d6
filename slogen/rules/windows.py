"""Window rules, once per service: each window from smaller recorded ones, then the error ratios.

One rule serves every SLO and group of the service, one-to-one on the identity labels.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from slogen.conventions import (
    BUDGET_UP,
    SERVICE,
    TILE,
    UP,
    WINDOW,
    bad_series,
    ratio_series,
    service_selector,
    total_series,
)
from slogen.emitted.rules import Recording, Rule
from slogen.model.slo import Service
from slogen.model.tiers import PAGE, TICKET
from slogen.model.windows import Tile, closure, tiles
from slogen.promql.text import any_of, indent
from slogen.settings import Settings
from slogen.units import MINUTE, format_duration

# An instant selector sees 5m back; two more of them bridge a stop of the rules of up to 15m.
_LOOKBACK = 5 * MINUTE
_HOLDS = (1, 2)


def for_pages(service: Service, settings: Settings) -> Iterator[Rule]:
    """Every window that a page reads, and the base ratio."""
    return _Windows(service, settings).rules(_read(service, PAGE, settings), _Read())


def for_tickets(service: Service, settings: Settings) -> Iterator[Rule]:
    """The further windows that only tickets read."""
    pages = _read(service, PAGE, settings)
    return _Windows(service, settings, is_slow=True).rules(_read(service, TICKET, settings), pages)


def for_period(service: Service, settings: Settings) -> Iterator[Rule]:
    """The further windows that only the budget reads: each SLO window, or its parts."""
    periods = frozenset(slo.window for slo in service.slos if not slo.counts_from_a_date)
    counted = frozenset(window for slo in service.slos for window in slo.budget_windows)
    done = _read(service, PAGE, settings) | _read(service, TICKET, settings)
    return _Windows(service, settings, is_slow=True).rules(_Read(periods, counted), done)


@dataclass(frozen=True, slots=True)
class _Read:
    """Windows whose ratios are read, those of them whose events are counted too, and those of which only the
    total is."""

    ratios: frozenset[int] = frozenset()
    counts: frozenset[int] = frozenset()
    totals: frozenset[int] = frozenset()

    def __or__(self, other: _Read) -> _Read:
        return _Read(self.ratios | other.ratios, self.counts | other.counts, self.totals | other.totals)


def _read(service: Service, severity: str, settings: Settings) -> _Read:
    """What alerts of this severity read, and of pages what their group records too. Short windows are only
    compared; long ones also counted."""
    return _read_by(service, severity, settings.prometheus.base_window)


@lru_cache(maxsize=64)
def _read_by(service: Service, severity: str, base: int) -> _Read:
    ratios, counts = {base} if severity == PAGE else set[int](), set[int]()
    for slo in service.slos:
        for tier in slo.alerting.tiers:
            if tier.severity == severity and slo.alerting.sends(severity):
                ratios |= {tier.long, tier.short}
                counts.add(tier.long)
        if slo.alerting.needs_breach_alert and severity == PAGE:
            ratios.add(slo.window)
            counts.add(slo.window)
    if severity == PAGE:
        # What a ticket counts is recorded once, with the ratio that is made of it; and hours and days of a
        # period beside its base windows, or what lies between two evaluations of the slower group is in none.
        counts |= ratios & _read_by(service, TICKET, base).counts
        counts |= {window for slo in service.slos for window in slo.dated_windows}
    told = [slo.alerting.told_traffic for slo in service.slos if severity == TICKET]
    return _Read(frozenset(ratios), frozenset(counts), frozenset(each.window for each in told if each))


@dataclass(frozen=True)
class _Windows:
    """The window rules of a service, in the group of the pages or in the slower one (`is_slow`)."""

    service: Service
    settings: Settings
    is_slow: bool = False

    @cached_property
    def _of_pages(self) -> set[int]:
        """Windows whose pair is recorded in the group of the pages."""
        return {self.settings.prometheus.base_window, *self._pairs(_read(self.service, PAGE, self.settings))}

    def rules(self, wanted: _Read, done: _Read) -> Iterator[Rule]:
        """Pairs and ratios that `wanted` needs beside what `done` has."""
        recorded, before = self._pairs(wanted | done), self._pairs(done)
        pairs, ratios = recorded - before, wanted.ratios - done.ratios
        totals = (recorded | self._totals(wanted | done)) - before - self._totals(done)
        for window in sorted(pairs | ratios | totals):
            for series, windows in ((total_series, totals), (bad_series, pairs)):
                if window in windows:
                    yield Recording(series(window), self._telescoped(series, window))
            if window in ratios:
                labels = {WINDOW: format_duration(window)}
                yield Recording(ratio_series(window), self._ratio(window, window in recorded), labels)

    def _pairs(self, read: _Read) -> set[int]:
        """Windows whose pair is recorded: those that are counted, and the tiles of all."""
        base = self.settings.prometheus.base_window
        parts = {tile.length for window in read.ratios if window > base for tile in tiles(window, base)}
        return set(closure(read.counts | parts, base))

    def _totals(self, read: _Read) -> set[int]:
        """Windows whose total is recorded for its own sake, with their tiles."""
        return set(closure(read.totals, self.settings.prometheus.base_window))

    def _ratio(self, window: int, has_pair: bool) -> str:
        """Bad over total where there was traffic; without traffic there is no ratio, never NaN. Counters that
        are not in step (started, handled) may show less bad than none for a moment: within a window that
        evens out, so it is cut off here, not before. Where an engine is late, the way over the recorded pair
        of the window would cost an evaluation, and that over its newest tile (`_is_behind`) another."""
        is_base = window == self.settings.prometheus.base_window
        if is_base or (has_pair and not self.settings.is_late):
            whole = Tile(window, 0)
            bad, total = (self._tile(self._selected(of(window)), whole) for of in (bad_series, total_series))
            if not self._lag(window):
                return f"clamp_min({bad}, 0)\n/\n({total} > 0)"
        else:
            bad, total = (self._telescoped(series, window) for series in (bad_series, total_series))
        return f"clamp_min(\n{indent(bad)},\n  0\n)\n/\n(\n{indent(total)} > 0\n)"

    def _selected(self, metric: str) -> str:
        return service_selector(metric, self.service.name, self.settings.labels)

    def _telescoped(self, series: Callable[[int], str], window: int, *, is_newest: bool = False) -> str:
        """The window from its tiles. `is_newest`: it stands for a newest tile itself."""
        parts = tiles(window, self.settings.prometheus.base_window)
        even = len({tile.length for tile in parts}) == 1
        labelled = [self._labelled(series, tile, index, even, is_newest) for index, tile in enumerate(parts)]
        divisor = len(parts) if even else window // MINUTE
        return f"sum without ({TILE}) (\n{indent(any_of(labelled))}\n) / {divisor}"

    def _labelled(
        self, series: Callable[[int], str], tile: Tile, index: int, even: bool, is_newest: bool
    ) -> str:
        """One tile under its own label, so that a group that vanished keeps what it had spent."""
        value = self._tile(self._selected(series(tile.length)), tile)
        if not is_newest and self._is_behind(tile):
            value = any_of([self._telescoped(series, tile.length, is_newest=True), value])
        if "\n" in value:
            labelled = f'label_replace(\n{indent(value)},\n  "{TILE}", "{index}", "", ""\n)'
        else:
            labelled = f'label_replace({value}, "{TILE}", "{index}", "", "")'
        return labelled if even else f"{tile.length // MINUTE} * {labelled}"

    def _is_behind(self, tile: Tile) -> bool:
        """Whether a late engine shows this newest tile an evaluation after the tiles that it is made of."""
        is_base = tile.length == self.settings.prometheus.base_window
        return self.settings.is_late and not tile.offset and not is_base

    def _tile(self, selected: str, tile: Tile) -> str:
        """The tile's value; where the rules did not run at its end, the next one or the last from before.

        Only there: a group that vanished while the rules ran must not be counted twice.
        """
        lag = self._lag(tile.length)
        end = tile.offset + lag
        others = [tile.offset] if lag else []
        others += [end + n * _LOOKBACK for n in _HOLDS if tile.offset]
        return held(selected, self._selected(self._sign(tile.length)), end, others)

    def _lag(self, length: int) -> int:
        """How many seconds ago to look at a window of the other group. While that is evaluated, its newest
        samples are not there yet, older ones are: tiles that should meet would overlap, and a burst between
        them count twice. An evaluation ago all are there."""
        is_of_other = self.is_slow and length in self._of_pages
        return self.settings.prometheus.evaluation_interval if is_of_other else 0

    def _sign(self, length: int) -> str:
        """What tells that the rules of the group that records this window ran."""
        return UP if length in self._of_pages else BUDGET_UP


def held(selected: str, running: str, end: int, others: Sequence[int]) -> str:
    """What is selected as it was `end` seconds ago; where the rules were not `running` then, as it was at the
    first of other moments (seconds ago) that has a value."""
    value = _at(selected, end)
    if not others:
        return value
    instead = any_of(_at(selected, ago) for ago in others)
    instead = f"(\n{indent(instead)}\n)" if len(others) > 1 else instead
    return any_of([value, f"{instead} unless on ({SERVICE}) {_at(running, end)}"])


def _at(selected: str, ago: int) -> str:
    return f"{selected} offset {format_duration(ago)}" if ago else selected
