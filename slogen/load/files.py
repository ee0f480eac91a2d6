"""Paths given by a person -> the content of every YAML file under them. The only disk access of loading."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path

from slogen.diagnostics import Problem, Span, did_you_mean
from slogen.load.reader import MAX_BYTES, too_large
from slogen.reading import read_regular, why_unreadable

_SUFFIXES = (".yaml", ".yml")
_ALIKE = (*_SUFFIXES, ".json", ".txt")  # in capitals, too: what a person may take for a spec
_SPEC = re.compile(rb"\bkind[\"']?\s*:\s*[\"']?(?:ServiceLevelObjectives|AlertPolicy|Notifications)\b")


def find(paths: Sequence[Path], inside: Path | None = None) -> tuple[dict[str, bytes], list[Problem]]:
    """Read files, and all *.yaml and *.yml files of folders, by their posix path as a person would write it.

    Hidden files and folders below a given folder are left out; a file that is reached twice is read once.
    Links may not lead out of `inside`; where that isn't given, not out of a folder among the paths.
    """
    contents: dict[str, bytes] = {}
    problems: list[Problem] = []
    seen: set[str] = set()
    for file in (file for path in paths for file in _files(path, problems, inside)):
        real = os.path.realpath(file)
        if real not in seen:
            seen.add(real)
            content = _read(file)
            if isinstance(content, Problem):
                problems.append(content)
            else:
                contents[file.as_posix()] = content
    return contents, problems


def _files(path: Path, problems: list[Problem], inside: Path | None) -> Iterator[Path]:
    """Yield the files a given path stands for, in order."""
    try:
        folder = stat.S_ISDIR(path.stat().st_mode)
    except (FileNotFoundError, NotADirectoryError, ValueError) as error:
        if isinstance(error, FileNotFoundError) and path.is_symlink():
            problems.append(_unreadable(path, error))
        else:
            problems.append(_no_such_path(path))
    except OSError as error:
        problems.append(_unreadable(path, error))
    else:
        if inside is not None and leads_out(path, inside):
            problems.append(outside(path))
        else:
            yield from _walk(path, problems, inside) if folder else [path]


def _walk(folder: Path, problems: list[Problem], inside: Path | None) -> Iterator[Path]:
    """Yield the YAML files of a folder; each real folder once, so links in a circle do no harm."""
    count, before = 0, len(problems)
    visited: set[str] = set()
    zones = [Path(os.path.realpath(place)) for place in (folder, *([inside] if inside else []))]

    def is_refused(path: Path) -> bool:
        """Whether a link leads out, to a folder around this one, or nowhere."""
        if not path.is_symlink():
            return False
        real = Path(os.path.realpath(path))
        if not real.exists():
            problems.append(_unreadable(path, FileNotFoundError()))
        elif (zones[0] != real and zones[0].is_relative_to(real)) or not any(map(real.is_relative_to, zones)):
            problems.append(outside(path))
        else:
            return False
        return True

    def failed(error: OSError) -> None:
        problems.append(_unreadable(Path(error.filename), error))

    for current, folders, files in os.walk(folder, onerror=failed, followlinks=True):
        real = os.path.realpath(current)
        if real in visited:
            folders.clear()
            continue
        visited.add(real)
        shown = sorted(name for name in folders if not name.startswith("."))
        folders[:] = [name for name in shown if not is_refused(Path(current, name))]
        problems += [_a_folder(Path(current, name)) for name in folders if name.endswith(_SUFFIXES)]
        for name in sorted(name for name in files if not name.startswith(".")):
            path = Path(current, name)
            # A link to nowhere may have been a folder of specs, whatever its name.
            if (name.endswith(_SUFFIXES) or not path.exists()) and not is_refused(path):
                count += 1
                yield path
            elif name.lower().endswith(_ALIKE) and not name.endswith(_SUFFIXES) and _is_spec(path):
                problems.append(_misnamed(path))
    if not count and len(problems) == before:
        hint = "specs are files that end in .yaml or .yml; `slogen init` writes a first one"
        message = f"there is no YAML file in the folder `{folder.as_posix()}`"
        problems.append(Problem("no-specs", message, Span(folder.as_posix()), hint))


def _is_spec(path: Path) -> bool:
    """Whether a file that isn't read says of itself that it is one of slogen's."""
    try:
        return not path.is_symlink() and _SPEC.search(read_regular(path, MAX_BYTES)) is not None
    except OSError:
        return False


def _misnamed(path: Path) -> Problem:
    """The name may have changed by mistake: what came of the file must not be removed."""
    message = f"slogen doesn't read `{path.name}`: files of specs end in .yaml or .yml"
    return Problem("misnamed-file", message, Span(path.as_posix()), "rename it, or move it away")


def _read(file: Path) -> bytes | Problem:
    """Return the content of a file that is a regular one and not too large."""
    try:
        if (size := file.stat().st_size) > MAX_BYTES:
            return too_large(file.as_posix(), size)
        return read_regular(file)
    except OSError as error:
        return _unreadable(file, error)


def read_beside(path: Path, inside: Path) -> tuple[bytes | None, list[Problem]]:
    """A file that need not be there: None where nothing lies. What lies there and can't be read is a
    problem, and so is a link that leads out of `inside`."""
    if not os.path.lexists(path):
        return None, []
    if leads_out(path, inside):
        return None, [outside(path)]
    content = _read(path)
    return (None, [content]) if isinstance(content, Problem) else (content, [])


def leads_out(path: Path, inside: Path) -> bool:
    """Whether a path in a folder leads out of it through a link, to what is no part of the project."""
    is_in = Path(os.path.abspath(path)).is_relative_to(os.path.abspath(inside))
    return is_in and not Path(os.path.realpath(path)).is_relative_to(os.path.realpath(inside))


def outside(path: Path) -> Problem:
    """The problem of a link that slogen doesn't follow."""
    message = f"`{path.as_posix()}` is a link that leads out of the project: it is not followed"
    return Problem("outside-link", message, Span(path.as_posix()), "put the files there in its place")


def _unreadable(path: Path, error: OSError) -> Problem:
    message = f"`{path.as_posix()}` cannot be read: {why_unreadable(path, error)}"
    return Problem("unreadable-file", message, Span(path.as_posix()))


def _a_folder(path: Path) -> Problem:
    """A folder that is named like a spec may have been one: what came of it must not be removed."""
    message = f"`{path.as_posix()}` is a folder, and is named like a file"
    hint = "put the file there that it was, or give the folder another name"
    return Problem("unreadable-file", message, Span(path.as_posix()), hint)


def _no_such_path(path: Path) -> Problem:
    """Point to the first part of the path that is missing, and to what is there instead."""
    missing = path
    while not os.path.lexists(missing.parent) and missing != missing.parent:
        missing = missing.parent
    try:
        hint = did_you_mean(missing.name, sorted(os.listdir(missing.parent)))
    except (OSError, ValueError):
        hint = ""
    return Problem("no-such-path", f"`{path.as_posix()}` does not exist", Span(path.as_posix()), hint)
