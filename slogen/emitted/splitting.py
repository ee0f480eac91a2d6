"""Groups cut into parts, where an engine or a person limits how many rules a group has."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby, islice

from slogen.conventions import ID, PAIR_OF_WINDOW
from slogen.emitted.rules import Group, Recording, Rule


def _one(rule: Rule) -> int:
    del rule
    return 1


def split(
    group: Group, most: int | None, suffix: str = "-", size: Callable[[Rule], int] = _one
) -> Iterator[Group]:
    """Cut a group into parts that are at most `most` large (None, 0: however large), in order; a rule counts
    for its `size`, 1 by default. A part sees the one before in time or one interval late. What is put
    together of recorded series is never cut apart: an SLO's base pair, and the pair and the ratio of a window,
    would else be of two moments. Parts after the first are named with the suffix and their number."""
    sizes = [*map(size, group.rules)] if most else []
    if not most or sum(sizes) <= most:
        yield group
        return
    parts: list[list[Rule]] = [[]]
    room, rest = most, iter(sizes)
    for unit in _units(group.rules):
        needed = sum(islice(rest, len(unit)))
        if parts[-1] and needed > room:
            parts.append([])
            room = most
        parts[-1] += unit
        room -= needed
    for part, rules in enumerate(parts, 1):
        name = group.name if part == 1 else f"{group.name}{suffix}{part}"
        yield Group(name, group.interval, tuple(rules))


def _units(rules: Sequence[Rule]) -> Iterator[list[Rule]]:
    """Neighbours that belong together: recordings of one SLO, and those of one window of all SLOs."""
    for _, unit in groupby(rules, key=_belongs_to):
        yield list(unit)


def _belongs_to(rule: Rule) -> object:
    if not isinstance(rule, Recording):
        return id(rule)
    window = PAIR_OF_WINDOW.fullmatch(rule.record)
    return rule.labels.get(ID) or (window.group(1) if window else id(rule))
