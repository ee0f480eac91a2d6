"""Writing: modes, failures that leave everything as it was, two runs at once."""

from __future__ import annotations

import errno
import fcntl
import os
import resource
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slogen.diagnostics import has_errors
from slogen.write import MARKER, OutFile, apply, plan
from slogen.write.batch import Batch


def test_a_new_file_takes_the_umask_and_an_old_one_keeps_its_mode(run, out, root) -> None:
    previous = os.umask(0o027)
    try:
        run(out("a"))
        assert (root / "a").stat().st_mode & 0o777 == 0o640
        (root / "a").chmod(0o604)
        run(out("a", "new"))
    finally:
        os.umask(previous)
    assert (root / "a").stat().st_mode & 0o777 == 0o604


@contextmanager
def largest_file(size: int) -> Iterator[None]:
    """Make the kernel refuse to let any file grow beyond `size` bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("exists", [True, False])
def test_a_write_that_fails_takes_everything_back(run, out, root, tree, exists) -> None:
    if exists:
        run(out("p/a"), out("stale"))
    before = tree()
    with largest_file(10_000):
        assert run(out("p/a", "new"), out("q/b"), out("q/c", "x" * 50_000)) == ["cannot-write"]
    assert tree() == before
    assert not (root / "q").exists()


def test_a_full_disk_takes_everything_back(tmp_path) -> None:
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", tmp_path], check=False).returncode:
        pytest.skip("needs the right to mount a small file system")
    try:
        old, new = ([OutFile(tmp_path, "a", "chat", "docs", MARKER + x * 100_000)] for x in "xy")
        assert apply(plan(old, [tmp_path])) == []
        [problem] = apply(plan([*new, OutFile(tmp_path, "q/b", "chat", "docs", MARKER * 10_000)], [tmp_path]))
        assert (problem.code, os.strerror(errno.ENOSPC) in problem.message) == ("cannot-write", True)
        assert plan(old, [tmp_path]).is_current
        assert sorted(path.name for path in tmp_path.iterdir()) == [".slogen", "a"]
    finally:
        subprocess.run(["umount", tmp_path], check=True)


@pytest.fixture
def plain_user_folder() -> Iterator[Path]:
    """A folder in which the current user has no special rights, even when the tests run as root."""
    folder = Path(tempfile.mkdtemp())
    was = os.geteuid()
    if was == 0:
        shutil.chown(folder, 65534)
        os.seteuid(65534)
    yield folder
    os.seteuid(was)
    subprocess.run(["chmod", "-R", "u+rwx", folder], check=True)
    shutil.rmtree(folder)


@pytest.mark.parametrize("closed", ["p", "q", ".slogen", "."])
def test_an_unwritable_folder_stops_all_output(plain_user_folder, closed) -> None:
    root = plain_user_folder

    def files(body: str, *names: str) -> list[OutFile]:
        return [OutFile(root, name, "chat", "docs", f"{MARKER} {body}") for name in names]

    assert apply(plan(files("old", "p/a", "q/stale"), [root])) == []
    (root / closed).chmod(0o500)
    problems = apply(plan(files("new", "p/a", "new/b"), [root]))
    assert [(p.code, p.span and Path(p.span.path)) for p in problems] == [("cannot-write", root / closed)]
    assert os.strerror(errno.EACCES) in problems[0].message
    assert plan(files("old", "p/a", "q/stale"), [root]).is_current


def test_an_unreadable_file_is_a_problem(plain_user_folder) -> None:
    (plain_user_folder / "a").touch(mode=0)
    made = plan([OutFile(plain_user_folder, "a", "chat", "docs", MARKER)], [plain_user_folder])
    assert [problem.code for problem in made.problems] == ["cannot-read"]


def test_a_root_that_cannot_be_made_is_a_problem() -> None:
    [problem] = apply(plan([OutFile(Path("/proc/slogen/out"), "a", "chat", "docs", MARKER)], []))
    assert (problem.code, problem.span and problem.span.path) == ("cannot-write", "/proc/slogen")


@pytest.mark.parametrize("call", range(4))
def test_a_rename_that_fails_changes_nothing_and_the_next_run_repairs(
    run, out, tree, monkeypatch, call
) -> None:
    run(out("a"), out("stale"))
    real, calls, before = os.replace, [], tree()

    def replace(name: str, target: str, **folders: int) -> None:
        calls.append(target)
        if len(calls) == call + 1:
            raise OSError(errno.EPERM, os.strerror(errno.EPERM), name)
        real(name, target, **folders)

    monkeypatch.setattr(os, "replace", replace)
    assert run(out("a", "new"), out("b")) == ["cannot-write"]
    assert tree() == before
    assert run(out("a", "new"), out("b")) == []
    assert sorted(tree()) == [".slogen/chat.txt", "a", "b"]


def test_another_run_is_waited_for_and_then_reported(out, root) -> None:
    root.mkdir()
    handle = os.open(root, os.O_RDONLY)
    fcntl.flock(handle, fcntl.LOCK_EX)
    assert [problem.code for problem in apply(plan([out("a")], [root]), wait=0.1)] == ["busy"]
    assert list(root.iterdir()) == []
    os.close(handle)
    assert apply(plan([out("a")], [root]), wait=0.1) == []


def test_a_plan_that_is_out_of_date_still_owns_what_it_writes(out, root) -> None:
    first, second = plan([out("a")], [root]), plan([out("b", target="docs")], [root], targets={"docs"})
    assert apply(first) + apply(second) == []
    assert (root / ".slogen/chat.txt").read_text().endswith("prometheus a\ndocs b\n")


def generate_often(root: Path, body: str) -> None:
    """Write one of two trees, twenty times."""
    files = [OutFile(root, f"p/{n}-{body}", "chat", "docs", f"{MARKER} {body * 5000}") for n in range(20)]
    shared = [OutFile(root, f"p/{n}", "chat", "docs", f"{MARKER} {body * 5000}") for n in range(20)]
    for _ in range(20):
        assert apply(plan([*files, *shared], [root]), wait=300) == []  # one may have the lock again and again


@pytest.mark.slow
def test_two_runs_at_once_leave_the_tree_of_one_of_them(root) -> None:
    context = get_context("fork")
    runs = [context.Process(target=generate_often, args=(root, body)) for body in "xy"]
    for run in runs:
        run.start()
    for run in runs:
        run.join()
    assert [run.exitcode for run in runs] == [0, 0]
    names = [path.name for path in (root / "p").iterdir()]
    assert len(names) == 40
    assert len({name[-1] for name in names if "-" in name}) == 1
    assert len({path.read_bytes() for path in (root / "p").iterdir()}) == 1


TREES = st.dictionaries(st.sampled_from(["a", "b", "p/a", "p/q/b", "p"]), st.sampled_from("xy"))


@pytest.mark.slow
@settings(max_examples=60)
@given(st.lists(TREES, max_size=4), st.sampled_from(["a", "p/mine", "z"]))
def test_any_row_of_runs_ends_with_the_last_tree_and_the_foreign_file(trees, foreign) -> None:
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        (root / foreign).parent.mkdir(exist_ok=True)
        (root / foreign).write_text("mine")
        last: dict[str, str] = {}
        for tree in trees:
            made = plan([OutFile(root, p, f"s-{t}", "docs", f"{MARKER}{t}") for p, t in tree.items()], [root])
            last = last if has_errors(made.problems) else tree
            assert bool(apply(made)) == has_errors(made.problems)
        found = {p.relative_to(root).as_posix(): p.read_text()[-1] for p in root.rglob("*") if p.is_file()}
        lists = {path for path in found if path.startswith(".slogen/")}
        assert lists == {f".slogen/s-{body}.txt" for body in last.values()}
        assert {path: found[path] for path in found.keys() - lists} == {**last, foreign: "e"}


def test_a_file_that_cannot_be_replaced_keeps_the_others_as_they_were(run, out, root, tree) -> None:
    """An immutable file shows only when it is replaced."""
    run(out("a"), out("b"), out("c"), out("stale"))
    before = tree()
    if subprocess.run(["chattr", "+i", root / "b"], check=False, capture_output=True).returncode:
        pytest.skip("needs the right to make a file immutable")
    try:
        [problem] = apply(plan([out(name, "new") for name in "abc"], [root]))
    finally:
        subprocess.run(["chattr", "-i", root / "b"], check=True)
    assert (problem.code, problem.span and problem.span.path) == ("cannot-write", f"{root}/b")
    assert "nothing was changed" in problem.hint
    assert tree() == before


def test_what_could_not_be_put_back_is_named(out, root, monkeypatch) -> None:
    assert apply(plan([out("a"), out("b")], [root])) == []
    real = os.replace

    def replace(name: str, target: str, **folders: int) -> None:
        if target == "b" or (target == "a" and b"new" in (root / "a").read_bytes()):
            raise OSError(errno.EPERM, os.strerror(errno.EPERM), name)
        real(name, target, **folders)

    monkeypatch.setattr(os, "replace", replace)
    [problem] = apply(plan([out("a", "new"), out("b", "new")], [root]))
    assert f"{root}/a could not be put back" in problem.hint
    assert "nothing was changed" not in problem.hint


@pytest.mark.parametrize("step", ["stage", "publish", "remove"])
@pytest.mark.parametrize("paths", [("p/a",), ("p/q/a", "p/q/b")])
def test_a_folder_that_becomes_a_link_is_not_followed(out, root, tmp_path, monkeypatch, step, paths) -> None:
    assert apply(plan([*map(out, paths), out("p/stale"), out("z")], [root])) == []
    outside = tmp_path / "outside"
    shutil.copytree(root / "p", outside)
    before = {path: path.read_text() for path in outside.rglob("*") if path.is_file()}
    real = getattr(Batch, step)

    def swapped(self: Batch, changes: object) -> None:
        if not (root / "p").is_symlink():
            (root / "p").rename(tmp_path / "away")
            (root / "p").symlink_to(outside)
        real(self, changes)

    monkeypatch.setattr(Batch, step, swapped)
    apply(plan([*(out(path, "new") for path in paths), out("p/more"), out("z", "new")], [root]))
    assert {path: path.read_text() for path in outside.rglob("*") if path.is_file()} == before


def test_several_plans_are_written_all_or_nothing(out, root, tmp_path, monkeypatch) -> None:
    other = OutFile(tmp_path, "am.yml", "", "alertmanager", "receivers: []\n")
    second = plan([other], [tmp_path], owners=(), targets=())
    real = os.replace

    def replace(name: str, target: str, **folders: int) -> None:
        if target == "am.yml":
            raise OSError(errno.EBUSY, os.strerror(errno.EBUSY), name)
        real(name, target, **folders)

    monkeypatch.setattr(os, "replace", replace)
    assert [problem.code for problem in apply(plan([out("a")], [root]), second)] == ["cannot-write"]
    assert not (root / "a").exists()
    monkeypatch.undo()
    assert apply(plan([out("a")], [root]), second) == []
    assert (tmp_path / "am.yml").read_text() == other.text


def test_a_root_that_becomes_a_link_is_not_followed(out, root, tmp_path) -> None:
    assert apply(plan([out("p/a"), out("stale")], [root])) == []
    made = plan([out("p/a", "new")], [root])
    outside = tmp_path / "outside"
    shutil.copytree(root, outside)
    root.rename(tmp_path / "away")
    root.symlink_to(outside)
    [problem] = apply(made)
    assert (problem.code, problem.span and problem.span.path) == ("cannot-write", root.as_posix())
    assert (outside / "p/a").read_text() == out("p/a").text
    assert (outside / "stale").exists()
