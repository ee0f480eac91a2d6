"""How much wider than chance the counts of minutes spread."""

import random

import pytest

from slogen.live.gate.spread import Minute, dispersion, inflation, spreads


def minutes(bad, total=1000):
    return [Minute(total, each) for each in bad]


def test_independent_errors_have_none():
    rng = random.Random(3)
    bad = [sum(rng.random() < 0.01 for _ in range(1000)) for _ in range(120)]
    assert dispersion(minutes(bad)) == pytest.approx(1, abs=0.3)


def test_bursts_have_as_much_as_their_variance_over_that_of_chance():
    # 0 and 20 in turn: variance 100 * 60 / 59, where independent ones have 1000 * 0.01 * 0.99
    assert dispersion(minutes([0, 20] * 30)) == pytest.approx(100 * 60 / 59 / 9.9)


def test_nothing_is_known_without_bad_events_or_traffic():
    assert dispersion(minutes([0] * 60)) == dispersion([]) == dispersion(minutes([1000] * 60)) == 1
    assert inflation(spreads([Minute(0, 0)] * 60), 100) == 1


def test_it_grows_with_the_events_a_minute():
    found = spreads(minutes([0, 20] * 30))
    few, same, many = (inflation(found, rate) for rate in (100, 1000, 10_000))
    assert 1 < few < same < many
    assert same == pytest.approx(dispersion(minutes([0, 20] * 30)))


def test_bursts_of_several_minutes_are_seen_in_blocks():
    long = minutes(([0] * 5 + [20] * 5) * 6)
    by_minute = spreads(long)[:1]
    assert inflation(spreads(long), 1000) > 3 * inflation(by_minute, 1000)
