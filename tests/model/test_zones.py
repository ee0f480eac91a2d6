"""Rules of time zones, against Python's own reading of the same data."""

from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from slogen.model.zones import ZoneError, clock_of, offset, read_zone

pytestmark = pytest.mark.slow

ZONES = (
    "Europe/Berlin", "Europe/Dublin", "America/New_York", "America/St_Johns", "America/Santiago",
    "America/Nuuk", "Africa/Cairo", "Asia/Jerusalem", "Asia/Beirut", "Asia/Kathmandu", "Australia/Lord_Howe",
    "Pacific/Chatham", "Pacific/Auckland", "Antarctica/Troll", "Europe/Chisinau", "UTC",
)  # fmt: skip


@pytest.mark.parametrize("name", ZONES)
def test_the_rule_gives_what_the_clocks_show(name):
    zone, clock, random = read_zone(name), clock_of(name), Random(1)
    new_year = datetime(2030, 1, 1, tzinfo=UTC)
    moments = [new_year + timedelta(minutes=20 * n) for n in range(-80, 80)]
    moments += [new_year + timedelta(minutes=random.randrange(8 * 365 * 1440)) for _ in range(2000)]
    for day in (new_year + timedelta(days=n) for n in range(8 * 365)):
        if day.astimezone(clock).utcoffset() != (day + timedelta(days=1)).astimezone(clock).utcoffset():
            moments += [day + timedelta(minutes=15 * n) for n in range(96)]
    wrong = [m for m in moments if timedelta(seconds=offset(zone, m)) != m.astimezone(clock).utcoffset()]
    assert not wrong


def test_unknown_and_unruly_zones():
    for name, words in (("Europe/Atlantis", "unknown time zone"), ("Asia/Gaza", "no simple rule")):
        with pytest.raises(ZoneError, match=words):
            read_zone(name)


def test_hemispheres():
    assert read_zone("Europe/Berlin").starts_before_it_ends
    assert not read_zone("Australia/Sydney").starts_before_it_ends
    assert read_zone("Asia/Tokyo").summer is None
