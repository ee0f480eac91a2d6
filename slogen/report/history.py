"""What a backtest or a simulation says, as text, JSON and Markdown; versions of a spec side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import repeat
from typing import Final

from slogen.history.played import Incident, Played
from slogen.report import history_json, judged
from slogen.report.figures import digits_for, objective, percent, span
from slogen.report.history_words import (
    BACKTEST,
    Clock,
    bad,
    clock_of,
    cost,
    notes_of,
    paged,
    pages_and_incidents,
    share,
    stretch,
    waits,
)
from slogen.report.tables import Cell, Column, Table, in_markdown, markdown, text
from slogen.report.timeline import timeline
from slogen.report.versions import (
    TICKET,
    Compared,
    Side,
    Versions,
    always_met,
    compare,
    detailed,
    left_at_end,
    moments,
    tiers_in,
    worst_left,
)
from slogen.report.visible import visible

FORMS: Final = ("text", "json", "markdown")
Fact = tuple[str, Callable[[Side, Played, int], Cell]]  # with how many digits a share of good events has


def render(
    versions: Versions, form: str, *, kind: str = BACKTEST, began: Sequence[int] = (), colour: bool = False
) -> str:
    """The histories in a form of FORMS, without a newline at the end. The first version is the spec as it is,
    the others are what it is compared with. `began` are the times at which a story broke something."""
    if form == "json":
        return history_json.render(versions, kind)
    parts = _Parts(versions, kind, tuple(began))
    return _markdown(parts) if form == "markdown" else _text(parts, colour=colour)


class _Parts:
    """What both forms for people are made of."""

    def __init__(self, versions: Versions, kind: str, began: tuple[int, ...]) -> None:
        self.versions, self.kind, self.began = versions, kind, began
        self.compared = compare(versions)
        history = versions[0][1]
        self.clock = clock_of(history, kind)
        self.title = f"{kind}, {stretch(history, kind)}"
        self.how = f"pages evaluated every {span(history.step)} by {history.engine}"
        self.notes = (*notes_of(versions), *judged.others(versions, self.clock))
        self.known = tuple(judged.tables(versions, self.clock))

    def timeline(self, compared: Compared) -> list[str]:
        """The alerts of each version over the time."""
        return timeline(compared, self.clock, self.began)


def _text(parts: _Parts, *, colour: bool) -> str:
    lines = [visible(parts.title), visible(parts.how)]
    if len(parts.compared) != 1:
        lines += ["", *_overview(parts, lambda table: text(table, colour=colour))]
    for compared in detailed(parts.compared):
        lines += ["", visible(_heading(compared)), *text(_facts(compared), colour=colour)]
        for _, table in _incidents(parts, compared):
            lines += ["", *text(table, colour=colour)]
        if drawn := parts.timeline(compared):
            lines += ["", *drawn]
    for title, table in parts.known:
        lines += ["", title, *text(table, colour=colour)]
    return "\n".join(
        [*lines, *([""] if parts.notes else []), *map(visible, map("note: {}".format, parts.notes))]
    )


def _markdown(parts: _Parts) -> str:
    lines = [f"## {in_markdown(parts.title)}", "", in_markdown(parts.how)]
    if len(parts.compared) != 1:
        lines += ["", *_overview(parts, markdown)]
    for compared in detailed(parts.compared):
        lines += ["", f"### {in_markdown(_heading(compared))}", "", *markdown(_facts(compared))]
        for title, table in _incidents(parts, compared):
            lines += ["", f"**{title}**", "", *markdown(table)]
        if drawn := parts.timeline(compared):
            # indented: no text within can end it, as it could end a fence
            lines += ["", *(f"    {line}" for line in drawn)]
    for title, table in parts.known:
        lines += ["", f"### {title}", "", *markdown(table)]
    return "\n".join([*lines, *([""] if parts.notes else []), *(f"- {in_markdown(n)}" for n in parts.notes)])


def _heading(compared: Compared) -> str:
    said = dict.fromkeys(f"{objective(float(p.objective))} over {p.period}" for _, p in compared.known)
    return f"{compared.name}, {' or '.join(said)}"


def _overview(parts: _Parts, form: Callable[[Table], list[str]]) -> list[str]:
    """A row for each SLO and version."""
    if not parts.compared:
        return ["no SLO was played"]
    several = len(parts.versions) > 1
    columns = (Column("SLO"), *([Column("version")] if several else []))
    columns += tuple(Column(title, True) for title, _ in _FACTS if title not in _DETAILS)
    rows = []
    for compared in parts.compared:
        for side in compared.sides:
            cells = [cell for title, cell in _told(side, _digits(compared)) if title not in _DETAILS]
            names = [Cell(compared.name), *([Cell(side.version)] if several else [])]
            rows.append((*names, *cells))
    return form(Table(columns, tuple(rows)))


def _facts(compared: Compared) -> Table:
    """A row for each fact, a column for each version."""
    columns = (Column(""), *(Column(side.version, True) for side in compared.sides))
    sides = [list(_told(side, _digits(compared))) for side in compared.sides]
    return Table(
        columns,
        tuple(
            (Cell(title), *(told[number][1] for told in sides)) for number, (title, _) in enumerate(_FACTS)
        ),
    )


def _digits(compared: Compared) -> int:
    """As many for all versions as the strictest needs, so that they can be compared."""
    return max(digits_for(float(played.objective)) for _, played in compared.known)


def _told(side: Side, digits: int) -> Iterator[tuple[str, Cell]]:
    for title, fact in _FACTS:
        told = Cell("not there", "lost") if side.played is None else fact(side, side.played, digits)
        yield title, told


def _end(_: Side, played: Played, __: int) -> Cell:
    left = left_at_end(played)
    return Cell(share(left), "bad" if left is not None and left < 0 else "")


def _worst(_: Side, played: Played, __: int) -> Cell:
    worst = worst_left(played)
    return Cell(share(worst and worst[1]), "bad" if worst and worst[1] < 0 else "")


def _kept(_: Side, played: Played, digits: int) -> Cell:
    missed = played.met is not None and played.met < played.objective - 1e-12
    return Cell(percent(played.met, digits), "bad" if missed else "good")


_DETAILS: Final = ("first page from first sign", "met at all times")
_FACTS: Final[tuple[Fact, ...]] = (
    ("objective", lambda _, played, __: Cell(objective(float(played.objective)))),
    ("pages (incidents)", lambda _, played, __: Cell(pages_and_incidents(played))),
    (_DETAILS[0], lambda _, played, __: Cell(waits(played.incidents))),
    ("tickets", lambda _, played, __: Cell(str(played.count(TICKET)))),
    ("time in page", lambda side, played, _: Cell(paged(played, side.history))),
    ("budget at the end", _end),
    ("budget at worst", _worst),
    ("kept", _kept),
    (_DETAILS[1], lambda _, played, digits: Cell(percent(always_met(played), digits))),
)


def _incidents(parts: _Parts, compared: Compared) -> Iterator[tuple[str, Table]]:
    """A line for each incident; where versions are compared, one for each of them, also if it didn't page."""
    every = moments(compared)
    if not every:
        return
    several = len(compared.sides) > 1
    zone = "since the start" if parts.clock.is_elapsed else "UTC"
    columns = (
        Column("", True),
        *([Column("version")] if several else []),
        *(Column(f"from ({zone})"), Column("to"), Column("lasted", True), Column("tiers")),
        *(Column(_bad_title(compared), True), Column("of the budget", True)),
    )
    rows = []
    for number, moment in enumerate(every, 1):
        for side, incidents in zip(compared.sides, moment.incidents, strict=True):
            for each in incidents or (None,):
                name = [Cell(side.version)] if several else []
                rows.append((Cell(str(number)), *name, *_incident(parts.clock, side.played, each)))
    yield "Incidents", Table(columns, tuple(rows))


def _bad_title(compared: Compared) -> str:
    return "bad time" if all(played.unit == "seconds" for _, played in compared.known) else "bad events"


def _incident(clock: Clock, played: Played | None, incident: Incident | None) -> tuple[Cell, ...]:
    if played is None or incident is None:
        return (Cell("no page" if played else "not there"), *repeat(Cell("-"), 5))
    end = "goes on" if incident.end is None else clock.at(incident.end)
    lasted = span((clock.end if incident.end is None else incident.end) - incident.start)
    told = (clock.at(incident.start), end, lasted, ", ".join(tiers_in(incident)))
    return tuple(map(Cell, (*told, bad(incident.bad, played.unit), cost(incident))))
