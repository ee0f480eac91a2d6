"""Budgets that begin at a date: events since the start of a calendar period, or since a date.

The time since the start is cut at the midnights of the period's clock: whole days, then the hours of the
day so far, then the base windows of the hour so far. Each part is a window that is recorded anyway, looked
up at its end; only parts that lie within the period count. So a month reads some 70 samples per series,
is as fresh as the base window, and begins again at the right midnight, without any state of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from slogen.conventions import (
    ID,
    PERIOD_BAD,
    PERIOD_CLOCK,
    PERIOD_DAY,
    PERIOD_HOUR,
    PERIOD_START,
    PERIOD_TOTAL,
    SLO,
    TILE,
    UP,
    WINDOW,
    bad_series,
    of_service,
    service_selector,
    total_series,
)
from slogen.emitted.rules import Recording, Rule
from slogen.model.clocks import local
from slogen.model.slo import Service, Slo
from slogen.promql.selector import one_of
from slogen.promql.text import any_of, indent, wrapped
from slogen.rules.pair import identity
from slogen.rules.period import start
from slogen.rules.windows import held
from slogen.settings import Settings
from slogen.units import DAY, HOUR, MINUTE, format_duration

# A part whose end lies in a stop of the rules is what was recorded last before it: this long before, then
# this long. A lost day would be missing for the rest of the period, so days reach further.
_DAY_HOLDS = (10 * MINUTE, HOUR, 3 * HOUR)
_HOUR_HOLDS = (10 * MINUTE,)
_MOST_STARTS = 2500  # three of each day are held, and promtool stops a query at 10,000 samples


def recordings(service: Service, settings: Settings) -> Iterator[Rule]:
    """When each budget began, and its events since then."""
    dated = [slo for slo in service.slos if slo.counts_from_a_date]
    if not dated:
        return
    for slo in dated:
        if slo.calendar and slo.calendar.rule.summer:
            yield Recording(PERIOD_CLOCK, local(slo.calendar.rule), identity(slo, settings))
        yield Recording(PERIOD_START, start(slo, settings), identity(slo, settings) | {WINDOW: slo.period})
    begun = _of_service(PERIOD_START, service, settings)
    for record, length in ((PERIOD_DAY, DAY), (PERIOD_HOUR, HOUR)):
        yield Recording(record, f"time() - (time() - {begun}) % {length}")
    for record, series in ((PERIOD_TOTAL, total_series), (PERIOD_BAD, bad_series)):
        yield Recording(record, _count(series, dated, service, settings))


def error_ratio(service: Service, settings: Settings) -> str:
    """The error ratio since the start of each budget that begins at a date."""
    bad, total, begun = (
        _of_service(series, service, settings) for series in (PERIOD_BAD, PERIOD_TOTAL, PERIOD_START)
    )
    return f"{bad}\n/\n({total} > 0)\n* on ({ID}) group_left ({WINDOW})\n({begun} ^ 0)"


def _of_service(series: str, service: Service, settings: Settings) -> str:
    return service_selector(series, service.name, settings.labels)


def _count(series: Callable[[int], str], dated: Sequence[Slo], service: Service, settings: Settings) -> str:
    """Events since the start of each SLO's budget. Each part under its own label, so that a group that
    vanished keeps what it had spent."""
    clocks = dict.fromkeys(clock for slo in dated for clock in _clocks(slo))
    pieces = [
        piece
        for clock in clocks
        for slos in _at_a_time([slo for slo in dated if clock in _clocks(slo)])
        for piece in _pieces(series, slos, dated, clock, service, settings)
    ]
    labelled = [
        f'label_replace(\n{indent(piece)},\n  "{TILE}", "{index}", "", ""\n)'
        for index, piece in enumerate(pieces)
    ]
    since_start = wrapped(f"sum without ({TILE}) ", any_of(labelled))
    rolling = dict.fromkeys(slo.window for slo in dated if slo.calendar is None)
    return any_of([*(_grown_up(series, window, dated, settings) for window in rolling), since_start])


@dataclass(frozen=True, slots=True)
class _Clock:
    """How many seconds a budget's midnights are before UTC's; `is_of_zone` where they are others in the other
    half of the year, so that only periods that began so count."""

    offset: int
    is_of_zone: bool


def _clocks(slo: Slo) -> list[_Clock]:
    offsets = slo.calendar.offsets if slo.calendar else (0,)
    return [_Clock(offset, len(offsets) > 1) for offset in offsets]


def _days(slo: Slo) -> int:
    """How many days its longest period has."""
    return -(-(slo.calendar.longest if slo.calendar else slo.window) // DAY)


def _at_a_time(slos: Sequence[Slo]) -> Iterator[list[Slo]]:
    """SLOs that are counted together: a look at each day holds the start of each of them."""
    if len(slos) * max(map(_days, slos)) <= _MOST_STARTS:
        yield list(slos)
        return
    together: list[Slo] = []
    for slo in sorted(slos, key=_days):
        if together and (len(together) + 1) * _days(slo) > _MOST_STARTS:
            yield together
            together = []
        together.append(slo)
    yield together


def _pieces(
    series: Callable[[int], str],
    slos: Sequence[Slo],
    dated: Sequence[Slo],
    clock: _Clock,
    service: Service,
    settings: Settings,
) -> Iterator[str]:
    """Days, hours and base windows of SLOs on one clock; and 0, so that a new period has a count."""
    offset = clock.offset
    begun, day, hour = (_start_of(s, slos, dated, settings) for s in (PERIOD_START, PERIOD_DAY, PERIOD_HOUR))
    reach = max(map(_days, slos)) * DAY
    parts = (
        (DAY, reach, begun, day, _DAY_HOLDS),
        (HOUR, DAY, day, hour, _HOUR_HOLDS),
        (settings.prometheus.base_window, HOUR, hour, "", ()),
    )
    for length, back, begin, end, holds in parts:
        shift = offset % length
        ends = f"{format_duration(back)}:{format_duration(length)}"
        later = f" offset -{format_duration(shift)}" if shift else ""
        known, running = (_of_service(each, service, settings) for each in (series(length), UP))
        lagging = shift + settings.prometheus.evaluation_interval  # all parts are recorded beside the pages
        others = [shift, *(lagging + hold for hold in holds)]
        recorded = wrapped("", held(known, running, lagging, others))
        begins, stops = (_newest(each, length, settings) for each in (begin, end))
        inside = f"{recorded}\nand on ({ID})\n{begins} <= {_ago(shift + length)}"
        inside += f"\nand on ({ID})\n{stops} >= {_ago(shift)}" if end else ""
        if clock.is_of_zone:
            inside += f"\nand on ({ID})\n({_newest(begun, length, settings)} + {offset}) % {DAY} == 0"
        yield f"{length} * sum_over_time((\n{indent(inside)}\n)[{ends}]{later})"
    known = service_selector(series(HOUR), slos[0].service, settings.labels)
    yield f"0 * {known}\nand on ({ID})\n{begun}"


def _newest(series: str, step: int, settings: Settings) -> str:
    """What is recorded of a start at the end of the query. MetricsQL, which a late engine speaks, takes the
    end of the subquery instead, up to a step ahead, where nothing is recorded yet."""
    if settings.is_late:
        return f"last_over_time({series}[{format_duration(2 * step)}] @ end())"
    return f"{series} @ end()"


def _ago(seconds: int) -> str:
    return f"time() - {seconds}" if seconds else "time()"


def _start_of(series: str, slos: Sequence[Slo], dated: Sequence[Slo], settings: Settings) -> str:
    """Select a start (of the budget, day or hour) of these SLOs; by name where the service has others."""
    found = of_service(series, slos[0].service, settings.labels)
    if len(slos) < len(dated):
        found = found.where(one_of(SLO, [slo.name for slo in slos]))
    return str(found)


def _grown_up(series: Callable[[int], str], window: int, dated: Sequence[Slo], settings: Settings) -> str:
    """A rolling window that begins after the SLO's `since` is one like any other."""
    slos = [slo for slo in dated if slo.calendar is None and slo.window == window]
    known = service_selector(series(window), slos[0].service, settings.labels)
    begun = _start_of(PERIOD_START, slos, dated, settings)
    return f"{window} * {known}\nand on ({ID})\n{begun} <= time() - {window}"
