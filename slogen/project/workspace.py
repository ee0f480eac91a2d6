"""A project as a run sees it: read, and understood once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from slogen.diagnostics import Problem, Severity
from slogen.model.slo import Service
from slogen.project.select import Selection, select
from slogen.understand import Project, understand


@dataclass(frozen=True)
class Workspace:
    """What was selected, and what it means: the latter is found out where it is asked for, and once."""

    selection: Selection

    @cached_property
    def project(self) -> Project:
        """All that was understood."""
        chosen = self.selection
        return understand(chosen.sources, chosen.settings, only=chosen.only)

    @property
    def services(self) -> tuple[Service, ...]:
        """The chosen services."""
        return self.project.among(self.selection.only)

    @property
    def problems(self) -> list[Problem]:
        """What is wrong with the chosen files and what they say, with paths as the user wrote them."""
        return self.told(self.project.problems)

    @property
    def all_problems(self) -> list[Problem]:
        """The same of all files, chosen or not."""
        return self.told(self.project.all_problems)

    def told(self, problems: Iterable[Problem]) -> list[Problem]:
        """These problems, after those of reading the files."""
        return [*self.selection.problems, *self.selection.as_written(problems)]


def open_workspace(paths: Sequence[Path] = (), settings: Path | None = None) -> Workspace:
    """Read the project of these paths. Raises CallError for paths that no run could be about."""
    return Workspace(select(paths, settings))


def serious(problems: Iterable[Problem]) -> list[Problem]:
    """Without what is only good to know: `validate` tells it."""
    return [problem for problem in problems if problem.severity is not Severity.INFO]
