"""Window rules, once per service: each window from smaller recorded ones, then the error ratios.

One rule serves every SLO and group of the service, one-to-one on the identity labels.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator

from slogen.conventions import (
    SERVICE,
    TILE,
    UP,
    WINDOW,
    bad_series,
    ratio_series,
    service_selector,
    total_series,
)
from slogen.load.settings import Settings
from slogen.model.rules import Recording, Rule
from slogen.model.slo import Service
from slogen.model.tiers import PAGE, TICKET
from slogen.model.windows import Tile, closure, tiles
from slogen.promql.text import any_of, indent
from slogen.units import MINUTE, format_duration

# An instant selector sees 5m back; two more of them bridge a stop of the rules of up to 15m.
_LOOKBACK = 5 * MINUTE
_HOLDS = (1, 2)


def for_pages(service: Service, settings: Settings) -> Iterator[Rule]:
    """Every window that a page reads, and the base ratio."""
    read = {settings.base_window, *_read(service, PAGE)}
    return _rules(read, set(), service, settings)


def for_tickets(service: Service, settings: Settings) -> Iterator[Rule]:
    """The further windows that only tickets read."""
    pages = {settings.base_window, *_read(service, PAGE)}
    return _rules(_read(service, TICKET), pages, service, settings)


def for_period(service: Service, settings: Settings) -> Iterator[Rule]:
    """The further windows that only the budget reads: each SLO window, or its parts."""
    done = {settings.base_window, *_read(service, PAGE), *_read(service, TICKET)}
    parts = {window for slo in service.slos if slo.counts_from_a_date for window in slo.budget_windows}
    rolling = {slo.window for slo in service.slos if not slo.counts_from_a_date}
    return _rules(rolling, done, service, settings, parts)


def _read(service: Service, severity: str) -> set[int]:
    """Windows that alerts of this severity read."""
    found: set[int] = set()
    for slo in service.slos:
        for tier in slo.alerting.tiers:
            if tier.severity == severity and slo.alerting.severities[severity].enabled:
                found |= {tier.long, tier.short}
        if slo.alerting.needs_breach_alert and severity == PAGE:
            found.add(slo.window)
    return found


def _rules(
    wanted: set[int],
    done: set[int],
    service: Service,
    settings: Settings,
    parts: Collection[int] = (),
) -> Iterator[Rule]:
    """What is wanted and not done, with ratios; and without them `parts` that others are made of."""
    base = settings.base_window
    recorded = set(closure(done, base))
    for window in closure({*wanted, *parts}, base):
        if window not in recorded:
            for series in (total_series, bad_series):
                yield Recording(series(window), _telescoped(series, window, service.name, settings))
    for window in sorted(wanted - done):
        yield Recording(
            ratio_series(window), _ratio(window, service.name, settings), {WINDOW: format_duration(window)}
        )


def _ratio(window: int, service: str, settings: Settings) -> str:
    """Bad over total where there was traffic; without traffic there is no ratio, never NaN."""
    bad = service_selector(bad_series(window), service, settings.labels)
    total = service_selector(total_series(window), service, settings.labels)
    return f"{bad}\n/\n({total} > 0)"


def _telescoped(series: Callable[[int], str], window: int, service: str, settings: Settings) -> str:
    parts = tiles(window, settings.base_window)
    even = len({tile.length for tile in parts}) == 1
    labelled = [_labelled(series, tile, index, even, service, settings) for index, tile in enumerate(parts)]
    divisor = len(parts) if even else window // MINUTE
    return f"sum without ({TILE}) (\n{indent(any_of(labelled))}\n) / {divisor}"


def _labelled(
    series: Callable[[int], str], tile: Tile, index: int, even: bool, service: str, settings: Settings
) -> str:
    """One tile under its own label, so that a group that vanished keeps what it had spent."""
    value = _tile(service_selector(series(tile.length), service, settings.labels), tile, service, settings)
    if "\n" in value:
        labelled = f'label_replace(\n{indent(value)},\n  "{TILE}", "{index}", "", ""\n)'
    else:
        labelled = f'label_replace({value}, "{TILE}", "{index}", "", "")'
    return labelled if even else f"{tile.length // MINUTE} * {labelled}"


def _tile(selected: str, tile: Tile, service: str, settings: Settings) -> str:
    """The tile's value; where the rules did not run at its end, the last value from before.

    Only there: a group that vanished while the rules ran must not be counted twice.
    """
    if tile.offset == 0:
        return selected
    held = (f"{selected} offset {format_duration(tile.offset + n * _LOOKBACK)}" for n in _HOLDS)
    running = service_selector(UP, service, settings.labels)
    offset = format_duration(tile.offset)
    return any_of(
        [
            f"{selected} offset {offset}",
            f"(\n{indent(any_of(held))}\n) unless on ({SERVICE}) {running} offset {offset}",
        ]
    )
