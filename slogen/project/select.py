"""From paths on the command line to the texts of a project: which specs, which settings, what belongs
together. The one place that knows where things lie.

A spec is known by its path relative to the folder around the specs root, so that what is generated is
the same from wherever slogen is called; problems show the path as the user wrote it.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from slogen.diagnostics import CallError, Problem
from slogen.load.files import find
from slogen.project import places
from slogen.project.beside import NOTIFICATIONS, is_text, project_zone, read_project, unusable_name
from slogen.project.emptied import SPEC as NO_SPEC
from slogen.project.emptied import emptied
from slogen.settings import FILE_NAME

SPECS: Final = "specs"
_GONE_HINT: Final = "if it was deleted, run without paths: that also prunes what came of it"


@dataclass(frozen=True, slots=True)
class Selection:
    """What a command works on. `only` are the chosen sources; None when they are the whole specs root.

    `base` is the folder that the output lies in by default, `home` that of the project, `root` that of its
    specs, if it has one; `is_main` says that this root is the one whose output lies there. `shown` maps names
    of sources to paths as the user wrote them.
    """

    sources: Mapping[str, bytes]
    only: frozenset[str] | None
    settings: bytes | None
    base: Path
    home: Path
    root: Path | None
    is_main: bool
    shown: Mapping[str, str]
    problems: tuple[Problem, ...]

    def as_written(self, problems: Iterable[Problem]) -> list[Problem]:
        """The problems with the paths that the user knows."""
        return [self._shown(problem) for problem in problems]

    def _shown(self, problem: Problem) -> Problem:
        if problem.span is None:
            return problem
        path = self.shown.get(problem.span.path, problem.span.path)
        return replace(problem, span=replace(problem.span, path=path))


def select(paths: Sequence[Path], settings: Path | None = None) -> Selection:
    """Read the chosen specs, the rest of their specs root, and the settings.

    What cannot be read is in the `problems`. Raises CallError for paths of several projects, and where
    there is nothing to read.
    """
    chosen, own = _split(paths)
    root, base = _root(chosen)
    inside = project_zone(base) if root else None  # how far links may lead
    found, problems = find(chosen, inside)
    rest, other_problems = _rest(root, chosen, found, inside)
    beside = read_project(
        own or base / FILE_NAME, settings, base=base, has_specs=root is not None, inside=inside
    )
    told = {} if _is_among(beside.notifications, found) else beside.notifications
    origin = _parent(root) if root else _common(chosen)
    texts = {**found, **rest, **told}
    names = {path: Path(os.path.relpath(path, origin)).as_posix() for path in texts}
    whole = root is not None and not rest and not other_problems
    settings = beside.settings_path
    lost = dict(emptied({**found, **rest}, "empty-spec", NO_SPEC))
    return Selection(
        sources={
            names[path]: content
            for path, content in texts.items()
            if is_text(names[path]) and path not in lost
        },
        only=None if whole else frozenset(names[path] for path in found),
        settings=beside.settings,
        base=base,
        home=Path(origin),
        root=root,
        is_main=root is not None
        and (Path(os.path.abspath(root)).name == SPECS or not (base / SPECS).is_dir()),
        shown={name: path for path, name in names.items()}
        | ({FILE_NAME: settings.as_posix()} if settings else {}),
        problems=(
            *map(_hinted, problems),
            *other_problems,
            *beside.problems,
            *lost.values(),
            *([] if is_text(os.path.realpath(origin)) else [unusable_name(str(origin))]),
            *places.of_settings(beside.settings, base, root),
            *(unusable_name(path) for path in texts if not is_text(names[path])),
        ),
    )


def _split(paths: Sequence[Path]) -> tuple[list[Path], Path | None]:
    """The paths of specs, and the settings file among the paths (hooks name it like a spec).

    Settings and notifications are read for every spec of their project, so that naming them means them all.
    """
    beside = [path for path in paths if path.name in (FILE_NAME, NOTIFICATIONS) and path.is_file()]
    own = next((path for path in beside if path.name == FILE_NAME), None)
    specs = [_of_project(path) for path in paths if path not in beside]
    return specs or [beside[0].parent / SPECS if beside else _default()], own


def _of_project(path: Path) -> Path:
    """The specs of a project whose folder was named, as in `slogen check .`."""
    return path / SPECS if path.name != SPECS and (path / SPECS).is_dir() else path


def _default() -> Path:
    specs = Path(SPECS)
    if not specs.exists():
        raise CallError(f"there is no {SPECS}/ here; name a PATH, or let `slogen init` make a first spec")
    return specs


def _root(chosen: Sequence[Path]) -> tuple[Path | None, Path]:
    """The specs root of all paths, and the folder that settings and output lie in."""
    roots = {os.path.abspath(root): root for root in map(_root_of, chosen) if root is not None}
    if len(roots) > 1:
        raise CallError(f"these paths belong to several projects: {', '.join(map(str, roots.values()))}")
    if roots:
        root = next(iter(roots.values()))
        return root, _parent(root)
    return (chosen[0] if len(chosen) == 1 and chosen[0].is_dir() else None), Path()


def _root_of(path: Path) -> Path | None:
    """The nearest folder, the path itself or above it, that is called specs or has settings beside it."""
    place = Path(os.path.abspath(path))
    for folder in (*([place] if place.is_dir() else []), *place.parents):
        if folder.name == SPECS or (folder.parent / FILE_NAME).is_file():
            return folder if path.is_absolute() else Path(os.path.relpath(folder))
    return None


def _rest(
    root: Path | None, chosen: Sequence[Path], found: Mapping[str, bytes], inside: Path | None
) -> tuple[dict[str, bytes], list[Problem]]:
    """The specs of the root that were not chosen: names must be unique over them too."""
    if root is None or os.path.abspath(root) in map(os.path.abspath, chosen):
        return {}, []
    everything, problems = find([root], inside)
    known = set(map(os.path.realpath, found))
    rest = {path: content for path, content in everything.items() if os.path.realpath(path) not in known}
    return rest, problems


def _is_among(notifications: Mapping[str, bytes], found: Mapping[str, bytes]) -> bool:
    return any(os.path.realpath(path) in map(os.path.realpath, found) for path in notifications)


def _common(files: Sequence[Path]) -> str:
    return os.path.commonpath([os.path.dirname(os.path.abspath(file)) for file in files])


def _parent(folder: Path) -> Path:
    """The folder around it; unlike `.parent` right for `.` and `..` too."""
    return Path(os.path.normpath(folder / ".."))


def _hinted(problem: Problem) -> Problem:
    gone = problem.code == "no-such-path" and not problem.hint
    return replace(problem, hint=_GONE_HINT) if gone else problem
