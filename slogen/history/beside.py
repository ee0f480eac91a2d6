"""Old rules and those that slogen writes beside each other: the same traffic, and what each tells of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import isnan, nan

from slogen.history.engine import invented, play, span_of, stretch_of
from slogen.history.firing import joined
from slogen.history.foreign import Old, OldPlayed, play_old
from slogen.history.played import Firing, History
from slogen.history.programs import Programs
from slogen.history.story import Story
from slogen.history.synthetic import start_of
from slogen.model.slo import Slo
from slogen.model.tiers import PAGE, TICKET
from slogen.understand import Project


@dataclass(frozen=True, slots=True)
class Told:
    """What one side tells in a story: the alerts of all groups that fired, and the share of the budget that
    it shows `before` it and has `left` at the end, of the group that has least; None where it shows none, and
    no number where it divided nothing by nothing."""

    firings: tuple[Firing, ...]
    before: float | None
    left: float | None

    def spans(self, severity: str) -> list[tuple[int, int | None]]:
        """When any alert of a severity fired (Unix times); the last may not have ended."""
        open_from = [f.start for f in self.firings if f.severity == severity and f.end is None]
        ended = joined((f.start, f.end) for f in self.firings if f.severity == severity and f.end is not None)
        if not open_from:
            return [*ended]
        first = min(open_from)
        merged = [span for span in ended if span[1] < first]
        return [*merged, (min([first, *(start for start, end in ended if end >= first)]), None)]


@dataclass(frozen=True, slots=True)
class Beside:
    """A story, when what it is about begins (Unix time), and what both sides tell of it; `bad` are the bad
    events in it. `failed` says why old rules could not be played, by their place among all."""

    story: Story
    begins: int
    old: Told
    new: Told
    bad: float
    failed: dict[int, str]


def beside(project: Project, slo: Slo, story: Story, old: Old, programs: Programs) -> Beside:
    """Play both sides. Raises as `simulate` does."""
    settings = project.settings
    with invented(slo, story, settings, programs) as source:
        new = play(project, [slo], span_of(story), source, programs)
        was = play_old(old, slo, stretch_of(span_of(story), settings), source, settings, programs)
    begins = start_of(story) + min(phase.start for phase in story.phases)
    bad = sum(played.bad for played in new.slos)
    return Beside(story, begins, _old(was), _new(new), bad, dict(was.failed))


def _old(played: OldPlayed) -> Told:
    firings = (firing for each in played.firings.values() for firing in each)
    return Told(_urgent(firings), _least(played.before.values()), _least(played.left.values()))


def _new(history: History) -> Told:
    firings = (firing for played in history.slos for firing in played.firings)
    known = [played.left for played in history.slos if played.left]
    before, left = (_least(points[place][1] for points in known) for place in (0, -1))
    return Told(_urgent(firings), before, left)


def _urgent(firings: Iterable[Firing]) -> tuple[Firing, ...]:
    found = [firing for firing in firings if firing.severity in (PAGE, TICKET)]
    return tuple(sorted(found, key=lambda firing: (firing.start, firing.alert)))


def _least(values: Iterable[float]) -> float | None:
    found = [*values]
    return nan if any(map(isnan, found)) else min(found, default=None)
