"""`slogen import`, as it is called."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Run, tree
from tests.moving.old_rules import sloth, text

FOREIGN = Path(__file__).parents[1] / "moving"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, which is the current one, with documents of both tools in `old`."""
    for name in ("sloth", "pyrra"):
        (tmp_path / "old").mkdir(exist_ok=True)
        shutil.copy(FOREIGN / name / "shop.yaml", tmp_path / f"old/{name}.yaml")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_all_of_a_folder(here: Path, slogen: Run) -> None:
    output = slogen("import", "old").output
    assert "shop-api/requests-availability  from `requests-availability` of sloth, old/sloth.yaml:8" in output
    assert "12 of 12 SLOs imported: " in output
    assert sorted(tree(here / "specs")) == [
        *("cart.yaml", "checkout.yaml", "postgres.yaml", "render.yaml", "search.yaml", "shop-api.yaml")
    ]
    slogen("validate")


@pytest.mark.usefixtures("here")
def test_places_and_words_of_what_is_lost(slogen: Run) -> None:
    output = slogen("import", "old/pyrra.yaml").output
    told = """\
  lost     `spec.partial_response_strategy` has no place in slogen
           docs/moving.md says what has a place; what matters to people can be a label or a link
           old/pyrra.yaml:22:30  [import-lost-field]
"""
    assert told in output


@pytest.mark.usefixtures("here")
def test_json(slogen: Run) -> None:
    found = json.loads(slogen("import", "old/sloth.yaml", "--format", "json").stdout)
    summary = found["summary"]
    assert [summary[name] for name in ("slos", "imported", "refused", "decide")] == [6, 6, 0, 2]
    first = found["slos"][0]
    where = ("shop-api/requests-availability", "specs/shop-api.yaml", "old/sloth.yaml", 8, 5)
    assert tuple(first[name] for name in ("slo", "file", "path", "line", "column")) == where
    assert first["problems"][0]["slo"] == "shop-api/requests-availability"
    assert found["files"] == [{"path": "specs/shop-api.yaml", "sources": ["old/sloth.yaml"]}]


def test_a_refused_slo_is_an_exit_code_and_the_others_are_written(here: Path, slogen: Run) -> None:
    output = slogen("import", str(FOREIGN / "sloth/refused.yaml"), code=1).output
    assert "3 of 8 SLOs imported: 5 refused" in output
    assert sorted(tree(here / "specs")) == ["odd.yaml"]


def test_nothing_is_overwritten_unless_asked_for(here: Path, slogen: Run) -> None:
    slogen("import", "old/sloth.yaml")
    slogen("import", "old/sloth.yaml")  # the same again is no change
    (here / "specs/shop-api.yaml").write_text("# mine\n" + (here / "specs/shop-api.yaml").read_text())
    before = tree(here)
    output = slogen("import", "old", code=1).output
    assert "[import-exists]" in output
    assert output.rstrip().endswith("nothing was written")
    assert tree(here) == before
    slogen("import", "old", "--force")
    assert "# mine" not in tree(here)["specs/shop-api.yaml"]


def test_nothing_is_written_that_does_not_validate_where_it_is_to_lie(here: Path, slogen: Run) -> None:
    """Another spec has an SLO of that name already."""
    (here / "specs").mkdir()
    text = "apiVersion: slogen/v1\nkind: ServiceLevelObjectives\nservice: shop-api\nslos:\n"
    text += "  - {name: raw-division, objective: 99, sli: {events: {bad: b_total, total: t_total}}}\n"
    (here / "specs/mine.yaml").write_text(text)
    before = tree(here)
    output = slogen("import", "old", code=1).output
    assert "[duplicate-slo]" in output
    assert tree(here) == before


def test_files_without_slos(here: Path, slogen: Run) -> None:
    (here / "deployment.yaml").write_text("kind: Deployment\n")
    output = slogen("import", "deployment.yaml", code=1).output
    assert "[import-unknown-document]" in output
    assert "[import-nothing]" in output
    assert not (here / "specs").exists()


