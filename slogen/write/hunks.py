"""A unified diff of two texts, with the least that changes, and with long lines cut at what differs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise, takewhile, zip_longest

from slogen.write.edits import Edit, edits, remaining

_CONTEXT = 3
_MAX_LINES = 20_000  # that differ, of both sides; comparing more takes seconds and nobody reads it


def hunks(old: Sequence[str], new: Sequence[str], width: int) -> Iterator[str]:
    """The lines below the two names. Of lines above `width` characters a piece is shown."""
    if sum(remaining(old, new)) > _MAX_LINES:
        yield f"# too large to show: {len(old)} lines before, {len(new)} after"
        return
    for group in _groups(edits(old, new)):
        yield from _hunk(group, old, new, width)


def _groups(found: Sequence[Edit]) -> Iterator[list[Edit]]:
    """Edits whose surroundings touch belong to one hunk."""
    group = list(found[:1])
    for before, edit in pairwise(found):
        if edit.start - before.end > 2 * _CONTEXT:
            yield group
            group = []
        group.append(edit)
    if group:
        yield group


def _hunk(group: Sequence[Edit], old: Sequence[str], new: Sequence[str], width: int) -> Iterator[str]:
    before = min(_CONTEXT, group[0].start)
    after = min(_CONTEXT, len(old) - group[-1].end)
    place, end = group[0].start - before, group[-1].end + after
    old_range = _range(place, end)
    yield f"@@ -{old_range} +{_range(group[0].new_start - before, group[-1].new_end + after)} @@"
    for edit in group:
        yield from (f" {cut(line, 0, width)}" for line in old[place : edit.start])
        yield from _changed(old[edit.start : edit.end], new[edit.new_start : edit.new_end], width)
        place = edit.end
    yield from (f" {cut(line, 0, width)}" for line in old[place:end])


def _range(start: int, end: int) -> str:
    """As in `-12,3`: an empty range names the line before it."""
    length = end - start
    return f"{start + 1}" if length == 1 else f"{start + (length > 0)},{length}"


def _changed(gone: Sequence[str], came: Sequence[str], width: int) -> Iterator[str]:
    """Where a long line takes the place of another, both are cut around the first difference."""
    pairs = list(zip_longest(gone, came))
    places = [_differ(*pair) if None not in pair else 0 for pair in pairs]
    yield from (f"-{cut(line, at, width)}" for line, at in zip(gone, places, strict=False))
    yield from (f"+{cut(line, at, width)}" for line, at in zip(came, places, strict=False))


def _differ(a: str, b: str) -> int:
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(a, b, strict=False)))


def cut(line: str, at: int, width: int) -> str:
    """At most `width` characters from shortly before `at`, and how many are left out on either side."""
    if len(line) <= width:
        return line
    start = max(0, min(at - width // 4, len(line) - width))
    left, right = start, len(line) - start - width
    shown = line[start : start + width]
    head = f"[{left:,} characters left out] …" if left else ""
    tail = f"… [{right:,} characters left out]" if right else ""
    return f"{head}{shown}{tail}"
