"""A tier that is silent by its bound is silent: held against each evaluation of random traffic."""

import random
from fractions import Fraction

import pytest

from slogen.history.candidates import may_fire
from slogen.model.tiers import Tier

STEP, SLOT = 30, 300


def tier(factor, long, short):
    share = budget = Fraction(1, 1000)
    return Tier("t", "page", share, long, short, Fraction(factor), budget, share, None)


def ratio(bad, total, end, window):
    steps = range(end - window + STEP, end + STEP, STEP)
    events = sum(total.get(at, 0) for at in steps)
    return sum(bad.get(at, 0) for at in steps) / events if events else 0.0


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize(("factor", "long", "short"), [(14, 3600, 300), (6, 1800, 600), (900, 300, 300)])
def test_nothing_that_fires_is_left_out(seed, factor, long, short):
    chance = random.Random(seed)
    start, end = 7200, 7200 + 4 * 3600
    times = range(STEP, end + STEP, STEP)
    total = {at: chance.choice((0, 3, 50, 1000)) for at in times}
    bad = {at: total[at] if chance.random() < 0.002 * (1 + seed) else 0 for at in times}
    slots = range(SLOT, end + SLOT, SLOT)
    rates = [
        {
            at: sum(values.get(each, 0) for each in range(at - SLOT + STEP, at + STEP, STEP)) / SLOT
            for at in slots
        }
        for values in (bad, total)
    ]
    wanted = tier(factor, long, short)
    spans = list(may_fire(rates[0], rates[1], wanted, start, end, SLOT))
    above = float(wanted.threshold)
    fires = [
        at
        for at in range(start, end + STEP, STEP)
        if ratio(bad, total, at, long) > above and ratio(bad, total, at, short) > above
    ]
    assert [at for at in fires if not any(first < at <= last for first, last in spans)] == []


def test_a_healthy_service_has_no_candidates():
    total = dict.fromkeys(range(0, 40000, SLOT), 10.0)
    bad = dict.fromkeys(total, 0.0005)
    assert list(may_fire(bad, total, tier(14, 3600, 300), 10_000, 40_000, SLOT)) == []
