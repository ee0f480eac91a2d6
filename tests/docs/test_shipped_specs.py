"""specs/ compiles cleanly, promises what docs/seeds.md says, and promtool takes what comes of it."""

import re
import subprocess

import pytest
import yaml

import slogen
from slogen.units import format_duration
from tests.turns import ALL, in_turn

from .pages import REPO, read, rows

pytestmark = pytest.mark.slow

PROMTOOLS = sorted((REPO / ".oracles").glob("prometheus-*/promtool"))
PROOF = sorted(
    path for path in REPO.glob("promtool-tests/*/*.test.yaml") if path.parent.name != "handwritten"
)
EVERY = 8  # test files of the proof, where not all are run


@pytest.fixture(scope="module")
def result():
    specs = {f"specs/{path.name}": path.read_text() for path in sorted((REPO / "specs").glob("*.yaml"))}
    specs["notifications.yaml"] = read("notifications.yaml")
    return slogen.compile(specs, read("slogen.yaml"))


@pytest.fixture(scope="module")
def counts(result):
    """How many rules stand in each rule file."""
    files = {path: text for path, text in result.files.items() if path.startswith("prometheus/")}
    read = {path: yaml.load(text, yaml.CSafeLoader) for path, text in files.items()}
    return {path: sum(len(group["rules"]) for group in file["groups"]) for path, file in read.items()}


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
def test_promtool_takes_every_rule(result, counts, promtool, tmp_path):
    assert len(counts) == len(result.services) + 1 >= 10
    for path in counts:
        (tmp_path / path.removeprefix("prometheus/")).write_text(result.files[path])
    command = [promtool, "check", "rules", "--lint=all", "--lint-fatal", *sorted(tmp_path.iterdir())]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    found = re.findall(r"SUCCESS: (\d+) rules found", run.stdout)
    assert found == [str(counts[path]) for path in sorted(counts)]


@pytest.mark.oracle
@pytest.mark.skipif(not PROMTOOLS, reason="no promtool here: run tools/fetch-oracles")
@pytest.mark.parametrize(
    ("story", "promtool"),
    in_turn(PROOF if ALL else PROOF[::EVERY], PROMTOOLS),
    ids=lambda path: "/".join(path.parts[-2:]).removesuffix(".test.yaml").removesuffix("/promtool"),
)
def test_some_of_the_proof_is_green(story, promtool):
    """As it lies there; `slogen test` is asked for all of it."""
    run = subprocess.run([promtool, "test", "rules", story], capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout[-2000:] + run.stderr[-2000:]
