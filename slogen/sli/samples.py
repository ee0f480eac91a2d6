"""Concrete series for proofs: which counters a good and a bad event increment, found by solving matchers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain, combinations, islice
from math import isclose
from typing import Final

from slogen.model.sli import UnplayableError, UnsatisfiableError
from slogen.model.states import Samples
from slogen.promql.measures import Measure
from slogen.promql.parse import selector_of
from slogen.promql.selector import Selector
from slogen.promql.solve import examples, is_readable, matches, series, solve
from slogen.promql.tree import Call, Range, Subquery, VectorSelector, walk
from slogen.sli import joins
from slogen.sli.counting import Counting, Event, is_plain_sum, tree_of
from slogen.sli.increments import bystanders_of, increments_of
from slogen.sli.joins import Series
from slogen.sli.template import Side

_MOST_COMPUTED: Final = 1500  # all threes of twenty series: beyond, a long sum would take minutes
_LEVELS: Final = "count the counters themselves, with `rate`; what needs no raw data is proven all the same"
# Events a second on both sides and on the total's alone: what a story of the proof may have.
_GROWTHS: Final = ((0.003, 0.0), (0.0, 0.37), (7.3, 2.9), (5e4, 2e4))


def event_samples(
    counted: Side, total: Side, is_good: bool, fixed: Mapping[str, str], fields: tuple[str, str]
) -> Samples:
    """Series for a counted event (one on both sides) and for another one (on the total side only).

    `fixed` are the labels of a group, `fields` where the sides are written. Raises UnsatisfiableError naming
    the side that has no answer.
    """
    for name, which in zip(fields, (counted, total), strict=True):
        _check(name, which)
    joined = [join for which in (counted, total) for join in joins.all_joins(tree_of(which))]
    on = (name for join in joined for name in join.on)
    labels = joins.shared(on, (*counted.reads, *total.reads), fixed)
    beside = () if labels is None else joins.beside(joined, labels)
    if labels is None or beside is None:
        raise UnsatisfiableError(fields[1], "no labels were found that both sides of its join have")
    mine = Counting(fields[0], counted, beside, fixed, is_plain_sum(counted))
    every = Counting(fields[1], total, beside, fixed, is_plain_sum(total))
    candidates = list(_candidates(counted.measured, total.measured, labels))
    hit, miss = (_event(candidates, mine, every, wanted) for wanted in ((1, 1), (0, 1)))
    if hit is None or miss is None:
        raise UnsatisfiableError(
            fields[hit is not None], "no series was found that this side counts exactly once"
        )
    _check_growths(mine, every, hit, miss)
    good, bad = (hit, miss) if is_good else (miss, hit)
    return Samples(
        good=_written(good),
        bad=_written(bad),
        beside=_written(beside),
        increments=increments_of(mine, every, is_good, labels),
        bystanders=bystanders_of(mine, every, labels),
    )


def _check(field: str, side: Side) -> None:
    """Raise UnsatisfiableError for a side that reads something else than the growth of counters, as it is
    now: the proof's samples have no delay, and no subquery makes one moment of several."""
    nodes = list(walk(tree_of(side)))
    rates = [node.args[0] for node in nodes if isinstance(node, Call) and node.name == "rate"]
    grow = {selector_of(each.selector) for each in rates if isinstance(each, Range)}
    delayed = any(isinstance(node, VectorSelector) and node.offset is not None for node in nodes)
    bare = {term.bare for term in side.terms or (side,)}
    if side.measure in (Measure.COUNT, Measure.LEVEL):
        reason = f"it takes {side.measure}, not the growth of counters, so no series of events can be played"
        raise UnsatisfiableError(field, reason, _LEVELS)
    if delayed:
        reason = "it looks at an earlier time (`offset`), which no story waits for"
        raise UnplayableError(field, reason, "drop the `offset`, unless the metrics arrive late")
    if any(isinstance(node, Subquery) for node in nodes):
        reason = "it looks at several moments (a subquery), which no story waits for"
        raise UnplayableError(field, reason, "take the `rate` itself: windows average it")
    if not grow.union(bare).issuperset(side.measured):
        raise UnsatisfiableError(field, "it is not a sum of rates, so no sample series can be derived")
    if not all(map(is_readable, side.reads)):
        raise UnsatisfiableError(field, "no example of its regular expression can be derived")


def _check_growths(mine: Counting, every: Counting, hit: Event, miss: Event) -> None:
    """Raise UnsatisfiableError where few or many events, both kinds together, or counters that stand still
    are not counted as single ones are."""
    found = {series(*each): each for each in (*hit, *miss)}
    names = set(_written(hit)), set(_written(miss))
    for both, alone in _GROWTHS:
        growth = [(each, both * (n in names[0]) + alone * (n in names[1])) for n, each in found.items()]
        for counting, expected in ((mine, both), (every, both + alone)):
            for there in (growth, [each for each in growth if each[1]]):
                if not counting.is_plain and not _is_near(counting.computed(there), expected):
                    reason = "it does not count each event once, so no sample series can be derived"
                    raise UnsatisfiableError(counting.field, reason)


def _is_near(found: float, expected: float) -> bool:
    return isclose(found, expected, rel_tol=1e-5, abs_tol=1e-7)


def _candidates(
    counted: Sequence[Selector], total: Sequence[Selector], fixed: Mapping[str, str]
) -> Iterable[tuple[str, dict[str, str]]]:
    """Series worth trying: for each selector, and each pair of one metric, one that no other selects."""
    every = list(dict.fromkeys((*counted, *total)))
    wanted = [(s,) for s in every] + [
        (c, t) for c in counted for t in total if c.metric == t.metric and c != t
    ]
    for inside in wanted:
        labels = solve(inside, [s for s in every if s not in inside], fixed) or solve(inside, (), fixed)
        if labels is not None:
            yield inside[0].metric, labels


def _event(
    candidates: list[Series], mine: Counting, every: Counting, wanted: tuple[int, int]
) -> Event | None:
    """The few series that, incremented together, count as wanted on both sides."""
    is_plain = mine.is_plain and every.is_plain
    sizes = (1, 2) if is_plain else (1, 2, 3)
    events = chain.from_iterable(combinations(candidates, size) for size in sizes)
    for event in islice(events, None if is_plain else _MOST_COMPUTED):
        if mine.of(event) == wanted[0] and every.of(event) == wanted[1]:
            return event
    return None


def _written(event: Event) -> tuple[str, ...]:
    return tuple(series(metric, labels) for metric, labels in event)


def sample_groups(by: Sequence[str], selectors: Sequence[Selector]) -> tuple[dict[str, str], ...]:
    """Two groups, told apart by the first `by` label that takes two values; else one.

    Empty when the selectors leave some label no value at all.
    """
    values = {name: _free_values(name, selectors) for name in by}
    if not all(values.values()):
        return ()
    first = {name: found[0] for name, found in values.items()}
    for name, found in values.items():
        if len(found) > 1:
            return (first, first | {name: found[1]})
    return (first,)


def _free_values(name: str, selectors: Sequence[Selector]) -> list[str]:
    """Non-empty values of a label that every selector which names it accepts."""
    matchers = [m for s in selectors for m in s.only(name)]
    pool = [v for m in matchers for v in ([m.value] if m.op == "=" else examples(m.value))]
    values = dict.fromkeys([*pool, "a", "b"])
    return [v for v in values if v and all(matches(m, {name: v}) for m in matchers)]
