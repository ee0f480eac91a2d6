"""The note of the version that wrote last: kept with what it wrote, and no reason to write."""

from __future__ import annotations

from slogen.diagnostics import Severity
from slogen.write import apply, drift, plan
from slogen.write.stamp import parse

STAMP = ".slogen/version"


def write(files, root, version) -> None:
    assert apply(plan(files, [root], version=version)) == []


def test_it_is_written_with_other_files_only(root, out) -> None:
    write([out("a", "1")], root, "0.2.0")
    assert parse((root / STAMP).read_bytes()) == "0.2.0"
    newer = plan([out("a", "1")], [root], version="0.3.0")
    assert newer.is_current
    assert newer.stamps == ()
    assert drift(newer) == []
    write([out("a", "1")], root, "0.3.0")
    assert parse((root / STAMP).read_bytes()) == "0.2.0"
    write([out("a", "2")], root, "0.3.0")
    assert parse((root / STAMP).read_bytes()) == "0.3.0"


def test_a_drift_names_the_version_that_made_the_files(root, out) -> None:
    write([out("a", "1")], root, "0.2.0")
    (root / STAMP).chmod(0o640)
    note, changed = drift(plan([out("a", "2")], [root], version="0.3.0"))
    assert note.message == "these files were made by slogen 0.2.0, and this is slogen 0.3.0"
    assert (note.code, note.severity) == ("other-version", Severity.INFO)
    assert changed.code == "changed-file"
    assert [p.code for p in drift(plan([out("a", "2")], [root], version="0.2.0"))] == ["changed-file"]


def test_it_is_owned_and_goes_with_the_last_file(root, out, tree) -> None:
    write([out("a")], root, "0.2.0")
    assert root / STAMP in plan([out("a")], [root], version="0.2.0").owned
    write([], root, "0.2.0")
    assert not root.exists() or tree() == {}


def test_who_names_no_version_leaves_it(root, out, run) -> None:
    write([out("a", "1")], root, "0.2.0")
    run(out("a", "2"))
    assert parse((root / STAMP).read_bytes()) == "0.2.0"


def test_what_is_damaged_names_no_version() -> None:
    assert parse(b"<<<<<<<\n0.2.0\n=======\n0.3.0\n>>>>>>>\n") is None
    assert parse(b"\xff\n# x\n") == "\ufffd"
    assert parse(None) is parse(b"") is None
