import os
import subprocess
from pathlib import Path

import pytest
import yaml

from tests.cli.conftest import Run, tree

FILES = {"specs/example.yaml", "slogen.yaml", ".pre-commit-config.yaml"}
ORACLES = Path(__file__).parents[2] / ".oracles"


@pytest.fixture(autouse=True)
def _here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_the_starter_compiles_without_errors(tmp_path: Path, slogen: Run) -> None:
    assert "wrote specs/example.yaml" in slogen("init").stdout
    assert set(tree(tmp_path)) == FILES
    slogen("validate")
    assert slogen("generate").stderr == ""
    assert (tmp_path / "generated/prometheus/example.rules.yaml").exists()


def test_the_words_for_severities(tmp_path: Path, slogen: Run) -> None:
    shown = slogen("init", "--page", "critical", "--ticket", "warning").stdout
    assert 'severity="critical"' in shown
    assert "notifications.yaml" in shown
    settings = yaml.safe_load((tmp_path / "slogen.yaml").read_text())
    assert settings["severities"] == {"page": "critical", "ticket": "warning"}
    slogen("generate", "--target", "prometheus")
    rules = (tmp_path / "generated/prometheus/example.rules.yaml").read_text()
    assert "severity: critical" in rules
    assert "severity: page" not in rules
    assert "slogen.yaml says" in slogen("init", "--page", "x").stdout  # what exists stays


def test_words_that_can_not_be(slogen: Run) -> None:
    assert "different words" in slogen("init", "--page", "x", "--ticket", "x", code=2).stderr
    assert "no label value" in slogen("init", "--page", "{", code=2).stderr
    assert not Path("slogen.yaml").exists()


def test_without_words_the_default_is_said(slogen: Run) -> None:
    assert 'severity="page"' in slogen("init").stdout


def test_another_folder_is_made(tmp_path: Path, slogen: Run) -> None:
    slogen("init", "a/b")
    assert set(tree(tmp_path / "a/b")) == FILES


def test_what_exists_stays(tmp_path: Path, slogen: Run) -> None:
    for name in (".pre-commit-config.yaml", "slogen.yaml"):
        (tmp_path / name).write_text("mine\n")
    shown = slogen("init").stdout
    assert tree(tmp_path)["slogen.yaml"] == tree(tmp_path)[".pre-commit-config.yaml"] == "mine\n"
    assert "entry: slogen check --git" in shown  # to be added by hand


def test_a_project_with_specs_needs_no_starter(tmp_path: Path, slogen: Run) -> None:
    (tmp_path / "specs/team").mkdir(parents=True)
    (tmp_path / "specs/team/chat.yml").write_text("mine\n")
    slogen("init")
    assert not (tmp_path / "specs/example.yaml").exists()


def test_the_snippets_are_yaml(tmp_path: Path, slogen: Run) -> None:
    shown = slogen("init").stdout
    (step,) = yaml.safe_load(shown[shown.index("      - name:") : shown.index("Next:")])
    assert "slogen check --git" in step["run"]
    hooks = yaml.safe_load((tmp_path / ".pre-commit-config.yaml").read_text())["repos"][0]["hooks"]
    assert [hook["id"] for hook in hooks] == ["slogen-generate", "slogen-check"]


@pytest.mark.oracle
@pytest.mark.skipif(
    not (os.environ.get("CI") or ORACLES.is_dir()), reason="no .oracles: run tools/fetch-oracles"
)
@pytest.mark.parametrize("suite", ["bookworm", "trixie", "sid"])
def test_promtool_takes_the_starter(tmp_path: Path, slogen: Run, suite: str) -> None:
    slogen("init")
    slogen("generate", "--target", "prometheus")
    rules = tmp_path / "generated/prometheus/example.rules.yaml"
    command: list[str | Path] = [
        ORACLES / f"{suite}-prometheus/promtool",
        "check",
        "rules",
        "--lint=all",
        "--lint-fatal",
        rules,
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    count = sum(len(group["rules"]) for group in yaml.safe_load(rules.read_text())["groups"])
    assert f"{count} rules found" in done.stdout
