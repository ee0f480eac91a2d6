"""Where imported specs go: what lies there, and whether they can be written."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from slogen.diagnostics import CallError, Problem, Span
from slogen.load.files import find
from slogen.moving.bridge import ENDING, bridge
from slogen.moving.outcome import Import, Spec
from slogen.project.beside import read_project
from slogen.settings import FILE_NAME
from slogen.understand import Project, understand
from slogen.write import OutFile

_TARGET: Final = "import"


@dataclass(frozen=True, slots=True)
class Destination:
    """A folder of specs: those that are there, and the settings of their project."""

    folder: Path
    specs: Mapping[str, bytes]
    settings: bytes | None
    problems: tuple[Problem, ...]

    def path(self, spec: Spec) -> Path:
        """The file of a spec."""
        return self.folder / f"{spec.service}.yaml"

    def files(self, found: Import) -> list[OutFile]:
        """What is to be written: specs are people's from then on, so slogen owns none."""
        return [OutFile(self.folder, f"{spec.service}.yaml", "", _TARGET, spec.text) for spec in found.specs]

    def old_names(self, found: Import, folder: Path) -> tuple[list[OutFile], list[Problem]]:
        """Rule files with the old names of the SLOs of each service, and what they lack. Raises CallError for
        a folder in which slogen would take them for specs."""
        if folder.resolve().is_relative_to(self.folder.resolve()):
            raise CallError(f"`{folder.as_posix()}` is a folder of specs: rules need another one, beside it")
        project, files, problems = self.project(found), list[OutFile](), list[Problem]()
        for service in project.services if project.ok else ():
            if made := bridge(service, found.slos, project.settings):
                problems += made.problems
                name = f"{service.name}{ENDING}"
                files += [OutFile(folder, name, "", _TARGET, made.text)] if made.text else []
        return files, problems

    def in_the_way(self, files: Iterable[OutFile]) -> Iterator[Problem]:
        """Rule files that would be replaced by others."""
        for file in files:
            path = file.root / file.path
            if not path.is_file() or path.read_bytes() != file.text.encode():
                yield from self._in_the_way({path.as_posix(): file.text.encode()})

    def project(self, found: Import) -> Project:
        """The project as it is with the specs."""
        new = self._texts(found)
        return understand({**self.specs, **new}, self.settings, only=frozenset(new))

    def obstacles(self, found: Import, *, force: bool) -> list[Problem]:
        """Why nothing can be written: files that would be replaced, and what slogen says of the specs as
        they would lie there."""
        wrong = [problem for problem in self.project(found).problems if problem.is_error]
        return [*self.problems, *([] if force else self._in_the_way(self._texts(found))), *wrong]

    def _texts(self, found: Import) -> dict[str, bytes]:
        return {self.path(spec).as_posix(): spec.text.encode() for spec in found.specs}

    def _in_the_way(self, new: Mapping[str, bytes]) -> Iterator[Problem]:
        for path, content in new.items():
            if os.path.lexists(path) and self.specs.get(path) != content:
                message = f"`{path}` is there already, so nothing is written"
                hint = "--force replaces it; -o names another folder"
                yield Problem("import-exists", message, Span(path), hint)


def destination(folder: Path, settings: Path | None) -> Destination:
    """Read what lies in the folder, which need not be there, and beside it."""
    there, problems = find([folder]) if folder.is_dir() else ({}, [])
    base = folder.parent
    if not base.is_dir() and settings is None:
        return Destination(folder, {}, None, ())
    beside = read_project(
        base / FILE_NAME, settings, base=base if base.is_dir() else Path(), has_specs=False, inside=None
    )
    lasting = [problem for problem in problems if problem.code != "no-specs"]
    return Destination(folder, there, beside.settings, (*lasting, *beside.problems))
