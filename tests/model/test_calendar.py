"""Calendar periods, and the date from which on events count."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slogen.model.calendar import Calendar, changes_as_periods_begin
from slogen.model.zones import Turn, Zone, ZoneError, clock_of, read_zone, zone_names
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


ZONES = ("Europe/Berlin", "America/New_York", "Australia/Sydney", "Europe/Dublin", "America/Santiago")


def by_table(zone, period, at):
    """The start and the end of the period, by Python's table of the zone."""
    clock = clock_of(zone)
    here = datetime.fromtimestamp(at, UTC).astimezone(clock)
    if period == "week":
        first = here.date() - timedelta(days=here.weekday())
        last = first + timedelta(days=7)
    else:
        length = {"month": 1, "quarter": 3, "year": 12}[period]
        begins = (here.month - 1) // length * length
        first = here.date().replace(month=begins + 1, day=1)
        last = first.replace(year=first.year + (begins + length) // 12, month=(begins + length) % 12 + 1)
    return tuple(int(datetime(d.year, d.month, d.day, tzinfo=clock).timestamp()) for d in (first, last))


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("period", PERIODS)
def test_a_zone_is_as_its_table_says(zone, period):
    """Every seventh hour of some years, and so around each change of its clocks."""
    calendar = Calendar(period, read_zone(zone).standard, zone)
    for year in (2027, 2032):
        for at in range(unix(year, 1, 1), unix(year + 1, 1, 1), 7 * HOUR):
            assert (calendar.start(at), calendar.end(at)) == by_table(zone, period, at), at


def test_a_month_in_which_clocks_change_has_an_hour_more_or_less(compiled):
    slo = compiled({"window": {"calendar": "month", "zone": "Europe/Berlin"}}).project.services[0].slos[0]
    calendar = slo.calendar
    march, october = unix(2027, 3, 15), unix(2027, 10, 15)
    assert [calendar.end(at) - calendar.start(at) for at in (march, october)] == [
        31 * DAY - HOUR,
        31 * DAY + HOUR,
    ]
    assert (calendar.start(march), calendar.end(march)) == (unix(2027, 2, 28, 23), unix(2027, 3, 31, 22))
    assert (calendar.clock, calendar.offsets) == ("Europe/Berlin", (HOUR, 2 * HOUR))


def test_clocks_change_in_no_zone_as_a_period_begins():
    """If they did, on a Monday or at the midnight of a first, it would be refused."""
    zones = []
    for name in sorted(zone_names()):
        with suppress(ZoneError):
            zones.append(read_zone(name))
    assert len(zones) > 400
    assert not any(map(changes_as_periods_begin, zones))
    usual = Turn(3, 24, 0, 2 * HOUR)
    assert not changes_as_periods_begin(Zone("x", 0, HOUR, (usual, Turn(10, 0, 0, HOUR))))
    for odd in (Turn(10, 7, 1, HOUR), Turn(10, 0, 0, 0)):
        assert changes_as_periods_begin(Zone("x", 0, HOUR, (usual, odd)))
