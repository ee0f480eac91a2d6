"""Show what a plan would change: as a unified diff for people, as problems for `slogen check`."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from itertools import zip_longest

from slogen.diagnostics import Problem, Span
from slogen.write.planner import Change, Plan

_MAX_DIFF_LINES = 20_000  # of both sides; comparing more takes seconds and nobody reads it
_MAX_SHOWN = 120
_HINT = "run `slogen generate` and commit what it writes"


def diff(plan: Plan) -> str:
    """Return a unified diff (as `git apply` takes it) of all changes, by path; "" when there are none."""
    changes = sorted([*plan.changes, *plan.lists], key=lambda change: change.path)
    return "".join(line for change in changes for line in _diff_one(change))


def _diff_one(change: Change) -> Iterator[str]:
    name = change.path.as_posix().lstrip("/")
    before = "/dev/null" if change.old is None else f"a/{name}"
    after = "/dev/null" if change.wanted is None else f"b/{name}"
    old, new = _lines(change.old), _lines(change.new)
    if len(old) + len(new) > _MAX_DIFF_LINES:
        yield f"--- {before}\n+++ {after}\n# too large to show: {len(old)} lines before, {len(new)} after\n"
    else:
        yield from difflib.unified_diff(old, new, before, after)


def _lines(content: bytes | None) -> list[str]:
    """Split at newlines only, as diff does; a last line without one is marked as diff marks it."""
    *lines, last = (content or b"").decode(errors="replace").split("\n")
    return [line + "\n" for line in lines] + ([f"{last}\n\\ No newline at end of file\n"] if last else [])


def drift(plan: Plan) -> list[Problem]:
    """Return one problem per file that is missing, changed or stale, at the first line that differs."""
    changes = sorted([*plan.changes, *plan.lists], key=lambda change: change.path)
    return [_drifted(change) for change in changes]


def _drifted(change: Change) -> Problem:
    path = change.path.as_posix()
    old, new = change.old, change.new
    if old is None:
        return Problem("missing-file", "this generated file is missing", Span(path), _HINT)
    if new is None:
        return Problem("stale-file", "no spec asks for this generated file any more", Span(path), _HINT)
    return _changed(path, old, new)


def _changed(path: str, old: bytes, new: bytes) -> Problem:
    pairs = zip_longest(old.split(b"\n"), new.split(b"\n"))
    number, (found, wanted) = next((n, pair) for n, pair in enumerate(pairs, start=1) if pair[0] != pair[1])
    text = (found or b"").decode(errors="replace")
    text, shown = ((line or b"").decode(errors="replace") for line in (found, wanted))
    if wanted is None:
        message = "the specs ask for a file that ends before this line"
    else:
        message = f"differs from what the specs ask for: `{shown[:_MAX_SHOWN]}`"
    same = (n for n, (a, b) in enumerate(zip_longest(text, shown), start=1) if a != b)
    column = next(same, 1)
    return Problem(
        "changed-file", message, Span(path, number, column, max(len(text), column) + 1, text), _HINT
    )
