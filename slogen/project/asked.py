"""What a command that asks a server was asked about: names of SLOs, and the project if there is one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cached_property
from pathlib import Path

from slogen.diagnostics import CallError, Problem
from slogen.model.slo import Slo
from slogen.project.beside import read_project
from slogen.project.select import SPECS
from slogen.project.workspace import Workspace, open_workspace
from slogen.settings import FILE_NAME, Settings
from slogen.validate.settings import read_settings


@dataclass(frozen=True)
class Asked:
    """`names` select SLOs by `service`, `service/name`, or a pattern with `*` and `?`; none select all.
    `workspace` is None where there are no specs: then the server alone knows what there is."""

    names: tuple[str, ...]
    workspace: Workspace | None
    base: Path
    settings: Settings
    settings_problems: tuple[Problem, ...] = ()

    @cached_property
    def slos(self) -> tuple[Slo, ...]:
        """The SLOs of the specs that are asked about."""
        found = [slo for service in self.workspace.services for slo in service.slos] if self.workspace else []
        return tuple(slo for slo in found if self.wants(slo.id) or self.wants(slo.shown))

    @property
    def problems(self) -> list[Problem]:
        """What is wrong with the specs and the settings."""
        return self.workspace.problems if self.workspace else [*self.settings_problems]

    @property
    def services(self) -> frozenset[str]:
        """The services that are named; none where all of them may be meant."""
        if any(set("*?[") & set(name) for name in self.names):
            return frozenset()
        return frozenset(name.partition("/")[0] for name in self.names)

    def wants(self, slo_id: str) -> bool:
        """Whether an SLO is asked about."""
        return not self.names or any(is_named(slo_id, name) for name in self.names)

    def unknown(self, known: Iterable[str]) -> list[str]:
        """The names that select none of these SLOs."""
        ids = list(known)
        return [name for name in self.names if not any(is_named(each, name) for each in ids)]


def is_named(slo_id: str, name: str) -> bool:
    """Whether a name (of an SLO, of a service, or a pattern of either) means an SLO."""
    return fnmatchcase(slo_id, name) or fnmatchcase(slo_id.partition("/")[0], name)


def asked(
    words: Sequence[str], settings: Path | None = None, *, cluster: str | None = None, needs: bool = False
) -> Asked:
    """Tell paths from names, and read the project: that of the paths, else that of the working folder, if
    there is one; as it is in a `cluster`. Raises CallError for paths that no run could be about, for a
    cluster that isn't there, and where one `needs` to be named and none is."""
    paths = [Path(word) for word in words if _is_path(word)]
    names = tuple(word for word in words if not _is_path(word))
    if paths or Path(SPECS).exists():
        workspace = open_workspace(paths, settings, cluster)
        found, _ = read_settings(workspace.selection.settings)
        if needs and found.clusters and cluster is None:
            first = found.clusters[0].name
            raise CallError(f"this project has clusters: say which is meant, such as `--cluster {first}`")
        found = next((found.of_cluster(c) for c in found.clusters if c.name == cluster), found)
        return Asked(names, workspace, workspace.selection.base, found)
    if cluster is not None:
        raise CallError("--cluster is of a project, and there are no specs here")
    beside = read_project(Path(FILE_NAME), settings, base=Path(), has_specs=False, inside=None)
    found, problems = read_settings(beside.settings)
    return Asked(names, None, Path(), found, (*beside.problems, *problems))


def _is_path(word: str) -> bool:
    """Whether a word means a spec or a folder: no SLO ends like a file, or has such a path."""
    return word.endswith((".yaml", ".yml")) or Path(word).exists() or word.startswith(("/", "./", "../"))
