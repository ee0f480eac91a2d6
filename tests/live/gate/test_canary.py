"""The comparison of a canary: each answer by hand, and how often it errs in worlds whose truth is known."""

from dataclasses import replace

import pytest

from benchmarks.canary import BUDGET, LONG, NONE, OWN, SHARED, World, ever_blocked, shares
from slogen.live.gate.canary import LEAST_HISTORY, Terms, Watched, compare, looks
from slogen.live.gate.power import Bar
from slogen.live.gate.spread import Minute
from slogen.live.gate.verdict import Verdict

TERMS = Terms(budget=0.001)
HOUR = (Minute(1000, 1),) * 60
BESIDE = HOUR[:30]


def seen(canary, stable=BESIDE, before=HOUR):
    return Watched(tuple(canary), stable, before)


def test_looks_double():
    assert looks(30) == (1, 2, 4, 8, 16, 30)
    assert looks(32) == (1, 2, 4, 8, 16, 32)
    assert looks(1) == (1,)


def test_a_canary_like_the_stable_version_goes():
    found = compare(seen([Minute(100, 0.1)] * 30), TERMS)
    assert (found.verdict, found.minute, found.needed) == (Verdict.GO, 30, None)
    assert (found.canary.total, found.canary.bad) == (3000, pytest.approx(3))


def test_a_broken_one_is_blocked_at_the_first_look():
    found = compare(seen([Minute(100, 50)] * 30), TERMS)
    assert (found.verdict, found.minute) == (Verdict.BLOCKED, 1)
    assert found.chance < found.level == pytest.approx(0.05 / 6)


def test_it_is_not_known_before_the_end():
    found = compare(seen([Minute(10_000, 10)] * 17, (Minute(100_000, 100),) * 17), TERMS)
    assert (found.verdict, found.minute, found.needed) == (Verdict.UNKNOWN, 16, None)


def test_too_few_events_say_how_many_would_tell():
    found = compare(seen([Minute(3, 0)] * 30), TERMS)
    assert found.verdict is Verdict.UNKNOWN
    assert found.needed is not None
    again = compare(seen([Minute(found.needed / 30, 0)] * 30, (Minute(found.needed / 3, 0.01),) * 30), TERMS)
    assert again.verdict is Verdict.GO
    half = compare(seen([Minute(found.needed / 60, 0)] * 30, (Minute(found.needed / 6, 0.01),) * 30), TERMS)
    assert half.verdict is Verdict.UNKNOWN


def test_without_a_stable_version_nobody_knows():
    nothing = (Minute(0, 0),)
    found = compare(seen([Minute(1000, 500)] * 30, nothing * 30, nothing * 60), TERMS)
    assert (found.verdict, found.history) == (Verdict.UNKNOWN, 0)


def test_without_a_canary_nobody_knows():
    found = compare(seen([Minute(0, 0)] * 30), TERMS)
    assert (found.verdict, found.canary.total) == (Verdict.UNKNOWN, 0)
    assert compare(seen([]), TERMS).verdict is Verdict.UNKNOWN


def test_a_stable_version_that_was_just_born_says_nothing_of_bursts():
    found = compare(seen([Minute(100, 50)] * 5, (Minute(1000, 1),) * 5, HOUR[:10]), TERMS)
    assert found.verdict is Verdict.UNKNOWN
    assert found.history < LEAST_HISTORY


def test_bursts_of_the_stable_version_raise_the_bar():
    canary = [Minute(100, 0)] * 29 + [Minute(100, 12)]
    assert compare(seen(canary), TERMS).verdict is Verdict.BLOCKED
    bursts = (Minute(1000, 0),) * 9 + (Minute(1000, 100),)
    assert compare(seen(canary, bursts * 3, bursts * 6), TERMS).verdict is not Verdict.BLOCKED


@pytest.mark.parametrize(
    ("change", "verdict"),
    [({}, Verdict.BLOCKED), ({"min_bad": 200}, Verdict.GO), ({"worse_than": 6.0}, Verdict.GO)],
)
def test_few_and_small_differences_do_not_block(change, verdict):
    canary = [Minute(1000, 5)] * 30
    terms = replace(TERMS, **change)
    assert compare(seen(canary, (Minute(10_000, 10),) * 30), terms).verdict is verdict


def test_a_large_budget_can_be_missed_too():
    terms = Terms(budget=0.5)
    stable = (Minute(1000, 300),) * 30
    assert compare(Watched((Minute(100, 100),) * 30, stable, stable * 2), terms).verdict is Verdict.BLOCKED


def test_power_is_that_of_a_canary_far_too_bad():
    bar = Bar(level=0.01, min_bad=3, worst=0.002, effect=0.01)
    stable = Minute(10_000, 10)
    assert bar.power(100, stable) < 0.2 < 0.8 < bar.power(1000, stable)
    assert bar.power(0, stable) == 0


# --- rates of error -------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.in_turn("errors")
@pytest.mark.parametrize("errors", [2e-4, 1e-3])
@pytest.mark.parametrize("rate", [1, 10, 100])
@pytest.mark.parametrize("bursts", [NONE, OWN, SHARED, LONG])
def test_a_healthy_canary_is_hardly_ever_blocked(bursts, rate, errors):
    assert shares(World(rate, errors, bursts), 1, 80)[Verdict.BLOCKED] <= 0.025


@pytest.mark.slow
@pytest.mark.parametrize(("bursts", "least"), [(NONE, 0.95), (OWN, 0.7), (SHARED, 0.75)])
@pytest.mark.parametrize("rate", [1, 10, 100])
def test_ten_times_the_budget_is_caught(bursts, rate, least):
    assert shares(World(rate, BUDGET, bursts), 10, 40)[Verdict.BLOCKED] >= least


@pytest.mark.slow
@pytest.mark.parametrize("bursts", [NONE, OWN, SHARED, LONG])
def test_a_hundred_times_is_always_caught(bursts):
    assert shares(World(1, BUDGET, bursts), 100, 40)[Verdict.BLOCKED] == 1


@pytest.mark.slow
@pytest.mark.parametrize("bursts", [NONE, OWN])
def test_asking_again_and_again_rarely_blocks_a_healthy_canary(bursts):
    assert ever_blocked(World(10, BUDGET, bursts), 40, 120, 10) <= 0.1


def test_asking_in_between_changes_nothing():
    """The looks are those of the canary's age, not of the askings."""
    canary = (Minute(100, 0),) * 10 + (Minute(100, 5),) * 20
    stable = (Minute(1000, 1),) * 30
    blocked_at = [
        found.minute
        for age in range(1, 31)
        if (found := compare(Watched(canary[:age], stable[:age], HOUR), TERMS)).verdict is Verdict.BLOCKED
    ]
    assert set(blocked_at) == {16}
