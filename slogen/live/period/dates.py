"""Periods by the names that people give them, in UTC."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

from slogen.units import DAY, parse_duration

KNOWN: Final = (
    "last-month, last-week, last-quarter, yesterday, 30d, 2026-10, 2026-Q3, 2026-W43 "
    "or 2026-10-01..2026-10-15"
)
_LONGEST: Final = 400  # days
_MONTH = re.compile(r"(\d{4})-(\d\d)")
_QUARTER = re.compile(r"(\d{4})-?Q([1-4])", re.IGNORECASE)
_WEEK = re.compile(r"(\d{4})-?W(\d\d)", re.IGNORECASE)
_RANGE = re.compile(r"(\d{4}-\d\d-\d\d)\.\.(\d{4}-\d\d-\d\d)")


class NoPeriodError(ValueError):
    """A text that means no period, or one of which nothing is over."""


@dataclass(frozen=True, slots=True)
class Period:
    """Whole days, the last one included. `until` is the first day after it of which anything is known:
    earlier than its end while it runs."""

    name: str
    first: date
    last: date
    until: date
    before: date  # the first day of the period before

    @property
    def start(self) -> int:
        """Unix time of its beginning."""
        return _unix(self.first)

    @property
    def end(self) -> int:
        """Unix time up to which it is reported."""
        return _unix(self.until)

    @property
    def previous_start(self) -> int:
        """Unix time of the beginning of the period before."""
        return _unix(self.before)

    @property
    def days(self) -> int:
        """How many days are reported."""
        return (self.until - self.first).days

    @property
    def is_over(self) -> bool:
        """Whether all of it has passed."""
        return self.until > self.last


def period_of(text: str, now: float) -> Period:
    """The period that a text means at a Unix time. Raises NoPeriodError, in words for people."""
    today = datetime.fromtimestamp(now, UTC).date()
    try:
        first, last, before = _days(text.strip(), today)
    except OverflowError:  # of years that calendars don't have
        raise NoPeriodError(f"`{text}` is out of range") from None
    until = min(last + timedelta(days=1), today)
    if until <= first:
        raise NoPeriodError(f"no day of `{text}` is over yet")
    if (last - first).days >= _LONGEST:
        raise NoPeriodError(f"`{text}` is longer than {_LONGEST} days")
    return Period(text, first, last, until, before)


def _days(text: str, today: date) -> tuple[date, date, date]:
    """First and last day, and the first day of the period before."""
    if text in ("last-month", "last-quarter", "last-week", "yesterday"):
        return _last(text.removeprefix("last-"), today)
    if match := _MONTH.fullmatch(text):
        return _months(_date(text, int(match[1]), int(match[2])), 1)
    if match := _QUARTER.fullmatch(text):
        return _months(_date(text, int(match[1]), 3 * int(match[2]) - 2), 3)
    if match := _WEEK.fullmatch(text):
        try:
            return _span(date.fromisocalendar(int(match[1]), int(match[2]), 1), 7)
        except ValueError:
            raise NoPeriodError(f"there is no week `{text}`") from None
    if match := _RANGE.fullmatch(text):
        try:
            first, last = map(date.fromisoformat, match.groups())
        except ValueError:
            raise NoPeriodError(f"`{text}` has a day that doesn't exist") from None
        if last < first:
            raise NoPeriodError(f"`{text}` ends before it begins")
        return _span(first, (last - first).days + 1)
    return _rolling(text, today)


def _rolling(text: str, today: date) -> tuple[date, date, date]:
    """The last days that are over."""
    try:
        days, rest = divmod(parse_duration(text), DAY)
    except ValueError:
        raise NoPeriodError(f"`{text}` is no period: write {KNOWN}") from None
    if rest or not days or days > _LONGEST:
        raise NoPeriodError(f"`{text}`: a period is whole days, {_LONGEST} at most")
    return _span(today - timedelta(days=days), days)


def _last(kind: str, today: date) -> tuple[date, date, date]:
    if kind == "yesterday":
        return _span(today - timedelta(days=1), 1)
    if kind == "week":
        return _span(today - timedelta(days=today.weekday() + 7), 7)
    month = today.replace(day=1)
    if kind == "month":
        return _months(_earlier(month, 1), 1)
    return _months(_earlier(month.replace(month=3 * ((month.month - 1) // 3) + 1), 3), 3)


def _span(first: date, days: int) -> tuple[date, date, date]:
    if not 1970 <= first.year < 9999:
        raise OverflowError
    return first, first + timedelta(days=days - 1), first - timedelta(days=days)


def _months(first: date, number: int) -> tuple[date, date, date]:
    return first, _earlier(first, -number) - timedelta(days=1), _earlier(first, number)


def _earlier(first: date, months: int) -> date:
    """The first of a month so many months before."""
    number = first.year * 12 + first.month - 1 - months
    return date(number // 12, number % 12 + 1, 1)


def _date(text: str, year: int, month: int) -> date:
    try:
        return date(year if 1970 <= year < 9999 else 0, month, 1)
    except ValueError:
        raise NoPeriodError(f"there is no month `{text}`") from None


def _unix(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())