def test_files_that_cannot_be_read(here: Path, slogen: Run) -> None:
    (here / "broken.yaml").write_text("a: [\n")
    assert "[yaml-syntax]" in slogen("import", "broken.yaml", "old/sloth.yaml", code=2).output
    assert (here / "specs/shop-api.yaml").exists()
    (here / "twice.yaml").write_text("a: 1\na: 2\n")
    assert "[import-unread-file]" in slogen("import", "twice.yaml", "old/sloth.yaml", code=2).output
    (here / "empty").mkdir()
    assert "files that end in .yaml or .yml are read" in slogen("import", "empty", code=2).output
    assert "[no-such-path]" in slogen("import", "gone.yaml", code=2).output


def test_only_documents_of_one_tool(here: Path, slogen: Run) -> None:
    output = slogen("import", "old", "--from", "pyrra", "-o", "new").output
    assert "this document is nothing that can be imported from pyrra" in output
    assert "shop-api.yaml" not in tree(here / "new")


def test_service_and_period(here: Path, slogen: Run) -> None:
    slogen("import", "old", "--service", "everything", "--period", "28d")
    assert [*tree(here / "specs")] == ["everything.yaml"]
    assert "such as `my-shop`" in slogen("import", "old", "--service", "My Shop", code=2).stderr
    assert "--period" in slogen("import", "old", "--period", "soon", code=2).stderr


WINDOWS = """\
apiVersion: sloth.slok.dev/v1
kind: AlertWindows
spec:
  sloPeriod: 28d
  page:
    quick: {errorBudgetPercent: 2, shortWindow: 5m, longWindow: 1h}
    slow: {errorBudgetPercent: 5, shortWindow: 30m, longWindow: 6h}
  ticket:
    quick: {errorBudgetPercent: 10, shortWindow: 2h, longWindow: 1d}
    slow: {errorBudgetPercent: 15, shortWindow: 6h, longWindow: 4d}
"""


def test_windows_of_sloth(here: Path, slogen: Run) -> None:
    (here / "old/windows.yaml").write_text(WINDOWS)
    output = slogen("import", "old", "-o", "without").output
    assert "--windows reads it" in output
    slogen("import", "old/sloth.yaml", "--windows", "old/windows.yaml")
    assert 'budget: "15%"' in tree(here)["specs/shop-api.yaml"]
    slogen("validate")
    call = ("import", "old", "--windows", "old/windows.yaml", "--period")
    assert "--period is 30d, and --windows is for 28d" in slogen(*call, "30d", code=2).stderr


def test_windows_that_cannot_be_read_stop_all(here: Path, slogen: Run) -> None:
    (here / "windows.yaml").write_text(WINDOWS.replace("28d", "soon"))
    output = slogen("import", "old", "--windows", "windows.yaml", code=1).output
    assert "[import-refused-window]" in output
    (here / "windows.yaml").write_text("a: 1\na: 2\n")
    assert "[import-unread-file]" in slogen("import", "old", "--windows", "windows.yaml", code=2).output
    (here / "windows.yaml").write_text("")
    assert "[import-refused-shape]" in slogen("import", "old", "--windows", "windows.yaml", code=1).output
    assert not (here / "specs").exists()


def test_rules_where_they_are_asked_for(here: Path, slogen: Run) -> None:
    shutil.copy(FOREIGN / "rules/workbook.yaml", here / "rules.yaml")
    assert "--from rules reads it" in slogen("import", "rules.yaml", code=1).output
    output = slogen("import", "rules.yaml", "--from", "rules").output
    assert "shop/error-budget  from `ErrorBudgetBurn` of rules, rules.yaml:14" in output
    assert "unused   the alert `TargetDown` is of no SLO that can be read" in output
    slogen("validate")


SHORT = """
apiVersion: slogen/v1
kind: Story
name: short
before: 1h
lasts: 1h
traffic: 20/s
phases: [{at: 10m, for: 20m, errors: 100%}]
"""


