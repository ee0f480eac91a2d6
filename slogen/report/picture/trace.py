"""Long series in few points: no spike is lost, and no line leads through what isn't known."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from math import isfinite
from statistics import median

from slogen.history.played import Point

_WIDER = 2.5  # than the usual distance of points: a gap
Pixel = tuple[float, float]


def stretches(points: Iterable[Point]) -> list[list[Point]]:
    """The parts of a series without gaps. A gap is where points miss, or are no number."""
    known = [(at, value) for at, value in points if isfinite(value)]
    if not known:
        return []
    usual = median(after - before for (before, _), (after, _) in pairwise(known)) if len(known) > 1 else 0
    found = [[known[0]]]
    for before, after in pairwise(known):
        if after[0] - before[0] > _WIDER * usual:
            found.append([])
        found[-1].append(after)
    return found


def gaps(points: Sequence[Point], start: int, end: int) -> list[tuple[int, int]]:
    """Where a series isn't known: from its last point before to the first one after, and at both ends."""
    parts = stretches(points)
    if not parts:
        return [(start, end)]
    usual = max((b[0] - a[0] for part in parts for a, b in pairwise(part)), default=0)
    inner = [(before[-1][0], after[0][0]) for before, after in pairwise(parts)]
    first, last = parts[0][0][0], parts[-1][-1][0]
    outer = [(start, first), (last, end)]
    return sorted([*inner, *(each for each in outer if each[1] - each[0] > _WIDER * usual)])


def thin(points: Iterable[Point], x: Callable[[float], float], y: Callable[[float], float]) -> list[Pixel]:
    """Pixels of a stretch: the lowest and the highest of each column, in the order of time; of the first and
    the last column the ends too."""
    pixels = [(x(at), y(value)) for at, value in points]
    columns: dict[int, list[Pixel]] = {}
    for pixel in pixels:
        columns.setdefault(round(pixel[0]), []).append(pixel)
    kept: list[Pixel] = [pixels[0]]
    for column in columns.values():
        ends = {column.index(min(column, key=_height)), column.index(max(column, key=_height))}
        kept += [column[place] for place in sorted(ends)]
    return [*dict.fromkeys([*kept, pixels[-1]])]


def _height(pixel: Pixel) -> float:
    return pixel[1]


def merged(bars: Iterable[tuple[float, float]], apart: float) -> list[tuple[float, float, int]]:
    """Bars that touch, or nearly, are one: from, to, how many."""
    found: list[tuple[float, float, int]] = []
    for start, end in sorted(bars):
        if found and start - found[-1][1] < apart:
            first, last, count = found.pop()
            found.append((first, max(last, end), count + 1))
        else:
            found.append((start, end, 1))
    return found
