"""The time intervals of somebody's configuration of Alertmanager, as they are written there.

Numbers may have become of texts: to YAML 1.1 `17:00` is 1020, for its sixties, and `1:5` is 65.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from slogen.model.intervals import Interval, Ranges
from slogen.model.zones import zone_names
from slogen.routing.matching import UnreadableError

# Alertmanager's week begins with Sunday, and no range goes around its end.
_WEEKDAYS: Final = ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday")
_MONTHS: Final = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
_FIELDS: Final = frozenset(["times", "weekdays", "days_of_month", "months", "years", "location"])
_CLOCK: Final = re.compile(r"([01]\d|2[0-4]):([0-5]\d)")
_SIXTY: Final = 60


def written_intervals(config: Mapping[str, Any]) -> dict[str, Any]:
    """What stands below each name; to Alertmanager both lists are one."""
    return {
        str(each.get("name")): each.get("time_intervals") or ()
        for field in ("time_intervals", "mute_time_intervals")
        for each in config.get(field) or ()
        if isinstance(each, Mapping)
    }


def read_interval(data: Any) -> Interval:
    """One interval of a name. Raises UnreadableError."""
    if not isinstance(data, Mapping) or not data.keys() <= _FIELDS:
        raise UnreadableError
    zone = str(data.get("location") or "UTC")
    if zone not in zone_names():
        raise UnreadableError
    weekdays = _ranges(data.get("weekdays"), lambda text: _index(_WEEKDAYS, text))
    months = _ranges(data.get("months"), _month)
    return Interval(
        times=_times(data.get("times")),
        # Monday is 0 to slogen.
        weekdays=None if weekdays is None else frozenset((day - 1) % 7 for day in _each(weekdays)),
        days=_ranges(data.get("days_of_month"), int),
        months=None if months is None else frozenset(_each(months)),
        years=_ranges(data.get("years"), int, may_be_sixties=False),
        zone=zone,
    )


def _each(ranges: Ranges) -> list[int]:
    return [number for first, last in ranges for number in range(first, last + 1)]


def _times(data: Any) -> Ranges | None:
    if data is None:
        return None
    try:
        return tuple((_clock(each["start_time"]), _clock(each["end_time"])) for each in data)
    except (TypeError, KeyError):
        raise UnreadableError from None


def _clock(value: Any) -> int:
    if isinstance(value, int):
        return value
    found = _CLOCK.fullmatch(str(value))
    if found is None:
        raise UnreadableError
    return int(found[1]) * _SIXTY + int(found[2])


def _ranges(data: Any, number: Callable[[str], int], *, may_be_sixties: bool = True) -> Ranges | None:
    """Ranges with both their ends: `first:last`, or one alone."""
    if data is None:
        return None
    found = []
    try:
        for each in data:
            is_sixties = may_be_sixties and isinstance(each, int) and each >= _SIXTY
            text = f"{each // _SIXTY}:{each % _SIXTY}" if is_sixties else str(each).lower()
            first, _, last = text.partition(":")
            found.append((number(first), number(last or first)))
    except (TypeError, ValueError):
        raise UnreadableError from None
    return tuple(found)


def _month(text: str) -> int:
    return int(text) if text.isdecimal() else _index(_MONTHS, text) + 1


def _index(names: tuple[str, ...], text: str) -> int:
    """Raises ValueError for another word."""
    return names.index(text)
