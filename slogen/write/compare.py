"""Show what a plan would change: as a unified diff for people, as problems for `slogen check`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from itertools import zip_longest
from pathlib import Path

from slogen.diagnostics import Problem, Severity, Span
from slogen.write.hunks import cut, hunks
from slogen.write.plans import Change, Plan

WIDE = 1_000
_MAX_SHOWN = 120
Mask = Callable[[str], str]
Masks = Mapping[Path, Mask]
_ALL: Masks = {}
_HINT = "run `slogen generate` and commit what it writes"


def diff(plan: Plan, width: int = WIDE, masks: Masks = _ALL) -> str:
    """Return a unified diff of all changes: files by path, then lists. "" when there are none.

    `git apply` takes it as long as no line is above `width` characters, of which a piece is shown, and no
    mask hides anything: those of a file say how its lines may be shown.
    """
    return "".join(f"{line}\n" for lines in diffs(plan, width, masks) for line in lines)


def diffs(plan: Plan, width: int = WIDE, masks: Masks = _ALL) -> Iterator[Iterator[str]]:
    """The lines of the diff of each file, compared when they are asked for."""
    return (_diff_one(change, width, masks.get(change.path)) for change in (*plan.changes, *plan.lists))


def _diff_one(change: Change, width: int, mask: Mask | None) -> Iterator[str]:
    name = change.path.as_posix().lstrip("/")
    yield "--- /dev/null" if change.old is None else f"--- a/{name}"
    yield "+++ /dev/null" if change.wanted is None else f"+++ b/{name}"
    if mask is None:
        yield from hunks(_lines(change.old), _lines(change.new), width)
        return
    for line in hunks(_lines(change.old), _lines(change.new), sys.maxsize):
        head, *rest = line.split("\n")  # the mark of a last line without an end is no line of the file
        shown = head if head.startswith(("@", "#")) else cut(head[0] + mask(head[1:]), 0, width)
        yield "\n".join([shown, *rest])


def _lines(content: bytes | None) -> list[str]:
    """Split at newlines only, as diff does; a last line without one is marked as diff marks it."""
    *lines, last = (content or b"").decode(errors="replace").split("\n")
    return lines + ([f"{last}\n\\ No newline at end of file"] if last else [])


def drift(plan: Plan, masks: Masks = _ALL) -> list[Problem]:
    """Return one problem per file that is missing, changed or stale, at the first line that differs.

    Before them, as a note, that another version made the files; lists of what is owned come last, because
    they follow from the files.
    """
    found = [_drifted(change, masks.get(change.path, str)) for change in (*plan.changes, *plan.lists)]
    return [*_other_versions(plan), *found] if found else []


def _other_versions(plan: Plan) -> Iterator[Problem]:
    this, paths = plan.request.version, {version: path for path, version in plan.made_by.items()}
    for other in sorted(paths.keys() - {this}) if this else ():
        message = f"these files were made by slogen {other}, and this is slogen {this}"
        hint = "what differs may come of that; `slogen generate --diff` shows all of it"
        yield Problem("other-version", message, Span(paths[other].as_posix()), hint, Severity.INFO)


def _drifted(change: Change, mask: Mask) -> Problem:
    path = change.path.as_posix()
    old, new = change.old, change.new
    if old is None:
        return Problem("missing-file", "this generated file is missing", Span(path), _HINT)
    if new is None:
        return Problem("stale-file", "no spec asks for this generated file any more", Span(path), _HINT)
    return _changed(path, old, new, mask)


def _changed(path: str, old: bytes, new: bytes, mask: Mask) -> Problem:
    pairs = zip_longest(old.split(b"\n"), new.split(b"\n"))
    number, (found, wanted) = next((n, pair) for n, pair in enumerate(pairs, start=1) if pair[0] != pair[1])
    text, shown = (mask((line or b"").decode(errors="replace")) for line in (found, wanted))
    if wanted is None:
        message = "the specs ask for a file that ends before this line"
    else:
        message = f"differs from what the specs ask for: `{shown[:_MAX_SHOWN]}`"
    same = (n for n, (a, b) in enumerate(zip_longest(text, shown), start=1) if a != b)
    column = next(same, 1)
    return Problem(
        "changed-file", message, Span(path, number, column, max(len(text), column) + 1, text), _HINT
    )
