"""A file that a user names: it is written whole, or the reason is said."""

import pytest

from slogen.diagnostics import CallError
from slogen.project.picturefile import write


def test_it_is_written_over_what_was_there(tmp_path):
    path = tmp_path / "out.png"
    path.write_bytes(b"a longer one from before")
    write(path, b"\x89PNG\x00")
    assert path.read_bytes() == b"\x89PNG\x00"


def test_a_folder_that_is_missing(tmp_path):
    with pytest.raises(CallError, match=r"there is no folder `.*/none` for `out.svg`"):
        write(tmp_path / "none" / "out.svg", b"")


def test_a_folder_in_its_place(tmp_path):
    with pytest.raises(CallError, match="can't be written: Is a directory"):
        write(tmp_path, b"")
