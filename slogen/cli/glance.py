"""A look at what differs that fits a screen: what it means for budgets, and the first lines of files.

A hook that fails shows this. Files are compared only as far as they are shown.
"""

from __future__ import annotations

from itertools import islice
from typing import Final

from slogen.cli.console import plural
from slogen.project.meaning import meanings
from slogen.render.merge.masks import masks
from slogen.write import Plan, diffs

ALL: Final = "`slogen generate --diff` prints all"
_MEANINGS, _LINES, _FILE_LINES, _WIDTH = 5, 20, 12, 160
_LEAST = 6  # names and a hunk's head alone say nothing


def glance(plan: Plan) -> list[str]:
    """The lines to print; none when nothing differs."""
    found = meanings(plan, briefly=True)
    lines = [f"# {line}" for line in found[:_MEANINGS]]
    if len(found) > _MEANINGS:
        lines.append(f"# ... and {plural(len(found) - _MEANINGS, 'more line')} like these; {ALL}")
    return lines + _differences(plan)


def _differences(plan: Plan) -> list[str]:
    shown, whole, seen = list[str](), True, 0
    for file in diffs(plan, _WIDTH, masks(plan)):
        if len(shown) > _LINES - _LEAST:
            break
        seen += 1
        most = min(_FILE_LINES, _LINES - len(shown))
        lines = list(islice(file, most))
        rest = sum(1 for _ in file)
        shown += [*lines, *([f"... {rest:,} more lines of this file"] if rest else [])]
        whole = whole and not rest
    if left := len(plan.changes) + len(plan.lists) - seen:
        return [*shown, f"... and {plural(left, 'more file')}; {ALL}"]
    return shown if whole else [*shown, f"... {ALL}"]
