"""What the clocks of a zone show: as PromQL, which computes it without tables, and by Python's table.

In summer clocks differ, by the zone's rule: the last Sunday of March at 02:00 has come when the newest Sunday
of the year so far is one after March 24.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

from slogen.model.zones import Turn, Zone, clock_of
from slogen.promql.text import indent, wrapped
from slogen.units import DAY, HOUR, MINUTE, WEEK

Moment = Callable[[int], str]  # PromQL of a Unix time and so many seconds, as a vector

# Rules of time zones are those of today; before 2020 (and in unit tests, which begin in 1970) they are not.
VALID_FROM: Final = 1577836800
_SUNDAY = 4 * DAY  # 1970-01-01 was a Thursday: the Sunday before began this long before midnight


def since(zone: Zone, start: int) -> str:
    """PromQL: the seconds since the clocks last showed `start` seconds after Sunday's midnight."""
    return f"{_clock(zone, _SUNDAY - start)} % {WEEK}"


def second_of_week(zone: Zone, at: int) -> int:
    """How many seconds after Sunday's midnight the clocks show at a Unix time; by Python's table."""
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=at)
    clock = moment.astimezone(clock_of(zone.name))
    return clock.isoweekday() % 7 * DAY + clock.hour * HOUR + clock.minute * MINUTE + clock.second


def local(zone: Zone) -> str:
    """PromQL: what the zone's clocks show, as if it were a Unix time."""
    return _clock(zone, 0)


def summer(zone: Zone, at: Moment) -> str:
    """PromQL: 1 in the summer half of the year, else 0; of a moment that isn't now."""
    return _summer(zone, at)


def _clock(zone: Zone, shift: int) -> str:
    """Unix time plus the zone's offset plus `shift` (modulo a week): what its clocks show."""
    plain = f"vector({_later(zone.standard, shift)})"
    if zone.summer is None:
        return plain
    more = zone.daylight - zone.standard
    moved = f"{plain} {'+' if more > 0 else '-'} {abs(more)}"
    return wrapped("", f"{moved} * (\n{indent(_summer(zone, _now))}\n)")


def _now(later: int) -> str:
    return f"vector({_later(later)})"


def _summer(zone: Zone, at: Moment) -> str:
    """1 in the summer half of the year, else 0."""
    assert zone.summer is not None
    first, last = (f"({_passed(change, zone.standard, at)})" for change in zone.summer)
    later, earlier = (first, last) if zone.starts_before_it_ends else (last, first)
    between = f"{later}\n- {earlier}"
    if zone.summer[0].time != zone.summer[1].time:  # on New Year's Day only one of them is a year ago
        between = f"({between})\n* (month({at(zone.standard)}) > bool 1)"
    return between if zone.starts_before_it_ends else f"1 - (\n{indent(between)}\n)"


def _passed(change: Turn, standard: int, at: Moment) -> str:
    """1 from the change on until the end of the year: month and day of the newest such weekday, as a
    number like 329, are compared. 0 before."""
    day = at(standard - change.time)
    ahead = -change.weekday % 7
    since = f"(day_of_week({day}) + {ahead}) % 7" if ahead else f"day_of_week({day})"
    return f"100 * month({day}) + day_of_month({day}) - {since} > bool {100 * change.month + change.after}"


def _later(seconds: int, shift: int = 0) -> str:
    """`time()` and so many seconds; with `shift` only the place in the week matters, so it is positive."""
    total = (seconds + shift) % WEEK if shift else seconds
    return f"time() {'+' if total > 0 else '-'} {abs(total)}" if total else "time()"
