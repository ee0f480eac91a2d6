"""Folders that slogen must not write to: refused where they are named, whatever links make of them."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.cli.conftest import Run, spec, tree

pytestmark = pytest.mark.slow

SETTINGS = (
    "apiVersion: slogen/v1\nkind: Settings\nprometheus: {retention: 90d}\ntargets: [prometheus, tests]\n"
)
COMMANDS = [("validate",), ("generate",), ("check",), ("docs",), ("test",), ("explain",)]


def say(project: Path, output: str) -> None:
    (project / "slogen.yaml").write_text(f"{SETTINGS}output: {output}\n")


@pytest.mark.parametrize(
    ("output", "words"),
    [
        ("{dir: gate}", "the folder of the specs"),
        ("{dir: up}", "the folder of the specs, or one in or around it"),
        ("{dir: disk}", "the root of the disk"),
        ("{tests: hooks}", "git's own folder"),
        ("{dir: out, tests: again}", "neither may lie in the other"),
        ("{dir: file}", "`file` is no folder"),
        ("{dir: file/below}", "`file` is no folder"),
        ("{tests: dangling}", "`dangling` is no folder (a link to nowhere)"),
        ("{dir: ../NAME/specs/x}", "the folder of the specs"),
    ],
)
def test_what_lies_there_is_looked_at(project: Path, slogen: Run, output: str, words: str) -> None:
    (project / ".git/hooks").mkdir(parents=True)
    (project / "out").mkdir()
    (project / "file").write_text("mine")
    links = {
        "gate": "specs",
        "up": "..",
        "disk": "/",
        "hooks": ".git/hooks",
        "again": "out",
        "dangling": "no",
    }
    for name, target in links.items():
        (project / name).symlink_to(target)
    say(project, output.replace("NAME", project.name))
    before = set(tree(project / "specs"))
    for command in COMMANDS:
        shown = slogen(*command, code=1).output
        assert "slogen.yaml:5:" in shown
        assert "error[output-folder]: " in shown
        assert words in shown
    assert set(tree(project / "specs")) == before


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("generate", "-o", "specs/out"), "--output: this is the folder of the specs"),
        (("generate", "-o", "."), "--output: this is the folder of the specs, or one in or around it"),
        (("check", "-o", "/"), "--output: this is the root of the disk"),
        (("test", "-o", "out", "--tests-dir", "out/tests"), "--tests-dir: the folders of output and tests"),
        (("generate", "-o", "SPECS"), "--output: this is the folder of the specs"),
        (("generate", "--tests-dir", "a\x1b[31mb"), "--tests-dir: a character that doesn't print"),
        (("docs", "-o", "specs"), "--output: this is the folder of the specs"),
        (("docs", "-o", ".git"), "--output: this lies in git's own folder"),
        (("docs", "-o", " "), "--output: a blank"),
    ],
)
def test_options_are_held_to_the_same(
    project: Path, slogen: Run, arguments: tuple[str, ...], words: str
) -> None:
    before = {path for path in project.rglob("*") if ".slogen-cache" not in path.parts}
    output = slogen(*arguments, code=1).output
    assert f"error[output-folder]: {words}" in output
    assert "\x1b" not in output
    assert {path for path in project.rglob("*") if ".slogen-cache" not in path.parts} == before


@pytest.mark.parametrize("output", ["{dir: ../out/rules}", "{dir: ../out, tests: ../proof/of/it}"])
def test_folders_outside_of_the_project_work_and_are_proven(
    brief: Path, slogen: Run, monkeypatch: pytest.MonkeyPatch, promtool: Path, output: str
) -> None:
    inner = brief / "inner"
    inner.mkdir()
    (brief / "specs").rename(inner / "specs")
    (brief / "slogen.yaml").unlink()
    monkeypatch.chdir(inner)
    say(inner, output)
    slogen("generate")
    assert "2 SLOs" in slogen("test", "--strict", "--promtool", str(promtool)).output


def test_two_projects_that_share_a_folder_lose_nothing(
    project: Path, slogen: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in "ab":
        (project / name / "specs").mkdir(parents=True)
        text = (project / "specs/chat.yaml").read_text().replace("chat", f"chat-{name}")
        (project / name / f"specs/{name}.yaml").write_text(text)
        say(project / name, "{dir: ../shared, tests: ../shared-tests}")
    monkeypatch.chdir(project / "a")
    slogen("generate")
    before = tree(project / "shared")
    monkeypatch.chdir(project / "b")
    for command in ("generate", "check"):
        assert "other-project" in slogen(command, code=1).output
    assert tree(project / "shared") == before


def test_the_way_to_the_rules_is_that_of_the_disk(project: Path, slogen: Run) -> None:
    """The name in a test file leads from it to the rules, seen from wherever."""
    say(project, "{dir: ../out-of-NAME/x, tests: a/b}".replace("NAME", project.name))
    slogen("generate")
    text = (project / "a/b/chat/outage.test.yaml").read_text()
    [path] = [line.split()[-1].strip('"') for line in text.splitlines() if "chat.rules.yaml" in line]
    assert subprocess.run(["test", "-f", path], cwd=project / "a/b/chat", check=False).returncode == 0


@pytest.mark.parametrize(("mine", "theirs"), [("out/a", "out"), ("out", "out/a/b")])
def test_the_output_of_one_project_in_that_of_another(
    project: Path, slogen: Run, monkeypatch: pytest.MonkeyPatch, mine: str, theirs: str
) -> None:
    other = project / "other"
    (other / "specs").mkdir(parents=True)
    (other / "specs/x.yaml").write_text(spec("x"))
    (other / "slogen.yaml").write_text(f"{SETTINGS}output: {{dir: ../{theirs}}}\n")
    monkeypatch.chdir(other)
    slogen("generate")
    before = tree(project / "out")
    monkeypatch.chdir(project)
    say(project, f"{{dir: {mine}}}")
    for command in COMMANDS:
        shown = slogen(*command, code=1).output
        assert "slogen.yaml:5:15: error[output-folder]: " in shown
        assert "is another project, and writes to `" in shown
    shown = slogen("generate", "-o", mine, "--tests-dir", "t", code=1).output
    assert "--output: `" in shown
    assert tree(project / "out") == before
    say(project, "{dir: elsewhere}")
    slogen("generate")


def test_folders_of_one_project_may_lie_in_each_other(project: Path, slogen: Run) -> None:
    slogen("generate")
    slogen("docs", "-o", "generated/pages")
    slogen("generate")
    slogen("check")
    assert (project / "generated/pages/index.html").exists()


@pytest.mark.parametrize("output", ["generated", "promtool-tests", "specs/../generated", "link"])
def test_pages_among_the_rules(project: Path, slogen: Run, output: str) -> None:
    slogen("generate")
    before = tree(project)
    (project / "link").symlink_to("generated")
    shown = slogen("docs", "-o", output, code=1).output
    assert f"{output}:1:1: error[output-folder]: --output: this is the folder of the " in shown
    assert "would meet HTML there" in shown
    (project / "link").unlink()
    assert tree(project) == before


def test_pages_in_a_folder_of_their_own(project: Path, slogen: Run) -> None:
    """Which the settings name, be it that nothing else is generated there."""
    slogen("docs", "-o", "pages")
    say(project, "{dir: pages}")
    slogen("docs", "-o", "pages")
