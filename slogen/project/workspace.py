"""A project as a run sees it: read, and understood once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from slogen.diagnostics import CallError, Problem, Severity, did_you_mean
from slogen.model.slo import Service
from slogen.project.select import Selection, select
from slogen.settings import FILE_NAME
from slogen.understand import Project, understand
from slogen.validate.settings import read_settings


@dataclass(frozen=True)
class Workspace:
    """What was selected, and what it means, in all or in one `cluster`: the latter is found out where it is
    asked for, and once."""

    selection: Selection
    cluster: str | None = None

    @cached_property
    def project(self) -> Project:
        """All that was understood."""
        chosen = self.selection
        whole = understand(chosen.sources, chosen.settings, only=chosen.only)
        its = next((each for each in whole.clusters if each.settings.cluster == self.cluster), whole)
        return replace(its, problems=whole.problems, elsewhere=whole.elsewhere)

    @property
    def whole(self) -> Project:
        """The same in all clusters: it has what there is once for all of them."""
        return self.project if self.cluster is None else replace(self, cluster=None).project

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

    def refused_by(self, target: str) -> list[Problem]:
        """What a project without errors says that this target can't hold; nothing of a target of its own."""
        chosen = self.selection
        if target in self.project.settings.targets:
            return []
        asked = understand(chosen.sources, chosen.settings, target=target)
        return chosen.as_written(problem for problem in asked.all_problems if problem.is_error)

    def told(self, problems: Iterable[Problem]) -> list[Problem]:
        """These problems, after those of reading the files."""
        return [*self.selection.problems, *self.selection.as_written(problems)]


def open_workspace(
    paths: Sequence[Path] = (), settings: Path | None = None, cluster: str | None = None
) -> Workspace:
    """Read the project of these paths; with `cluster`, as it is in that one. Raises CallError for paths that
    no run could be about, and for a cluster that the settings don't name."""
    selection = select(paths, settings)
    found, _ = read_settings(selection.settings)
    names = [each.name for each in found.clusters]
    if cluster is not None and cluster not in names:
        known = f"it has {', '.join(names)}" if names else "it has no `clusters`"
        raise CallError(f"{FILE_NAME} has no cluster `{cluster}`; {did_you_mean(cluster, names) or known}")
    return Workspace(selection, cluster)


def serious(problems: Iterable[Problem]) -> list[Problem]:
    """Without what is only good to know: `validate` tells it."""
    return [problem for problem in problems if problem.severity is not Severity.INFO]
