"""Objects of rules and boards held to their CRDs: names, types, what is required. Unknown fields, which a
cluster drops without a word, are refused here. tests/render/test_kubernetes.py asks the clusters' own checks,
where they were built."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

VMALERT = sorted((Path(__file__).parents[3] / ".oracles").glob("victoriametrics-*/vmalert"))
Schema = dict[str, Any]
TEXT: Schema = {"type": "string", "minLength": 1}
TEXTS: Schema = {"type": "object", "additionalProperties": {"type": "string"}}
DURATION: Schema = {"type": "string", "pattern": "^([0-9]+(y|w|d|h|m|s|ms))+$"}
NAME: Schema = {"type": "string", "maxLength": 253, "pattern": r"^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$"}


def an_object(required: str, **properties: Schema) -> Schema:
    """A mapping of these fields, and no others."""
    return {
        "type": "object",
        "required": required.split(),
        "properties": properties,
        "additionalProperties": False,
    }


def a_list(items: Schema) -> Schema:
    return {"type": "array", "minItems": 1, "items": items}


def of_kind(api: str, kind: str, spec: Schema, place: str = "namespace") -> Schema:
    """An object, in a namespace unless its kind belongs to the cluster."""
    metadata = {"name": NAME, "labels": TEXTS, "annotations": TEXTS, **({place: NAME} if place else {})}
    return an_object(
        "apiVersion kind metadata spec",
        apiVersion={"const": api},
        kind={"const": kind},
        metadata=an_object(f"name {place}", **metadata),
        spec=spec,
    )


def groups(group: dict[str, Schema] | None = None, rule: dict[str, Schema] | None = None) -> Schema:
    """Groups of rules in Prometheus' words, with the fields that not every kind has."""
    common = {
        "record": TEXT,
        "alert": TEXT,
        "expr": TEXT,
        "labels": TEXTS,
        "annotations": TEXTS,
        "for": DURATION,
    }
    rules = a_list(an_object("expr", **common, **(rule or {})))
    each = an_object("name rules", name=TEXT, interval=DURATION, rules=rules, **(group or {}))
    return an_object("groups", groups=a_list(each))


KEEPS: dict[str, Schema] = {"keep_firing_for": DURATION}
PARTIAL: dict[str, Schema] = {"partial_response_strategy": {"enum": ["abort", "warn"]}}
ALIGNS: dict[str, Schema] = {"eval_alignment": {"type": "boolean"}}
SCHEMAS = {
    "PrometheusRule": of_kind("monitoring.coreos.com/v1", "PrometheusRule", groups(PARTIAL, KEEPS)),
    "VMRule": of_kind("operator.victoriametrics.com/v1beta1", "VMRule", groups(ALIGNS, KEEPS)),
    "ClusterRules": of_kind("monitoring.googleapis.com/v1", "ClusterRules", groups(), ""),
    "GrafanaDashboard": of_kind(
        "grafana.integreatly.org/v1beta1",
        "GrafanaDashboard",
        an_object(
            "instanceSelector json",
            instanceSelector=an_object("matchLabels", matchLabels=TEXTS),
            folder=TEXT,
            json=TEXT,
        ),
    ),
}
SETTINGS = {
    "targets": ["kubernetes", "thanos", "victoriametrics", "gmp", "grafana"],
    "kubernetes": {"namespace": "monitoring", "labels": {"release": "prometheus"}},
    "thanos": {"forms": ["objects"], "labels": {"ruler": "thanos"}},
    "victoriametrics": {"forms": ["objects"]},
    "grafana": {"forms": ["operator"], "folder": "SLOs"},
}


@pytest.fixture
def objects(compiled):
    """All objects of a small project."""
    result = compiled({}, {"name": "late", "window": "7d"}, settings=SETTINGS)
    assert result.ok, result.problems
    found = [yaml.safe_load(text) for path, text in result.files.items() if "kustomization" not in path]
    return [each for each in found if each["kind"] in SCHEMAS]


def errors(data) -> list[str]:
    found = Draft202012Validator(SCHEMAS[data["kind"]]).iter_errors(data)
    return [f"{error.json_path}: {error.message}" for error in found]


def test_the_crds_take_them(objects):
    assert {each["kind"] for each in objects} == SCHEMAS.keys()
    assert [error for each in objects for error in errors(each)] == []


@pytest.mark.parametrize("kind", ["PrometheusRule", "VMRule", "ClusterRules"])
def test_schemas_refuse_what_a_cluster_would_drop(objects, kind):
    data = next(each for each in objects if each["kind"] == kind)
    data["spec"]["groups"][0]["rules"][0]["fore"] = "5m"
    assert any("'fore' was unexpected" in error for error in errors(data))


@pytest.mark.slow
@pytest.mark.skipif(not VMALERT, reason="no vmalert here: run tools/fetch-engines")
@pytest.mark.parametrize("broken", [{}, {"fore": "5m"}, {"expr": "sum("}], ids=str)
def test_vmalert_takes_the_groups_of_a_vmrule(objects, tmp_path, broken):
    """Its operator has each group read as vmalert reads one."""
    found = [each["spec"] for each in objects if each["kind"] == "VMRule"]
    assert len(found) == 2  # of the service and of the watcher
    for number, spec in enumerate(found):
        spec["groups"][0]["rules"][0].update(broken)
        (tmp_path / f"{number}.yaml").write_text(yaml.safe_dump(spec))
    command = [str(VMALERT[-1]), "-dryRun", f"-rule={tmp_path}/*.yaml"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode == 0) == (not broken), done.stderr
