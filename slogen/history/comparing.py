"""SLOs that were imported, each played in stories beside the rules that it had before."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from slogen.diagnostics import Problem, Severity
from slogen.history.beside import Beside, beside
from slogen.history.foreign import Old
from slogen.history.programs import Programs
from slogen.history.reasons import Reason, reasons
from slogen.history.story import Story
from slogen.model.sli import UnsatisfiableError
from slogen.model.slo import Slo
from slogen.moving.belonging import Belonging, belonging
from slogen.moving.old_budget import budget_left
from slogen.moving.old_rules import NOT_PLAYED, OldRule, read_rules
from slogen.moving.outcome import Import, Moved
from slogen.understand import Project

STORIES: Final = ("outage", "flapping", "leak", "night", "idle", "gone")


@dataclass(frozen=True, slots=True)
class Played:
    """A story of an SLO on both sides, and why they differ."""

    both: Beside
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Compared:
    """An imported SLO in each story; its old alerts by their names."""

    slo: Slo
    moved: Moved
    alerts: tuple[str, ...]
    stories: tuple[Played, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """All that were compared, what evaluated them, and what could not be."""

    slos: tuple[Compared, ...]
    engine: str
    problems: tuple[Problem, ...]


def compare(
    found: Import,
    project: Project,
    old: Mapping[str, bytes],
    stories: Sequence[Story],
    programs: Programs,
    telling: Callable[[str], None],
) -> Comparison:
    """Play each SLO of an import, whose specs are in the project, beside the rules in `old` (texts by path).
    `telling` hears what is being played. Raises BlocksError and ScratchError where the programs fail."""
    rules, problems = read_rules(old)
    theirs = belonging(rules, found.slos)
    run = _Run(project, tuple(rules), theirs, tuple(stories), programs, telling)
    run.problems.extend([*problems, *map(_unmatched, theirs.alone)])
    slos = {slo.id: slo for service in project.services for slo in service.slos}
    done = [run.compared(slos[moved.id], moved) for moved in found.slos if moved.id in slos]
    known = tuple(compared for compared in done if compared is not None)
    return Comparison(known, programs.engine, tuple(dict.fromkeys(run.problems)))


@dataclass(frozen=True, slots=True)
class _Run:
    """What all SLOs are compared with, and the problems that come up."""

    project: Project
    rules: tuple[OldRule, ...]
    theirs: Belonging
    stories: tuple[Story, ...]
    programs: Programs
    telling: Callable[[str], None]
    problems: list[Problem] = field(default_factory=list)

    def compared(self, slo: Slo, moved: Moved) -> Compared | None:
        """The SLO in each story; None, and a problem, where it has no old rules or no series."""
        own = self.theirs.of.get(moved.id, ())
        if not own:
            message = f"none of the old rules is of `{moved.called}`"
            hint = "rules are known by labels and selectors that name the SLO, alerts by their names, too"
            self.problems.append(_warning("compare-no-rules", moved, message, hint))
            return None
        old = Old(own, self.rules, budget_left(moved, own))
        try:
            played = tuple(self._played(slo, story, old) for story in self.stories)
        except UnsatisfiableError as error:
            message = f"no series can be found for `{moved.id}`: {error}"
            self.problems.append(_warning("compare-no-series", moved, message, error.hint))
            return None
        return Compared(slo, moved, tuple(dict.fromkeys(rule.name for rule in old.alerts)), played)

    def _played(self, slo: Slo, story: Story, old: Old) -> Played:
        self.telling(f"{slo.id}: {story.name}")
        both = beside(self.project, slo, story, old, self.programs)
        self.problems.extend(_not_played(self.rules[number], why) for number, why in both.failed.items())
        return Played(both, reasons(both, slo, old))


def _warning(code: str, moved: Moved, message: str, hint: str) -> Problem:
    return Problem(code, message, moved.place, hint, Severity.WARNING, moved.id)


def _not_played(rule: OldRule, why: str) -> Problem:
    hint = "the comparison is without it"
    return rule.problem(NOT_PLAYED, f"can't be played: {why}", hint)


def _unmatched(rule: OldRule) -> Problem:
    hint = "import its SLO, too, or leave it out"
    return rule.problem("compare-unmatched", "is an alert of no SLO that is imported", hint)
