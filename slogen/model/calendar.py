"""Budgets that begin at a date: calendar periods, and `since`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from slogen.diagnostics import Problem, did_you_mean
from slogen.model.origin import Origin
from slogen.model.zones import (
    WHICH_YEARS,
    YEARS,
    Zone,
    ZoneError,
    offset,
    read_zone,
    utc_seconds,
    zone_names,
)
from slogen.settings import Settings
from slogen.units import DAY, HOUR, MINUTE, format_duration

PERIODS = WEEK, MONTH, QUARTER, YEAR = "week", "month", "quarter", "year"
_NOMINAL: Final[Mapping[str, int]] = {WEEK: 7, MONTH: 30, QUARTER: 91, YEAR: 365}
_LONGEST: Final[Mapping[str, int]] = {WEEK: 7, MONTH: 31, QUARTER: 92, YEAR: 366}
_EAST, _WEST, _STEP = 14 * HOUR, -12 * HOUR, 15 * MINUTE


@dataclass(frozen=True, slots=True)
class Calendar:
    """A period of the calendar as it is `offset` seconds east of UTC, or in a `zone`, whose clocks are so
    many ahead at standard time. Weeks begin on Monday."""

    period: str
    offset: int
    zone: str = ""

    @property
    def rule(self) -> Zone:
        """How far its clocks are ahead of UTC, and when."""
        return read_zone(self.zone) if self.zone else Zone("", self.offset)

    @property
    def offsets(self) -> tuple[int, ...]:
        """All that its clocks are ahead of UTC in a year, in seconds."""
        rule = self.rule
        return (rule.standard, rule.daylight) if rule.summer else (rule.standard,)

    @property
    def nominal(self) -> int:
        """The length that burn-rate tiers are made for, in seconds: 7, 30, 91 or 365 days."""
        return _NOMINAL[self.period] * DAY

    @property
    def longest(self) -> int:
        """The longest that such a period is, in seconds, but for the hour that a change of clocks may add."""
        return _LONGEST[self.period] * DAY

    @property
    def clock(self) -> str:
        """Whose midnights it goes by: "UTC+09:00", "Europe/Berlin"."""
        if self.zone:
            return self.zone
        hours, minutes = divmod(abs(self.offset) // MINUTE, 60)
        return f"UTC{'-' if self.offset < 0 else '+'}{hours:02}:{minutes:02}"

    def start(self, moment: int) -> int:
        """Unix time at which the period began that holds this Unix time."""
        return self.midnight(self._begin(moment))

    def end(self, moment: int) -> int:
        """Unix time at which the period ends that holds this Unix time."""
        begin = self._begin(moment)
        if self.period == WEEK:
            return self.midnight(begin + timedelta(days=7))
        months = {MONTH: 1, QUARTER: 3, YEAR: 12}[self.period]
        last = begin.month - 1 + months
        return self.midnight(begin.replace(year=begin.year + last // 12, month=last % 12 + 1))

    def midnight(self, day: datetime) -> int:
        """Unix time at which a day begins (its midnight, as if it were UTC's). Where clocks are put forward
        at midnight it is when they show 01:00; where they show midnight twice, the first."""
        rule, shown = self.rule, utc_seconds(day)
        early = shown - max(self.offsets)
        return early if early + offset(rule, _moment(early)) == shown else shown - min(self.offsets)

    def _begin(self, moment: int) -> datetime:
        local = _moment(moment + offset(self.rule, _moment(moment)))
        day = local.replace(hour=0, minute=0, second=0)
        if self.period == WEEK:
            return day - timedelta(days=day.weekday())
        month = {MONTH: day.month, QUARTER: (day.month - 1) // 3 * 3 + 1, YEAR: 1}[self.period]
        return day.replace(month=month, day=1)


def _moment(seconds: int) -> datetime:
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)


def read_calendar(
    data: Mapping[str, Any], origin: Origin, settings: Settings, problems: list[Problem]
) -> Calendar | None:
    """Build a Calendar from a `window` that passed its schema; None after a Problem."""
    if "calendar" not in data:
        hint = "add `calendar`: week, month, quarter or year"
        problems.append(origin.problem("window", "a calendar window has no `calendar`", hint, key=True))
        return None
    east = _offset(str(data.get("utc_offset", "+00:00")), origin.at("utc_offset"), problems)
    calendar = _in_zone(data, origin, problems) if "zone" in data else None
    if east is None or (calendar is None and "zone" in data):
        return None
    calendar = calendar or Calendar(data["calendar"], east)
    if settings.prometheus.retention is not None and calendar.longest > settings.prometheus.retention:
        kept, needed = format_duration(settings.prometheus.retention), format_duration(calendar.longest)
        message = f"a {calendar.period} needs {needed} of history, Prometheus keeps {kept}"
        hint = "choose a shorter period, or keep data longer (`prometheus.retention`)"
        problems.append(origin.at("calendar").problem("retention", message, hint))
        return None
    return calendar


def _in_zone(data: Mapping[str, Any], origin: Origin, problems: list[Problem]) -> Calendar | None:
    here, name = origin.at("zone"), str(data["zone"])
    if "utc_offset" in data:
        message = "a window can have only one of `utc_offset` and `zone`"
        problems.append(here.problem("utc-offset", message, "keep one of them", key=True))
        return None
    try:
        rule = read_zone(name)
        if changes_as_periods_begin(rule):
            raise ZoneError(f"clocks of the time zone `{name}` may change when a period begins")
    except ZoneError as error:
        hint = did_you_mean(name, zone_names()) or "names are those of the tz database: Europe/Berlin"
        if name in zone_names():
            hint = "take a zone nearby that has the same clocks, or `utc_offset`"
        problems.append(here.problem("time-zone", str(error), hint))
        return None
    return Calendar(data["calendar"], rule.standard, name)


def changes_as_periods_begin(rule: Zone) -> bool:
    """Whether clocks may change on a Monday or at the first midnight of a month. No zone's do in these years,
    and what is recorded relies on it."""
    changes = rule.summer or ()
    return any(change.weekday == 1 or (change.after == 0 and change.time == 0) for change in changes)


def _offset(text: str, origin: Origin, problems: list[Problem]) -> int | None:
    hours, minutes = int(text[1:3]), int(text[4:6])
    east = (-1 if text[0] == "-" else 1) * (hours * HOUR + minutes * MINUTE)
    if minutes < 60 and _WEST <= east <= _EAST and east % _STEP == 0:
        return east
    nearest = min(max(round(east / _STEP) * _STEP, _WEST), _EAST)
    sign, (h, m) = "-" if nearest < 0 else "+", divmod(abs(nearest) // MINUTE, 60)
    message = f"no clock on earth is {text} from UTC"
    hint = f'offsets are quarters of an hour from -12:00 to +14:00; the nearest is "{sign}{h:02}:{m:02}"'
    problems.append(origin.problem("utc-offset", message, hint))
    return None


def read_since(
    item: Mapping[str, Any], calendar: Calendar | None, origin: Origin, problems: list[Problem]
) -> int | None:
    """Unix time of midnight of an SLO's `since`, by the clock of its calendar (else UTC); None without."""
    if "since" not in item:
        return None
    try:
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", item["since"]):
            raise ValueError
        day = datetime.fromisoformat(f"{item['since']}T00:00+00:00")
    except ValueError:
        hint = "write a date: `2026-11-01`"
        problems.append(origin.problem("since", f"`{item['since']}` is no date", hint))
        return None
    if day.year not in YEARS:
        message = f"nothing is measured in {item['since'][:4]}"
        problems.append(origin.problem("since", message, WHICH_YEARS))
        return None
    return calendar.midnight(day) if calendar else utc_seconds(day)
