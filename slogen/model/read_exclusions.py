"""From `exclude` of a spec to Exclusions."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Final, TypeVar

from slogen.diagnostics import Problem, did_you_mean
from slogen.model.asked import as_asked
from slogen.model.exclusions import Dated, Exclusion, Weekly, When
from slogen.model.origin import Origin
from slogen.model.zones import (
    WHICH_YEARS,
    YEARS,
    ZoneError,
    clock_of,
    read_zone,
    utc_seconds,
    zone_names,
)
from slogen.promql.condition import read_condition
from slogen.promql.parse import PromqlError
from slogen.promql.ranges import check_changes
from slogen.promql.scope import ScopeError
from slogen.settings import Settings
from slogen.units import DAY, HOUR, MINUTE, WEEK

T = TypeVar("T")
DAYS: Final = ("Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat")
_LONGEST = 366 * DAY
_CLOCK = r"(\d{1,2}):(\d{2})"
_WEEKLY = re.compile(rf"([A-Za-z]+)(?:-([A-Za-z]+))? {_CLOCK}-(?:([A-Za-z]+) )?{_CLOCK}")
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2})?")
_WRITE_WEEKLY = "write it as `Sun 02:00-04:00`, `Mon-Fri 20:00-06:00` or `Fri 20:00-Mon 06:00`"


class _WrongError(ValueError):
    """What is wrong at which field of an exclusion, and what would be right."""

    def __init__(self, code: str, field: str, message: str, hint: str) -> None:
        super().__init__(message)
        self.code, self.field, self.hint = code, field, hint


def read_exclusions(
    items: list[Mapping[str, Any]], origin: Origin, settings: Settings, problems: list[Problem]
) -> tuple[Exclusion, ...]:
    """Build Exclusions from a list that passed its schema; what can't work becomes a Problem."""
    found: dict[int, Exclusion] = {}
    for index, item in enumerate(items):
        kind = next(name for name in READERS if name in item)
        try:
            found[index] = READERS[kind](item, settings)
        except _WrongError as error:
            here = origin.at(index, error.field)
            problems.append(here.problem(error.code, str(error), error.hint))
    weekly = {index: each for index, each in found.items() if isinstance(each, Weekly)}
    if len({each.zone for each in weekly.values()}) == 1 and _covers_the_week([*weekly.values()]):
        message = "with this, all of the week is excluded: nothing is left to judge"
        here = origin.at(max(weekly), "weekly")
        problems.append(here.problem("exclusion", message, "exclude less, or drop the SLO"))
    return tuple(found.values())


def _when(item: Mapping[str, Any], settings: Settings) -> When:
    if "time_zone" in item or "to" in item:
        wrong = "time_zone" if "time_zone" in item else "to"
        raise _WrongError("exclusion", wrong, f"a `when` has no `{wrong}`", "drop it")
    try:
        when = as_asked(item["when"], settings)
        condition = read_condition(when, settings.prometheus.min_version)
        check_changes(condition, settings.prometheus.scrape_interval)
        return When(condition)
    except ScopeError as error:
        raise _WrongError(error.code, "when", f"`when`: {error}", error.hint) from None
    except PromqlError as error:
        raise _WrongError("promql", "when", f"`when`: {error}", error.hint) from None


def _weekly(item: Mapping[str, Any], settings: Settings) -> Weekly:
    del settings
    if "to" in item:
        raise _WrongError("exclusion", "to", "a `weekly` has no `to`", _WRITE_WEEKLY)
    text = item["weekly"]
    match = _WEEKLY.fullmatch(text.strip())
    if match is None:
        raise _WrongError("exclusion", "weekly", f"`{text}` is no weekly schedule", _WRITE_WEEKLY)
    first, last, until = (_day(match[n], text) if match[n] else None for n in (1, 2, 5))
    assert first is not None
    begin, end = _clock(match[3], match[4], text), _clock(match[6], match[7], text)
    if until is not None and last is not None:
        raise _WrongError("exclusion", "weekly", f"`{text}` names three days", _WRITE_WEEKLY)
    days = 1 if last is None else (last - first) % 7 + 1
    length = end - begin
    if until is not None:
        length += (until - first) % 7 * DAY
        length += WEEK if length < 0 else 0
    elif length < 0:
        length += DAY
    if length == 0:
        hint = "a whole day is `00:00-24:00`"
        raise _WrongError("exclusion", "weekly", f"`{text}` is empty: it ends when it begins", hint)
    if length == DAY:  # whole days in a row are one stretch
        days, length = 1, days * DAY
    return Weekly(text.strip(), _zone(item, read_zone), first * DAY + begin, length, days)


