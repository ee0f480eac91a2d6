"""What a hunk shows: ranges that `patch` understands, and of long lines the part that differs."""

from __future__ import annotations

import difflib
import random
import subprocess
from pathlib import Path

import pytest

from slogen.write.hunks import hunks


def test_a_long_line_is_shown_where_it_differs() -> None:
    old, new = (f"{'x' * 40_000}{word}{'y' * 30_000}" for word in ("99.95", "99.9"))
    head, gone, came = hunks([old], [new], 100)
    assert head == "@@ -1 +1 @@"
    assert gone.startswith("-[39,979 characters left out] …xxx")
    assert "99.95y" in gone
    assert "99.9y" in came
    assert came.endswith("y… [29,925 characters left out]")
    assert max(map(len, (gone, came))) < 170


def test_a_long_line_without_a_partner_is_shown_from_its_start() -> None:
    (_, line) = hunks([], ["0123456789" * 10], 20)
    assert line == "+01234567890123456789… [80 characters left out]"
    assert list(hunks(["a", "b"], ["a", "b"], 20)) == []


@pytest.mark.parametrize("seed", range(30))
def test_patch_takes_it(tmp_path: Path, seed: int) -> None:
    dice = random.Random(seed)
    old = [dice.choice("abcde") for _ in range(60)]
    new = [line for line in old if dice.random() > 0.05 for line in [line] * dice.choice([1] * 9 + [2])]
    (tmp_path / "f").write_text("".join(f"{line}\n" for line in old))
    text = "\n".join(["--- a/f", "+++ b/f", *hunks(old, new, 100)])
    subprocess.run(["git", "apply", "-"], input=f"{text}\n".encode(), cwd=tmp_path, check=True)
    assert (tmp_path / "f").read_text().split() == new


def test_never_longer_than_before() -> None:
    """Against the difference that drops lines which are popular, on text like rules."""
    old = [line for n in range(300) for line in (f"- record: r{n}", "  labels:", "    slo: a", "    x: y")]
    new = [line.replace("a", "b") if n % 97 == 0 else line for n, line in enumerate(old)]
    mine = sum(line[0] in "+-" for line in hunks(old, new, 100))
    other = sum(line[0] in "+-" for line in difflib.unified_diff(old, new, lineterm="")) - 2
    assert mine <= other
