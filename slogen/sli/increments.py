"""Counters that differ in what selects them, and what each of them alone adds to both sides of an SLI.

Two events, a good and a bad one, don't show that a side has all of its terms, that a pattern has all of its
alternatives, or that a matcher leaves out what it should. One series for each of these does.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import isclose
from typing import Final

from slogen.model.sli import UnsatisfiableError
from slogen.model.states import Increment
from slogen.promql.selector import Selector
from slogen.promql.solve import matches, selects, series, solve
from slogen.promql.tree import Expr
from slogen.promql.variants import OTHER, variants, without_a_matcher
from slogen.sli import joins
from slogen.sli.counting import Counting, tree_of
from slogen.sli.joins import Series

_MOST: Final = 16  # of an SLO: a long list of alternatives would make the proof unreadable


def differing(selectors: Iterable[Selector], fixed: Mapping[str, str]) -> list[Series]:
    """One series of each selector, if there is one that no other one selects, and one of each variant of
    them, each once; `fixed` are labels that all have."""
    every = list(dict.fromkeys(selectors))
    solved = [
        (s.metric, solve([s], [t for t in every if t != s], fixed) or solve([s], (), fixed)) for s in every
    ]
    solved += [
        (v.metric, solve([v], (), fixed) or _abroad(v, every, fixed)) for s in every for v in variants(s)
    ]
    return _distinct((metric, labels) for metric, labels in solved if labels is not None)


def _abroad(variant: Selector, every: Iterable[Selector], fixed: Mapping[str, str]) -> dict[str, str] | None:
    """Labels of a series that is left out because its group would be another one."""
    kept = {n: value for n, value in fixed.items() if all(matches(m, {n: value}) for m in variant.only(n))}
    labels = solve([variant], (), kept)
    is_read = labels is None or any(selects(s, variant.metric, labels) for s in every)
    return None if is_read else labels


def _distinct(found: Iterable[Series]) -> list[Series]:
    return list({series(*each): each for each in found}.values())[:_MOST]


def increments_of(
    mine: Counting, every: Counting, is_good: bool, labels: Mapping[str, str]
) -> tuple[Increment, ...]:
    """What counters of a counted side and of its total add, each for itself; none where that isn't what they
    add together, as where one of them hides another."""
    elsewhere = _elsewhere(mine, every, labels)
    here = differing((*mine.side.measured, *every.side.measured), labels)
    counters = _distinct([*here[: max(_MOST - len(elsewhere), 0)], *elsewhere])
    try:
        added = [_added(counting, counters) for counting in (mine, every)]
    except UnsatisfiableError:
        return ()
    return tuple(
        Increment((series(*each),), total - counted if is_good else counted, total)
        for each, counted, total in zip(counters, *added, strict=True)
    )


def _elsewhere(mine: Counting, every: Counting, labels: Mapping[str, str]) -> list[Series]:
    """Counters without what they are joined with, and with what excludes them, which is there too."""
    excluded = [join for tree in _trees(mine, every) for join in joins.excluded(tree)]
    there = _nowhere(mine, every, labels)
    asked = (*mine.side.measured, *every.side.measured, *(join.selector for join in excluded))
    found = [(s.metric, solve([s], (), there)) for s in dict.fromkeys(asked)] if there != labels else []
    return [(metric, solved) for metric, solved in found if solved is not None]


def bystanders_of(mine: Counting, every: Counting, labels: Mapping[str, str]) -> tuple[str, ...]:
    """Series that differ in one matcher from what counters are joined with, beside those that have no
    partner; and from what excludes counters, beside those that count."""
    trees = _trees(mine, every)
    partners = [join.selector for tree in trees for join in joins.all_joins(tree)]
    excluded = [join.selector for tree in trees for join in joins.excluded(tree)]
    beside = [(partners, _nowhere(mine, every, labels)), (excluded, labels)]
    found = [
        (other.metric, solve([other], (), there))
        for selectors, there in beside
        for selector in dict.fromkeys(selectors)
        for other in without_a_matcher(selector)
    ]
    asked = (*partners, *excluded, *mine.side.measured, *every.side.measured)
    told = _distinct((metric, solved) for metric, solved in found if solved is not None)
    return tuple(series(*each) for each in told if not any(selects(s, *each) for s in asked))


def _nowhere(mine: Counting, every: Counting, labels: Mapping[str, str]) -> dict[str, str]:
    """Labels of counters that have no partner in a join."""
    trees = _trees(mine, every)
    on = {n for tree in trees for join in (*joins.all_joins(tree), *joins.excluded(tree)) for n in join.on}
    return dict(labels) | dict.fromkeys(sorted(on - mine.group.keys()), OTHER)


def _trees(mine: Counting, every: Counting) -> list[Expr]:
    return [tree_of(counting.side) for counting in (mine, every)]


def _added(counting: Counting, counters: Sequence[Series]) -> list[float]:
    """What each of these counters adds, where all of them are there. Raises UnsatisfiableError."""
    if counting.only_counters:
        return [counting.of((each,)) for each in counters]
    growth = [(each, float(number)) for number, each in enumerate(counters, start=1)]
    together = counting.computed(growth)
    more = [[*growth[:n], (each, grown + 1), *growth[n + 1 :]] for n, (each, grown) in enumerate(growth)]
    adds = [round(counting.computed(each) - together, 6) for each in more]
    alone = sum(one * grown for one, (_, grown) in zip(adds, growth, strict=True))
    if not isclose(together, alone, rel_tol=1e-5, abs_tol=1e-7):
        raise UnsatisfiableError(counting.field, "its counters add something else together")
    return adds
