"""Where a calendar period begins and how long it is, as PromQL that needs no state and no tables."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from slogen.conventions import PERIOD_CLOCK, PERIOD_START, slo_selector
from slogen.model.calendar import MONTH, QUARTER, WEEK, YEAR, Calendar
from slogen.model.clocks import summer
from slogen.model.slo import Slo
from slogen.promql.text import indent
from slogen.settings import Settings
from slogen.units import DAY, to_text

_MONDAY = 3 * DAY  # 1970-01-01 was a Thursday
_SECOND_MONTH, _THIRD_MONTH = 45 * DAY, 75 * DAY  # so long after a quarter's start, these are running


def start(slo: Slo, settings: Settings) -> str:
    """Unix time at which the SLO's budget began."""
    begun = f"vector(time() - {slo.window})" if slo.calendar is None else _start(slo, slo.calendar, settings)
    return begun if slo.since is None else f"clamp_min({begun}, {slo.since})"


def _start(slo: Slo, calendar: Calendar, settings: Settings) -> str:
    if calendar.rule.summer:
        return _Zoned(slo, calendar, settings).start()
    local = f"vector({_plus('time()', calendar.offset)})"
    if calendar.period == WEEK:
        return f"vector({_midnight(calendar.offset + _MONDAY, 7 * DAY)})"
    today = _midnight(calendar.offset, DAY)
    if calendar.period == YEAR:
        return f"{today} - {DAY} * (day_of_year({local}) - 1)"
    month = f"{today} - {DAY} * (day_of_month({local}) - 1)"
    if calendar.period == MONTH:
        return month
    return _quarter(month, _plus(month, calendar.offset), f"(month({local}) - 1) % 3")


def _quarter(month: str, begun: str, number: str) -> str:
    """The start of the quarter, from that of the month: the last of the months before it ended a day before
    this one began (`begun`, on the clock)."""
    one, two = (f"days_in_month({_plus(begun, -back)})" for back in (DAY, _SECOND_MONTH))
    return f"{month}\n- {DAY} * ({number} > bool 0) * {one}\n- {DAY} * ({number} == bool 2) * {two}"


def days(slo: Slo, calendar: Calendar, settings: Settings) -> str:
    """Length of the period that runs now, in days; from `since` on where that lies within it. In a zone, an
    hour more or less where clocks change in between."""
    begun = f"max({slo_selector(PERIOD_START, slo.id, settings.labels)})"
    offset = max(calendar.offsets)  # so that what the clock shows is within the first day

    def month(after: int) -> str:
        return f"days_in_month({_plus(begun, offset + after)})"

    length = {
        WEEK: "vector(7)",
        MONTH: month(0),
        QUARTER: f"{month(0)} + {month(_SECOND_MONTH)} + {month(_THIRD_MONTH)}",
        YEAR: f"337 + {month(_SECOND_MONTH)}",
    }[calendar.period]
    if calendar.rule.summer and calendar.period != YEAR:
        length = _Zoned(slo, calendar, settings).changed(length)
    if slo.since is None or slo.since == calendar.start(slo.since):
        return length
    rest = to_text(Fraction(calendar.end(slo.since) - slo.since, DAY), 12)
    return f"({begun} == {slo.since}) * 0 + {rest}\nor\n{length}"


@dataclass(frozen=True, slots=True)
class _Zoned:
    """A period in a zone with summer time: what its clocks show is recorded, and so short to ask for."""

    slo: Slo
    calendar: Calendar
    settings: Settings

    @property
    def clock(self) -> str:
        """What the clocks show now, as if it were a Unix time."""
        return f"max({slo_selector(PERIOD_CLOCK, self.slo.id, self.settings.labels)})"

    def start(self) -> str:
        """What the clocks showed when the period began, less what they were ahead of UTC then."""
        clock, rule = self.clock, self.calendar.rule
        back = {
            WEEK: f"{DAY} * {self._weekday}",
            MONTH: f"{DAY} * (day_of_month({clock}) - 1)",
            QUARTER: f"{DAY} * (day_of_month({clock}) - 1)",
            YEAR: f"{DAY} * (day_of_year({clock}) - 1)",
        }[self.calendar.period]
        shown = f"{clock} - {clock} % {DAY} - {back}"
        if self.calendar.period == QUARTER:
            shown = _quarter(shown, shown, f"(month({clock}) - 1) % 3")
        ahead = f"{rule.daylight - rule.standard} * (\n{indent(self._summer(0))}\n)"
        return f"{_plus(shown, -rule.standard)}\n- {ahead}"

    def changed(self, length: str) -> str:
        """So many days, as the clocks count them, without what they are put forward until the end."""
        rule = self.calendar.rule
        more = f"(\n{indent(self._summer(1))}\n)\n- (\n{indent(self._summer(0))}\n)"
        return (
            f"{length}\n- {to_text(Fraction(rule.daylight - rule.standard, DAY), 12)} * (\n{indent(more)}\n)"
        )

    @property
    def _weekday(self) -> str:
        return f"((day_of_week({self.clock}) + 6) % 7)"  # 0 on Monday

    def _summer(self, later: int) -> str:
        """Whether it is summer when the period begins, or the one after it (`later` 1). Clocks change on no
        first of a month, and on no Monday: so of a month its number says it, and of a week its Monday."""
        rule = self.calendar.rule
        assert rule.summer is not None
        if self.calendar.period == WEEK:
            days_ago = f"{DAY} * ({self._weekday} - {7 * later})" if later else f"{DAY} * {self._weekday}"
            return summer(rule, lambda seconds: f"({_plus('vector(time())', seconds)} - {days_ago})")
        first, last = (change.month for change in rule.summer)
        month = {
            MONTH: f"month({self.clock})",
            QUARTER: f"(month({self.clock}) - (month({self.clock}) - 1) % 3)",
            YEAR: "vector(1)",
        }[self.calendar.period]
        step = {MONTH: 1, QUARTER: 3, YEAR: 0}[self.calendar.period]
        if later:
            before = f"({_plus(month, step - 1)})" if step > 1 else month
            month = f"({before} % 12 + 1)"
        early, late = sorted((first, last))
        between = f"({month} > bool {early}) * ({month} <= bool {late})"
        return between if rule.starts_before_it_ends else f"1 - {between}"


def _midnight(offset: int, every: int) -> str:
    """The last moment that is a multiple of `every` seconds on a clock ahead of UTC by `offset`."""
    ahead = offset % every  # positive, so that it is right for the first hours of 1970 too
    clock = _plus("time()", ahead)
    return f"time() - {f'({clock})' if ahead else clock} % {every}"


def _plus(expr: str, seconds: int) -> str:
    return f"{expr} {'+' if seconds > 0 else '-'} {abs(seconds)}" if seconds else expr
