import os
import subprocess
from pathlib import Path

import pytest
import yaml

from slogen.cli.init_targets import with_attributes
from slogen.settings import OutputSettings
from tests.cli.conftest import Run, tree

FILES = {"specs/example.yaml", "slogen.yaml", ".pre-commit-config.yaml", ".gitattributes"}
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


def git(*arguments: str) -> str:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    env = {**clean, "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_SYSTEM": "/dev/null"}
    command = ("git", "-c", "user.name=us", "-c", "user.email=us@example.com", *arguments)
    return subprocess.run(command, env=env, capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize(
    "options",
    [(), ("--rules", "kubernetes"), ("--rules", "kubernetes", "--boards", "operator"), ("--no-boards",)],
)
def test_one_objective_is_at_most_six_files(slogen: Run, options: tuple[str, ...]) -> None:
    """What a reviewer has to open, the spec among it."""
    git("init", "-q")
    slogen("init", *options)
    slogen("generate")
    git("add", "-A")
    git("commit", "-q", "-m", "first")
    spec = Path("specs/example.yaml")
    spec.write_text(spec.read_text().replace("objective: 99.9 ", "objective: 99.95 "))
    slogen("generate")
    touched = git("status", "--porcelain", "--untracked-files=all").splitlines()
    assert " M specs/example.yaml" in touched
    assert 3 <= len(touched) <= 6


def targets() -> list[str]:
    return list(yaml.safe_load(Path("slogen.yaml").read_text())["targets"])


def forms() -> list[str] | None:
    """The forms of boards that the settings name."""
    grafana = yaml.safe_load(Path("slogen.yaml").read_text()).get("grafana", {})
    return list(grafana["forms"]) if "forms" in grafana else None


def test_the_least_is_chosen(slogen: Run) -> None:
    slogen("init")
    assert targets() == ["prometheus", "alertmanager", "grafana", "docs"]
    assert forms() == ["files"]
    assert slogen("generate").stderr == ""
    assert list(Path("generated/grafana").glob("slo-*_example.json"))
    assert not Path("generated/kubernetes").exists()


@pytest.mark.parametrize(
    ("options", "form"),
    [
        (("--rules", "kubernetes"), "sidecar"),
        (("--rules", "kubernetes", "--boards", "operator"), "operator"),
        (("--boards", "sidecar"), "sidecar"),
        (("--boards", "files"), "files"),
    ],
)
def test_how_boards_reach_grafana(slogen: Run, options: tuple[str, ...], form: str) -> None:
    slogen("init", *options)
    assert "grafana" in targets()
    assert forms() == [form]


@pytest.mark.parametrize("options", [("--no-boards",), ("--boards", "none")])
def test_without_boards(slogen: Run, options: tuple[str, ...]) -> None:
    slogen("init", *options)
    assert "grafana" not in targets()
    assert forms() is None


def test_what_is_chosen_by_options(slogen: Run) -> None:
    shown = slogen("init", "--rules", "kubernetes", "--no-boards", "--tests", "--page", "critical").stdout
    assert targets() == ["kubernetes", "alertmanager", "docs", "tests"]
    assert yaml.safe_load(Path("slogen.yaml").read_text())["severities"]["page"] == "critical"
    assert "promtool check rules" not in shown  # there are no plain rules
    slogen("generate")
    assert Path("promtool-tests/example").is_dir()
    assert not Path("generated/prometheus").exists()


def test_what_is_asked_on_a_terminal(monkeypatch: pytest.MonkeyPatch, slogen: Run) -> None:
    answers = iter(["critical", "warning", "kubernetes", "slos", "release=prom a/b=c", "none", True])
    asked = list[str]()

    def answer(question: str, **_: object) -> object:
        asked.append(question)
        return next(answers)

    monkeypatch.setattr("click.prompt", answer)
    monkeypatch.setattr("click.confirm", answer)
    monkeypatch.setattr("slogen.cli.init.is_answered", lambda: True)
    slogen("init")
    assert targets() == ["kubernetes", "alertmanager", "docs", "tests"]
    assert asked[-5] == "Rules for"
    assert asked[-2:] == ["Grafana dashboards for", "Keep promtool tests in git?"]
    found = yaml.safe_load(Path("slogen.yaml").read_text())["kubernetes"]
    assert found == {"namespace": "slos", "labels": {"release": "prom", "a/b": "c"}}


def test_how_the_operator_finds_objects(slogen: Run) -> None:
    where = ("--namespace", "monitoring", "--label", "release=prometheus", "--label", "tier=1")
    slogen("init", "--rules", "kubernetes", *where)
    slogen("generate")
    found = yaml.safe_load(Path("generated/kubernetes/example.prometheusrule.yaml").read_text())["metadata"]
    assert found["namespace"] == "monitoring"
    assert {"release": "prometheus", "tier": "1"}.items() <= found["labels"].items()


@pytest.mark.parametrize(
    ("option", "value"), [("--label", "release"), ("--label", "a=b c"), ("--namespace", "Not_A_Name")]
)
def test_where_objects_can_not_be(slogen: Run, option: str, value: str) -> None:
    refused = slogen("init", "--rules", "kubernetes", option, value, code=2)
    assert f"`{value}` is no" in refused.stderr
    assert not Path("slogen.yaml").exists()


def attributes(path: str) -> dict[str, str]:
    said = git("check-attr", "linguist-generated", "gitlab-generated", "diff", "--", path)
    return {line.split(": ")[1]: line.split(": ")[2] for line in said.splitlines()}


def test_reviews_fold_what_is_generated(slogen: Run) -> None:
    git("init", "-q")
    slogen("init")
    folded = {"linguist-generated": "set", "gitlab-generated": "set", "diff": "unspecified"}
    assert attributes("generated/prometheus/example.rules.yaml") == folded  # `git diff` shows it all the same
    assert attributes("promtool-tests/example/quiet.test.yaml") == folded
    assert attributes("promtool-tests/handwritten/mine.yaml")["linguist-generated"] == "unset"
    assert attributes("specs/example.yaml")["linguist-generated"] == "unspecified"
    before = Path(".gitattributes").read_bytes()
    assert "not needed: .gitattributes" in slogen("init").stdout
    assert Path(".gitattributes").read_bytes() == before


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_attributes_of_people_stay_and_win(slogen: Run, end: str) -> None:
    git("init", "-q")
    own = f"*.png binary{end}/generated/docs/** -linguist-generated{end}# the last line has no end".encode()
    Path(".gitattributes").write_bytes(own)
    slogen("init")
    after = Path(".gitattributes").read_bytes()
    assert after.endswith(own)
    assert after.count(b"\r\n") == (after.count(b"\n") if end == "\r\n" else 0)
    assert attributes("generated/docs/example.md")["linguist-generated"] == "unset"
    assert attributes("generated/prometheus/example.rules.yaml")["linguist-generated"] == "set"


def test_attributes_that_are_said_are_not_said_again(slogen: Run) -> None:
    Path(".gitattributes").write_text("generated/** linguist-generated=false\n")
    slogen("init")
    text = Path(".gitattributes").read_text()
    assert text.count("generated/** ") == 1
    assert "/promtool-tests/** linguist-generated" in text


def test_folders_of_the_settings_are_meant(slogen: Run) -> None:
    settings = "apiVersion: slogen/v1\nkind: Settings\noutput: {dir: out of it, tests: t}\n"
    Path("slogen.yaml").write_text(settings)
    git("init", "-q")
    slogen("init")
    assert attributes("out of it/prometheus/example.rules.yaml")["linguist-generated"] == "set"


def test_attributes_behind_a_link_are_left_alone(slogen: Run) -> None:
    Path("mine").write_text("x\n")
    Path(".gitattributes").symlink_to("mine")
    assert "not needed: .gitattributes" in slogen("init").stdout
    assert Path("mine").read_text() == "x\n"


def test_this_repository_has_them_too() -> None:
    text = (Path(__file__).parents[2] / ".gitattributes").read_text()
    assert with_attributes(text, OutputSettings()) == text
    assert with_attributes("", OutputSettings()) in text


@pytest.mark.parametrize(
    ("folder", "name"),
    [
        ("checkout", "checkout"),
        ("LLM_Platform v2.1", "llm-platform-v2-1"),
        ("2024-slos", None),
        ("مشروع", None),
        ("größe", None),
        ("x" * 64, None),
    ],
)
def test_a_new_project_is_called_like_its_folder(slogen, tmp_path, folder, name):
    slogen("init", str(tmp_path / folder))
    settings = yaml.safe_load((tmp_path / folder / "slogen.yaml").read_text())
    assert settings.get("project") == name
    assert slogen("generate", str(tmp_path / folder / "specs")).exit_code == 0


def test_boards_of_a_project_that_exists_keep_their_addresses(slogen, tmp_path):
    (tmp_path / "shop/specs").mkdir(parents=True)
    (tmp_path / "shop/specs/mine.yaml").write_text("mine")
    slogen("init", str(tmp_path / "shop"))
    assert "project" not in yaml.safe_load((tmp_path / "shop/slogen.yaml").read_text())
