"""Pages held against the incidents that people know of: a row for each, a column for each version."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from statistics import median
from typing import Final

from slogen.history.played import Judged, Outcome, Told
from slogen.report.figures import percent, span
from slogen.report.history_words import Clock
from slogen.report.tables import Cell, Column, Table
from slogen.report.versions import Versions, name_of, tiers_in

_MOST: Final = 10  # pages beside incidents that are shown, of each version


def tables(versions: Versions, clock: Clock) -> Iterator[tuple[str, Table]]:
    """The incidents and what was told of them, then the figures; nothing where nobody named incidents."""
    sides = [(name, history.judged) for name, history in versions if history.judged is not None]
    if not sides:
        return
    columns = [Column(name) for name, _ in sides]
    rows = [
        (*_incident(number, told[0], clock), *map(_said, told))
        for number, told in enumerate(zip(*(judged.told for _, judged in sides), strict=True), 1)
    ]
    head = (Column("", True), Column("from (UTC)"), Column("to"), Column("name"), Column("of"))
    yield "Incidents that people know of", Table((*head, *columns), tuple(rows))
    figures = [_figures(judged) for _, judged in sides]
    lines = tuple((Cell(title), *(Cell(each[title]) for each in figures)) for title in figures[0])
    numbers = (Column(name, True) for name, _ in sides)
    yield "Told of them", Table((Column(""), *numbers), lines)


def others(versions: Versions, clock: Clock) -> Iterator[str]:
    """The pages that came of none of them, as notes."""
    for name, history in versions:
        found = history.judged.false if history.judged else ()
        of = f"{name}: " if len(versions) > 1 else ""
        for played, incident in found[:_MOST]:
            when = clock.between(incident.start, incident.end)
            yield f"{of}{played.slo_id} paged without an incident: {when} ({', '.join(tiers_in(incident))})"
        if len(found) > _MOST:
            yield f"{of}{len(found) - _MOST} more pages without an incident (--format json has all)"


def _incident(number: int, told: Told, clock: Clock) -> Sequence[Cell]:
    each = told.incident
    end = clock.between(each.start, each.end).partition(" to ")[2]
    return [
        Cell(text) for text in (str(number), clock.at(each.start), end, each.name or "-", each.slo or "any")
    ]


def _said(told: Told) -> Cell:
    worst = f"errors at most {percent(told.worst)}" if told.worst is not None else "no events"
    if told.outcome is Outcome.OUTSIDE:
        return Cell("before or after the history", "lost")
    if told.first is None or told.played is None:
        return Cell(f"missed: {worst}", "bad")
    who = f"{told.played.slo_id} {name_of(told.first)}"
    after = f"after {span(told.after)}" if told.after >= 0 else f"{span(-told.after)} before it"
    if told.outcome is Outcome.TICKET:
        return Cell(f"ticket {after}, no page: {who}, {worst}", "bad")
    is_late = told.after > told.incident.end - told.incident.start
    return Cell(
        f"page {after}{', when it was over' if is_late else ''}: {who}", "warn" if is_late else "good"
    )


def _figures(judged: Judged) -> dict[str, str]:
    known = len(judged.told) - judged.count(Outcome.OUTSIDE)
    waits = [told.after for told in judged.told if told.outcome is Outcome.PAGED]
    pages, times = judged.false_pages, len(judged.false)
    return {
        "paged": f"{judged.count(Outcome.PAGED)} of {known}",
        "first page, half of them within": span(median(waits)) if waits else "-",
        "ticket, no page": str(judged.count(Outcome.TICKET)),
        "missed": str(judged.count(Outcome.MISSED)),
        "pages without an incident": f"{pages} ({times})" if pages else "0",
    }
