"""The least difference: right, and no line more than needed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slogen.write import edits as module
from slogen.write.edits import edits, shortest

TEXTS = st.lists(st.sampled_from("abcd"), max_size=14)


def common(a: list[str], b: list[str]) -> int:
    """The length of a longest common subsequence, counted the slow way."""
    row = [0] * (len(b) + 1)
    for x in a:
        row = [0, *row[1:]] if not b else _next(row, x, b)
    return row[-1]


def _next(above: list[int], x: str, b: list[str]) -> list[int]:
    row = [0]
    for j, y in enumerate(b):
        row.append(above[j] + 1 if x == y else max(above[j + 1], row[j]))
    return row


def patched(a: list[str], b: list[str]) -> tuple[list[str], int]:
    """What the edits make of a, and how many lines of it stay."""
    made, at, stayed = list[str](), 0, 0
    for number, edit in enumerate(edits(a, b)):
        kept = a[at : edit.start]
        assert kept or not number
        assert (edit.end - edit.start) + (edit.new_end - edit.new_start) > 0
        made += [*kept, *b[edit.new_start : edit.new_end]]
        assert len(made) == edit.new_end
        stayed += len(kept)
        at = edit.end
    return made + a[at:], stayed + len(a) - at


@pytest.mark.slow
@given(TEXTS, TEXTS)
def test_it_is_the_least(a: list[str], b: list[str]) -> None:
    assert patched(a, b) == (b, common(a, b))


@pytest.mark.slow
@given(TEXTS, TEXTS, st.integers(0, 3))
def test_with_few_steps_it_is_still_right(a: list[str], b: list[str], steps: int) -> None:
    before = module._STEPS_A_LINE
    module._STEPS_A_LINE = steps
    try:
        assert patched(a, b)[0] == b
    finally:
        module._STEPS_A_LINE = before


def test_lines_that_stand_once_hold_the_parts_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_STEPS_A_LINE", 0)
    a = ["same", "one", "same", "same", "two", "same"]
    b = ["other", "one", "other", "other", "two", "other"]
    assert patched(a, b) == (b, 2)


def test_steps_are_counted() -> None:
    a, b = list(range(50)), list(range(50, 100))
    assert shortest(a, b, 2_000) is None
    assert shortest(a, b, 10_000) == []


def test_popular_lines_count_like_others() -> None:
    """A line that makes up more than a hundredth of a long text is still one to align by."""
    a = ["labels:", "  x: 1", "expr"] * 200
    b = [*a[:300], "new", *a[300:]]
    assert edits(a, b) == [(300, 300, 300, 301)]


def test_what_goes_is_the_last_of_equal_lines() -> None:
    assert edits(list("pxaaybz"), list("qxayb")) == [(0, 1, 0, 1), (3, 4, 3, 3), (6, 7, 5, 5)]
