"""Time zones as a rule that PromQL can follow: two offsets, and the days of the year on which they change.

The rules come from the `tzdata` package, never from the machine, so that every machine compiles the same.
Each of its files ends with the zone's rule for the years to come, as POSIX writes it (RFC 9636, section
3.3.1): "CET-1CEST,M3.5.0,M10.5.0/3" is an hour ahead of UTC, two from the last Sunday of March to the last
of October. Zones whose known future is more than such a rule have none.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import Final
from zoneinfo import ZoneInfo

from slogen.units import DAY, HOUR, MINUTE

# A rule must give the same as the zone's own table on every day of these years.
_FIRST, _LAST = datetime(2026, 12, 1, tzinfo=UTC), datetime(2038, 1, 1, tzinfo=UTC)
# Dates in others are slips of the pen, and at the ends of time clocks can't be converted.
YEARS: Final = range(2000, 2100)
WHICH_YEARS: Final = f"years are from {YEARS[0]} to {YEARS[-1]}"
_NO_ZONES: Final = frozenset(["Factory", "localtime"])
_NAME = r"(?:[A-Za-z]{3,}|<[-+A-Za-z0-9]+>)"
_TIME = r"[-+]?\d+(?::\d+){0,2}"
_CHANGE = rf"M(\d+)\.(\d)\.(\d)(?:/({_TIME}))?"
_POSIX: Final = re.compile(rf"{_NAME}({_TIME})(?:{_NAME}({_TIME})?,{_CHANGE},{_CHANGE})?")


class ZoneError(ValueError):
    """No zone of this name, or none with a simple rule."""


@dataclass(frozen=True, slots=True)
class Turn:
    """The first `weekday` (0: Sunday) after day `after` of `month`, `time` seconds after its midnight, on a
    clock that always shows the zone's standard time."""

    month: int
    after: int
    weekday: int
    time: int


@dataclass(frozen=True, slots=True)
class Zone:
    """Seconds east of UTC, and in the summer half of the year; `summer` is its first and its last day."""

    name: str
    standard: int
    daylight: int = 0
    summer: tuple[Turn, Turn] | None = None

    @property
    def starts_before_it_ends(self) -> bool:
        """Whether summer lies within one year, as on the northern half of the earth."""
        return self.summer is not None and self.summer[0].month < self.summer[1].month


@cache
def zone_names() -> frozenset[str]:
    """The names of all zones that have clocks of their own."""
    return frozenset((files("tzdata") / "zones").read_text(encoding="utf-8").split()) - _NO_ZONES


@cache
def clock_of(name: str) -> ZoneInfo:
    """The zone as Python knows it, from the package's data. Raises ZoneError for an unknown name."""
    if name not in zone_names():
        raise ZoneError(f"unknown time zone `{name}`")
    with files("tzdata").joinpath("zoneinfo", *name.split("/")).open("rb") as file:
        return ZoneInfo.from_file(file, key=name)


@cache
def read_zone(name: str) -> Zone:
    """The zone's rule. Raises ZoneError for an unknown name and for a zone that has no simple rule."""
    clock = clock_of(name)
    data = files("tzdata").joinpath("zoneinfo", *name.split("/")).read_bytes()
    footer = data.rstrip(b"\n").rpartition(b"\n")[2].decode("ascii")
    zone = _from_posix(name, footer)
    if zone is None or not _agrees(zone, clock):
        raise ZoneError(f"the time zone `{name}` has no simple rule for daylight saving")
    return zone


def _from_posix(name: str, text: str) -> Zone | None:
    match = _POSIX.fullmatch(text)
    if match is None:
        return None
    standard, daylight, *changes = match.groups()
    east = -_seconds(standard)
    if changes[0] is None:
        return Zone(name, east)
    summer = -_seconds(daylight) if daylight else east + HOUR
    first, last = _change(changes[:4], 0), _change(changes[4:], east - summer)
    return Zone(name, east, summer, (first, last)) if first and last else None


def _change(parts: Sequence[str | None], shift: int) -> Turn | None:
    """POSIX's nth weekday of a month (5: the last one), `shift` seconds later; None if that may leave the
    month."""
    month, week, weekday = (int(part or 0) for part in parts[:3])
    days, time = divmod((_seconds(parts[3]) if parts[3] else 2 * HOUR) + shift, DAY)
    length = monthrange(_FIRST.year, month)[1]
    after = (length - 7 if week == 5 else 7 * (week - 1)) + days
    return Turn(month, after, (weekday + days) % 7, time) if 0 <= after <= length - 7 else None


def _seconds(text: str) -> int:
    parts = [int(part) for part in text.lstrip("+-").split(":")]
    sign = -1 if text.startswith("-") else 1
    return sign * sum(part * size for part, size in zip(parts, (HOUR, MINUTE, 1), strict=False))


def _agrees(zone: Zone, clock: ZoneInfo) -> bool:
    days = (_FIRST + timedelta(days=n) for n in range((_LAST - _FIRST).days))
    return all(clock.utcoffset(day.astimezone(clock)) == timedelta(seconds=offset(zone, day)) for day in days)


def offset(zone: Zone, moment: datetime) -> int:
    """Seconds east of UTC at a moment, by the zone's rule."""
    if zone.summer is None:
        return zone.standard
    clock = moment.astimezone(UTC) + timedelta(seconds=zone.standard)
    first, last = (_passed(change, clock) for change in zone.summer)
    is_summer = first and not last if zone.starts_before_it_ends else first or not last
    return zone.daylight if is_summer else zone.standard


def _passed(change: Turn, clock: datetime) -> bool:
    """Whether the change has been this year, by a clock at standard time."""
    day = clock - timedelta(seconds=change.time)  # the change comes at this day's midnight
    if clock.month != change.month or day.month != change.month:
        return clock.month > change.month
    return day.day - (day.isoweekday() - change.weekday) % 7 > change.after


def utc_seconds(moment: datetime) -> int:
    """Unix time of an aware moment."""
    return int((moment - datetime(1970, 1, 1, tzinfo=UTC)) / timedelta(seconds=1))
