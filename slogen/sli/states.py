"""Find what series must read for an SLI to be good, and to be bad, by computing its PromQL on candidates."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice, product
from math import isfinite
from typing import Final

from slogen.model.sli import UnsatisfiableError
from slogen.model.states import Reading, States
from slogen.promql.evaluate import Evaluated, Line, evaluator
from slogen.promql.parse import parse, parse_selector, selectors
from slogen.promql.selector import Matcher, Selector
from slogen.promql.solve import selects, series, solve
from slogen.promql.tree import Binary, Call, Number, walk
from slogen.promql.variants import named_values
from slogen.promql.vectors import ARITHMETIC, Labels, UnsupportedError, Value, Vector, as_vector
from slogen.sli.joins import shared
from slogen.sli.looks import counted
from slogen.units import DAY, HOUR, MINUTE, plain, to_decimal

Series = tuple[str, dict[str, str]]
Readings = tuple[Reading, ...]

_MOST_TRIES: Final = 6000
_MOST_BOUNDS: Final = 4
_COUNTER_START: Final = 1e6  # far from a counter's zero, as the stories write it
# Young, with ranges that are filled in part, and after a day; whole minutes, as the stories have them.
_TIMES: Final = (MINUTE, 2 * MINUTE, 5 * MINUTE, 20 * MINUTE, HOUR, DAY)
_LONG_AGE: Final = HOUR  # a twentieth of it is more than samples are late
_EDGE: Final = (1.0,)
_SCALES: Final = (1.1, 0.9, 2.0, 0.5, 10.0, 0.1)
_PLAIN: Final = (1.0, 0.0, 0.5, 100.0, 10_000.0, 1e6, -1.0)


def find_states(
    share: str, whens: tuple[str, str], reads: Sequence[Selector], group: Mapping[str, str], field: str
) -> States:
    """Readings at which `share` is known for the group, and the first or the second of `whens` gives a
    sample and the other doesn't. Raises UnsatisfiableError naming `field`."""
    hints = _hints((share, *whens))
    joined = shared(_on((share, *whens)), reads, group)
    try:
        return _found(share, whens, list(_units(reads, group, hints)), group, field)
    except UnsatisfiableError:
        if joined is None or joined == group:
            raise
    return _found(share, whens, list(_units(reads, joined, hints)), group, field)


def _found(
    share: str,
    whens: tuple[str, str],
    units: Sequence[tuple[list[Series], list[Readings]]],
    group: Mapping[str, str],
    field: str,
) -> States:
    found = [one for unit, _ in units for one in unit]
    if not found:
        raise UnsatisfiableError(field, "no series was found that it selects")
    try:
        known, *sides = (evaluator(text, found) for text in (share, *whens))
        options = [options for _, options in units]
        good, bad = (_first(known, when, other, options, group) for when, other in (sides, sides[::-1]))
    except UnsupportedError as error:
        raise UnsatisfiableError(field, str(error)) from None
    if good is None or bad is None:
        which = "good" if good is None else "bad"
        raise UnsatisfiableError(field, f"no values were found that make it {which}")
    reads = tuple(dict.fromkeys(selectors(parse(share))))
    alternatives = [
        _states(others, good, bad)
        for others in _alternatives(found, reads, group)
        if _turns((share, *whens), others, good, bad, group)
    ]
    return replace(_states(found, good, bad), alternatives=tuple(alternatives))


def _states(found: Sequence[Series], good: Readings, bad: Readings) -> States:
    names = [series(metric, labels) for metric, labels in found]
    return States(dict(zip(names, good, strict=True)), dict(zip(names, bad, strict=True)))


def _alternatives(
    found: Sequence[Series], reads: Sequence[Selector], group: Mapping[str, str]
) -> Iterator[list[Series]]:
    """The series with each other value that a pattern names for one of their labels, where that is none of
    the group's and the same selectors select them then."""
    known = [list(found)]

    def moved(metric: str, labels: dict[str, str], other: Matcher) -> Series:
        new = {**labels, other.name: other.value}
        is_same = all(selects(s, metric, labels) == selects(s, metric, new) for s in reads)
        return metric, new if other.name in labels and is_same else labels

    patterns = dict.fromkeys(m for selector in reads for m in selector.matchers if m.name not in group)
    for other in (value for pattern in patterns for value in named_values(pattern)):
        others = [moved(metric, labels, other) for metric, labels in found]
        if others not in known:
            known.append(others)
            yield others


def _turns(
    texts: Sequence[str], found: Sequence[Series], good: Readings, bad: Readings, group: Mapping[str, str]
) -> bool:
    """Whether these series make it good and bad, too."""
    try:
        known, holds, fails = (evaluator(text, found) for text in texts)
        is_good = _first(known, holds, fails, [[good]], group) is not None
        return is_good and _first(known, fails, holds, [[bad]], group) is not None
    except UnsupportedError:
        return False


def are_apart(share: str, groups: Sequence[States]) -> bool:
    """Whether each group is as good as it is alone, whatever the series of the others read: `scalar(x)` and
    joins without the labels of the groups see the series of all of them."""
    names = [name for states in groups for name in states.series]
    if len(set(names)) < len(names):
        return False
    selected = map(parse_selector, names)
    known = evaluator(share, [(s.metric, s.labels) for s in selected])

    def values(readings: Mapping[str, Reading], time: float) -> Vector:
        lines = [_line(readings[name]) if name in readings else None for name in names]
        return as_vector(known(lines, time))

    try:
        for chosen in product(*((states.good, states.bad) for states in groups)):
            together = {name: reading for readings in chosen for name, reading in readings.items()}
            for time in _TIMES:
                alone = [values(readings, time).items() for readings in chosen]
                if values(together, time) != {labels: value for one in alone for labels, value in one}:
                    return False
    except UnsupportedError:  # such as a series that has partners in both groups
        return False
    return True


