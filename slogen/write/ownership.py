"""The lists of what slogen owns: `<root>/.slogen/<owner>.txt`, one `target path` a line, sorted by path.

One list per owner, without hashes, so that two teams never meet in a merge conflict. The lists only ever
say what may be pruned; they are no cache, and content is always compared with the disk. Each names the
project that wrote it, by the way from the root to the project's folder: what other projects made is theirs.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path

from slogen.diagnostics import Problem, Span
from slogen.write.disk import BlockedError, Disk
from slogen.write.outfile import MARKER, STATE_DIR, is_safe, is_slug

_LINE = re.compile(r"(\S+) (.+)")
_PROJECT = re.compile(r"# project: (.+)")
_CONFLICT = ("<<<<<<<", "=======", "|||||||", ">>>>>>>")


@dataclass(frozen=True, slots=True, order=True)
class Entry:
    """One owned file: posix path relative to the root, and the target that made it."""

    path: str
    target: str


@dataclass(frozen=True, slots=True)
class OwnedList:
    """A list as it lies on the disk: `raw` is None when there is none. `project` is "" in those of older
    versions, which named none."""

    raw: bytes | None
    mode: int | None
    entries: frozenset[Entry]
    project: str = ""


NO_LIST = OwnedList(None, None, frozenset())


def list_path(owner: str) -> str:
    """Return where an owner's list lies, relative to the root."""
    return f"{STATE_DIR}/{owner}.txt"


def project_name(home: Path, root: Path) -> str:
    """What a list below `root` calls the project in the folder `home`: the same on every machine, as long as
    both lie as they do."""
    way = Path(os.path.relpath(os.path.realpath(home), os.path.realpath(root))).as_posix()
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in way)


def render(owner: str, entries: Collection[Entry], project: str = "") -> bytes | None:
    """Write a list; None (no file) when the owner has nothing left."""
    if not entries:
        return None
    head = f"# {MARKER}, do not edit: the files that slogen owns for {owner}\n"
    head += f"# project: {project}\n" if project else ""
    return "".join([head, *(f"{entry.target} {entry.path}\n" for entry in sorted(entries))]).encode()


def parse(raw: bytes, path: str) -> tuple[OwnedList, list[Problem]]:
    """Read a list. A line that is no entry or leaves the root is a problem: nothing may be deleted by it.

    The marks of a merge conflict are none: the entries of both sides were owned, and the next run sorts
    them out.
    """
    entries, problems, project = set[Entry](), list[Problem](), ""
    for number, text in enumerate(raw.decode(errors="replace").split("\n"), start=1):
        line = text.removesuffix("\r")
        match = _LINE.fullmatch(line)
        if match and is_slug(match[1]) and is_safe(match[2]):
            entries.add(Entry(match[2], match[1]))
        elif named := _PROJECT.fullmatch(line):
            project = named[1]
        elif line and not line.startswith(("#", *_CONFLICT)):
            problems.append(_bad_line(path, number, line))
    return OwnedList(raw, None, frozenset(entries), project), problems


def _bad_line(path: str, number: int, line: str) -> Problem:
    span = Span(path, number, 1, len(line) + 1, line)
    hint = (
        "take the line out, or get the file back from git; slogen deletes nothing while this is damaged. "
        "Without the file it is written anew, and what only it named stays"
    )
    return Problem("bad-ownership-list", "this isn't `<target> <path below the folder>`", span, hint)


def read_lists(disk: Disk) -> tuple[dict[str, OwnedList], list[Problem]]:
    """Read all lists below a root, by owner. Raises BlockedError when the folder of lists is no folder."""
    lists, problems = dict[str, OwnedList](), list[Problem]()
    names = [name for name in disk.names(STATE_DIR) if name.endswith(".txt")]
    for owner in filter(is_slug, (name.removesuffix(".txt") for name in names)):
        try:
            found = disk.read(list_path(owner))
        except BlockedError as blocked:
            problems.append(blocked.problem)
            continue
        listed, bad = parse(found.content or b"", disk.show(list_path(owner)))
        lists[owner] = replace(listed, raw=found.content, mode=found.mode)
        problems += bad
    return lists, problems
