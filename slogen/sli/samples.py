"""Concrete series for proofs: which counters a good and a bad event increment, found by solving matchers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations

from slogen.model.sli import UnsatisfiableError
from slogen.model.states import Samples
from slogen.promql.parse import parse, selectors
from slogen.promql.selector import Selector
from slogen.promql.solve import examples, is_readable, matches, selects, series, solve
from slogen.promql.tree import (
    Aggregation,
    Binary,
    Call,
    Expr,
    Number,
    Paren,
    Range,
    VectorSelector,
    children,
    walk,
)
from slogen.promql.vectors import UnsupportedError
from slogen.sli import joins
from slogen.sli.joins import Join
from slogen.sli.placeholder import render
from slogen.sli.template import Side
from slogen.units import MINUTE

_Event = tuple[tuple[str, dict[str, str]], ...]
_RANGE = 5 * MINUTE


def event_samples(
    counted: Side, total: Side, is_good: bool, fixed: Mapping[str, str], fields: tuple[str, str]
) -> Samples:
    """Series for a counted event (one on both sides) and for another one (on the total side only).

    `fixed` are the labels of a group, `fields` where the sides are written. Raises UnsatisfiableError naming
    the side that has no answer.
    """
    joined: list[Join] = []
    for name, which in zip(fields, (counted, total), strict=True):
        found = _joins(which)
        if found is None:
            raise UnsatisfiableError(name, "it is not a sum of rates, so no sample series can be derived")
        if not all(map(is_readable, which.reads)):
            raise UnsatisfiableError(name, "no example of its regular expression can be derived")
        joined += found
    on = (name for join in joined for name in join.on)
    labels = joins.shared(on, (*counted.reads, *total.reads), fixed)
    beside = () if labels is None else joins.beside(joined, labels)
    if labels is None or beside is None:
        raise UnsatisfiableError(fields[1], "no labels were found that both sides of its join have")
    mine, every = _signs(counted), _signs(total)
    candidates = list(_candidates(tuple(mine), tuple(every), labels))
    hit, miss = (_event(candidates, mine, every, wanted) for wanted in ((1, 1), (0, 1)))
    if hit is None or miss is None:
        raise UnsatisfiableError(
            fields[hit is not None], "no series was found that this side counts exactly once"
        )
    if joined or -1 in (*mine.values(), *every.values()):
        _check_computed((counted, total), (hit, miss), beside, fields)
    good, bad = (hit, miss) if is_good else (miss, hit)
    return Samples(good=_written(good), bad=_written(bad), beside=_written(beside))


def _check_computed(
    sides: tuple[Side, Side], events: tuple[_Event, _Event], beside: _Event, fields: tuple[str, str]
) -> None:
    """Raise UnsatisfiableError where computing a side doesn't give what its selectors promise."""
    for name, which, expected in zip(fields, sides, ((1, 0), (1, 1)), strict=True):
        try:
            counts = tuple(round(_count(which, event, beside), 6) for event in events)
        except UnsupportedError as error:
            raise UnsatisfiableError(name, str(error)) from None
        if counts != expected:
            raise UnsatisfiableError(name, "no series was found that this side counts exactly once")


def _count(side: Side, event: _Event, beside: _Event) -> float:
    """How often a side counts an event: each term for itself, of which any may be missing."""
    if side.terms:
        return sum(_count(term, event, beside) for term in side.terms)
    text = render(side.written or side.text, _RANGE) if side.bare is None else f"rate({side.bare}[{_RANGE}s])"
    return joins.grows(text, event, beside)


def _joins(side: Side) -> list[Join] | None:
    """What the counters of a plain sum of rates are joined with, nothing mostly; None for any other side.
    Of a plain sum counting the matched selectors tells what it reads."""
    if side.bare is not None:
        return []
    if side.terms:
        return _all(_joins(term) for term in side.terms)
    return _joined(parse(render(side.text, MINUTE)))


def _joined(node: Expr) -> list[Join] | None:
    if (found := joins.join_of(node)) is not None:
        counters, join = found
        return _all([_joined(counters), [join]])
    match node:
        case VectorSelector():
            return [] if node.offset is None else None  # the proof's samples have no delay
        case Aggregation("sum") | Call("rate") | Binary("+" | "-" | "or") | Range() | Paren() | Number():
            return _all(map(_joined, children(node)))
        case _:
            return None


def _all(found: Iterable[list[Join] | None]) -> list[Join] | None:
    """All of them together; None where one is."""
    together: list[Join] = []
    for each in found:
        if each is None:
            return None
        together += each
    return together


def _signs(side: Side) -> dict[Selector, int]:
    """What a side counts: each selector with 1, or with -1 where its events are taken away again."""
    signs = dict.fromkeys(side.measured, 1)
    if side.bare is None:
        for node in walk(parse(render(side.text, MINUTE))):
            if isinstance(node, Binary) and node.op == "-":
                signs |= {selector: -1 for selector in selectors(node.right) if selector in signs}
    return signs


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
    candidates: list[tuple[str, dict[str, str]]],
    counted: Mapping[Selector, int],
    total: Mapping[Selector, int],
    wanted: tuple[int, int],
) -> _Event | None:
    """The one or two series that, incremented together, count as wanted on (counted, total)."""

    def hits(signs: Mapping[Selector, int], event: _Event) -> int:
        found = ((sign, selects(s, *each)) for s, sign in signs.items() for each in event)
        return sum(sign for sign, is_counted in found if is_counted)

    for size in (1, 2):
        for event in combinations(candidates, size):
            if (hits(counted, event), hits(total, event)) == wanted:
                return event
    return None


def _written(event: _Event) -> tuple[str, ...]:
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
