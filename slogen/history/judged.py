"""What the alerts of a history told of incidents that people know of, and what paged beside them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from slogen.history.played import Firing, History, Incident, Judged, Outcome, Played, Told
from slogen.history.reported import Reported
from slogen.model.tiers import TICKET


def judged(history: History, incidents: Sequence[Reported], slot: int) -> History:
    """The history with its judgement. A page is of an incident whose time meets that of the errors and pages
    of which it is one; a ticket, if it began to fire within it. Errors are known for each `slot` seconds. It
    `is_partial`, too, where no incident began within it: then nothing was judged."""
    judge = _Judge(history, slot)
    told = tuple(map(judge.told, incidents))
    known = [each.incident for each in told if each.outcome is not Outcome.OUTSIDE]
    found = replace(history, judged=Judged(told, tuple(judge.false(known))))
    if known:
        return found
    note = "no incident that people know of began within the history: nothing is told of any"
    return replace(found, notes=(*history.notes, note), is_partial=True)


@dataclass(frozen=True, slots=True)
class _Judge:
    history: History
    slot: int

    def told(self, each: Reported) -> Told:
        """What came of an incident."""
        if not self.history.start <= each.start < self.history.end:
            return Told(each, Outcome.OUTSIDE)
        its = [played for played in self.history.slos if _is_of(each, played)]
        burned = [found for played in its if (found := self._worst(each, played))]
        worst = max(burned)[1] if burned else None
        for outcome, alerts in ((Outcome.PAGED, self._pages), (Outcome.TICKET, self._tickets)):
            fired = [(alert.start, n, alert) for n, one in enumerate(its) for alert in alerts(each, one)]
            if fired:
                start, number, first = min(fired, key=lambda found: found[:2])
                return Told(each, outcome, its[number], first, start - each.start, worst)
        return Told(each, Outcome.MISSED, worst=worst)

    def false(self, known: Sequence[Reported]) -> Iterator[tuple[Played, Incident]]:
        """What paged beside these incidents."""
        for played in self.history.slos:
            its = [each for each in known if _is_of(each, played)]
            for incident in played.incidents:
                if not any(self._meet(each, incident) for each in its):
                    yield played, incident

    def _meet(self, each: Reported, incident: Incident) -> bool:
        """Whether one began before the other was over; errors begin somewhere in their first slot."""
        end = self.history.end if incident.end is None else incident.end
        return incident.start - self.slot < each.end and each.start <= end

    def _pages(self, each: Reported, played: Played) -> Iterator[Firing]:
        return (page for found in played.incidents if self._meet(each, found) for page in found.pages)

    def _tickets(self, each: Reported, played: Played) -> Iterator[Firing]:
        its = (firing for firing in played.firings if firing.severity == TICKET)
        return (firing for firing in its if each.start <= firing.start <= each.end)

    def _worst(self, each: Reported, played: Played) -> tuple[float, float] | None:
        """How fast the budget burned at the worst moment of an incident, and at which error ratio."""
        its = [value for at, value in played.ratio if each.start < at < each.end + self.slot]
        return (max(its) / float(1 - played.objective), max(its)) if its else None


def _is_of(each: Reported, played: Played) -> bool:
    return each.is_of(played.slo_id, played.slo_id.partition("/")[0])
