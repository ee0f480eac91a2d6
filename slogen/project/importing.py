"""Where imported specs go: what lies there, and whether they can be written."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from slogen.diagnostics import Problem, Span
from slogen.load.files import find
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
