"""Alerts of others are bent into what slogen takes, and no further."""

from fractions import Fraction

import pytest

from slogen.load.reader import read
from slogen.model.origin import Origin
from slogen.model.read_alerting import own_tier, read_policy
from slogen.model.tiers import LAST_TICKET_FACTOR, Frame
from slogen.moving.pyrra import _wanted
from slogen.moving.tiers import Wanted, fitted
from slogen.units import DAY, HOUR, MINUTE
from slogen.validate.tiers import _factor, check_each
from tests.conftest import HEAD


def tiers_of(found, frame):
    named = {"name": "x", "window": f"{frame.window}s"}
    policy = read_policy({**HEAD, **named, "tiers": list(found.tiers)})
    return [own_tier(line, frame) for line in policy.tiers]


@pytest.mark.parametrize("days", [1, 2, 7, 14, 28, 30, 84, 90])
@pytest.mark.parametrize("objective", ["50", "75", "90", "95", "99", "99.9", "99.99", "99.999"])
def test_what_comes_out_is_taken(days, objective):
    """Every window and objective that slogen takes, with the alerts of Pyrra."""
    frame = Frame(days * DAY, 1 - Fraction(objective) / 100, 5 * MINUTE, 30)
    found = fitted([*_wanted(frame.window)], frame)
    tiers = tiers_of(found, frame)
    (document,), _ = read("a.yaml", "a: b")
    assert [*check_each(tiers, frame, Origin(document), _factor)] == []
    assert min(tier.factor for tier in tiers if tier.severity == "ticket") <= LAST_TICKET_FACTOR


def test_what_fits_stays_as_it_is():
    frame = Frame(28 * DAY, Fraction(1, 1000), 5 * MINUTE, 30)
    found = fitted([*_wanted(frame.window)], frame)
    assert found.bent == ()
    assert [(tier["long"], tier["short"]) for tier in found.tiers] == [
        ("1h", "5m"),
        ("6h", "30m"),
        ("1d", "2h"),
        ("4d", "6h"),
    ]
    factors = [tier.factor for tier in tiers_of(found, frame)]
    assert [round(float(factor), 2) for factor in factors] == [14, 7, 2, 1]
    assert factors[-1] >= 1  # below it, a ticket would fire for an SLO that is met


def test_nothing_that_could_never_fire():
    frame = Frame(28 * DAY, Fraction(1, 10), 5 * MINUTE, 30)
    found = fitted([*_wanted(frame.window)], frame)
    assert found.bent == ("`page_fast` is 9 times over 1h and 5m, and was 14 times over 1h and 5m",)
    assert not found.is_close


def test_nothing_that_adds_nothing():
    lines = [
        Wanted("a", "page", HOUR, 5 * MINUTE, Fraction(14)),
        Wanted("b", "page", HOUR, 5 * MINUTE, Fraction(6)),
    ]
    found = fitted(lines, Frame(28 * DAY, Fraction(1, 1000), 5 * MINUTE, 30))
    assert [tier["name"] for tier in found.tiers] == ["a"]
    assert "`b` is left out" in found.bent[0]


def test_windows_that_cannot_be_recorded_become_those_that_people_say():
    lines = [Wanted("a", "page", 64 * MINUTE, 2 * MINUTE, Fraction(14))]
    found = fitted(lines, Frame(30 * DAY, Fraction(1, 1000), 5 * MINUTE, 30))
    assert (found.tiers[0]["long"], found.tiers[0]["short"], found.is_close) == ("1h", "5m", True)
