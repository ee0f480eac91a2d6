"""What `--diff` and `check` show."""

from __future__ import annotations

import subprocess

import pytest

from slogen.write import MARKER, OutFile, diff, drift, plan


def test_nothing_to_show(run, out, root) -> None:
    run(out("a"))
    made = plan([out("a")], [root])
    assert (diff(made), drift(made)) == ("", [])


def test_the_diff_is_one_that_git_applies(run, out, root, monkeypatch, tree) -> None:
    monkeypatch.chdir(root.parent)
    run(out("a", "1\n2\u2028x\f\n3"), out("gone"), out("q/gone", owner="search"))
    (root / "a").write_text((root / "a").read_text() + "no newline")
    files = [out("a", "1\n2\u2028y\f\n3"), out("new/b")]
    text = diff(plan(files, [root])).replace(str(root).lstrip("/"), "generated")
    subprocess.run(["git", "apply", "-"], input=text.encode(), check=True)
    assert sorted(tree()) == [".slogen/chat.txt", "a", "new/b"]
    assert plan(files, [root]).is_current


def test_a_huge_difference_is_named(run, out, root) -> None:
    run(out("a", "\n".join(map(str, range(30_000)))))
    text = diff(plan([out("a", "\n".join(map(str, range(30_000, 0, -1))))], [root]))
    assert "# too large to show: 30001 lines before, 30001 after" in text


@pytest.mark.slow
def test_a_small_difference_of_huge_files_is_shown(run, out, root) -> None:
    lines = list(map(str, range(200_000)))
    run(out("a", "\n".join(lines)))
    text = diff(plan([out("a", "\n".join([*lines[:99_000], *lines[99_001:]]))], [root]))
    assert text.splitlines()[3:] == [" 98997", " 98998", " 98999", "-99000", " 99001", " 99002", " 99003"]


def test_drift_names_each_file_and_the_first_line_that_differs(run, out, root) -> None:
    run(out("changed", "a\nbad line"), out("gone"), out("lost"))
    (root / "lost").unlink()
    found = drift(plan([out("changed", "a\nbar line"), out("lost")], [root]))
    places = [
        (p.code, p.span.path.removeprefix(f"{root}/"), p.span.line, p.span.column) for p in found if p.span
    ]
    assert places == [
        ("changed-file", "changed", 3, 3),
        ("stale-file", "gone", 1, 1),
        ("missing-file", "lost", 1, 1),
        ("changed-file", ".slogen/chat.txt", 3, 12),
    ]
    assert found[0].span.text == "bad line"
    assert "`bar line`" in found[0].message


def test_drift_at_the_ends_of_a_file(run, out, root) -> None:
    run(out("long", "a\nb"), out("short", "a"), out("binary"))
    (root / "binary").write_bytes(MARKER.encode() + b"\xff")
    found = drift(plan([out("long", "a"), out("short", "a\nb"), out("binary")], [root]))
    lines = {p.span.path.rpartition("/")[2]: (p.span.line, p.span.text) for p in found}
    assert lines["long"] == (3, "b")
    assert lines["short"] == (3, "")
    assert lines["binary"][0] == 1


def test_a_missing_list_is_drift(run, out, root) -> None:
    run(out("a"))
    (root / ".slogen/chat.txt").unlink()
    assert [problem.code for problem in drift(plan([out("a")], [root]))] == ["missing-file"]


def test_drift_of_a_file_in_no_list(root) -> None:
    file = OutFile(root, "alertmanager.yml", "", "alertmanager", "merged\n")
    assert [problem.code for problem in drift(plan([file], [root]))] == ["missing-file"]
