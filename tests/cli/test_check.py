import json
import subprocess
from pathlib import Path

import pytest

from tests.cli.conftest import Run, spec, tree

CHAT = "generated/prometheus/chat.rules.yaml"


@pytest.mark.usefixtures("project")
def test_current_files_pass(slogen: Run) -> None:
    slogen("generate")
    assert slogen("check").stdout == "3 files in generated/ and promtool-tests/: current\n"


def test_missing_changed_and_stale_files_fail(project: Path, slogen: Run) -> None:
    assert "error[missing-file]" in slogen("check", code=1).stdout
    slogen("generate")
    (project / CHAT).write_text((project / CHAT).read_text() + "# mine\n")
    (project / "specs/shop.yaml").unlink()
    before = tree(project)
    shown = slogen("check", code=1).stdout
    assert f"{CHAT}:" in shown
    assert "-# mine\n" in shown
    assert "error[changed-file]" in shown
    assert "generated/prometheus/shop.rules.yaml:1:1: error[stale-file]" in shown
    assert tree(project) == before


def test_broken_specs_fail_as_in_validate(project: Path, slogen: Run) -> None:
    (project / "specs/chat.yaml").write_text(spec(objective="100"))
    assert "error[objective]" in slogen("check", code=1).stdout
    (project / "specs/chat.yaml").write_text("a: [")
    slogen("check", code=2)


@pytest.mark.usefixtures("project")
def test_machine_formats_hold_no_diff(slogen: Run) -> None:
    report = json.loads(slogen("check", "--format", "json", code=1).stdout)
    assert {problem["code"] for problem in report["problems"]} == {"missing-file"}
    slogen("generate")
    assert json.loads(slogen("check", "--format", "json").stdout)["problems"] == []


def test_what_a_hook_shows_fits_a_screen(project: Path, slogen: Run) -> None:
    for name in map(str, range(30)):
        (project / f"specs/{name}.yaml").write_text(spec(f"service-{name}"))
    lines = slogen("check", code=1).stdout.splitlines()
    assert len(lines) < 60
    assert "... and 64 more files; `slogen generate --diff` prints all" in lines
    assert "+groups:" in lines
    assert "... and 61 more; `--format json` shows all" in lines
    assert lines[-1] == "66 problems (66 errors) in 66 files"
    report = json.loads(slogen("check", "--format", "json", code=1).stdout)
    assert len(report["problems"]) == 66


def test_a_hook_says_what_a_change_means(project: Path, slogen: Run) -> None:
    slogen("generate")
    (project / "specs/chat.yaml").write_text(spec(objective="99.5"))
    assert slogen("check", code=1).stdout.startswith("# chat/availability: objective 99.9% -> 99.5%: ")


def test_git_must_know_the_files(project: Path, slogen: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(project.parent))
    subprocess.run(["git", "init", "--quiet"], check=True)
    slogen("generate")
    slogen("check")
    assert f"{CHAT}:1:1: error[untracked-file]" in slogen("check", "--git", code=1).stdout
    subprocess.run(["git", "add", "generated"], check=True)
    slogen("check", "--git")
