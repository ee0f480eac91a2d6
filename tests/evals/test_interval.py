"""The interval of Clopper and Pearson, against its definition by the binomial distribution."""

import math

import pytest

from slogen.evals.interval import interval


@pytest.mark.parametrize(
    ("passed", "cases", "low", "high"),
    [
        (20, 22, 0.7084, 0.9888),
        (2, 3, 0.0943, 0.9916),
        (0, 10, 0, 0.3085),
        (10, 10, 0.6915, 1),
        (50, 100, 0.3983, 0.6017),
        (1, 1, 0.025, 1),
    ],
)
def test_as_in_tables(passed, cases, low, high):
    assert interval(passed, cases) == (pytest.approx(low, abs=1e-4), pytest.approx(high, abs=1e-4))


def at_least(passed: int, cases: int, share: float) -> float:
    """The chance of so many that pass, or more."""
    return sum(math.comb(cases, k) * share**k * (1 - share) ** (cases - k) for k in range(passed, cases + 1))


@pytest.mark.parametrize("cases", [1, 2, 7, 40, 300])
def test_by_definition(cases):
    for passed in {0, 1, cases // 3, cases // 2, cases - 1, cases}:
        low, high = interval(passed, cases)
        assert low <= passed / cases <= high
        assert passed == 0 or at_least(passed, cases, low) == pytest.approx(0.025, rel=1e-6)
        assert passed == cases or 1 - at_least(passed + 1, cases, high) == pytest.approx(0.025, rel=1e-6)


def test_many_cases():
    low, high = interval(9_950_000, 10_000_000)
    assert (low, high) == (pytest.approx(0.995, abs=1e-4), pytest.approx(0.995, abs=1e-4))
    assert low < 0.995 < high
