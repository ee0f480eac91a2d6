import json
from pathlib import Path

import pytest

from slogen.cli.options import PROBLEM_FORMATS
from slogen.report import FORMATS
from tests.cli.conftest import Run, spec


@pytest.mark.usefixtures("project")
def test_clean_specs_are_counted(slogen: Run) -> None:
    assert slogen("validate").output == "2 SLOs in 2 services: no problems\n"
    assert slogen("validate", "specs/chat.yaml").output == "1 SLO in 1 service: no problems\n"


def test_all_problems_of_all_files(project: Path, slogen: Run) -> None:
    (project / "specs/chat.yaml").write_text(spec(objective="100"))
    (project / "specs/shop.yaml").write_text(spec("shop", window="1y"))
    shown = slogen("validate", code=1).stdout
    assert "specs/chat.yaml:6:16: error[objective]" in shown
    assert "specs/shop.yaml:7:13: error[window]" in shown


def test_names_are_unique_over_the_whole_root(project: Path, slogen: Run) -> None:
    (project / "specs/new.yaml").write_text(spec("chat"))
    assert "new.yaml" in slogen("validate", "specs/new.yaml", code=1).stdout


def test_settings_are_shown_where_they_lie(
    project: Path, slogen: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project / "slogen.yaml").write_text("apiVersion: slogen/v1\nkind: Settings\nlabel: {}\n")
    monkeypatch.chdir(project / "specs")
    assert "../slogen.yaml:3:1: error[unknown-field]" in slogen("validate", "chat.yaml", code=1).stdout


def test_warnings_do_not_fail(project: Path, slogen: Run) -> None:
    idle = spec("idle").replace('{job="idle"}', "")
    (project / "specs/idle.yaml").write_text(idle)
    assert "warning[absent-unknown-up]" in slogen("validate").output


@pytest.mark.parametrize("content", [b"a: [", b"\xff\xfe\x00", b"x" * 5_000_000])
def test_what_cannot_be_read_is_two(project: Path, slogen: Run, content: bytes) -> None:
    (project / "specs/chat.yaml").write_bytes(content)
    slogen("validate", code=2)


@pytest.mark.usefixtures("project")
def test_a_path_that_is_gone_is_two(slogen: Run) -> None:
    assert "did you mean `chat.yaml`?" in slogen("validate", "specs/chta.yaml", code=2).stdout


def test_machine_formats_go_to_stdout(project: Path, slogen: Run) -> None:
    assert tuple(FORMATS) == PROBLEM_FORMATS
    assert json.loads(slogen("validate", "--format", "json").stdout)["problems"] == []
    (project / "specs/chat.yaml").write_text(spec(objective="100"))
    assert json.loads(slogen("validate", "--format", "json", code=1).stdout)["summary"]["errors"] == 1
    assert slogen("validate", "--format", "github", code=1).stdout.startswith("::error file=specs/chat.yaml")
    assert json.loads(slogen("validate", "--format", "sarif", code=1).stdout)["version"] == "2.1.0"


@pytest.mark.parametrize("command", ["validate", "generate", "check", "test"])
def test_another_version_is_told_before_all_else(project: Path, slogen: Run, command: str) -> None:
    """What this version doesn't know yet isn't called a mistake, in the settings or in a spec."""
    settings = project / "slogen.yaml"
    settings.write_text(settings.read_text() + 'slogen: ">=99"\nnew: 1\n')
    (project / "specs/chat.yaml").write_text(spec() + "new: 1\n")
    line = settings.read_text().splitlines().index('slogen: ">=99"') + 1
    result = slogen(command, code=1)
    shown = result.stdout + result.stderr
    assert f"slogen.yaml:{line}:9: error[slogen-version]: this project wants slogen >=99, and this " in shown
    assert shown.count("error[") == 1


def test_more_groups_than_an_engine_takes_are_told(project: Path, slogen: Run) -> None:
    settings = project / "slogen.yaml"
    settings.write_text("apiVersion: slogen/v1\nkind: Settings\ntargets: [mimir]\nmimir: {max_groups: 3}\n")
    wrong = slogen("validate", code=1).stdout
    assert (
        "slogen.yaml:4:9: error[ruler-groups-limit]: 7 groups are more than the 3 that Grafana Mimir takes"
        in wrong
    )
    assert slogen("generate", code=1).stderr.count("ruler-groups-limit") == 1
    assert "ruler-groups-limit" not in slogen("validate", "specs/chat.yaml").stdout  # not about all of them
    settings.write_text(settings.read_text().replace("mimir]", "prometheus]"))
    assert "ruler-groups-limit" not in slogen("validate").stdout
