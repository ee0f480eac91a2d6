"""Several projects and one root, or one in another: whose a list is, and what is in the way of whom."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from slogen.diagnostics import Problem, Severity, Span
from slogen.write.disk import BlockedError, Disk
from slogen.write.outfile import STATE_DIR, OutFile
from slogen.write.ownership import OwnedList, list_path, project_name, read_lists

_OF_A_PROJECT = ("specs", "slogen.yaml")  # one of these lies in the folder of any


def split(
    lists: Mapping[str, OwnedList], home: Path | None, root: Path, owners: Collection[str]
) -> tuple[dict[str, OwnedList], dict[str, OwnedList]]:
    """The lists of the project at `home`, whose run makes files for these owners, and those of others."""
    ours = {owner: each for owner, each in lists.items() if _is_ours(owner, each, home, root, owners)}
    return ours, {owner: each for owner, each in lists.items() if owner not in ours}


def _is_ours(owner: str, listed: OwnedList, home: Path | None, root: Path, owners: Collection[str]) -> bool:
    """A list that names no project is of the folder's own project, unless it lies outside of this one."""
    if home is None:
        return True
    inside = Path(os.path.realpath(root)).is_relative_to(os.path.realpath(home))
    if not listed.project:
        return inside or owner in owners
    return listed.project == project_name(home, root) or _has_moved(listed.project, home, root)


def _has_moved(project: str, home: Path, root: Path) -> bool:
    """Whether the name leads to a place in this project that is none itself: the root was moved."""
    place = Path(os.path.normpath(os.path.join(os.path.realpath(root), project)))
    return place.is_relative_to(os.path.realpath(home)) and not any(
        os.path.lexists(place / name) for name in _OF_A_PROJECT
    )


def around(root: Path, home: Path) -> Iterator[tuple[Path, str]]:
    """Folders around `root` and below it that hold what another project than that at `home` made, and what
    it is called there."""
    for folder in (*_above(root), *_below(root)):
        with suppress(BlockedError, OSError):
            lists, _ = read_lists(Disk(folder))
            for listed in split(lists, home, folder, ())[1].values():
                if listed.project:
                    yield folder, listed.project
                    break


def holds_only(root: Path, target: str) -> bool:
    """Whether all that slogen owns below a root, and there is some, is of one target."""
    with suppress(BlockedError, OSError):
        lists, _ = read_lists(Disk(root))
        return {entry.target for listed in lists.values() for entry in listed.entries} == {target}
    return False


def _above(root: Path) -> Iterator[Path]:
    real = Path(os.path.realpath(root))
    return (folder for folder in real.parents if (folder / STATE_DIR).is_dir())


def _below(root: Path) -> Iterator[Path]:
    for current, folders, _ in os.walk(root):
        if STATE_DIR in folders and Path(current) != root:
            yield Path(current)
        folders[:] = sorted(name for name in folders if not name.startswith("."))


def in_the_way(files: Iterable[OutFile], others: Mapping[str, OwnedList], disk: Disk) -> Iterator[Problem]:
    """A problem for each list of another project that is for the same owner, or names a wanted file; and a
    warning for each that is nobody's."""
    wanted = [file for file in files if file.owner]
    owners, paths = {file.owner for file in wanted}, {file.path for file in wanted}
    for owner, listed in others.items():
        span = Span(disk.show(list_path(owner)))
        if not listed.project:
            message = "this list of an older slogen names no project: what it lists is left alone"
            hint = "where it is this project's and no longer needed, delete the list and its files"
            yield Problem("unnamed-project", message, span, hint, Severity.WARNING)
        elif owner in owners or any(entry.path in paths for entry in listed.entries):
            message = f"these files are those of another project, `{listed.project}` as seen from there"
            hint = (
                "give each project folders of its own (`output.dir` and `output.tests`, or `-o`); "
                "if that one no longer writes here, delete this list"
            )
            yield Problem("other-project", message, span, hint)
