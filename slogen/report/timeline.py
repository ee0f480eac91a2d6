"""When alerts fired, as lines for a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from rich.cells import cell_len

from slogen.history.played import Firing, History, Played
from slogen.report.figures import span
from slogen.report.history_words import Clock
from slogen.report.versions import Compared, Row, began_at, rows_of, seconds_in
from slogen.report.visible import visible

WIDTH: Final = 60
FIRED, PENDING, NOTHING = "█", "▒", "▏"
LEGEND: Final = f"{FIRED} fired  {PENDING} pending  {NOTHING} nothing"
_MOST: Final = 3


def timeline(compared: Compared, clock: Clock, began: Sequence[int] = (), width: int = WIDTH) -> list[str]:
    """A line for each alert, and one for the axis; the name of each version above its own, where there are
    several. `began` are the times at which something was broken, in their order; where nobody knows them,
    pages are told from when their incident began."""
    rows = [(side, played, row) for side, played in compared.known for row in rows_of(played)]
    names, kinds = [visible(row.name) for *_, row in rows], [visible(row.severity) for *_, row in rows]
    broad, wide = (max(map(cell_len, each), default=0) for each in (names, kinds))
    lines, last = [], None
    for (side, played, row), name, kind in zip(rows, names, kinds, strict=True):
        if len(compared.sides) > 1 and side is not last:
            lines.append(visible(f"{side.version}:"))
        since = _since(row.firings[0], played, began) if row.firings else ""
        bar, said = _bar(row, side.history, width), _said(row, side.history, clock, since)
        lines.append(f"{_padded(name, broad)}  {_padded(kind, wide)}  {bar}  {said}")
        last = side
    return [*lines, " " * (broad + wide + 4) + _axis(clock, width), LEGEND] if lines else []


def _padded(text: str, width: int) -> str:
    return text + " " * (width - cell_len(text))


def _bar(row: Row, history: History, width: int) -> str:
    """A cell shows the most that happened in it, so that nothing is too short to be seen."""
    cells = [NOTHING] * width
    for each in row.firings:
        for place in _cells(each.pending, each.start, history, width):
            cells[place] = PENDING
    for each in row.firings:
        for place in _cells(each.start, history.end if each.end is None else each.end, history, width):
            cells[place] = FIRED
    return "".join(cells)


def _cells(start: int, end: int, history: History, width: int) -> range:
    """The cells from one time to another: at least one, as long as it is within the history."""
    length = max(history.end - history.start, 1)
    if end < history.start or start > history.end or (start == end and start in (history.start, history.end)):
        return range(0)
    first = min(max(start - history.start, 0) * width // length, width - 1)
    last = -(-(min(end, history.end) - history.start) * width // length)
    return range(first, max(last, first + 1))


def _said(row: Row, history: History, clock: Clock, since: str) -> str:
    if not row.firings:
        return "never"
    told = [clock.between(each.start, each.end) for each in row.firings[:_MOST]]
    if len(row.firings) == 1:
        return told[0] + since
    if len(row.firings) <= _MOST:
        return "; ".join(told)
    lasted = span(seconds_in(row.firings, history))
    return f"{len(row.firings)} times, {lasted} in all; first {told[0]}"


def _since(firing: Firing, played: Played, began: Sequence[int]) -> str:
    """How long after the start it fired, where that is known."""
    starts = [start for start in began if start <= firing.start]
    if not began:
        starts = [began_at(each) for each in played.incidents if firing in each.pages]
    waited = firing.start - starts[-1] if starts else 0
    return f", {span(waited)} after the start" if waited > 0 else ""


def _axis(clock: Clock, width: int) -> str:
    """The first, the middle and the last time, below their places."""
    first, middle, last = (clock.at(each) for each in (clock.start, (clock.start + clock.end) / 2, clock.end))
    left = first.ljust(max((width - len(middle)) // 2, len(first) + 1)) + middle
    return left + " " + last.rjust(width - len(left) - 1)
