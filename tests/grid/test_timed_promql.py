"""Conditions and ratios of functions that people publish SLOs with are green in their own proof."""

from __future__ import annotations

import json

import pytest

from slogen.pipeline import compile_project

from .judge import unproven

SLIS = {
    "of-all-groups": {
        "ratio": {
            "error": "sum by (zone) (errors{job='a'}) - scalar(closed{job='a'}) > 0 "
            "or 0 * sum by (zone) (errors{job='a'})",
            "by": ["zone"],
        }
    },
    "described": {
        "ratio": {
            "good": "avg by (app) (ready{job='a'} * on (pod) group_left (app) pod_labels{job='b'})",
            "by": ["app"],
        }
    },
    "longest": {"timeslices": {"good": 'max(topk(3, queue_age_seconds{job="a"})) < 60'}},
    "mostly": {"timeslices": {"good": 'quantile_over_time(0.9, rtt_seconds{job="a"}[15m]) < 2'}},
    "soon-full": {"timeslices": {"good": 'min(predict_linear(free_bytes{job="a"}[30m], 3600)) > 0'}},
}


@pytest.mark.oracle
@pytest.mark.in_turn("version")
@pytest.mark.parametrize("version", ["2.42", "2.53", "3.5"])
def test_they_are_proven(oracles, version):
    slos = [{"name": name, "objective": 99, "window": "7d", "sli": sli} for name, sli in SLIS.items()]
    head = {"apiVersion": "slogen/v1"}
    spec = {**head, "kind": "ServiceLevelObjectives", "service": "timed", "slos": slos}
    settings = {**head, "kind": "Settings", "targets": ["prometheus", "tests"]}
    result = compile_project({"specs/timed.yaml": json.dumps(spec)}, json.dumps(settings))
    assert [p.message for p in result.problems if p.is_error or p.code == "no-sample-series"] == []
    assert unproven(result, [oracles(f"prometheus-{version}", "promtool")]) == []
