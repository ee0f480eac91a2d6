"""The least that changes between two texts: which lines go, and which come in their place.

Myers' greedy search finds the shortest way from one text to the other. Its time grows with the square of
what differs, so that its steps are counted: where there would be too many, the texts are split at lines
that both hold exactly once, and the parts are compared.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import takewhile
from typing import NamedTuple

_STEPS_A_LINE = 60
_Codes = Sequence[int]
_Pair = tuple[int, int]


class Edit(NamedTuple):
    """The old lines `start:end` become the new lines `new_start:new_end`; either may be none."""

    start: int
    end: int
    new_start: int
    new_end: int


def edits(old: Sequence[str], new: Sequence[str]) -> list[Edit]:
    """What differs, in order, with at least one common line between any two edits."""
    codes: dict[str, int] = {}
    a, b = ([codes.setdefault(line, len(codes)) for line in lines] for lines in (old, new))
    return _slid(_between(_common(a, b), len(a), len(b)), old, new)


def remaining(old: Sequence[str], new: Sequence[str]) -> _Pair:
    """How many lines are left of each when the common head and tail are taken off."""
    head, tail = _ends(old, new)
    return len(old) - head - tail, len(new) - head - tail


def _ends(a: Sequence[object], b: Sequence[object]) -> _Pair:
    """The lengths of the common head, and of the common tail of what is left."""
    head = _length(zip(a, b, strict=False))
    most = min(len(a), len(b)) - head
    return head, min(most, _length(zip(reversed(a), reversed(b), strict=False)))


def _length(pairs: Iterable[tuple[object, object]]) -> int:
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


def _common(a: _Codes, b: _Codes) -> list[_Pair]:
    """Pairs of places of the lines that stay. Parts wait in a list: recursion could go too deep."""
    pairs, waiting = list[_Pair](), [(0, len(a), 0, len(b))]
    while waiting:
        start, end, new_start, new_end = waiting.pop()
        x, y = a[start:end], b[new_start:new_end]
        head, tail = _ends(x, y)
        pairs += [(start + i, new_start + i) for i in range(head)]
        pairs += [(end - i, new_end - i) for i in range(1, tail + 1)]
        x, y = x[head : len(x) - tail], y[head : len(y) - tail]
        start, new_start = start + head, new_start + head
        found = shortest(x, y, _STEPS_A_LINE * (len(x) + len(y))) if x and y else []
        if found is None:
            found = _anchors(x, y)
            stops = [*found, (len(x), len(y))]
            waiting += [
                (start + i + 1, start + k, new_start + j + 1, new_start + m)
                for (i, j), (k, m) in zip([(-1, -1), *found], stops, strict=True)
                if found
            ]
        pairs += [(start + i, new_start + j) for i, j in found]
    return sorted(pairs)


def shortest(a: _Codes, b: _Codes, most: int) -> list[_Pair] | None:
    """The places of a longest common subsequence; None if it takes more than `most` steps to find.

    `furthest` tells for each diagonal (place in `a` less place in `b`) how far d edits lead in `a`.
    """
    size, steps = len(a) + len(b) + 1, 0
    furthest, trace = array("l", [0]) * (2 * size + 1), list[Sequence[int]]()
    for d in range(size):
        trace.append(furthest[size - d - 1 : size + d + 2])
        for k in range(-d, d + 1, 2):
            x = before = _step(trace[d], d, k)[0]
            while x < len(a) and 0 <= x - k < len(b) and a[x] == b[x - k]:
                x += 1
            furthest[size + k] = x
            steps += 1 + x - before
            if x >= len(a) and x - k >= len(b):
                return list(_back(trace, len(a), len(b)))
        if steps > most:
            break
    return None


def _step(furthest: Sequence[int], d: int, k: int) -> tuple[int, int]:
    """Where the edit number d leads to on a diagonal, and the diagonal that it comes from."""
    left, right = furthest[d + k], furthest[d + k + 2]
    if k == -d or (k != d and left < right):
        return right, k + 1
    return left + 1, k - 1


def _back(trace: Sequence[Sequence[int]], x: int, y: int) -> Iterator[_Pair]:
    """From the end to the start, the pairs on the way that the search took."""
    for d in range(len(trace) - 1, -1, -1):
        start, other = _step(trace[d], d, x - y)
        while x > start:
            x, y = x - 1, y - 1
            yield x, y
        x = start - (other < x - y)
        y = x - other


def _anchors(a: _Codes, b: _Codes) -> list[_Pair]:
    """The longest row of lines that both hold once, in the same order in both."""
    once = Counter(a), Counter(b)
    places = {code: j for j, code in enumerate(b) if once[1][code] == 1}
    pairs = [(i, places[code]) for i, code in enumerate(a) if once[0][code] == 1 and code in places]
    tops, ends, links = list[int](), list[int](), list[int]()
    for n, (_, j) in enumerate(pairs):
        at = bisect_left(tops, j)
        links.append(ends[at - 1] if at else -1)
        tops[at : at + 1], ends[at : at + 1] = [j], [n]
    row, n = list[_Pair](), ends[-1] if ends else -1
    while n >= 0:
        row.append(pairs[n])
        n = links[n]
    return row[::-1]


def _between(pairs: Iterable[_Pair], size: int, new_size: int) -> Iterator[Edit]:
    i = j = 0
    for k, m in (*pairs, (size, new_size)):
        if i < k or j < m:
            yield Edit(i, k, j, m)
        i, j = k + 1, m + 1


def _slid(found: Iterable[Edit], old: Sequence[str], new: Sequence[str]) -> list[Edit]:
    """Move what was only taken out or only put in down as far as it goes: neighbours meet and become one."""
    settled = list[Edit]()
    for edit in reversed(list(found)):
        stop = settled[-1].start if settled else len(old)
        lines, start, end = (new, edit.new_start, edit.new_end)
        if edit.start < edit.end:
            lines, start, end = (old, edit.start, edit.end)
        pure = edit.start == edit.end or edit.new_start == edit.new_end
        far = _length((lines[start + n], lines[end + n]) for n in range(stop - edit.end)) if pure else 0
        edit = Edit(*(place + far for place in edit))
        if settled and edit.end == stop:
            other = settled.pop()
            edit = Edit(edit.start, other.end, edit.new_start, other.new_end)
        settled.append(edit)
    return settled[::-1]
