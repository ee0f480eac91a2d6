"""Which forms boards are written in, and that every reader of YAML finds the file's own text in an object."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from textwrap import indent
from typing import Any

import pytest
import yaml

import slogen
from slogen.render.grafana.jsontext import dump
from slogen.render.grafana.objects import FORMS
from slogen.settings import BOARD_FORMS
from tests.cli.conftest import spec

from .conftest import folder_of
from .specs import SPECS

pytestmark = pytest.mark.slow

KINDS = {"json": "files", "configmap.yaml": "sidecar", "grafanadashboard.yaml": "operator"}
HEAD = "apiVersion: slogen/v1\nkind: Settings\n"
# What JSON or YAML could take for something else: quotes, ends of lines, colons, templates, other scripts.
HOSTILE = "a \"b\" 'c' \\ : # - {{ .x }} ${y} $(z) \t\n\r\x85\u2028\ufeff\x7f é 😀 مرحبا %"


def forms_of(files: Any) -> set[str]:
    """The forms in which a service's board is there."""
    return {KINDS[ending] for ending in KINDS for path in files if path.endswith(f"slo-shop.{ending}")}


@pytest.mark.parametrize(
    ("settings", "forms"),
    [
        ("", {"files"}),
        ("targets: [prometheus, grafana]", {"files"}),
        ("targets: [grafana]", {"files"}),
        ("targets: [kubernetes, grafana]", {"sidecar"}),
        ("targets: [kubernetes, grafana]\ngrafana: {forms: [operator]}", {"operator"}),
        ("targets: [kubernetes, grafana]\ngrafana: {forms: [files, operator]}", {"files", "operator"}),
        ("targets: [kubernetes]\ngrafana: {forms: [files]}", set()),
    ],
)
def test_one_form_unless_more_are_named(settings: str, forms: set[str]) -> None:
    files = slogen.compile({"shop.yaml": spec("shop")}, f"{HEAD}{settings}\n").files
    assert forms_of(files) == forms
    assert ("grafana/provisioning/slogen.yaml" in files) == ("files" in forms)


def test_every_form_is_known() -> None:
    schema = json.loads(folder_of("schemas/settings.schema.json").read_text())["properties"]["grafana"]
    assert (*FORMS,) == BOARD_FORMS == (*schema["properties"]["forms"]["items"]["enum"],)


@pytest.mark.parametrize(("forms", "hint"), [("[sidcar]", "`sidecar`"), ("sidecar", "[sidecar]"), ("[]", "")])
def test_forms_that_are_none(forms: str, hint: str) -> None:
    result = slogen.compile({"shop.yaml": spec("shop")}, f"{HEAD}grafana: {{forms: {forms}}}\n")
    [problem] = result.problems
    assert (problem.span.line, problem.span.column) == (3, 18 + (forms[1:] == "sidcar]"))
    assert hint in problem.hint


def test_lines_for_reviews() -> None:
    """What fits stands on one line, what doesn't is broken up, and only a text is longer."""
    data = {
        "short": [1, {"a": None}],
        "long": {f"key{n}": n for n in range(12)},
        "text": "x" * 300,
        "none": {},
    }
    lines = dump(data).splitlines()
    assert ' "short": [1, {"a": null}],' in lines
    assert '  "key7": 7,' in lines
    assert [line for line in lines if len(line) > 110] == [f' "text": "{"x" * 300}",']
    assert json.loads(dump(data)) == data


def test_a_change_of_a_spec_is_few_lines() -> None:
    """Of the objective: where it is said, and nothing else."""
    before, after = (
        slogen.compile({"s.yaml": spec("shop", number)}, HEAD).files for number in ("99.9", "99.5")
    )
    path = "grafana/slo-shop.json"
    assert before[path] != after[path]
    gone = set(before[path].splitlines()) - set(after[path].splitlines())
    assert all("99.9" in line for line in gone)
    assert len(gone) == 2


@pytest.fixture(scope="module")
def hostile() -> dict[str, str]:
    """Boards in all forms, with texts that are hard to hold."""
    described = yaml.safe_load(SPECS["shop.yaml"])
    described["description"] = HOSTILE
    described["slos"][0]["description"] = HOSTILE
    text = json.dumps(described, ensure_ascii=False)
    text = re.sub(r"[^\x20-\x7e]", lambda match: f"\\U{ord(match[0]):08x}", text)
    result = slogen.compile({"shop.yaml": text}, f"{HEAD}grafana: {{forms: [files, sidecar, operator]}}\n")
    assert result.ok, result.problems
    return result.files


def test_python_reads_the_file_back(hostile: dict[str, str]) -> None:
    for loader in (yaml.SafeLoader, yaml.CSafeLoader):
        config = yaml.load(hostile["kubernetes/dashboards/slo-shop.configmap.yaml"], loader)
        own = yaml.load(hostile["kubernetes/dashboards/slo-shop.grafanadashboard.yaml"], loader)
        text = hostile["grafana/slo-shop.json"]
        assert config["data"]["slo-shop.json"] == own["spec"]["json"] == text
        assert "مرحبا" in text


@pytest.mark.parametrize("version", ["2.42", "3.5"])
def test_go_reads_the_file_back(hostile: dict[str, str], oracles: Any, tmp_path: Path, version: str) -> None:
    """promtool reads YAML as kubectl's kin do: an alert says what it read, and is held to the file's text."""
    promtool = oracles(f"prometheus-{version}", "promtool")
    rule = {"alert": "Board", "expr": "vector(1)", "annotations": {"text": "{{ $externalLabels.board }}"}}
    (tmp_path / "rules.yaml").write_text(json.dumps({"groups": [{"name": "g", "rules": [rule]}]}))
    for uid in ("slo-shop", "slogen-fleet", "slogen-slo"):
        block = hostile[f"kubernetes/dashboards/{uid}.configmap.yaml"].split(f"  {uid}.json:")[1]
        expected = {"exp_annotations": {"text": hostile[f"grafana/{uid}.json"]}, "exp_labels": {}}
        asked = [{"eval_time": "1m", "alertname": "Board", "exp_alerts": [expected]}]
        test = indent(f"board:{block}", "    ")
        (tmp_path / "test.yaml").write_text(
            "rule_files: [rules.yaml]\ntests:\n- interval: 1m\n"
            f"  alert_rule_test: {json.dumps(asked, ensure_ascii=False)}\n  external_labels:\n{test}"
        )
        command = [promtool, "test", "rules", tmp_path / "test.yaml"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, (done.stdout + done.stderr)[-3000:]
