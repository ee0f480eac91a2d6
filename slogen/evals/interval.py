"""How sure a share of counted cases is: the interval of Clopper and Pearson, which is never too narrow."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final

CONFIDENCE: Final = 0.95
_STEPS: Final = 200
_TINY: Final = 1e-300
_ENOUGH: Final = 1e-12


def interval(passed: int, cases: int, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """The shares between which the true one lies with this confidence, when `passed` of `cases` passed."""
    tail = (1 - confidence) / 2
    low, high = 0.0, 1.0
    if passed > 0:
        low = _root(lambda p: _beta(p, passed, cases - passed + 1) - tail)
    if passed < cases:
        high = _root(lambda p: _beta(p, passed + 1, cases - passed) - (1 - tail))
    return low, high


def _root(rising: Callable[[float], float]) -> float:
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (low, middle) if rising(middle) > 0 else (middle, high)
    return (low + high) / 2


def _beta(x: float, a: float, b: float) -> float:
    """The regularized incomplete beta function: the distribution of Beta(a, b) at x."""
    if x <= 0 or x >= 1:
        return float(x >= 1)
    if x > (a + 1) / (a + b + 2):  # there the fraction below converges on the other side
        return 1 - _beta(1 - x, b, a)
    log = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)
    return math.exp(log) * _fraction(x, a, b) / a


def _fraction(x: float, a: float, b: float) -> float:
    """Its continued fraction, by Lentz' method; the number of steps grows with the root of a and b."""
    c, d = 1.0, _inverse(1 - (a + b) * x / (a + 1))
    found = d
    for m in range(1, _STEPS + int(10 * math.sqrt(max(a, b)))):
        for step in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d = _inverse(1 + step * d)
            c = 1 + step / c
            found *= d * c
        if abs(d * c - 1) < _ENOUGH:
            break
    return found


def _inverse(value: float) -> float:
    return 1 / (value if abs(value) > _TINY else _TINY)