def _on(texts: Sequence[str]) -> list[str]:
    """The labels that joins of vectors match on."""
    operations = (node for text in texts for node in walk(parse(text)) if isinstance(node, Binary))
    matchings = (node.matching for node in operations if node.matching is not None)
    return [label for matching in matchings if matching.keeps for label in matching.labels]


@dataclass(frozen=True, slots=True)
class _Hints:
    """What an expression's tree says of values worth trying: its numbers, the metrics that it counts."""

    numbers: tuple[float, ...]
    counted: frozenset[str]
    has_clock: bool
    is_exact: bool

    def values(self) -> tuple[float, ...]:
        """Numbers on both sides of those in the expression; on them only where no arithmetic blurs it."""
        scales = (_EDGE if self.is_exact else ()) + _SCALES
        near = (float(f"{scale * number:.6g}") for number in self.numbers for scale in scales)
        return tuple(dict.fromkeys((*near, *_PLAIN)))


def _hints(texts: Sequence[str]) -> _Hints:
    """Of the expression and of the user's words, which need not say the same."""
    nodes = [node for text in texts for node in walk(parse(text))]
    numbers = [abs(node.value) for node in nodes if isinstance(node, Number)]
    calls = [node for node in nodes if isinstance(node, Call)]
    operators = {node.op for node in nodes if isinstance(node, Binary)}
    return _Hints(
        tuple(dict.fromkeys(number for number in numbers if number and isfinite(number))),
        counted(texts),
        any(call.name == "time" for call in calls),
        not calls and not operators & ARITHMETIC.keys(),
    )


def _units(
    reads: Sequence[Selector], group: Mapping[str, str], hints: _Hints
) -> Iterator[tuple[list[Series], list[Readings]]]:
    """A series for each selector, if possible one that no other selects, and what it may read; of a
    histogram all buckets together."""
    seen: set[str] = set()
    for selector in reads:
        others = [other for other in reads if other != selector]
        labels = solve([selector], others, group) or solve([selector], (), group)
        name = "" if labels is None else series(selector.metric, labels)
        if labels is None or name in seen:
            continue
        seen.add(name)
        if selector.metric.endswith("_bucket") and "le" not in labels:
            yield _buckets(selector.metric, labels, hints)
        else:
            yield [(selector.metric, labels)], [(reading,) for reading in _readings(selector.metric, hints)]


def _buckets(metric: str, labels: Mapping[str, str], hints: _Hints) -> tuple[list[Series], list[Readings]]:
    """All observations in one bucket: in the first, the second, ... or above all bounds."""
    bounds = sorted({scale * number for number in hints.numbers for scale in (0.5, 2.0)})[-_MOST_BOUNDS:]
    texts = [*(plain(to_decimal(f"{bound:.6g}")) for bound in bounds), "+Inf"]
    steady = [
        tuple(Reading(None, MINUTE if place >= hit else 0.0) for place in range(len(texts)))
        for hit in range(len(texts))
    ]
    return [(metric, {**labels, "le": text}) for text in texts], steady


def _readings(metric: str, hints: _Hints) -> Iterator[Reading]:
    """What a series may read: a counter grows, a timestamp goes with the clock, a gauge stands still."""
    if metric in hints.counted:
        yield from (Reading(None, MINUTE * value) for value in hints.values() if value >= 0)
        return
    if hints.has_clock:
        yield from _timestamps(hints.numbers)
    yield from map(Reading, hints.values())


def _timestamps(numbers: Iterable[float]) -> Iterator[Reading]:
    """Near both sides of a long age, now, longer ago than any number of the expression, and as far ahead; in
    seconds and in milliseconds. Half a second earlier each, so that no sample is 0: that means "never"."""
    for unit in (1.0, 1000.0):
        near = [scale * ago for scale in (0.95, 1.05) for ago in numbers if ago >= _LONG_AGE * unit]
        yield from (Reading(-ago - unit / 2, unit * MINUTE) for ago in near)
        yield Reading(-unit / 2, unit * MINUTE)
        yield from (Reading(-2 * unit * ago - unit / 2, unit * MINUTE) for ago in numbers)
        yield from (Reading(2 * unit * ahead, unit * MINUTE) for ahead in numbers)


def _first(
    known: Evaluated,
    when: Evaluated,
    other: Evaluated,
    options: Sequence[Sequence[Readings]],
    group: Mapping[str, str],
) -> Readings | None:
    """The first readings, in the order of the options, at which the one gives a sample, the other doesn't,
    and the group alone is known."""
    expected = {frozenset(group.items())}
    for chosen in islice(product(*options), _MOST_TRIES):
        readings = tuple(reading for unit in chosen for reading in unit)
        lines = [_line(reading) for reading in readings]
        if all(
            when(lines, time) and not other(lines, time) and _groups(known(lines, time)) == expected
            for time in _TIMES
        ):
            return readings
    return None


def _groups(found: Value) -> set[Labels]:
    return set(found) if isinstance(found, dict) else set()


def _line(reading: Reading) -> Line:
    start = _COUNTER_START if reading.value is None else reading.value
    return Line(start, reading.growth / MINUTE)
