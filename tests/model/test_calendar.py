"""Calendar periods, and the date from which on events count."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slogen.model.calendar import Calendar
from slogen.units import DAY, HOUR

PERIODS = ("week", "month", "quarter", "year")
TOKYO = 9 * HOUR
offsets = st.integers(-48, 56).map(lambda quarters: quarters * 900)


def unix(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> int:
    return int(datetime(year, month, day, hour, minute, tzinfo=UTC).timestamp())


def test_a_leap_february_in_tokyo():
    month, moment = Calendar("month", TOKYO), unix(2024, 2, 28)
    assert month.start(moment) == unix(2024, 1, 31, 15)
    assert month.end(moment) == unix(2024, 2, 29, 15)
    assert month.start(month.end(moment)) == month.end(moment)


@pytest.mark.parametrize(
    ("period", "start", "end"),
    [
        ("week", (2024, 2, 26), (2024, 3, 4)),
        ("month", (2024, 2, 1), (2024, 3, 1)),
        ("quarter", (2024, 1, 1), (2024, 4, 1)),
        ("year", (2024, 1, 1), (2025, 1, 1)),
    ],
)
def test_periods(period, start, end):
    calendar, moment = Calendar(period, 0), unix(2024, 2, 29, 12)
    assert (calendar.start(moment), calendar.end(moment)) == (unix(*start), unix(*end))


@given(st.sampled_from(PERIODS), offsets, st.integers(0, 2**32))
def test_every_moment_is_in_its_period(period, offset, moment):
    calendar = Calendar(period, offset)
    start, end = calendar.start(moment), calendar.end(moment)
    assert start <= moment < end
    assert (calendar.start(end - 1), calendar.end(start)) == (start, end)
    assert (start + offset) % DAY == (end + offset) % DAY == 0
    assert end - start <= calendar.longest
    assert abs(calendar.nominal - (end - start)) <= 2 * DAY


def test_of_a_spec(compiled):
    window = {"calendar": "month", "utc_offset": "+09:00"}
    slos = [{"name": "a", "window": window, "since": "2026-11-20"}, {"name": "b", "since": "2026-11-20"}]
    [monthly, rolling] = compiled(*slos).project.services[0].slos
    assert (monthly.calendar, monthly.window) == (Calendar("month", TOKYO), 30 * DAY)
    assert monthly.since == unix(2026, 11, 19, 15)
    assert (rolling.calendar, rolling.since) == (None, unix(2026, 11, 20))
    assert (monthly.period, rolling.period) == ("month", "30d")
    assert (monthly.its_budget, rolling.its_budget) == ("the month's error budget", "its 30d error budget")
    assert (monthly.stretch, monthly.calendar.clock) == ("each calendar month", "UTC+09:00")


def test_a_near_window_replaces_a_far_one(compiled):
    near = [{"name": "a", "window": "7d"}, {"name": "b", "window": {"calendar": "week"}}, {"name": "c"}]
    slos = compiled(*near, window={"calendar": "year", "utc_offset": "-05:00"}).project.services[0].slos
    assert [slo.period for slo in slos] == ["7d", "week", "year"]
    assert slos[1].calendar.offset == -5 * HOUR  # mappings are merged key by key


@pytest.mark.parametrize(("period", "kept", "is_enough"), [("week", "7d", True), ("month", "30d", False)])
def test_retention(compiled, period, kept, is_enough):
    result = compiled({"window": {"calendar": period}}, settings={"prometheus": {"retention": kept}})
    assert result.ok is is_enough
