"""A history in words: its times, and what came of it in a few figures."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from slogen.history.played import History, Incident, Played
from slogen.report.figures import clock, percent, span
from slogen.report.versions import (
    TICKET,
    Versions,
    left_at_end,
    pages_of,
    seconds_in,
    waited,
    worst_left,
)
from slogen.units import HOUR, MINUTE

SIMULATION: Final = "Simulation"
BACKTEST: Final = "Backtest"
_IN_MINUTES: Final = 4 * HOUR
_MOST_WAITS: Final = 6


@dataclass(frozen=True, slots=True)
class Clock:
    """How the times of a history are written: as UTC, or since its start where it was invented."""

    start: int
    end: int
    is_elapsed: bool = False

    def at(self, when: float) -> str:
        """A time: "19 Oct 14:05", or "61m"."""
        return self._elapsed(when - self.start) if self.is_elapsed else clock(when, 0)

    def between(self, start: float, end: float | None) -> str:
        """A stretch of time: "19 Oct 14:05 to 14:33"."""
        if end is None:
            return f"{self.at(start)}, and goes on"
        return f"{self.at(start)} to {self.at(end) if self.is_elapsed else clock(end, start)}"

    def _elapsed(self, seconds: float) -> str:
        if self.end - self.start > _IN_MINUTES:
            return span(seconds)
        minutes, rest = divmod(round(seconds), MINUTE)
        return f"{minutes}m" + (f"{rest}s" if rest else "")


def clock_of(history: History, kind: str) -> Clock:
    """Invented time counts from its start."""
    return Clock(history.start, history.end, kind == SIMULATION)


def stretch(history: History, kind: str) -> str:
    """How long a history is, and of a real one when: "19 Oct 14:00 to 18 Nov 2026 14:00 UTC (30d)"."""
    if kind == SIMULATION:
        return span(history.end - history.start)
    start, end = (datetime.fromtimestamp(each, UTC) for each in (history.start, history.end))
    year = "" if start.year == end.year else " %Y"
    said = f"{start.strftime(f'%-d %b{year} %H:%M')} to {end.strftime('%-d %b %Y %H:%M UTC')}"
    return f"{said} ({span(history.end - history.start)})"


def notes_of(versions: Versions) -> Iterator[str]:
    """What isn't known; whose note it is where not all versions have it."""
    for note in dict.fromkeys(note for _, history in versions for note in history.notes):
        having = [name for name, history in versions if note in history.notes]
        yield note if len(having) == len(versions) else f"{', '.join(having)}: {note}"


def paged(played: Played, history: History) -> str:
    """For how long somebody was paged."""
    seconds = seconds_in(pages_of(played), history)
    return span(seconds) if seconds else "-"


def pages_and_incidents(played: Played) -> str:
    """Pages, and in how many incidents they came: "8 (4)"."""
    count = sum(1 for _ in pages_of(played))
    return f"{count} ({len(played.incidents)})" if count else "0"


def waits(incidents: Iterable[Incident]) -> str:
    """How long after its beginning each incident paged."""
    said = [span(waited(each)) for each in incidents]
    more = [f"and {len(said) - _MOST_WAITS} more"] if len(said) > _MOST_WAITS else []
    return ", ".join([*said[:_MOST_WAITS], *more]) or "-"


def share(value: float | None) -> str:
    """A share of a budget that is left, without digits: rounded down, none looks better than it was."""
    return percent(value, 0)


def cost(incident: Incident) -> str:
    """The share of the budget that an incident used, rounded up."""
    used = percent(-incident.budget, 0)
    return used if used == "-" else used.removeprefix("-")


def bad(value: float, unit: str) -> str:
    """Bad events, or bad time."""
    return span(value) if unit == "seconds" else f"{value:,.0f}"


def headline(played: Played) -> str:
    """What came of it, as a sentence for a meeting."""
    pages, tickets = sum(1 for _ in pages_of(played)), played.count(TICKET)
    incidents = len(played.incidents)
    said = [f"{_many(incidents, 'incident')} paged ({_many(pages, 'page')})" if pages else "nobody was paged"]
    said.append(_many(tickets, "ticket") if tickets else "no ticket")
    end, worst = left_at_end(played), worst_left(played)
    if end is not None and worst is not None:
        at_worst = f", {share(worst[1])} at worst" if share(worst[1]) != share(end) else ""
        said.append(f"budget left {share(end)} at the end{at_worst}")
    return ", ".join(said)


def _many(count: int, what: str) -> str:
    return f"{count} {what}" + ("" if count == 1 else "s")
