"""Where a calendar period begins and how long it is, as PromQL that needs no state and no tables."""

from __future__ import annotations

from slogen.conventions import PERIOD_START, slo_selector
from slogen.model.calendar import MONTH, QUARTER, WEEK, YEAR, Calendar
from slogen.model.slo import Slo
from slogen.settings import Settings
from slogen.units import DAY

_MONDAY = 3 * DAY  # 1970-01-01 was a Thursday
_SECOND_MONTH, _THIRD_MONTH = 45 * DAY, 75 * DAY  # so long after a quarter's start, these are running


def start(slo: Slo) -> str:
    """Unix time at which the SLO's budget began."""
    begun = f"vector(time() - {slo.window})" if slo.calendar is None else _start(slo.calendar)
    return begun if slo.since is None else f"clamp_min({begun}, {slo.since})"


def _start(calendar: Calendar) -> str:
    local = f"vector({_plus('time()', calendar.offset)})"
    if calendar.period == WEEK:
        return f"vector({_midnight(calendar.offset + _MONDAY, 7 * DAY)})"
    today = _midnight(calendar.offset, DAY)
    if calendar.period == YEAR:
        return f"{today} - {DAY} * (day_of_year({local}) - 1)"
    month = f"{today} - {DAY} * (day_of_month({local}) - 1)"
    if calendar.period == MONTH:
        return month
    # The months of the quarter before this one: the last of them ended a day before this month began.
    begun = _plus(month, calendar.offset)
    number = f"(month({local}) - 1) % 3"
    one, two = (f"days_in_month({_plus(begun, -back)})" for back in (DAY, _SECOND_MONTH))
    return f"{month}\n- {DAY} * ({number} > bool 0) * {one}\n- {DAY} * ({number} == bool 2) * {two}"


def days(slo: Slo, calendar: Calendar, settings: Settings) -> str:
    """Length of the period that runs now, in days; from `since` on where that lies within it."""
    selected = slo_selector(PERIOD_START, slo.id, settings.labels)
    begun, offset = f"max({selected})", calendar.offset

    def month(after: int) -> str:
        return f"days_in_month({_plus(begun, offset + after)})"

    length = {
        WEEK: "vector(7)",
        MONTH: month(0),
        QUARTER: f"{month(0)} + {month(_SECOND_MONTH)} + {month(_THIRD_MONTH)}",
        YEAR: f"337 + {month(_SECOND_MONTH)}",
    }[calendar.period]
    if slo.since is None or slo.since == calendar.start(slo.since):
        return length
    first = f"({begun} == {slo.since}) * 0 + {(calendar.end(slo.since) - slo.since) // DAY}"
    return f"{first}\nor\n{length}"


def _midnight(offset: int, every: int) -> str:
    """The last moment that is a multiple of `every` seconds on a clock ahead of UTC by `offset`."""
    ahead = offset % every  # positive, so that it is right for the first hours of 1970 too
    clock = _plus("time()", ahead)
    return f"time() - {f'({clock})' if ahead else clock} % {every}"


def _plus(expr: str, seconds: int) -> str:
    return f"{expr} {'+' if seconds > 0 else '-'} {abs(seconds)}" if seconds else expr
