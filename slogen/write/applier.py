"""Bring the disk to a plan.

What is promised: a run that is killed at any moment leaves each file old or new in full, and the next run
repairs the rest. Union lists come first, so that no file that slogen made is ever in no list; then all new
contents go to temporary files beside their targets (where a full disk shows), then renames, removals, and
the final lists. Where one of these fails, what was done before is taken back. There is no fsync: after a
power cut the file system decides, and `check`, which compares bytes, sees what was lost; a sync per file
would cost many times the run.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from slogen.diagnostics import Problem, Span, has_errors
from slogen.write.batch import Batch, WriteError
from slogen.write.folders import Folders
from slogen.write.lock import BusyError, locked
from slogen.write.planner import make_plan
from slogen.write.plans import Change, Plan

_MOST_LEFT = 5


def apply(*plans: Plan, wait: float = 30.0) -> list[Problem]:
    """Write what the plans say, all or nothing, waiting up to `wait` seconds for another run; return what
    went wrong.

    The requests are compared again under the lock, since another run may have written after the plan.
    """
    if errors := [problem for plan in plans if has_errors(plan.problems) for problem in plan.problems]:
        return errors
    if all(plan.is_current for plan in plans):
        return []
    roots = [root for plan in plans for root in plan.request.roots if root.exists() or _has_files(plan, root)]
    try:
        with locked(roots, wait) as handles:
            moved = [_moved(root) for plan in plans for root in plan.request.moved(handles)]
            return moved or _apply_locked([make_plan(plan.request) for plan in plans], handles)
    except BusyError as busy:
        hint = "wait for the other run of slogen to end"
        return [Problem("busy", "another run is writing here", Span(busy.root.as_posix()), hint)]
    except WriteError as failed:
        return [_cannot_write(failed.path, failed.reason, failed.left)]
    except OSError as error:
        return [_cannot_write(Path(error.filename or roots[0]), error.strerror or str(error))]


def _has_files(plan: Plan, root: Path) -> bool:
    return any(file.root == root for file in plan.request.files)


def _moved(root: Path) -> Problem:
    message = "cannot write: this folder became another one while slogen ran"
    return Problem("cannot-write", message, Span(root.as_posix()), "nothing was changed; run again")


def _apply_locked(plans: Sequence[Plan], roots: Mapping[Path, int]) -> list[Problem]:
    if errors := [problem for plan in plans if has_errors(plan.problems) for problem in plan.problems]:
        return errors
    if denied := _find_unwritable(change for plan in plans for change in (*plan.changes, *plan.lists)):
        return denied
    with Folders(roots) as folders:
        batch = Batch(folders)
        try:
            _write(batch, plans)
        except WriteError as failed:
            failed.left = batch.take_back()
            raise
        except BaseException:
            batch.take_back()
            raise
    return []


def _write(batch: Batch, plans: Sequence[Plan]) -> None:
    unions = [change for plan in plans for change in plan.unions]
    changes = [change for plan in plans for change in plan.changes]
    final_lists = [change for plan in plans for change in _final_lists(plan)]
    emptied = [folder for plan in plans for folder in plan.emptied]
    batch.remove(Change(path, None, None) for plan in plans for path in plan.leftovers)
    batch.stage(unions)
    batch.publish(unions)
    batch.stage(changes)
    batch.stage(final_lists)
    batch.publish(changes)
    batch.remove(changes)
    batch.remove_empty(emptied)
    batch.publish(final_lists)
    batch.remove(final_lists)
    batch.remove_empty(emptied)  # again: now the folder of the lists may be empty too


def _final_lists(plan: Plan) -> list[Change]:
    """Return what the union of lists didn't already bring to its final content, and the version's notes."""
    now = {change.path: change.new for change in plan.unions}
    lists = [change for change in plan.lists if now.get(change.path, change.old) != change.new]
    return [*lists, *plan.stamps]


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


def _cannot_write(path: Path, reason: str, left: Sequence[Path] = ()) -> Problem:
    hint = "nothing was changed; mend the cause and run again"
    if left:
        more = f" and {len(left) - _MOST_LEFT} more" if len(left) > _MOST_LEFT else ""
        names = ", ".join(file.as_posix() for file in left[:_MOST_LEFT])
        hint = f"mend the cause and run again: {names}{more} could not be put back to what they were"
    return Problem("cannot-write", f"cannot write: {reason}", Span(path.as_posix()), hint)
