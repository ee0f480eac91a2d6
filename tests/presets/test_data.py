"""The data files: shape, and rules that no schema can state; the rules see what is broken on purpose."""

import json
import re
from dataclasses import replace

import pytest
import yaml
from jsonschema import Draft202012Validator

from slogen.load.presets import FOLDER, families, family

from .rules import complaints

FAMILIES = list(families())
SCHEMA = json.loads((FOLDER / "family.schema.json").read_text())
each_family = pytest.mark.parametrize("found", FAMILIES, ids=lambda found: found.name)


def test_the_schema_is_one():
    Draft202012Validator.check_schema(SCHEMA)


@each_family
def test_shape(found):
    data = yaml.safe_load((FOLDER / f"{found.name}.yaml").read_text())
    assert [error.message for error in Draft202012Validator(SCHEMA).iter_errors(data)] == []
    shared = data.get("parameters", {})
    for body in data["presets"].values():
        assert body["sli"].keys() <= {"events", "latency", "timeslices", "freshness", "probe"}
        for name, own in body.get("parameters", {}).items():
            assert {"type", "description", "example"} <= (shared.get(name, {}) | own).keys(), name


@each_family
def test_rules(found):
    assert complaints(found) == []


@each_family
def test_help_is_sentences(found):
    texts = [found.about, found.no_data, *(t for p in found.presets for t in (p.means, p.misses, *p.notes))]
    assert [text for text in texts if not text.endswith(".") or "  " in text] == []


def test_there_are_many():
    assert len(FAMILIES) >= 25
    assert sum(len(found.presets) for found in FAMILIES) >= 60


def broken(name, preset, **config):
    """A family with another config of one of its presets."""
    found = family(name)
    assert found is not None
    presets = [
        replace(each, config={**each.config, **config}) if each.name == f"{name}/{preset}" else each
        for each in found.presets
    ]
    return complaints(replace(found, presets=tuple(presets)))


@pytest.mark.parametrize(
    ("name", "preset", "config", "words"),
    [
        ("tekton", "pipelinerun-success", {"total": "tekton_runs_total{${selector}}"}, "no facts of"),
        ("sglang", "ttft", {"threshold": "500ms", "histogram": "sglang:ttft{${selector}}"}, "no facts of"),
        (
            "istio",
            "availability",
            {"total": 'istio_requests_total{reporter="${reporter}"}'},
            "lost the user's",
        ),
        (
            "istio",
            "availability",
            {"bad": 'istio_requests_total{code=~"5..",${selector}}'},
            "no label ['code']",
        ),
        ("istio", "availability", {"bad": "istio_requests_total{${selector},${codes}}"}, "are no parameters"),
    ],
)
def test_the_rules_see_a_broken_preset(name, preset, config, words):
    try:
        found = broken(name, preset, **config)
    except KeyError as error:
        found = [f"{error} are no parameters"]
    assert [text for text in found if words in text]


@pytest.mark.parametrize(
    ("fact", "words"),
    [
        ({"buckets": (1, 2)}, "on no boundary"),
        ({"buckets": (2, 1)}, "don't rise"),
        ({"buckets": ()}, "has no boundaries"),
        ({"unit": "milliseconds"}, "another unit"),
        ({"unit": "milliseconds"}, "on no boundary"),
        ({"type": "counter"}, "is no histogram"),
        ({"name": "other_seconds"}, "no preset reads"),
    ],
)
def test_the_rules_see_a_broken_fact(fact, words):
    found = family("traefik")
    assert found is not None
    metrics = [replace(m, **fact) if m.buckets else m for m in found.metrics]
    assert [text for text in complaints(replace(found, metrics=tuple(metrics))) if words in text]


@each_family
def test_a_job_of_many_services_is_narrowed_to_the_targets(found):
    """`up` of a job that scrapes a whole cluster is there as long as anything lives."""
    for preset in found.presets:
        selector = preset.parameters["selector"].example if "selector" in preset.parameters else ""
        if 'job="kubernetes-pods"' in selector:
            assert {"namespace=", "app="} <= set(re.findall(r"\w+=", selector))
