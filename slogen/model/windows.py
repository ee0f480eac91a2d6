"""Telescoping windows: how a long window is made of smaller windows that are recorded anyway.

A window is the sum of adjacent tiles, each an already recorded mean over its own length, so it reads a
few samples where a range over the base would read thousands, and its value is exactly that of adjacent
base windows. The links are constants: the tiles of a window depend on its length alone, so a changed
objective or policy never restarts a recorded budget.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from slogen.units import DAY, HOUR, MINUTE

_LINKS = (30 * MINUTE, HOUR, 6 * HOUR, DAY, 3 * DAY, 7 * DAY, 30 * DAY)
_MOST_TILES = 12


@dataclass(frozen=True, slots=True)
class Tile:
    """A recorded window of `length` seconds that ended `offset` seconds ago."""

    length: int
    offset: int


@cache
def tiles(window: int, base: int) -> tuple[Tile, ...]:
    """The adjacent tiles, newest first, whose lengths add up to `window` (all in seconds).

    One length if a link divides the window into at most 12 parts, else the largest links that fit.
    Raises ValueError when the window is not a multiple of the base or not longer than it.
    """
    if window <= base or window % base:
        raise ValueError(f"a window of {window} s is no multiple of the base of {base} s")
    links = [base, *(link for link in _LINKS if base < link < window)]
    even = max(link for link in links if window % link == 0)
    lengths = [even] * (window // even) if window // even <= _MOST_TILES else _greedy(window, links)
    out, offset = [], 0
    for length in lengths:
        out.append(Tile(length, offset))
        offset += length
    return tuple(out)


def _greedy(window: int, links: list[int]) -> list[int]:
    lengths: list[int] = []
    for link in reversed(links):
        lengths += [link] * (window // link)
        window %= link
    return lengths


def closure(windows: Iterable[int], base: int) -> tuple[int, ...]:
    """All windows above the base that must be recorded to have these, shortest first."""
    return _closure(frozenset(windows), base)


@cache
def _closure(windows: frozenset[int], base: int) -> tuple[int, ...]:
    needed: set[int] = set()
    pending = [window for window in windows if window > base]
    while pending:
        window = pending.pop()
        if window not in needed:
            needed.add(window)
            pending += [tile.length for tile in tiles(window, base) if tile.length > base]
    return tuple(sorted(needed))
