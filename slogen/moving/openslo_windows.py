"""Time windows of OpenSLO: a `duration` in v1, `unit` and `count` in v1alpha; rolling, or by the calendar."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Final

from slogen.model.calendar import Calendar
from slogen.moving.dialect import Options
from slogen.moving.draft import Draft
from slogen.moving.outcome import not_moved
from slogen.moving.reading import Value
from slogen.units import DAY, format_duration, parse_duration

_PERIOD: Final = 30 * DAY
_CALENDARS: Final = {
    "1w": "week",
    "7d": "week",
    "1M": "month",
    "1Q": "quarter",
    "3M": "quarter",
    "1Y": "year",
    "12M": "year",
}
_UNITS: Final = {
    "second": "s",
    "minute": "m",
    "hour": "h",
    "day": "d",
    "week": "w",
    "month": "M",
    "quarter": "Q",
    "year": "Y",
}
_LONG: Final = re.compile(r"[0-9]+[MQY]")
_UTC: Final = ("UTC", "Etc/UTC", "GMT", "Z")


def set_window(draft: Draft, spec: Value, objective: Value, options: Options) -> int:
    """Set the rolling window, or the calendar's period; gives its (nominal) length in seconds."""
    windows = spec.get("timeWindow", "timeWindows") or objective.get("timeWindow")
    if windows is None:
        draft.put(["window"], format_duration(options.period or _PERIOD), spec)
        if options.period is None:
            message = f"the document says no window, so that is {format_duration(_PERIOD)}"
            draft.tell([spec.problem("import-decide-period", message, "say it with --period")])
        return options.period or _PERIOD
    window = windows.each()[0] if windows.is_list and windows.each() else windows
    at, text = _length(window)
    calendar, rolling = window.get("calendar"), window.get("isRolling")
    if rolling.flag() if rolling is not None else calendar is None:
        return _rolling(draft, at, text)
    return _calendar(draft, at, text, calendar)


def _length(window: Value) -> tuple[Value, str]:
    """Where the length stands, and what it is as a `duration`."""
    unit = window.get("unit")
    if unit is None:
        duration = window.need("duration")
        return duration, duration.text()
    letter = _UNITS.get(unit.text().lower().removesuffix("s"))
    if letter is None:
        message, hint = f"`{unit.text()}` is no unit of time", f"one of {', '.join(map(str.title, _UNITS))}"
        raise not_moved("import-refused-window", unit, message, hint)
    return unit, f"{window.need('count').text()}{letter}"


def _rolling(draft: Draft, at: Value, text: str) -> int:
    if _LONG.fullmatch(text):
        message = f"`{text}` has no fixed length, and a rolling window needs one"
        hint = "such as 30d; or a calendar, with isRolling: false"
        raise not_moved("import-refused-window", at, message, hint)
    try:
        seconds = parse_duration(text)
    except ValueError as error:
        raise not_moved("import-refused-window", at, str(error), "such as 30d") from None
    draft.put(["window"], format_duration(seconds), at)
    return seconds


def _calendar(draft: Draft, at: Value, text: str, calendar: Value | None) -> int:
    if text not in _CALENDARS:
        by_letter = ": by the letter it is minutes" if text.endswith("m") else ""
        message = f"`{text}` is no week, month, quarter or year{by_letter}"
        raise not_moved("import-refused-window", at, message, f"one of {', '.join(_CALENDARS)}")
    period = Calendar(_CALENDARS[text], 0)
    draft.put(["window"], {"calendar": period.period}, at)
    zone, start = (calendar.get("timeZone"), calendar.get("startTime")) if calendar else (None, None)
    if zone is not None and zone.text() not in _UTC:
        message = f"slogen's periods begin at a fixed offset from UTC, and not by the clocks of {zone.text()}"
        draft.tell([zone.problem("import-lost-value", message, "say the offset with `window.utc_offset`")])
    if start is not None:
        _start(draft, start, period)
    return period.nominal


def _start(draft: Draft, start: Value, period: Calendar) -> None:
    """When the first period begins, which must be when one of the calendar's does."""
    text = start.text()
    try:
        moment = int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())
    except ValueError:
        message = f"`{text}` is no time, such as 2026-01-01 00:00:00"
    else:
        if period.start(moment) == moment:
            return
        message = f"periods that begin at {text} have no place"
    told = f"{message}: slogen's begin with the {period.period}, at midnight"
    hint = "see that budgets may begin then, or write a window that rolls"
    draft.tell([start.problem("import-lost-value", told, hint)])
