"""What a commit would lack."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from slogen.write import plan, untracked
from tests.write.conftest import written


@pytest.fixture
def git(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)

    def call(*arguments: str) -> None:
        identity = ["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "core.hooksPath=/dev/null"]
        subprocess.run(["git", *identity, *arguments], check=True, capture_output=True)

    call("init")
    return call


@pytest.fixture
def findings(root):
    def find(*files) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for problem in untracked(plan(files, [root])):
            found.setdefault(problem.code, []).append(problem.span.path.removeprefix(f"{root}/"))
        return found

    return find


def test_committed_or_staged_output_is_clean(git, run, out, findings) -> None:
    run(out("a"))
    git("add", ".")
    assert findings(out("a")) == {}
    git("commit", "-m", "x")
    assert findings(out("a")) == {}


@pytest.mark.usefixtures("git")
def test_new_files_are_untracked(run, out, findings) -> None:
    run(out("p/a ü"))
    assert findings(out("p/a ü")) == {"untracked-file": [".slogen/chat.txt", "p/a ü"]}


def test_a_change_that_is_not_staged(git, run, out, findings, root) -> None:
    run(out("a"), out("b"))
    git("add", ".")
    (root / "mine").write_text("foreign and untracked")
    run(out("a"), out("b", "new"))
    assert findings(out("a"), out("b", "new")) == {"unstaged-file": ["b"]}


def test_touching_a_file_is_no_change(git, run, out, findings, root) -> None:
    run(out("a"))
    git("add", ".")
    os.utime(root / "a", (1, 1))
    assert findings(out("a")) == {}


def test_a_removal_that_is_not_staged(git, run, out, findings, root) -> None:
    run(out("a"), out("b"))
    (root / "mine").write_text("foreign")
    git("add", ".")
    (root / "mine").unlink()
    run(out("a"))
    git("add", "generated/.slogen")
    assert findings(out("a")) == {"unstaged-file": ["b"]}
    git("add", ".")
    assert findings(out("a")) == {}


def test_a_removal_of_everything_that_is_not_staged(git, run, out, findings) -> None:
    run(out("a"))
    git("add", ".")
    run()
    assert findings() == {"unstaged-file": [".slogen/chat.txt", "a"]}


def test_some_ignored_files_are_findings_but_not_all(git, run, out, findings, tmp_path) -> None:
    run(out("a.json"))
    (tmp_path / ".gitignore").write_text("*.json")
    git("add", ".")
    assert findings(out("a.json")) == {"untracked-file": ["a.json"]}
    (tmp_path / ".gitignore").write_text("generated")
    git("rm", "-r", "--cached", "generated")
    assert findings(out("a.json")) == {}


def test_a_hook_in_a_subfolder_with_its_own_index(git, run, out, findings, tmp_path, monkeypatch) -> None:
    run(out("a"))
    git("add", ".")
    (tmp_path / "sub").mkdir()
    monkeypatch.chdir(tmp_path / "sub")
    assert findings(out("a")) == {}
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_DIR", ".git")
    assert findings(out("a")) == {}
    monkeypatch.setenv("GIT_INDEX_FILE", ".git/other-index")
    assert findings(out("a")) == {"untracked-file": [".slogen/chat.txt", "a"]}


@pytest.mark.usefixtures("git")
def test_a_relative_and_a_linked_root(run, out) -> None:
    run(out("a"))
    Path("link").symlink_to("generated")
    for name in ("generated", "link"):
        files = [type(out("a"))(Path(name), "a", "chat", "prometheus", out("a").text)]
        spans = [problem.span.path for problem in untracked(plan(files, [Path(name)]))]
        assert spans == [f"{name}/.slogen/chat.txt", f"{name}/a"]


def not_asked(root, *files) -> str:
    [problem] = untracked(plan(files, [root]))
    assert (problem.code, problem.is_error, problem.span.path) == ("git-not-asked", True, root.as_posix())
    return problem.message


def test_where_git_cannot_be_asked_it_is_said(run, out, root, tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    run(out("a"))
    assert "not a git repository" in not_asked(root, out("a"))
    monkeypatch.setenv("PATH", "/nowhere")
    assert "it can't be started: No such file" in not_asked(root, out("a"))


def test_a_repository_of_somebody_else(git, run, out, root, tmp_path, monkeypatch) -> None:
    run(out("a"))
    git("add", ".")
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert "dubious ownership" in not_asked(root, out("a"))


def test_a_folder_outside_of_the_repository(git, run, out, root, tmp_path, monkeypatch) -> None:  # noqa: ARG001
    run(out("a"))
    (tmp_path / "inner").mkdir()
    monkeypatch.chdir(tmp_path / "inner")
    subprocess.run(["git", "init"], check=True, capture_output=True)
    assert "outside repository" in not_asked(root, out("a"))


def test_asking_git_writes_nothing(git, run, out, findings, tmp_path, root) -> None:
    run(out("a"))
    git("add", ".")
    os.utime(root / "a", (1, 1))
    before = written(tmp_path / ".git/index")
    findings(out("a"))
    assert written(tmp_path / ".git/index") == before
