"""Groups cut into parts, where an engine or a person limits how many rules a group has."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from slogen.conventions import ID, PAIR_OF_WINDOW
from slogen.emitted.rules import Group, Recording, Rule


def split(group: Group, most: int | None, suffix: str = "-") -> Iterator[Group]:
    """Cut a group into parts of at most `most` rules, in order; a part sees the one before in time or
    one interval late. What is put together of recorded series is never cut apart: an SLO's base pair, and
    the pair and the ratio of a window, would else be of two moments. Parts after the first are named with the
    suffix and their number."""
    if not most or len(group.rules) <= most:
        yield group
        return
    parts: list[list[Rule]] = [[]]
    for unit in _units(group.rules):
        if parts[-1] and len(parts[-1]) + len(unit) > most:
            parts.append([])
        parts[-1] += unit
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
