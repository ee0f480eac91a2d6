"""When each alert fired, and the incidents."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from slogen.history.played import Firing
from slogen.report.figures import span
from slogen.report.picture.marks import line, number, rect, tag, text
from slogen.report.picture.sheet import BEFORE, BEHIND, LEAST, LEFT, RIGHT, Sheet
from slogen.report.picture.trace import merged
from slogen.report.versions import Compared, Row, Side, rows_of, seconds_in

KINDS: Final = ("page", "ticket", "info")
_ROW: Final = 20
_BAR: Final = 12


def alerts(sheet: Sheet, top: float) -> Iterator[str]:
    """A row for each alert of each version, with bars where it fired."""
    y = float(top)
    for side, played in sheet.compared.known:
        if len(sheet.compared.sides) > 1:
            yield text(LEFT, y + 14, side.version, "strong", most=90)
            y += _ROW
        for row in rows_of(played):
            yield from _row(sheet, side, row, y)
            y += _ROW


def height_of(compared: Compared) -> int:
    """The pixels of all rows."""
    titles = len(compared.known) if len(compared.sides) > 1 else 0
    return _ROW * (titles + sum(len(rows_of(played)) for _, played in compared.known))


def _row(sheet: Sheet, side: Side, row: Row, y: float) -> Iterator[str]:
    middle = y + _ROW / 2
    yield line(LEFT, middle, RIGHT, middle, "grid")
    yield text(BEFORE, middle + 4, row.name, "", "end", most=25)
    said = "never"
    if row.firings:
        seconds = seconds_in(row.firings, side.history)
        said = f"{row.severity}, {len(row.firings)}x, {span(seconds)}"
    yield text(BEHIND, middle + 4, said, "" if row.firings else "soft", most=24)
    kind = kind_of(row.severity)
    yield from _bars(sheet, row, middle - _BAR / 2, f"{kind} pending", is_pending=True)
    yield from _bars(sheet, row, middle - _BAR / 2, kind, is_pending=False)


def _bars(sheet: Sheet, row: Row, top: float, kind: str, *, is_pending: bool) -> Iterator[str]:
    """Bars with a least width; those that would touch are one, which says so."""
    x, single = sheet.x, dict[tuple[float, float], Firing]()
    places = []
    for each in row.firings:
        start, end = (each.pending, each.start) if is_pending else (each.start, each.end)
        last = sheet.clock.end if end is None else end
        if last < sheet.clock.start or start > sheet.clock.end or (is_pending and last <= start):
            continue
        place = (x(start), max(x(last), x(start) + (0 if is_pending else LEAST)))
        places.append(place)
        single[place] = each
    for left, right, count in merged(places, 0.5):
        tip = _tip(sheet, row, single[left, right] if count == 1 else None, count)
        yield rect(min(left, RIGHT - LEAST), top, right - left, _BAR, kind, tip)
    if not is_pending and any(each.end is None for each in row.firings):
        yield tag("path", d=f"M{number(RIGHT)} {number(top)}l6 6l-6 6Z", class_=kind)


def _tip(sheet: Sheet, row: Row, firing: Firing | None, count: int) -> str:
    if firing is None:
        return f"{row.name}: {count} times"
    said = f"{row.name}: fired {sheet.clock.between(firing.start, firing.end)}"
    waited = firing.start - firing.pending
    return f"{said}, pending for {span(waited)} before" if waited else said


def kind_of(severity: str) -> str:
    """How an alert is drawn: pages and tickets each in their way, all else in another."""
    return severity if severity in KINDS else KINDS[-1]


def bands(sheet: Sheet, spans: Sequence[tuple[int, int | None]], top: float, height: float) -> Iterator[str]:
    """Incidents over the whole height, with their numbers on top; numbers that would meet are one."""
    x = sheet.x
    places = [(x(start), x(sheet.clock.end if end is None else end)) for start, end in spans]
    for first, last in places:
        yield rect(first, top, max(last - first, LEAST), height, "band")
    if places:
        yield text(BEFORE, top - 11, "incidents", "soft", "end")
    groups: list[list[int]] = []
    for place in range(len(places)):
        near = groups and _middle(places, place) - _middle(places, groups[-1][-1]) < 22
        groups[-1].append(place) if near else groups.append([place])
    for group in groups:
        said = f"{group[0] + 1}" if len(group) == 1 else f"{group[0] + 1}-{group[-1] + 1}"
        middle, width = (_middle(places, group[0]) + _middle(places, group[-1])) / 2, 12 + 6 * len(said)
        yield tag("rect", x=middle - width / 2, y=top - 23, width=width, height=16, rx=8, class_="badge")
        yield text(middle, top - 11, said, "on small strong", "middle")


def _middle(places: Sequence[tuple[float, float]], place: int) -> float:
    return sum(places[place]) / 2
