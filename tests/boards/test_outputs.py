"""How boards reach a Grafana: each form holds the same board, is whole, and no larger than it may be."""

from __future__ import annotations

import json

import pytest
import yaml

import slogen
from benchmarks.specs import spec
from slogen.settings import SPLIT_BYTES

pytestmark = pytest.mark.slow

SETTINGS = """\
apiVersion: slogen/v1
kind: Settings
targets: [grafana, docs]
kubernetes: {namespace: monitoring, labels: {team: sre}}
grafana:
  folder: 'On call: SLOs'
  path: /boards
  instances: {grafana: main}
  forms: [files, sidecar, operator]
"""


@pytest.fixture(scope="module")
def fleet():
    """A tenth of a large fleet: 100 SLOs in five services."""
    result = slogen.compile({f"{number}.yaml": spec(number) for number in range(5)}, SETTINGS)
    assert result.ok, result.problems
    return result


def uids(result):
    found = [path for path in result.files if path.endswith(".json")]
    return [path.removeprefix("grafana/").removesuffix(".json") for path in found]


ONCE = 4  # fleet, wallboard, detail and report


def test_each_board_in_each_form(fleet):
    assert len(uids(fleet)) == 5 + ONCE
    for uid in uids(fleet):
        text = fleet.files[f"grafana/{uid}.json"]
        board = json.loads(text)
        assert board["uid"] == uid
        assert "generated-by-slogen" in board["tags"]
        config = yaml.safe_load(fleet.files[f"kubernetes/dashboards/{uid}.configmap.yaml"])
        assert config["data"] == {f"{uid}.json": text}
        assert config["metadata"]["namespace"] == "monitoring"
        assert config["metadata"]["labels"]["grafana_dashboard"] == "1"
        assert config["metadata"]["labels"]["team"] == "sre"
        assert config["metadata"]["annotations"] == {
            "kustomize.toolkit.fluxcd.io/substitute": "disabled",
            "grafana_folder": "On call: SLOs",
        }
        operator = yaml.safe_load(fleet.files[f"kubernetes/dashboards/{uid}.grafanadashboard.yaml"])
        assert operator["kind"] == "GrafanaDashboard"
        assert operator["spec"] == {
            "instanceSelector": {"matchLabels": {"grafana": "main"}},
            "folder": "On call: SLOs",
            "json": text,
        }


def test_provider(fleet):
    [provider] = yaml.safe_load(fleet.files["grafana/provisioning/slogen.yaml"])["providers"]
    assert (provider["folder"], provider["options"]["path"]) == ("On call: SLOs", "/boards")


def test_size(fleet):
    """A thousand SLOs make 5 MB in one form; what exists once is most of what a small fleet has."""
    boards = {p: len(t.encode()) for p, t in fleet.files.items() if not p.startswith("docs/")}
    for ending in (".json", ".configmap.yaml", ".grafanadashboard.yaml"):
        sizes = {path: size for path, size in boards.items() if path.endswith(ending)}
        once = sum(size for path, size in sizes.items() if "slogen" in path)
        assert (sum(sizes.values()) - once) * 10 + once < 5_500_000
    assert all(size < SPLIT_BYTES for size in boards.values())


def test_boards_that_exist_once_do_not_grow(fleet):
    more = slogen.compile({f"{number}.yaml": spec(number) for number in range(8)}, SETTINGS)
    for uid in ("slogen-fleet", "slogen-slo", "slogen-report"):
        assert more.files[f"grafana/{uid}.json"] == fleet.files[f"grafana/{uid}.json"]


def test_order_of_files_changes_nothing(fleet):
    backwards = slogen.compile({f"{number}.yaml": spec(number) for number in reversed(range(5))}, SETTINGS)
    assert backwards.files == fleet.files


def test_grafanalib_is_imported_for_boards_alone(run_python):
    code = """
import sys, slogen
head = "apiVersion: slogen/v1, kind: ServiceLevelObjectives, service: s"
sli = "{events: {bad: 'b_total{job=\\"a\\"}', total: 't_total{job=\\"a\\"}'}}"
spec = f"{{{head}, slos: [{{name: n, objective: 99, sli: {sli}}}]}}"
settings = "{apiVersion: slogen/v1, kind: Settings, targets: [%s]}"
assert slogen.compile(spec, settings % "prometheus, kubernetes, docs").ok
print("grafanalib" in sys.modules, "jinja2" in sys.modules)
assert slogen.compile(spec, settings % "grafana").ok
print("grafanalib" in sys.modules)
"""
    assert run_python(code).split() == ["False", "True", "True"]


def test_pages_say_the_numbers_of_the_alerts(fleet):
    for service in fleet.services:
        page = fleet.files[f"docs/{service.name}.md"]
        for slo in service.slos:
            part = page.split(f"\n## {slo.name}\n")[1].split("\n## ")[0]
            assert f"{slo.percent} over {slo.period}" in part
            for tier in slo.alerting.tiers:
                assert f"| {float(tier.threshold) * 100:g}% |" in part
            for selector in slo.sli.metrics():
                assert selector in part


def test_index_leads_to_every_page(fleet):
    index = fleet.files["docs/_index.md"]
    for service in fleet.services:
        assert f"({service.name}.md)" in index
        for slo in service.slos:
            assert f"({service.name}.md#{slo.name})" in index
            assert f"\n## {slo.name}\n" in fleet.files[f"docs/{service.name}.md"]


def test_without_services_there_are_no_boards():
    result = slogen.compile({}, SETTINGS)
    assert not [path for path in result.files if "grafana" in path or "docs" in path]
