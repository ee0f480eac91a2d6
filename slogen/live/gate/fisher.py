"""Fisher's exact test, one-sided: are so many bad events of one version chance, if both are alike?"""

from __future__ import annotations

from collections.abc import Iterator
from math import exp, lgamma
from typing import Final

_NEGLIGIBLE: Final = 1e-18


def tail(bad: int, total: int, others_bad: int, others: int) -> float:
    """The chance that `bad` or more of all bad events fall among `total` events rather than among the
    `others`, if events of both are equally likely to be bad. From 0 to 1."""
    all_bad, every = bad + others_bad, total + others
    if bad <= max(0, all_bad - others):
        return 1.0
    likelihood = exp(_chosen(all_bad, bad) + _chosen(every - all_bad, total - bad) - _chosen(every, total))
    if bad * every > total * all_bad:
        return min(1.0, sum(_upwards(likelihood, bad, total, all_bad, every)))
    below = sum(_downwards(likelihood, bad, total, all_bad, every))
    return min(1.0, max(0.0, 1 - below))


def _chosen(among: int, chosen: int) -> float:
    """The logarithm of how many ways there are to choose."""
    return lgamma(among + 1) - lgamma(chosen + 1) - lgamma(among - chosen + 1)


def _upwards(term: float, bad: int, total: int, all_bad: int, every: int) -> Iterator[float]:
    """The likelihoods of `bad` and more, above the expected number: each is smaller than the one before."""
    good_elsewhere, least = every - all_bad - total, term * _NEGLIGIBLE
    while term > least:
        yield term
        term *= (all_bad - bad) * (total - bad) / ((bad + 1) * (good_elsewhere + bad + 1))
        bad += 1


def _downwards(term: float, bad: int, total: int, all_bad: int, every: int) -> Iterator[float]:
    """The likelihoods of less than `bad`, at or below the expected number."""
    good_elsewhere = every - all_bad - total
    while bad > 0:
        term *= bad * (good_elsewhere + bad) / ((all_bad - bad + 1) * (total - bad + 1))
        bad -= 1
        if term <= _NEGLIGIBLE:
            return
        yield term
