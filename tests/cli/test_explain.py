import json
from pathlib import Path

import pytest

from tests.cli.conftest import Run, spec


@pytest.mark.usefixtures("project")
def test_all_are_listed(slogen: Run) -> None:
    assert slogen("explain").stdout == "chat/availability\nshop/availability\n"
    assert json.loads(slogen("explain", "--format", "json").stdout)["slos"][1] == "shop/availability"


@pytest.mark.usefixtures("project")
def test_one_is_explained(slogen: Run) -> None:
    shown = slogen("explain", "chat/availability").stdout
    assert shown.startswith("chat/availability\nobjective 99.9% over 30d\n")
    assert json.loads(slogen("explain", "chat/availability", "--format", "json").stdout)["objective"] == 0.999


@pytest.mark.usefixtures("project")
def test_an_unknown_one_is_a_usage_error(slogen: Run) -> None:
    assert "did you mean `chat/availability`?" in slogen("explain", "chat/available", code=2).stderr
    assert "`slogen explain` lists all" in slogen("explain", "x", code=2).stderr


def test_errors_elsewhere_do_not_matter(project: Path, slogen: Run) -> None:
    (project / "specs/shop.yaml").write_text(spec("shop", objective="100"))
    slogen("explain", "chat/availability")
    assert "error[objective]" in slogen("explain", "shop/availability", code=1).stderr


def test_paths_say_where_to_look(project: Path, slogen: Run) -> None:
    (project / "x.yaml").write_text(spec("x"))
    assert slogen("explain", "x/availability", "x.yaml").stdout.startswith("x/availability\n")


@pytest.mark.usefixtures("project")
def test_all_of_a_service_are_explained(project: Path, slogen: Run) -> None:
    text = (project / "specs/chat.yaml").read_text()
    (project / "specs/chat.yaml").write_text(
        text + text[text.index("  - name:") :].replace("availability", "other")
    )
    shown = slogen("explain", "chat").stdout
    assert [line for line in shown.splitlines() if line.startswith("chat/")] == [
        "chat/availability",
        "chat/other",
    ]
    found = json.loads(slogen("explain", "chat", "--format", "json").stdout)
    assert [each["slo"] for each in found] == ["chat/availability", "chat/other"]
    assert "did you mean `chat`?" in slogen("explain", "chatt", code=2).stderr