@pytest.fixture
def compared(here: Path, oracles: Callable[[str, str], Path]) -> list[str]:
    """What a call needs to compare one SLO with its rules in `rules.yml`."""
    bad, total = (f'sum(rate(x_total{{job="shop"{more}}}[%s]))' for more in (',code="500"', ""))
    rules = sloth("shop", "up", bad, total, alert="Burns", budget=0.01)
    (here / "rules.yml").write_text(text(rules))
    queries = [f"{name}_query: '{side % '{{.window}}'}'" for name, side in (("error", bad), ("total", total))]
    sli = f"{{name: up, objective: 99, sli: {{events: {{{', '.join(queries)}}}}}}}"
    (here / "one.yaml").write_text(f"version: prometheus/v1\nservice: shop\nslos: [{sli}]\n")
    (here / "short.yaml").write_text(SHORT)
    prometheus = oracles("prometheus-3.5", "prometheus")
    return ["import", "one.yaml", "--compare", "rules.yml", "--prometheus", str(prometheus)]


def test_old_rules_are_played_beside_the_new_ones(here: Path, slogen: Run, compared: list[str]) -> None:
    found = json.loads(slogen(*compared, "--story", "short.yaml", "--format", "json").stdout)
    assert found["files"] == [{"path": "specs/shop.yaml", "sources": ["one.yaml"]}]
    (slo,) = found["comparison"]["slos"]
    (story,) = slo["stories"]
    assert (slo["slo"], slo["name"], slo["alerts"]) == ("shop/up", "up", ["Burns"])
    assert [story[side]["alerts"][0]["severity"] for side in ("old", "new")] == ["page", "page"]
    assert "missing" in [reason["kind"] for reason in story["reasons"]]  # nothing failed before
    assert (here / "specs/shop.yaml").exists()


def test_rules_that_cannot_be_read_change_nothing(here: Path, slogen: Run, compared: list[str]) -> None:
    (here / "rules.yml").write_text("groups: [\n")
    output = slogen(*compared, code=2).output
    assert "rules.yml:1:10  [yaml-syntax]" in output
    assert "nothing was written" in output
    assert not (here / "specs").exists()


@pytest.mark.usefixtures("bare_path")
def test_what_a_comparison_needs(here: Path, slogen: Run) -> None:
    (here / "rules.yml").write_text("groups: []\n")
    assert "--story is of --compare" in slogen("import", "old", "--story", "outage", code=2).output
    assert "prometheus was not found" in slogen("import", "old", "--compare", "rules.yml", code=2).output
    assert "does not exist" in slogen("import", "old", "--compare", "no.yml", code=2).output
    assert not (here / "specs").exists()


def test_old_names_are_a_rule_file_beside_the_specs(here: Path, slogen: Run) -> None:
    output = slogen("import", "old/sloth.yaml", "--keep-names", "bridge").output
    assert "wrote bridge/shop-api.old-names.rules.yaml" in output
    written = (here / "bridge/shop-api.old-names.rules.yaml").read_text()
    assert "sloth_id: Shop_API-requests-availability" in written
    slogen("import", "old/sloth.yaml", "--keep-names", "bridge")  # again changes nothing
    (here / "bridge/shop-api.old-names.rules.yaml").write_text("# mine\n")
    output = slogen("import", "old/sloth.yaml", "--keep-names", "bridge", code=1).output
    assert "[import-exists]" in output
    assert (here / "bridge/shop-api.old-names.rules.yaml").read_text() == "# mine\n"
    found = slogen("import", "old/sloth.yaml", "--keep-names", "bridge", "--force", "--format", "json").stdout
    assert [file["path"] for file in json.loads(found)["files"]] == [
        "specs/shop-api.yaml",
        "bridge/shop-api.old-names.rules.yaml",
    ]


def test_old_names_are_no_specs(here: Path, slogen: Run) -> None:
    output = slogen("import", "old/sloth.yaml", "--keep-names", "specs/names", code=2).output
    assert "`specs/names` is a folder of specs" in output
    assert not (here / "specs").exists()
