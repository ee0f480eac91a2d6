"""Intervals of clock and calendar, as Alertmanager has them, and when something is sent by them."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import Enum

from slogen.model.notifications import HoursSpan
from slogen.model.zones import clock_of

Ranges = tuple[tuple[int, int], ...]


class Sent(Enum):
    """When something is sent within some days."""

    ALWAYS = "always"
    AT_TIMES = "at times"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Interval:
    """A moment is in it when the clock of `zone` is in one range of each kind; None is any, () is none.

    `times` are minutes of a day, each without its end. Weekdays count from Monday, 0. A day of a month that
    is negative counts from its end."""

    times: Ranges | None = None
    weekdays: frozenset[int] | None = None
    days: Ranges | None = None
    months: frozenset[int] | None = None
    years: Ranges | None = None
    zone: str = "UTC"

    def has(self, moment: datetime) -> bool:
        """Whether an aware moment is in it."""
        here = moment.astimezone(clock_of(self.zone))
        minute = here.hour * 60 + here.minute
        return (
            (self.times is None or any(begin <= minute < end for begin, end in self.times))
            and (self.weekdays is None or here.weekday() in self.weekdays)
            and (self.days is None or _has_day(self.days, here))
            and (self.months is None or here.month in self.months)
            and (self.years is None or any(first <= here.year <= last for first, last in self.years))
        )


def _has_day(ranges: Ranges, here: datetime) -> bool:
    length = monthrange(here.year, here.month)[1]
    counted = [tuple(day if day > 0 else length + day + 1 for day in each) for each in ranges]
    return any(first <= here.day <= last for first, last in counted)


def interval_of(span: HoursSpan) -> Interval:
    """A span of the hours of notifications."""
    return Interval(((span.begin, span.end),), frozenset(span.days), zone=span.zone)


@dataclass(frozen=True, slots=True)
class Opening:
    """Something is sent while a moment is in an interval of `active` (None: any moment), and in none of
    `mute`."""

    active: tuple[Interval, ...] | None = None
    mute: tuple[Interval, ...] = ()

    def has(self, moment: datetime) -> bool:
        """Whether something is sent at an aware moment."""
        is_active = self.active is None or any(each.has(moment) for each in self.active)
        return is_active and not any(each.has(moment) for each in self.mute)


def when_sent(openings: Sequence[Opening], first: date, days: int) -> Sent:
    """When any of them lets something through, in these days of UTC."""
    seen = set[bool]()
    for moment in _changes(openings, first, days):
        seen.add(any(each.has(moment) for each in openings))
        if len(seen) > 1:
            return Sent.AT_TIMES
    return Sent.ALWAYS if seen == {True} else Sent.NEVER


def _changes(openings: Iterable[Opening], first: date, days: int) -> Iterator[datetime]:
    """The first moment of these days, and those at which an interval may begin or end: between two of them
    all stays as it is. They are looked at day by day, as most weeks are alike."""
    intervals = [each for opening in openings for each in (*(opening.active or ()), *opening.mute)]
    edges = {(each.zone, minute) for each in intervals for minute in (0, *_minutes(each.times or ()))}
    start = datetime.combine(first, time(), UTC)
    end = start + timedelta(days=days)
    yield start
    for day in range(-1, days + 1):
        for zone, minute in sorted(edges):
            midnight = datetime.combine(first + timedelta(days=day), time(), clock_of(zone))
            moment = (midnight + timedelta(minutes=minute)).astimezone(UTC)
            if start < moment < end:
                yield moment


def _minutes(ranges: Ranges) -> Collection[int]:
    return {minute for each in ranges for minute in each}
