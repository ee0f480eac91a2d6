"""Paths given by a person -> the content of every YAML file under them. The only disk access of loading."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from pathlib import Path

from slogen.diagnostics import Problem, Span, did_you_mean
from slogen.load.reader import MAX_BYTES, too_large

_SUFFIXES = (".yaml", ".yml")


def find(paths: Sequence[Path]) -> tuple[dict[str, bytes], list[Problem]]:
    """Read files, and all *.yaml and *.yml files of folders, by their posix path as a person would write it.

    Hidden files and folders below a given folder are left out; a file that is reached twice is read once.
    """
    contents: dict[str, bytes] = {}
    problems: list[Problem] = []
    seen: set[str] = set()
    for file in (file for path in paths for file in _files(path, problems)):
        real = os.path.realpath(file)
        if real not in seen:
            seen.add(real)
            content = _read(file)
            if isinstance(content, Problem):
                problems.append(content)
            else:
                contents[file.as_posix()] = content
    return contents, problems


def _files(path: Path, problems: list[Problem]) -> Iterator[Path]:
    """Yield the files a given path stands for, in order."""
    try:
        folder = stat.S_ISDIR(path.stat().st_mode)
    except (FileNotFoundError, NotADirectoryError, ValueError):
        problems.append(_no_such_path(path))
    except OSError as error:
        problems.append(_unreadable(path, error))
    else:
        yield from _walk(path, problems) if folder else [path]


def _walk(folder: Path, problems: list[Problem]) -> Iterator[Path]:
    """Yield the YAML files of a folder; each real folder once, so links in a circle do no harm."""
    count, before = 0, len(problems)
    visited: set[str] = set()

    def failed(error: OSError) -> None:
        problems.append(_unreadable(Path(error.filename), error))

    for current, folders, files in os.walk(folder, onerror=failed, followlinks=True):
        real = os.path.realpath(current)
        if real in visited:
            folders.clear()
            continue
        visited.add(real)
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            if name.endswith(_SUFFIXES) and not name.startswith("."):
                count += 1
                yield Path(current, name)
    if not count and len(problems) == before:
        hint = "specs are files that end in .yaml or .yml; `slogen init` writes a first one"
        message = f"there is no YAML file in the folder `{folder.as_posix()}`"
        problems.append(Problem("no-specs", message, Span(folder.as_posix()), hint))


def _read(file: Path) -> bytes | Problem:
    """Return the content of a file that is a regular one and not too large."""
    try:
        state = file.stat()
        if not stat.S_ISREG(state.st_mode):
            return Problem("unreadable-file", f"`{file.as_posix()}` is not a file", Span(file.as_posix()))
        if state.st_size > MAX_BYTES:
            return too_large(file.as_posix(), state.st_size)
        return file.read_bytes()
    except OSError as error:
        return _unreadable(file, error)


def _unreadable(path: Path, error: OSError) -> Problem:
    message = f"`{path.as_posix()}` cannot be read: {error.strerror or error}"
    return Problem("unreadable-file", message, Span(path.as_posix()))


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
