"""The entries of .pre-commit-hooks.yaml, as the real pre-commit runs them in a real repository.

They run as local hooks in the environment at hand, so that nothing has to be installed for each of them.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
import yaml

from tests.cli.conftest import spec

pytestmark = pytest.mark.slow

pytest.importorskip("pre_commit")
REPO = Path(__file__).parents[1]
CHAT = "generated/prometheus/chat.rules.yaml"
Git = Callable[..., "subprocess.CompletedProcess[str]"]


def local_hooks() -> str:
    hooks = yaml.safe_load((REPO / ".pre-commit-hooks.yaml").read_text())
    for hook in hooks:
        command, *arguments = shlex.split(hook["entry"])
        assert (command, hook["language"]) == ("slogen", "python")
        hook["entry"] = shlex.join([sys.executable, "-m", "slogen", *arguments])
        hook["language"] = "system"
    return yaml.safe_dump({"repos": [{"repo": "local", "hooks": hooks}]})


def _environment(cache: Path) -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("GIT_")} | {
        "PYTHONPATH": str(REPO),
        "PRE_COMMIT_HOME": str(cache),
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_SYSTEM": os.devnull,
        **{
            f"GIT_{who}_{what}": "a@example.com"
            for who in ("AUTHOR", "COMMITTER")
            for what in ("NAME", "EMAIL")
        },
    }


def _run(
    folder: Path, env: dict[str, str], *arguments: str, code: int = 0
) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        arguments, cwd=folder, env=env, stdout=-1, stderr=subprocess.STDOUT, text=True, check=False
    )
    assert done.returncode == code, done.stdout
    return done


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with two specs, their output committed and the hooks installed: each test has a copy."""
    folder = tmp_path_factory.mktemp("started")
    run = partial(_run, folder, _environment(tmp_path_factory.mktemp("cache")))
    (folder / "specs").mkdir(parents=True)
    for service in ("chat", "shop"):
        (folder / f"specs/{service}.yaml").write_text(spec(service))
    (folder / "slogen.yaml").write_text("apiVersion: slogen/v1\nkind: Settings\ntargets: [prometheus]\n")
    (folder / ".pre-commit-config.yaml").write_text(local_hooks())
    run("git", "init", "--quiet")
    run(sys.executable, "-m", "slogen", "generate")
    run("git", "add", ".")
    run("git", "commit", "--quiet", "-m", "start")
    run(sys.executable, "-m", "pre_commit", "install")
    return folder


@pytest.fixture
def git(started: Path, tmp_path: Path) -> Git:
    """Runs git in such a repository."""
    folder = tmp_path / "repo"
    shutil.copytree(started, folder)
    return partial(_run, folder, _environment(tmp_path / "cache"), "git")


def commit(git: Git, code: int = 0) -> dict[str, str]:
    """Try to commit what is staged; the verdict on each hook."""
    shown = git("commit", "-m", "change", code=code).stdout
    hooks = yaml.safe_load((REPO / ".pre-commit-hooks.yaml").read_text())
    verdicts = {
        hook["id"]: re.search(rf"{hook['name']}\.+.*(Passed|Failed|Skipped)", shown) for hook in hooks
    }
    return {name: found[1] for name, found in verdicts.items() if found}


def test_a_changed_spec_must_come_with_its_output(git: Git, tmp_path: Path) -> None:
    (tmp_path / "repo/specs/chat.yaml").write_text(spec("chat", objective="99.5"))
    git("add", "specs")
    assert commit(git, 1)["slogen-generate"] == "Failed"
    git("add", "generated")
    assert set(commit(git).values()) == {"Passed"}


def test_a_new_spec_and_no_git_add(git: Git, tmp_path: Path) -> None:
    """generate writes and fails; the second commit would lack the new files if nobody looked at the index.
    The watcher's rules name each service: they are changed, and not added, so generate changes them again."""
    (tmp_path / "repo/specs/new.yaml").write_text(spec("new"))
    git("add", "specs")
    assert commit(git, 1)["slogen-generate"] == "Failed"
    assert commit(git, 1) == {
        "slogen-generate": "Failed",
        "slogen-validate": "Passed",
        "slogen-check": "Failed",
    }
    git("add", "generated")
    assert commit(git)["slogen-check"] == "Passed"


def test_a_changed_spec_and_no_git_add(git: Git, tmp_path: Path) -> None:
    (tmp_path / "repo/specs/chat.yaml").write_text(spec("chat", objective="99.5"))
    git("add", "specs")
    commit(git, 1)
    assert "Failed" in commit(git, 1).values()


def test_a_deleted_spec_takes_its_output_along(git: Git, tmp_path: Path) -> None:
    git("rm", "--quiet", "specs/shop.yaml")
    assert commit(git, 1)["slogen-generate"] == "Failed"
    assert not (tmp_path / "repo/generated/prometheus/shop.rules.yaml").exists()
    git("add", "generated")
    assert commit(git)["slogen-check"] == "Passed"


def test_a_generated_file_is_not_edited_by_hand(git: Git, tmp_path: Path) -> None:
    rules = tmp_path / "repo" / CHAT
    before = rules.read_text()
    rules.write_text(before.replace("99.9%", "90%"))
    git("add", "generated")
    assert commit(git, 1)["slogen-generate"] == "Failed"
    assert rules.read_text() == before


def test_a_name_taken_by_a_spec_that_is_not_in_the_commit(git: Git, tmp_path: Path) -> None:
    (tmp_path / "repo/specs/other.yaml").write_text(spec("chat"))
    git("add", "specs")
    assert commit(git, 1)["slogen-validate"] == "Failed"


def test_a_commit_of_something_else_passes(git: Git, tmp_path: Path) -> None:
    (tmp_path / "repo/readme").write_text("hello\n")
    git("add", "readme")
    assert commit(git) == {
        "slogen-generate": "Passed",
        "slogen-validate": "Skipped",
        "slogen-check": "Passed",
    }
