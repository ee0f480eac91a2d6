"""A project as it was in a commit of git, in a folder of its own.

What lies there are git's blobs as they are: no filter, hook or other program runs. Links are links again,
so that those who read specs refuse what leads out of the work tree; nothing is ever written through one.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from slogen.diagnostics import CallError, Problem, Span, did_you_mean
from slogen.git import GitError, ask
from slogen.load.reader import MAX_BYTES

_READ: Final = (".yaml", ".yml", ".json", ".txt")  # what may be a spec, or be taken for one
_LINK, _MODULE, _FILES = "120000", "160000", ("100644", "100755", "100664")
_POINTER: Final = b"version https://git-lfs.github.com/spec/"
_MOST_LINKS: Final = 100


@dataclass(frozen=True, slots=True)
class Past:
    """The folder of a project as it was, that of its whole work tree, and what git could not give of it."""

    home: Path
    zone: Path
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class _Entry:
    mode: str
    blob: str


def resolve(revision: str, home: Path) -> str:
    """The commit that a revision means in the repository around a project. Raises CallError."""
    if revision.startswith("-") or not revision:
        raise CallError(f"`{revision}` is no revision of git")
    found = _ask("rev-parse", "--verify", "--quiet", f"{revision}^{{commit}}", home=home, fine=(0, 1))
    commit = found.decode().strip()
    if not commit:
        raise CallError(_unknown(revision, home))
    return commit


def common(one: str, other: str, home: Path) -> str:
    """The commit from which two went different ways. Raises CallError."""
    found = _ask("merge-base", resolve(one, home), resolve(other, home), home=home, fine=(0, 1))
    commit = found.decode().strip()
    if not commit:
        raise CallError(f"git knows no commit from which both `{one}` and `{other}` come{_shallow(home)}")
    return commit


@contextmanager
def checked_out(commit: str, home: Path, root: str, also: Iterable[str] = ()) -> Iterator[Past]:
    """The project in the folder `home` as it was: its specs root, the files beside it, and `also` those
    (as seen from it). Raises CallError where git can't be asked."""
    top = Path(os.fsdecode(_ask("rev-parse", "--show-toplevel", home=home).removesuffix(b"\n")))
    place = Path(os.path.relpath(os.path.realpath(home), os.path.realpath(top))).as_posix()
    with TemporaryDirectory(prefix="slogen-") as folder:
        zone = Path(os.path.realpath(folder))
        (zone / ".git").mkdir()  # links may lead as far as in the work tree
        wanted = [_joined(place, each) for each in (root, *also)]
        entries = _entries(commit, place, wanted, home)
        problems = _lay_out(zone, entries, home)
        (zone / place).mkdir(parents=True, exist_ok=True)
        yield Past(zone / place, zone, tuple(problems))


def _entries(commit: str, place: str, wanted: Iterable[str], home: Path) -> dict[str, _Entry]:
    """What may be read of the project, by path, with all that links of it lead to."""
    beside = _listed(commit, [] if place == "." else [f"{place}/"], home)
    wanted = list(wanted)
    found = {
        path: entry
        for path, entry in beside.items()
        if path in wanted or (path.lower().endswith(_READ) and entry.mode != _MODULE)
    }
    todo, followed = wanted, set[str]()
    while todo and len(followed) <= _MOST_LINKS:
        listed = _listed(commit, [todo.pop()], home, deep=True)
        found |= {path: entry for path, entry in listed.items() if _may_be_read(path, entry)}
        links = {path: entry for path, entry in found.items() if entry.mode == _LINK}
        todo += [_target(path, links[path], home) for path in links.keys() - followed]
        todo = [path for path in todo if path]
        followed |= links.keys()
    return found


def _listed(commit: str, paths: list[str], home: Path, *, deep: bool = False) -> dict[str, _Entry]:
    command = ["ls-tree", "-z", "--full-tree", *(["-r"] if deep else []), commit, "--", *paths]
    found = {}
    for line in _ask(*command, home=home).split(b"\0"):
        head, is_entry, name = line.partition(b"\t")
        if is_entry:
            mode, kind, blob = head.decode().split()
            if kind != "tree":
                found[os.fsdecode(name)] = _Entry(mode, blob)
    return found


def _may_be_read(path: str, entry: _Entry) -> bool:
    return entry.mode in (_LINK, _MODULE) or path.lower().endswith(_READ)


