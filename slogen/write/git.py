"""Whether what slogen owns is in git's index, so that a commit carries it.

Where git can't be asked, that is the finding. The repository is the current folder's: in a hook git itself
points there (GIT_DIR, GIT_INDEX_FILE), and those mean the right thing only from there.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from slogen.diagnostics import Problem, Span
from slogen.git import GitError, ask
from slogen.write.outfile import MARKERS
from slogen.write.plans import Plan

_STATUS = ("status", "--porcelain", "--untracked-files=no", "--no-renames")
_IGNORED = ("ls-files", "--full-name", "--others", "--ignored", "--exclude-standard")
_GREP = ("grep", "--cached", "--full-name", "-lF", *(word for marker in MARKERS for word in ("-e", marker)))


def untracked(plan: Plan) -> list[Problem]:
    """Find owned files that are untracked or differ from the index, and removals that are not staged.

    Ignored files are findings too, unless every owned file of a root is ignored: then somebody decided
    not to commit the output. Files that are missing are `drift`'s to report.
    """
    problems = list[Problem]()
    for root in plan.request.roots:
        owned = {path for path in plan.owned if path.is_relative_to(root) and path.exists()}
        try:
            problems += _find(root, owned)
        except GitError as error:
            problems.append(_not_asked(root, error))
    return list(dict.fromkeys(problems))  # one root may lie in another


def _not_asked(root: Path, why: GitError) -> Problem:
    message = f"git could not be asked whether it has these files: {why}"
    hint = why.hint or "run this in a work tree of git that is yours, or without --git"
    return Problem("git-not-asked", message, Span(root.as_posix()), hint)


def _find(root: Path, owned: set[Path]) -> list[Problem]:
    top, place = _git("rev-parse", "--show-toplevel").removesuffix("\n"), os.path.realpath(root)

    def seen(name: str) -> Path:
        """Turn a path from the top of the work tree into one through `root`, as `owned` has it."""
        return root / os.path.relpath(os.path.join(top, name), place)

    def listed(*command: str) -> set[Path]:
        return {seen(name) for name in _lines(*command, place)}

    unknown = owned - listed("ls-files", "--full-name")
    ignored = unknown & listed(*_IGNORED) if unknown else unknown
    if owned == ignored:
        unknown = ignored = set()
    against_index = {seen(line[3:]): line[1] for line in _lines(*_STATUS, place)}
    changed = {path for path, letter in against_index.items() if letter != " "} & owned
    deleted = {path for path, letter in against_index.items() if letter == "D"} - owned
    # What left the disk has left the lists too, so the marker in the index tells whose file it was.
    removed = deleted & listed(*_GREP) if deleted else deleted
    return [
        *_report("untracked-file", "git ignores this generated file", "git add -f", ignored),
        *_report("untracked-file", "git doesn't know this generated file", "git add", unknown - ignored),
        *_report("unstaged-file", "this generated file differs from git's index", "git add", changed),
        *_report("unstaged-file", "this removed file is still in git's index", "git rm --cached", removed),
    ]


def _report(code: str, message: str, command: str, paths: Iterable[Path]) -> list[Problem]:
    found = sorted(path.as_posix() for path in paths)
    return [Problem(code, message, Span(path), f"`{command} {path}`") for path in found]


def _lines(*command_and_place: str) -> list[str]:
    *command, place = command_and_place
    return [line for line in _git(*command, "-z", "--", place).split("\0") if line]


def _git(*arguments: str) -> str:
    """What git answers. Raises GitError; a grep that finds nothing (exit 1) is no error."""
    return os.fsdecode(ask(*arguments, fine=(0, 1) if arguments[0] == "grep" else (0,)))
