"""Compare the wanted files with the disk: what to create, change and remove. Reads only."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from slogen.diagnostics import Problem, Severity, Span, has_errors
from slogen.packed import Packed
from slogen.write import stamp
from slogen.write.disk import BlockedError, Disk, Found
from slogen.write.outfile import (
    STATE_DIR,
    TEMP_PREFIX,
    OutFile,
    ancestors,
    encode,
    find_bad_paths,
    has_marker,
)
from slogen.write.ownership import (
    NO_LIST,
    Entry,
    OwnedList,
    list_path,
    project_name,
    read_lists,
    render,
)
from slogen.write.plans import Change, Plan, Request
from slogen.write.projects import in_the_way, split


def plan(
    files: Iterable[OutFile],
    roots: Iterable[Path],
    *,
    owners: Collection[str] | None = None,
    targets: Collection[str] | None = None,
    version: str | None = None,
    home: Path | None = None,
) -> Plan:
    """Compare `files` with what lies below `roots` (a root with no wanted file is still pruned).

    Where anything is written, the `version` of slogen is noted beside the lists, if it is given. What
    projects other than the one at `home` own is never pruned, and a problem where it is in the way.

    A run over some specs or `--target`s passes their owners and targets, and prunes only what those own.
    Raises ValueError when an owned file lacks slogen's marker, which would be a bug in a renderer.
    """
    wanted = tuple(files)
    by_place = {os.path.abspath(root): root for root in [*roots, *(file.root for file in wanted)]}
    by_root = {root: by_place[os.path.abspath(root)] for root in {file.root for file in wanted}}
    wanted = tuple(
        file if by_root[file.root] == file.root else replace(file, root=by_root[file.root]) for file in wanted
    )
    only_owners = None if owners is None else frozenset(owners)
    only_targets = None if targets is None else frozenset(targets)
    real = tuple(map(os.path.realpath, by_place.values()))
    return make_plan(
        Request(wanted, tuple(by_place.values()), only_owners, only_targets, version, home, real)
    )


def make_plan(request: Request) -> Plan:
    """Compare a request with the disk as it is now."""
    drafts = [_draft(request, root) for root in request.roots]
    return Plan(
        request,
        changes=_sorted(change for draft in drafts for change in draft.changes),
        lists=_sorted(change for draft in drafts for change in draft.lists),
        unions=_sorted(change for draft in drafts for change in draft.unions),
        unchanged=sum(draft.unchanged for draft in drafts),
        emptied=tuple(sorted({path for draft in drafts for path in draft.emptied}, reverse=True)),
        leftovers=tuple(path for draft in drafts for path in draft.leftovers),
        owned=frozenset(path for draft in drafts for path in draft.owned),
        problems=tuple(problem for draft in drafts for problem in draft.problems),
        stamps=_sorted(change for draft in drafts for change in draft.stamps),
        made_by={draft.root / stamp.PATH: draft.made_by for draft in drafts if draft.made_by},
    )


def _sorted(changes: Iterable[Change]) -> tuple[Change, ...]:
    return tuple(sorted(changes, key=lambda change: change.path))


@dataclass(slots=True)
class _Draft:
    """The plan of one root while it grows."""

    root: Path
    changes: list[Change] = field(default_factory=list)
    lists: list[Change] = field(default_factory=list)
    unions: list[Change] = field(default_factory=list)
    unchanged: int = 0
    emptied: set[Path] = field(default_factory=set)
    leftovers: list[Path] = field(default_factory=list)
    owned: set[Path] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)
    stamps: list[Change] = field(default_factory=list)
    made_by: str | None = None
    project: str = ""
    kept: frozenset[str] = frozenset()  # what others own


def _draft(request: Request, root: Path) -> _Draft:
    draft = _Draft(root)
    files = [file for file in request.files if file.root == root]
    draft.problems += find_bad_paths(files)
    try:
        disk = Disk(root)
        lists, problems = read_lists(disk)
        draft.problems += problems
        lists, found = split(lists, request.home, root, {file.owner for file in files})
        draft.kept = frozenset(entry.path for each in found.values() for entry in each.entries)
        draft.problems += in_the_way(files, found, disk)
        draft.project = project_name(request.home, root) if request.home else ""
        if not has_errors(draft.problems):
            _compare_files(
                draft, disk, files, {entry.path for owned in lists.values() for entry in owned.entries}
            )
            _compare_lists(draft, disk, request, files, lists)
            _compare_stamp(draft, disk, request.version)
    except BlockedError as blocked:
        draft.problems.append(blocked.problem)
    return draft


def _compare_files(draft: _Draft, disk: Disk, files: Sequence[OutFile], listed: Collection[str]) -> None:
    for file in files:
        if file.is_there:
            draft.unchanged += 1
            continue
        try:
            found = disk.read(file.path)
        except BlockedError as blocked:
            draft.problems.append(blocked.problem)
            continue
        # what is packed need not be unpacked where there is nothing to compare it with
        is_new = found.content is None and isinstance(file.content, Packed)
        content = None if is_new else encode(file)
        if isinstance(content, Problem):
            draft.problems.append(content)
        elif content is not None and found.content == content:
            draft.unchanged += 1
        elif file.owner and file.path not in listed and not _is_ours(found):
            draft.problems.append(_not_ours(disk.show(file.path)))
        else:
            draft.changes.append(Change(draft.root / file.path, found.content, file.content, found.mode))


def _is_ours(found: Found) -> bool:
    """An absent or empty file has nothing to lose; any other must say that slogen made it."""
    return not found.content or has_marker(found.content)


def _not_ours(path: str) -> Problem:
    hint = "move it away or delete it, then generate again"
    return Problem(
        "not-ours", "slogen didn't make the file that lies here and won't replace it", Span(path), hint
    )


def _compare_lists(
    draft: _Draft, disk: Disk, request: Request, files: Sequence[OutFile], lists: dict[str, OwnedList]
) -> None:
    wanted: dict[str, set[Entry]] = {}
    for file in files:
        if file.owner:
            wanted.setdefault(file.owner, set()).add(Entry(file.path, file.target))
    dropped, kept = set[Entry](), {*draft.kept, *(file.path for file in files)}
    for owner in sorted(lists.keys() | wanted.keys()):
        before = lists.get(owner, NO_LIST)
        stay = {entry for entry in before.entries if not request.covers(owner, entry.target)}
        after = stay | wanted.get(owner, set())
        dropped |= before.entries - after
        kept |= {entry.path for entry in after}
        draft.owned |= {draft.root / entry.path for entry in after}
        if owner in wanted or request.owners is None or owner in request.owners:
            _compare_list(draft, owner, before, after)
    # A file that another list still claims has moved there: it leaves a list, not the disk.
    gone = sorted({entry.path for entry in dropped} - kept)
    for path in gone:
        _prune(draft, disk, path)
    folders = {folder for path in [*kept, *gone] for folder in ancestors(path)} | {"", STATE_DIR}
    draft.leftovers += [path for folder in sorted(folders) for path in _leftovers(disk, draft.root, folder)]


def _compare_list(draft: _Draft, owner: str, before: OwnedList, after: Collection[Entry]) -> None:
    path = draft.root / list_path(owner)
    new = render(owner, after, draft.project)
    union = render(owner, before.entries | set(after), draft.project)
    if before.raw != new:
        draft.lists.append(Change(path, before.raw, new, before.mode))
        if before.raw != union:
            draft.unions.append(Change(path, before.raw, union, before.mode))
    if new is None:
        draft.emptied.add(path.parent)
    else:
        draft.owned.add(path)


def _compare_stamp(draft: _Draft, disk: Disk, version: str | None) -> None:
    """The version is noted when anything else is written: a new version alone changes no file."""
    found = disk.read(stamp.PATH)
    draft.made_by = stamp.parse(found.content)
    wanted = (stamp.render(version) if version else found.content) if draft.owned else None
    if wanted is not None:
        draft.owned.add(draft.root / stamp.PATH)
    if found.content != wanted and (draft.changes or draft.lists):
        draft.stamps.append(Change(draft.root / stamp.PATH, found.content, wanted, found.mode))


def _prune(draft: _Draft, disk: Disk, path: str) -> None:
    """Plan the removal of a stale file; a file that people put in its place stays and is theirs from now on.

    The warning is not an error: such a file is in nobody's way, and an error would stop all output.
    """
    try:
        found = disk.read(path)
    except BlockedError:
        draft.problems.append(_left_behind(disk.show(path)))
        return
    if not _is_ours(found):
        draft.problems.append(_left_behind(disk.show(path)))
        return
    if found.content is not None:
        draft.changes.append(Change(draft.root / path, found.content, None, found.mode))
    draft.emptied |= {draft.root / folder for folder in ancestors(path)}


def _left_behind(path: str) -> Problem:
    message = "no spec asks for this path any more, but what lies here isn't what slogen made: left alone"
    return Problem("left-behind", message, Span(path), "delete it when it is not needed", Severity.WARNING)


def _leftovers(disk: Disk, root: Path, folder: str) -> list[Path]:
    try:
        return [root / folder / name for name in disk.names(folder) if name.startswith(TEMP_PREFIX)]
    except BlockedError:
        return []
