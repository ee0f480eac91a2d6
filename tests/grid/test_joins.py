"""SLOs whose counters are joined with what describes them are green in their own proof."""

from __future__ import annotations

import json

import pytest

from slogen.pipeline import compile_project

from .judge import unproven

JOINS = {
    "left": "{counter} * on (pod) group_left (label_team) kube_pod_labels",
    "right": "kube_pod_labels * on (pod) group_right () {counter}",
    "and": "{counter} and on (pod) kube_pod_labels",
    "compared": "{counter} * on (pod) group_left () (kube_pod_labels == 1)",
    "maximum": '{counter} * on (pod) group_left () max by (pod) (kube_pod_labels{node=~"gpu-.+"})',
    "pattern": '{counter} * on (pod) group_left () kube_pod_labels{pod=~"web-[0-9]+"}',
    "twice": "{counter} * on (pod) group_left () kube_pod_labels * on (node) group_left () node_info",
}


def sides(join: str) -> dict[str, str]:
    counters = {
        "bad": 'rate(reqs_total{code=~"5.."}[{{ window }}])',
        "total": "rate(reqs_total[{{ window }}])",
    }
    return {name: f"sum({join.replace('{counter}', text)})" for name, text in counters.items()}


@pytest.mark.oracle
@pytest.mark.in_turn("version")
@pytest.mark.parametrize("version", ["2.42", "2.53", "3.5"])
def test_they_are_proven(oracles, version):
    slos = [{"name": name, "objective": 99, "sli": {"events": sides(join)}} for name, join in JOINS.items()]
    written = sides(
        '{counter} * on (pod) group_left () label_replace(kube_pod_labels, "pod", "$1", "x", "(.+)")'
    )
    series = {
        "good": ['reqs_total{code="200",pod="a"}'],
        "bad": ['reqs_total{code="500",pod="a"}'],
        "beside": ['kube_pod_labels{x="a"}'],
    }
    slos.append({"name": "own", "objective": 99, "sli": {"events": written}, "tests": {"series": series}})
    other = "sum(rate({}_total[{{{{ window }}}}]) * on (pod) group_left () kube_pod_labels)"
    events = {"bad": other.format("errors"), "total": other.format("asked")}
    slos.append({"name": "other", "objective": 99, "sli": {"events": events}})
    parts = [{"slo": "made/left"}, {"slo": "made/other"}]
    slos.append({"name": "whole", "objective": 98, "sli": {"composite": {"of": parts}}})
    head = {"apiVersion": "slogen/v1"}
    spec = {
        **head,
        "kind": "ServiceLevelObjectives",
        "service": "made",
        "slos": [{"window": "7d", **s} for s in slos],
    }
    settings = {**head, "kind": "Settings", "targets": ["prometheus", "tests"]}
    result = compile_project({"specs/made.yaml": json.dumps(spec)}, json.dumps(settings))
    assert [p.message for p in result.problems if p.is_error or p.code == "no-sample-series"] == []
    assert unproven(result, [oracles(f"prometheus-{version}", "promtool")]) == []
