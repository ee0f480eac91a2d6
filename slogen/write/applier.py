"""Bring the disk to a plan.

What is promised: a run that is killed at any moment leaves each file old or new in full, and the next run
repairs the rest. Union lists come first, so that no file that slogen made is ever in no list; then all new
contents go to temporary files beside their targets (where a full disk shows), then renames, removals, and
the final lists. There is no fsync: after a power cut the file system decides, and `check`, which compares
bytes, sees what was lost; a sync per file would cost many times the run.
"""

from __future__ import annotations

import errno
import os
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from itertools import takewhile
from pathlib import Path

from slogen.diagnostics import Problem, Span, has_errors
from slogen.write.lock import BusyError, locked
from slogen.write.outfile import TEMP_PREFIX
from slogen.write.planner import Change, Plan, make_plan


class _WriteError(Exception):
    """An OSError and the path that people know, in place of the temporary one."""

    def __init__(self, path: Path, error: OSError) -> None:
        super().__init__(str(error))
        self.problem = _cannot_write(path, error.strerror or str(error))


def apply(plan: Plan, wait: float = 30.0) -> list[Problem]:
    """Write what a plan says, waiting up to `wait` seconds for another run; return what went wrong.

    The request is compared again under the lock, since another run may have written after the plan.
    """
    if has_errors(plan.problems):
        return list(plan.problems)
    if plan.is_current:
        return []
    roots = [root for root in plan.request.roots if root.exists() or _has_files(plan, root)]
    try:
        with locked(roots, wait):
            return _apply_locked(make_plan(plan.request))
    except BusyError as busy:
        hint = "wait for the other run of slogen to end"
        return [Problem("busy", "another run is writing here", Span(busy.root.as_posix()), hint)]
    except _WriteError as failed:
        return [failed.problem]
    except OSError as error:
        return [_cannot_write(Path(error.filename or roots[0]), error.strerror or str(error))]


def _has_files(plan: Plan, root: Path) -> bool:
    return any(file.root == root for file in plan.request.files)


def _apply_locked(plan: Plan) -> list[Problem]:
    if has_errors(plan.problems):
        return list(plan.problems)
    if denied := _find_unwritable([*plan.changes, *plan.lists]):
        return denied
    for path in plan.leftovers:
        with _named(path):
            path.unlink(missing_ok=True)
    batch, final_lists = _Batch(), _final_lists(plan)
    try:
        batch.stage(plan.unions)
        batch.publish(plan.unions)
        batch.stage(plan.changes)
        batch.stage(final_lists)
    except BaseException:
        batch.discard()
        _restore(plan.unions)
        batch.remove_folders()
        raise
    try:
        batch.publish(plan.changes)
        _remove(plan.changes)
        _remove_empty(plan.emptied)
        batch.publish(final_lists)
        _remove(final_lists)
        _remove_empty(plan.emptied)  # again: now the folder of the lists may be empty too
    finally:
        batch.discard()
    return []


def _final_lists(plan: Plan) -> list[Change]:
    """Return what the union of lists didn't already bring to its final content, and the version's notes."""
    now = {change.path: change.new for change in plan.unions}
    lists = [change for change in plan.lists if now.get(change.path, change.old) != change.new]
    return [*lists, *plan.stamps]


class _Batch:
    """Temporary files and new folders of one run, so that a failure can take them back."""

    def __init__(self) -> None:
        self._prefix = f"{TEMP_PREFIX}{os.getpid()}-{secrets.token_hex(4)}-"
        self._count = 0
        self._staged: dict[Path, Path] = {}  # target -> temporary file
        self._folders: list[Path] = []

    def stage(self, changes: Iterable[Change]) -> None:
        """Write each new content beside its target. Raises _WriteError."""
        for change in changes:
            if (content := change.new) is not None:
                with _named(change.path):
                    self._make_folders(change.path.parent)
                    self._stage_one(change, content)

    def publish(self, changes: Iterable[Change]) -> None:
        """Rename the staged contents of these changes over their targets. Raises _WriteError."""
        for change in changes:
            if change.wanted is not None:
                with _named(change.path):
                    self._staged[change.path].replace(change.path)
                del self._staged[change.path]

    def discard(self) -> None:
        """Take back what is staged and not yet published."""
        for temporary in self._staged.values():
            with suppress(OSError):
                temporary.unlink(missing_ok=True)
        self._staged.clear()

    def remove_folders(self) -> None:
        """Take back the folders that this batch made."""
        for folder in reversed(self._folders):
            with suppress(OSError):
                folder.rmdir()

    def _stage_one(self, change: Change, content: bytes) -> None:
        self._count += 1
        temporary = change.path.with_name(f"{self._prefix}{self._count}")
        self._staged[change.path] = temporary
        with open(temporary, "xb") as out:  # a new file's mode is 0666 less the umask
            if change.mode is not None:
                os.fchmod(out.fileno(), change.mode)
            out.write(content)

    def _make_folders(self, folder: Path) -> None:
        missing = list(takewhile(lambda path: not path.exists(), [folder, *folder.parents]))
        for path in reversed(missing):
            path.mkdir(exist_ok=True)
            self._folders.append(path)


def _remove(changes: Iterable[Change]) -> None:
    for change in changes:
        if change.wanted is None:
            with _named(change.path):
                change.path.unlink(missing_ok=True)


def _remove_empty(folders: Iterable[Path]) -> None:
    for folder in folders:
        with suppress(OSError):
            folder.rmdir()  # only succeeds for a folder that is empty


def _restore(unions: Iterable[Change]) -> None:
    """Put the lists back after a failure. Best effort: a list that names too much does no harm."""
    batch = _Batch()
    with suppress(OSError, _WriteError):
        back = [Change(change.path, change.new, change.old, change.mode) for change in unions]
        _remove(back)
        batch.stage(back)
        batch.publish(back)
    batch.discard()


def _find_unwritable(changes: Iterable[Change]) -> list[Problem]:
    """Find folders that refuse new files or removals, as far as that shows before writing."""
    folders = {_nearest_folder(change.path) for change in changes}
    return [
        _cannot_write(folder, os.strerror(_refusal(folder))) for folder in sorted(folders) if _refusal(folder)
    ]


def _refusal(folder: Path) -> int:
    """Return the errno that writing in a folder would meet, or 0."""
    if os.access(folder, os.W_OK | os.X_OK, effective_ids=os.access in os.supports_effective_ids):
        return 0
    return errno.EROFS if os.statvfs(folder).f_flag & os.ST_RDONLY else errno.EACCES


def _nearest_folder(path: Path) -> Path:
    return next(parent for parent in path.parents if parent.exists())


def _cannot_write(path: Path, reason: str) -> Problem:
    hint = "nothing is half written; mend the cause and run again"
    return Problem("cannot-write", f"cannot write: {reason}", Span(path.as_posix()), hint)


@contextmanager
def _named(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise _WriteError(path, error) from error