def _day(name: str, text: str) -> int:
    if name.title() in DAYS:
        return DAYS.index(name.title())
    short = name[:3].title()
    hint = f"did you mean `{short}`?" if short in DAYS else f"days are {', '.join(DAYS)}"
    raise _WrongError("exclusion", "weekly", f"`{name}` in `{text}` is no weekday", hint)


def _clock(hours: str, minutes: str, text: str) -> int:
    seconds = int(hours) * HOUR + int(minutes) * MINUTE
    if int(minutes) > 59 or seconds > DAY:
        hint = "times are from 00:00 to 24:00"
        raise _WrongError("exclusion", "weekly", f"`{hours}:{minutes}` in `{text}` is no time of day", hint)
    return seconds


def _covers_the_week(weekly: list[Weekly]) -> bool:
    """Whether the schedules of one zone leave no second of the week."""
    parts = []
    for each in weekly:
        for day in range(each.days):
            start = (each.start + day * DAY) % WEEK
            parts += [(start, start + each.length), (start - WEEK, start - WEEK + each.length)]
    reached = 0
    for start, end in sorted(parts):
        if start > reached:
            return False
        reached = max(reached, end)
    return reached >= WEEK


def _dated(item: Mapping[str, Any], settings: Settings) -> Dated:
    del settings
    if "to" not in item:
        raise _WrongError("exclusion", "from", "`from` has no `to`", "add `to`: when it ends")
    zone = str(item.get("time_zone", "UTC"))
    _zone(item, clock_of)
    start, end = (_moment(str(item[field]), field, zone) for field in ("from", "to"))
    if start >= end:
        raise _WrongError("exclusion", "to", "`to` is not after `from`", "swap them, or correct one")
    if end - start > _LONGEST:
        message = "this excludes more than a year: nothing is left to judge"
        raise _WrongError("exclusion", "to", message, "exclude less, or drop the SLO")
    return Dated(f"{item['from']} to {item['to']} ({zone})", start, end)


def _moment(text: str, field: str, zone: str) -> int:
    """Unix time of a moment on the zone's clocks. Of an hour that comes twice, `from` takes the first and
    `to` the last."""
    try:
        if not _MOMENT.fullmatch(text):
            raise ValueError
        moment = datetime.fromisoformat(text)
    except ValueError:
        hint = "write a date and a time: `2026-12-24T18:00`"
        raise _WrongError("exclusion", field, f"`{text}` is no date", hint) from None
    if moment.year not in YEARS:
        raise _WrongError("exclusion", field, f"nothing is measured in {text[:4]}", WHICH_YEARS)
    clock = clock_of(zone)
    found = moment.replace(tzinfo=clock, fold=int(field == "to"))
    if found.astimezone(UTC).astimezone(clock).replace(tzinfo=None) != moment:
        later = found.replace(fold=0).astimezone(UTC).astimezone(clock)
        hint = f"the clocks go forward then: write `{later:%Y-%m-%dT%H:%M}`"
        raise _WrongError("exclusion", field, f"`{text}` doesn't exist in {zone}", hint)
    return utc_seconds(found)


def _zone(item: Mapping[str, Any], read: Callable[[str], T]) -> T:
    name = str(item.get("time_zone", "UTC"))
    try:
        return read(name)
    except ZoneError as error:
        hint = did_you_mean(name, zone_names()) or "names are those of the tz database: Europe/Berlin, UTC"
        if name in zone_names():
            hint = "say it in UTC, or in a zone nearby that has the same clocks"
        raise _WrongError("time-zone", "time_zone", str(error), hint) from None


READERS: Final[Mapping[str, Callable[[Mapping[str, Any], Settings], Exclusion]]] = {
    "when": _when,
    "weekly": _weekly,
    "from": _dated,
}
