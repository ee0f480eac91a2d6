"""What a spec excludes."""

from datetime import UTC, datetime

import pytest

from slogen.model.exclusions import Dated, When
from slogen.model.read_exclusions import READERS
from slogen.settings import Settings
from slogen.units import DAY, HOUR


def weekly(text, zone="UTC"):
    return READERS["weekly"]({"weekly": text, "time_zone": zone}, Settings())


@pytest.mark.parametrize(
    ("text", "start", "length", "days"),
    [
        ("Sun 02:00-04:00", 2 * HOUR, 2 * HOUR, 1),
        ("sun 2:00-4:00", 2 * HOUR, 2 * HOUR, 1),
        ("Sun 23:00-01:00", 23 * HOUR, 2 * HOUR, 1),
        ("Mon-Fri 20:00-06:00", DAY + 20 * HOUR, 10 * HOUR, 5),
        ("Sat-Mon 01:00-02:00", 6 * DAY + HOUR, HOUR, 3),
        ("Fri 20:00-Mon 06:00", 5 * DAY + 20 * HOUR, 58 * HOUR, 1),
        ("Mon 06:00-Mon 05:00", DAY + 6 * HOUR, 7 * DAY - HOUR, 1),
        ("Sat-Sun 00:00-24:00", 6 * DAY, 2 * DAY, 1),
        ("Wed 00:00-24:00", 3 * DAY, DAY, 1),
    ],
)
def test_weekly(text, start, length, days):
    found = weekly(text)
    assert (found.start, found.length, found.days) == (start, length, days)


def dated(start, end, zone):
    found = READERS["from"]({"from": start, "to": end, "time_zone": zone}, Settings())
    assert isinstance(found, Dated)
    return datetime.fromtimestamp(found.start, UTC), datetime.fromtimestamp(found.end, UTC)


def test_dates_are_those_of_the_zone():
    assert dated("2026-12-24T18:00", "2026-12-27", "Europe/Berlin") == (
        datetime(2026, 12, 24, 17, tzinfo=UTC),
        datetime(2026, 12, 26, 23, tzinfo=UTC),
    )


def test_an_hour_that_comes_twice_is_excluded_twice():
    assert dated("2027-10-31T02:00", "2027-10-31T02:30", "Europe/Berlin") == (
        datetime(2027, 10, 31, 0, tzinfo=UTC),
        datetime(2027, 10, 31, 1, 30, tzinfo=UTC),
    )


def test_inherited(compiled):
    far, near = {"when": "a == 1"}, {"when": "b == 1"}
    result = compiled({"exclude": [near]}, {"name": "b"}, {"name": "c", "exclude": []}, exclude=[far])
    found = [slo.exclusions for slo in result.project.services[0].slos]
    assert found == [(When("b == 1"),), (When("a == 1"),), ()]
