"""Texts that are kept small until somebody needs them."""

from pathlib import Path

import pytest

from slogen.packed import Left, Packed, packed, unpacked
from slogen.render.artifact import HEADER, Artifact
from slogen.write.outfile import OutFile

LONG = "# a line that says nothing\n" * 5_000


@pytest.mark.parametrize("text", ["", "a", "größer\n", "\U0001f600", LONG])
def test_a_packed_text_comes_back(text: str) -> None:
    found = packed(text)
    assert isinstance(found, Packed)
    assert unpacked(found) == text
    assert found.content == text.encode()


def test_what_says_the_same_again_is_small() -> None:
    found = packed(LONG)
    assert isinstance(found, Packed)
    assert len(found.data) < len(LONG) / 50


def test_half_a_surrogate_pair_is_left_to_the_writer_to_refuse() -> None:
    assert packed("half \ud800") == "half \ud800"


def test_what_is_packed_is_not_packed_again() -> None:
    assert packed(packed("a")) == packed("a")


@pytest.mark.parametrize("text", ["word\n" + LONG, LONG + "word"])
def test_words_are_found_at_the_head_and_far_behind_it(text: str) -> None:
    found = packed(text)
    assert isinstance(found, Packed)
    assert found.holds_any(["other", "word"])
    assert not found.holds_any(["other"])


def test_a_file_is_read_when_its_text_is_asked_for(tmp_path: Path) -> None:
    left = Left(tmp_path / "a")
    (tmp_path / "a").write_text("later")
    assert unpacked(left) == "later"


def test_an_artifact_has_its_text_packed_or_not() -> None:
    made = Artifact("a.yaml", f"{HEADER}\n", "a", "prometheus")
    assert made.packed().text == made.text == f"{HEADER}\n"


def test_a_packed_text_without_a_marker_is_refused_too() -> None:
    with pytest.raises(ValueError, match="could never be pruned"):
        OutFile(Path("out"), "a.yaml", "a", "prometheus", packed(LONG))
