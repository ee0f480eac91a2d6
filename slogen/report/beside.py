"""What old rules and slogen tell of the same traffic, side by side, as text and JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import isnan
from typing import Any, Final

from slogen.history.beside import Beside, Told
from slogen.history.comparing import Compared, Comparison, Played
from slogen.history.played import Firing
from slogen.model.tiers import PAGE, TICKET
from slogen.report.figures import objective, percent, rounded, span
from slogen.report.tables import Cell, Column, Table, text
from slogen.report.visible import visible

_SHOWN: Final = 2  # stretches of alerts that are listed one by one
_SEVERITIES: Final = ((PAGE, "pages"), (TICKET, "tickets"))


def as_text(found: Comparison) -> Iterator[str]:
    """The lines of each SLO: a table of its stories, and why the sides differ. Times are those since what the
    story is about began."""
    for compared in found.slos:
        slo, moved = compared.slo, compared.moved
        yield ""
        promise = f"{objective(float(slo.objective))} over {slo.period}"
        yield visible(f"{slo.id}, {promise}: `{moved.called}` of {moved.dialect} beside slogen")
        yield ""
        yield from text(_table(compared.stories))
        if why := [*_why(compared.stories)]:
            yield ""
            yield from why


def _table(stories: Sequence[Played]) -> Table:
    columns = tuple(Column(title) for title in ("story", "", "old rules", "slogen"))
    rows = []
    for played in stories:
        both, name = played.both, played.both.story.name
        for severity, what in _SEVERITIES:
            cells = (_when(both, told, severity) for told in (both.old, both.new))
            rows.append((Cell(name), Cell(what), *map(Cell, cells)))
            name = ""
        left = (_left(told.left) for told in (both.old, both.new))
        rows.append((Cell(""), Cell("budget"), *map(Cell, left)))
    return Table(columns, tuple(rows))


def _when(both: Beside, told: Told, severity: str) -> str:
    """ "after 1m, until 29m", from when the fault began."""
    spans = told.spans(severity)
    if not spans:
        return "never"
    said = [_span(start - both.begins, None if end is None else end - both.begins) for start, end in spans]
    if len(said) > _SHOWN:
        return f"{len(said)} times, first {said[0]}"
    return "; ".join(said)


def _span(start: int, end: int | None) -> str:
    return f"after {span(start)}, " + ("and goes on" if end is None else f"until {span(end)}")


def _left(left: float | None) -> str:
    return "no number" if left is not None and isnan(left) else percent(left, 1)


def _why(stories: Sequence[Played]) -> Iterator[str]:
    """Each reason once, after the stories that show it."""
    found: dict[str, list[str]] = {}
    for played in stories:
        for reason in played.reasons:
            found.setdefault(reason.words, []).append(played.both.story.name)
    for words, names in found.items():
        yield visible(f"{', '.join(names)}: {words}")


def data(found: Comparison) -> dict[str, Any]:
    """The same for JSON: times in seconds since what the story is about began, shares of the budget of 1."""
    return {"engine": found.engine, "slos": [_slo(compared) for compared in found.slos]}


def _slo(compared: Compared) -> dict[str, Any]:
    return {
        "slo": compared.slo.id,
        "name": compared.moved.called,
        "alerts": list(compared.alerts),
        "stories": [_story(played) for played in compared.stories],
    }


def _story(played: Played) -> dict[str, Any]:
    both = played.both
    return {
        "story": both.story.name,
        "bad_events": rounded(both.bad),
        "old": _told(both, both.old),
        "new": _told(both, both.new),
        "reasons": [{"kind": reason.kind, "words": reason.words} for reason in played.reasons],
    }


def _told(both: Beside, told: Told) -> dict[str, Any]:
    alerts = [_alert(firing, both.begins) for firing in told.firings]
    return {"alerts": alerts, "budget_left": rounded(told.left)}


def _alert(firing: Firing, begins: int) -> dict[str, Any]:
    return {
        "alert": firing.alert,
        "severity": firing.severity,
        "start": firing.start - begins,
        "end": None if firing.end is None else firing.end - begins,
    }
