"""What a run of `generate` wrote, in words: counts per folder, then the paths."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from slogen.write import Change, Plan

_MOST_PATHS = 20


def report(plan: Plan) -> str:
    """Return the lines to print once the plan is applied."""
    changes = sorted([*plan.changes, *plan.lists], key=lambda change: change.path)
    width = max(len(_name(root)) for root in plan.request.roots)
    folders = [f"{_name(root):{width}}  {_counts(plan, root, changes)}" for root in plan.request.roots]
    return "\n".join([*folders, *_paths(changes)])


def _name(root: Path) -> str:
    return f"{root.as_posix()}/"


def _counts(plan: Plan, root: Path, changes: list[Change]) -> str:
    below = [change for change in changes if change.path.is_relative_to(root)]
    removed = sum(change.wanted is None for change in below)
    rewritten = {change.path for change in below}
    wanted = [file for file in plan.request.files if file.root == root]
    unchanged = sum(root / file.path not in rewritten for file in wanted)
    counts = [(len(below) - removed, "written"), (removed, "removed"), (unchanged, "unchanged")]
    return ", ".join(f"{count:,} {word}" for count, word in counts if count) or "no files"


def _paths(changes: list[Change]) -> Iterator[str]:
    for change in changes[:_MOST_PATHS]:
        sign = "+" if change.old is None else "-" if change.wanted is None else "~"
        yield f"  {sign} {change.path.as_posix()}"
    if len(changes) > _MOST_PATHS:
        yield f"  and {len(changes) - _MOST_PATHS:,} more; `git status` shows them"
