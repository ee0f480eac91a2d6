"""specs/ compiles cleanly, promises what docs/seeds.md says, and promtool takes what comes of it."""

import re
import subprocess

import pytest
import yaml

import slogen
from slogen.units import format_duration

from .pages import REPO, read, rows

pytestmark = pytest.mark.slow

PROMTOOLS = sorted((REPO / ".oracles").glob("prometheus-*/promtool"))


@pytest.fixture(scope="module")
def result():
    specs = {f"specs/{path.name}": path.read_text() for path in sorted((REPO / "specs").glob("*.yaml"))}
    specs["notifications.yaml"] = read("notifications.yaml")
    return slogen.compile(specs, read("slogen.yaml"))


def test_no_problems_at_all(result):
    assert result.problems == ()
    assert result.files


def test_the_table_of_promises(result):
    slos = [slo for service in result.project.services for slo in service.slos]
    promised = {(slo.id, slo.percent, format_duration(slo.window)) for slo in slos}
    page = read("docs/seeds.md").split("## Where slogen does something else")[0]
    listed = {tuple(cell.strip("`") for cell in row[1:]) for row in rows(page) if row[1] != "SLO"}
    assert listed == promised
    assert len(listed) >= 41


def test_everybody_is_helped(result):
    slos = [slo for service in result.project.services for slo in service.slos]
    assert [slo.id for slo in slos if not (slo.owner and slo.description and slo.links.get("runbook"))] == []


def test_latency_thresholds_are_checked_at_compile_time():
    for path in (REPO / "specs").glob("*.yaml"):
        text = path.read_text()
        assert len(re.findall(r"^ +threshold:", text, re.M)) == len(re.findall(r"^ +buckets:", text, re.M))


@pytest.mark.oracle
@pytest.mark.skipif(not PROMTOOLS, reason="no promtool here: run tools/fetch-oracles")
@pytest.mark.parametrize("promtool", PROMTOOLS, ids=lambda path: path.parent.name)
def test_promtool_takes_every_rule(result, promtool, tmp_path):
    files = {path: text for path, text in result.files.items() if path.startswith("prometheus/")}
    assert len(files) == len(result.services) + 1 >= 10
    for path, text in files.items():
        file = tmp_path / path.removeprefix("prometheus/")
        file.write_text(text)
        command = [str(promtool), "check", "rules", "--lint=all", "--lint-fatal", str(file)]
        run = subprocess.run(command, capture_output=True, text=True, check=False)
        assert run.returncode == 0, run.stderr
        count = sum(len(group["rules"]) for group in yaml.safe_load(text)["groups"])
        assert f"SUCCESS: {count} rules found" in run.stdout