def _target(path: str, entry: _Entry, home: Path) -> str:
    """What a link of the tree leads to inside of it; else ""."""
    text = os.fsdecode(_blobs([entry.blob], home).get(entry.blob, b""))
    target = os.path.normpath(os.path.join(os.path.dirname(path), text))
    return "" if os.path.isabs(text) or target.startswith("..") or target == "." else target


def _lay_out(zone: Path, entries: Mapping[str, _Entry], home: Path) -> list[Problem]:
    """Write the files, then the links: so that none is written through a link."""
    found = list[Problem]()
    texts = _blobs([entry.blob for entry in entries.values() if entry.mode != _MODULE], home)
    for is_link in (False, True):
        for path, entry in entries.items():
            if (entry.mode == _LINK) == is_link and _is_inside(path):
                why = _write(zone / path, entry, texts.get(entry.blob))
                found += [_lost(zone / path, why)] if why else []
    return found


def _write(path: Path, entry: _Entry, text: bytes | None) -> str:
    """Write an entry; else why it can't be."""
    if entry.mode == _MODULE:
        return "it is a submodule, and what it held isn't in this repository"
    if text is None:
        return "its content isn't in this clone, which is a partial one: `git fetch --refetch` brings it"
    if text.startswith(_POINTER):
        return "its content is in Git LFS, and git has only a pointer to it"
    with suppress(FileExistsError, NotADirectoryError):  # of two entries of one name the first counts
        path.parent.mkdir(parents=True, exist_ok=True)
        if entry.mode in _FILES:
            with open(path, "xb") as file:
                file.write(text)
    if entry.mode == _LINK:
        with suppress(OSError, ValueError):
            path.symlink_to(os.fsdecode(text))
    return ""


def _is_inside(path: str) -> bool:
    parts = path.split("/")
    return not any(part in ("", ".", "..") or part.casefold() == ".git" for part in parts)


def _lost(path: Path, why: str) -> Problem:
    return Problem("unreadable-file", f"`{path.as_posix()}` cannot be read: {why}", Span(path.as_posix()))


def _blobs(wanted: Iterable[str], home: Path) -> dict[str, bytes]:
    """The contents of blobs; those that aren't there are left out. Of one that is too large to be read there
    is just so much that it still is."""
    found, ids = dict[str, bytes](), dict.fromkeys(wanted)
    sizes = [line.split() for line in _cat("--batch-check", ids, home).splitlines()]
    small = [words[0].decode() for words in sizes if words[-1] != b"missing" and int(words[2]) <= MAX_BYTES]
    large = [words[0].decode() for words in sizes if words[-1] != b"missing" and int(words[2]) > MAX_BYTES]
    answer, at = _cat("--batch", small, home), 0
    for blob in small:
        end = answer.index(b"\n", at)
        size = int(answer[at:end].split()[2])
        found[blob] = answer[end + 1 : end + 1 + size]
        at = end + size + 2
    return found | dict.fromkeys(large, b"\n" * (MAX_BYTES + 1))


def _cat(how: str, ids: Iterable[str], home: Path) -> bytes:
    given = "".join(f"{each}\n" for each in ids).encode()
    return _ask("cat-file", how, home=home, given=given) if given else b""


def _joined(place: str, path: str) -> str:
    return os.path.normpath(os.path.join(place, path))


def _unknown(revision: str, home: Path) -> str:
    """Why there is no such revision, and what is near."""
    if not _ask("rev-parse", "--verify", "--quiet", "HEAD", home=home, fine=(0, 1)):
        return "git has no commit here yet: name a folder with the project as it was"
    names = _ask("for-each-ref", "--format=%(refname:short)", home=home).decode(errors="replace").split()
    near = did_you_mean(revision, names)
    return f"git knows no revision `{revision}`{_shallow(home) or (f'; {near}' if near else '')}"


def _shallow(home: Path) -> str:
    if _ask("rev-parse", "--is-shallow-repository", home=home).strip() != b"true":
        return ""
    return (
        ": this clone is a shallow one; `git fetch --unshallow` brings the rest"
        " (in CI: `fetch-depth: 0`, or `GIT_DEPTH: 0`)"
    )


def _ask(*arguments: str, home: Path, given: bytes | None = None, fine: tuple[int, ...] = (0,)) -> bytes:
    try:
        return ask(*arguments, place=home, given=given, fine=fine)
    except GitError as error:
        hint = error.hint or "name a folder with the project as it was"
        raise CallError(f"git can't be asked how the project was: {error}; {hint}") from None
