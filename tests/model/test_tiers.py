"""Tiers: the Workbook's table where it holds, and what becomes of it elsewhere."""

from fractions import Fraction

import pytest
import yaml

from slogen.model.read_alerting import read_policy
from slogen.model.tiers import PAGE, Frame, Policy, PolicyTier, derive, factor_of
from slogen.units import DAY, HOUR, MINUTE, format_duration, to_text


@pytest.fixture(scope="module")
def policy(run_python) -> Policy:
    code = "import slogen.presets.policies as p, pathlib; print(open(p.__path__[0] + '/default.yaml').read())"
    return read_policy(yaml.safe_load(run_python(code)))


def table(
    policy: Policy, window: int, objective: str, base: int = 5 * MINUTE, scrape: int = 30
) -> list[tuple[str, ...]]:
    tiers = derive(policy, Frame(window, 1 - Fraction(objective) / 100, base, scrape))
    return [
        (
            t.name,
            format_duration(t.long),
            format_duration(t.short),
            to_text(t.factor),
            to_text(t.share * 100, 3),
        )
        for t in tiers
    ]


def test_workbook_at_30d(policy):
    assert table(policy, 30 * DAY, "99.9") == [
        ("page_fast", "1h", "5m", "14.4", "2"),
        ("page_slow", "6h", "30m", "6", "5"),
        ("ticket_fast", "1d", "2h", "3", "10"),
        ("ticket_slow", "3d", "6h", "1", "10"),
    ]


def test_90_percent_lengthens_what_could_never_fire(policy):
    # 14.4 times the budget of 10 % would need an error ratio of 144 %.
    tiers = table(policy, 30 * DAY, "90")
    assert tiers[0] == ("page_fast", "2h", "10m", "7.2", "2")
    assert all(Fraction(factor) * Fraction(1, 10) <= Fraction(9, 10) for *_, factor, _ in tiers)


def test_28d_has_no_ticket_for_an_slo_that_is_met(policy):
    # The fixed table's 3d would have a factor of 0.1 * 28 / 3 = 0.93.
    assert table(policy, 28 * DAY, "99.9")[-1] == ("ticket_slow", "2d", "4h", "1.4", "10")


def test_7d_has_windows_people_say(policy):
    tiers = table(policy, 7 * DAY, "99.9")
    assert [(name, long) for name, long, *_ in tiers] == [
        ("page_fast", "15m"),
        ("page_slow", "1h"),
        ("ticket_fast", "6h"),
        ("ticket_slow", "12h"),
    ]


def test_an_hour_has_no_page_tier(policy):
    assert not [name for name, *_ in table(policy, HOUR, "99.9") if name.startswith(PAGE)]


@pytest.mark.parametrize(
    ("days", "objective", "slice_", "longs"),
    [
        (7, 90, HOUR, ["1h", "3h", "8h", "12h"]),  # else the fast page is 15m
        (30, 95, 4 * HOUR, ["3h", "8h", "1d", "3d"]),
        (7, 75, DAY, ["18h"]),  # a page of 14h and more would be too slow a one
    ],
)
def test_long_windows_hold_half_a_slice(policy, days, objective, slice_, longs):
    frame = Frame(days * DAY, 1 - Fraction(objective, 100), 5 * MINUTE, 30, bad=Fraction(slice_, 2))
    tiers = derive(policy, frame)
    assert [format_duration(tier.long) for tier in tiers] == longs
    assert all(tier.long * Fraction(9, 10) >= frame.bad for tier in tiers)


def test_slow_scrapes_lengthen_short_windows(policy):
    assert {short for _, _, short, *_ in table(policy, 30 * DAY, "99.9", scrape=75)} == {
        "5m",
        "30m",
        "2h",
        "6h",
    }
    assert table(policy, 30 * DAY, "99.9", base=10 * MINUTE, scrape=150)[0][2] == "10m"


def test_a_tier_that_collapses_keeps_the_first_name():
    lines = [PolicyTier(name, "ticket", Fraction(1, 10), 3 * DAY, 6 * HOUR) for name in ("first", "second")]
    twice = Policy("twice", 30 * DAY, tuple(lines))
    assert [name for name, *_ in table(twice, 30 * DAY, "99.9")] == ["first"]


def test_factor():
    assert factor_of(Fraction(2, 100), 30 * DAY, HOUR) == Fraction("14.4")


def test_thresholds_are_exact_text(policy):
    [fast, *_] = derive(policy, Frame(30 * DAY, Fraction("0.001"), 300, 30))
    assert fast.shown == {
        "long": "1h",
        "short": "5m",
        "threshold": "0.0144",
        "factor": "14.4",
        "share": "2%",
    }
