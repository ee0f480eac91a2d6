"""Fisher's exact test against the sum over all tables, in whole numbers."""

from fractions import Fraction
from math import comb

import pytest

from slogen.live.gate.fisher import tail


def exact(bad, total, others_bad, others):
    all_bad = bad + others_bad
    tables = comb(total + others, all_bad)
    more = range(bad, min(all_bad, total) + 1)
    return Fraction(sum(comb(total, n) * comb(others, all_bad - n) for n in more), tables)


@pytest.mark.parametrize(
    "table",
    [
        (3, 10, 1, 10),
        (0, 10, 5, 10),
        (10, 10, 0, 10),
        (5, 5, 5, 5),
        (7, 300, 2, 2700),
        (1, 1, 0, 9),
        (2, 40, 9, 50),
    ],
)
def test_equals_the_sum_over_all_tables(table):
    assert tail(*table) == pytest.approx(float(exact(*table)), rel=1e-9)


@pytest.mark.parametrize("bad", range(41))
def test_falls_as_there_are_more(bad):
    assert tail(bad + 1, 50, 9, 500) <= tail(bad, 50, 9, 500)


def test_large_counts_neither_overflow_nor_take_long():
    assert 0 < tail(1_500, 1_000_000, 9_000, 9_000_000) < 1e-30
    assert tail(900, 1_000_000, 9_000, 9_000_000) > 0.99
    assert tail(0, 0, 0, 0) == 1


def test_what_cannot_be_otherwise_is_certain():
    assert tail(3, 10, 4, 4) == 1  # all of the others are bad, so at least three of these are
