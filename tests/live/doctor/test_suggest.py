"""Presets that fit a dump, as a spec that can be compiled."""

from __future__ import annotations

import json

import pytest

import slogen
from slogen.live.doctor.dump import DumpWorld
from slogen.live.doctor.exposition import read_page
from slogen.live.doctor.suggest import Suggestion, suggest
from slogen.load.presets import families
from slogen.report.suggestions import as_json, as_spec
from slogen.settings import Settings

from .targets import TARGETS, block, histogram

SETTINGS = Settings()


def suggested(text: str) -> dict[str, Suggestion]:
    page = read_page("metrics.txt", text.encode())
    assert page.problems == []
    return {s.preset.name: s for s in suggest(DumpWorld([page], SETTINGS.of_targets), SETTINGS)}


def test_what_fits_and_what_does_not():
    found = suggested(TARGETS["llm-inference"])
    assert {"vllm/ttft", "vllm/itl", "vllm/e2e-latency", "vllm/completion"} <= set(found)
    assert "vllm/queue-time" not in found
    assert all(name.startswith("vllm/") for name in found)


def test_a_metric_that_anybody_may_have_is_no_sign():
    found = suggested(TARGETS["embeddings"])
    assert found
    assert {name.partition("/")[0] for name in found} == {"http"}


def test_what_is_anybodys_is_suggested_where_nothing_else_fits():
    text = block("counter", "http_requests_total", ({"status_code": "500"}, 1), ({"status_code": "200"}, 9))
    text += histogram("http_request_duration_seconds", (0.1, 0.45, 3), {"status_code": "200"})
    found = suggested(text)
    assert found["http/availability"].chosen["status"] == "status_code"
    assert found["http/latency"].chosen["threshold"] == "450ms"
    assert not any(name.startswith("http/") for name in suggested(TARGETS["llm-inference"]))


def test_up_is_a_sign_of_nothing():
    found = suggested(block("gauge", "prometheus_build_info", ({}, 1)) + block("gauge", "up", ({}, 1)))
    assert found == {}


def test_another_prefix_is_found():
    found = suggested(TARGETS["llm-inference"].replace("vllm:", "ray_vllm_"))
    assert found["vllm/ttft"].chosen == {"prefix": "ray_vllm_"}


def test_a_selector_that_must_be_said_has_values_that_are_there():
    found = suggested(TARGETS["kube-state-metrics"])
    chosen = found["kubernetes/deployment-available"].chosen
    assert chosen["selector"] == 'namespace="models",deployment="llama-3"'


def test_what_a_dump_cannot_know_is_said_to_be_an_example():
    """Else its SLO would be without data, wherever it is deployed."""
    found = suggested(block("counter", "http_requests_total", ({"code": "200"}, 9)))["http/availability"]
    assert (found.chosen["selector"], found.guessed) == ('job="shop"', ("job",))
    (line,) = (line for line in as_spec([found], "x").splitlines() if "selector:" in line)
    assert line.endswith("# an example: say your job, which only Prometheus adds")
    assert not suggested(TARGETS["kube-state-metrics"])["kubernetes/deployment-available"].guessed


def test_a_threshold_moves_to_a_bucket_that_is_there():
    text = histogram("vllm:time_to_first_token_seconds", (0.2, 0.45, 3), {"model_name": "m"})
    found = suggested(text)["vllm/ttft"]
    assert found.chosen == {"threshold": "450ms"}
    assert [float(bound) for bound in found.buckets] == [0.2, 0.45, 3]


@pytest.mark.parametrize("job", TARGETS)
def test_the_spec_compiles(job):
    found = list(suggested(TARGETS[job]).values())
    if found:
        result = slogen.compile({"specs/s.yaml": as_spec(found, "metrics.txt")})
        assert [problem for problem in result.problems if problem.is_error] == []
        slos = [slo for service in result.services for slo in service.slos]
        assert len(slos) == len(found)


def test_each_preset_fits_what_it_was_made_for():
    """A page with all metrics of a family gets a preset of that family; but for those whose presets select
    values of labels that are not among the facts."""
    without = {family.name for family in families() if not suggested(page_of(family))}
    assert without <= {"argo-workflows", "istio", "linkerd", "tekton"}


def page_of(family):
    """All metrics of a family, with its first prefix; labels have any value."""
    lines = []
    for metric in family.metrics:
        name = metric.name.replace("${prefix}", family.prefixes[0])
        labels = {label.replace(".", "_"): "x" for label in metric.labels}
        if "." in name:  # as Prometheus 3 has it, beside the other
            continue
        if metric.type == "histogram":
            lines.append(histogram(name, [float(bound) for bound in metric.buckets], labels))
        else:
            lines.append(block(metric.type, name, (labels, 1)))
    return "".join(lines)


def test_as_json():
    found = list(suggested(TARGETS["litellm"]).values())
    data = json.loads(as_json(found, "metrics.txt"))
    assert [each["preset"] for each in data["presets"]] == [
        "litellm/availability",
        "litellm/latency",
        "litellm/cost-per-request",
    ]
    assert "preset: litellm/latency" in data["spec"]
