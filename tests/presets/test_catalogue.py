"""The data against an independent catalogue of metrics, where one lies beside the checkout.

The catalogue was collected from the systems' sources. What differs is listed with its reason.
"""

from itertools import product
from pathlib import Path

import pytest
import yaml

from slogen.load.family import fill
from slogen.load.presets import families, preset
from slogen.promql.parse import parse, selectors
from slogen.promql.solve import selects
from slogen.sli.preset import expand
from slogen.sli.slips import slips
from slogen.units import parse_milliseconds

from .rules import PART, PER_MILLISECOND, read

REPO = Path(__file__).parents[2]
FILES = [folder / "shared/catalogue/metrics.yaml" for folder in REPO.parents]
FILE = next((file for file in FILES if file.is_file()), None)
pytestmark = pytest.mark.skipif(FILE is None, reason="there is no ../shared/catalogue beside the checkout")

# Presets that are not called `<first word>/<rest>` of their name in the catalogue.
RENAMED = {
    "apiserver-availability": "apiserver/availability",
    "argo-workflows-success": "argo-workflows/success",
    "container-unthrottled": "cadvisor/container-unthrottled",
    "cronjob-freshness": "kubernetes/cronjob-freshness",
    "deployment-available": "kubernetes/deployment-available",
    "http-availability": "otel/http-availability",
    "http-latency": "otel/http-latency",
    "ingress-nginx-availability": "ingress-nginx/availability",
    "ingress-nginx-latency": "ingress-nginx/latency",
    "llmd-epp-availability": "llm-d/availability",
    "llmd-epp-ttft": "llm-d/ttft",
    "operator-reconcile-success": "controller-runtime/reconcile-success",
    "pod-start-latency": "kubelet/pod-start-latency",
    "ray-serve-latency": "ray-serve/latency",
}
# Our name is the catalogue's with the suffix of a histogram, as the metric is a summary without buckets.
SPRING = "http_server_requests_seconds_count"
NOT_IN_IT = {
    "sglang:time_per_output_token_seconds": "read in sglang 0.4.3",
    "apiserver_request_slo_duration_seconds": "named in the notes of its successor only",
    "ray_serve_num_http_requests": "named in the notes of its successor only",
    "ray_serve_num_http_error_requests": "named in the notes of its successor only",
    "eval_cases_total": "exported by users",
    "eval_score": "exported by users",
    "eval_last_run_timestamp_seconds": "exported by users",
    SPRING: "under the name without suffix",
}
# Families of systems that the catalogue doesn't cover: read in their sources, see each family's file.
BEYOND_IT = {
    *("cert-manager", "coredns", "http", "kafka", "kooper", "linkerd", "node", "postgres"),
    *("prometheus", "pushgateway", "rabbitmq", "redis"),
}
OTHER_BUCKETS = {
    "http_request_duration_seconds": "the catalogue's are those of FastAPI's instrumentation",
    "litellm_request_total_latency_metric": "the list since April 2026, read in litellm 1.110",
    "litellm_llm_api_time_to_first_token_metric": "the list since April 2026, read in litellm 1.110",
}
KINDS = {"latency": {"latency"}, "ratio": {"events"}, "threshold": {"timeslices", "freshness", "probe"}}


def load():
    if FILE is None:
        return {"metrics": [], "presets": []}
    text = FILE.read_text()
    return yaml.load(text[text.index("\nbucket_sets:") :], Loader=yaml.CSafeLoader)  # its head is no YAML


CATALOGUE = load()
METRICS = {}
for entry in CATALOGUE["metrics"]:
    METRICS.setdefault(entry["name"], []).append(entry)
FACTS = [
    (fact, prefix)
    for family in families()
    for fact in family.metrics
    for prefix in family.prefixes
    if family.name not in BEYOND_IT or fact.name in METRICS
]


def ours(entry):
    """The preset of ours that a catalogue's one became."""
    name = RENAMED.get(entry["name"]) or entry["name"].replace("-", "/", 1)
    found = preset(name)
    assert found is not None, name
    return found


each_preset = pytest.mark.parametrize("entry", CATALOGUE["presets"], ids=lambda entry: entry["name"])


@each_preset
def test_each_is_there_with_its_kind_and_objective(entry):
    found = ours(entry)
    assert found.kind in KINDS[entry["sli"]]
    assert float(found.objective) == entry["objective_percent"]


@each_preset
def test_each_reads_the_same_series(entry):
    if entry["name"] == "eval-pass-rate":
        pytest.skip("the catalogue leaves its metric open")
    config = expand(ours(entry), ours(entry).texts({}) | {"selector": ""}, {})
    metrics = {PART.sub("", selector.metric) for selector in read(config)}
    assert PART.sub("", entry["metric"]) in metrics
    if entry["sli"] == "latency":
        [histogram] = read(config)
        [count] = selectors(parse(entry["total"]))
        assert (f"{histogram.metric}_count", set(histogram.matchers)) == (count.metric, set(count.matchers))
        assert entry["threshold"] == pytest.approx(float(threshold(ours(entry), config)))
        assert {float(bound) for bound in config["buckets"]} >= set(entry.get("other_boundaries", ()))
    elif entry["sli"] == "ratio":
        same_events(entry, config)


def threshold(found, config):
    text = found.parameters["threshold"].default
    return parse_milliseconds(text) * PER_MILLISECOND[config["unit"]]


def same_events(entry, config):
    """What the catalogue calls good is what isn't bad here, over values of all labels that either names."""
    total = selectors(parse(entry["total"]))
    mine = {name: read({name: config[name]}) for name in ("bad", "total")}
    assert {s.metric for s in mine["total"]} == {s.metric for s in total}
    for series, labels in candidates([*total, *mine["bad"], *mine["total"]]):
        counted = any(selects(s, series, labels) for s in total)
        assert counted == any(selects(s, series, labels) for s in mine["total"]), labels
        bad = any(selects(s, series, labels) for s in mine["bad"])
        if "bad" in entry:
            assert bad == any(selects(s, series, labels) for s in selectors(parse(entry["bad"]))), labels
        elif counted:
            assert bad != any(selects(s, series, labels) for s in selectors(parse(entry["good"]))), labels


def candidates(found):
    """Every metric with all combinations of values that its labels can have."""
    for metric in {selector.metric for selector in found}:
        names = sorted({m.name for s in found for m in s.matchers if s.metric == metric})
        known = METRICS[PART.sub("", metric) if metric not in METRICS else metric][0]["labels"]
        for values in product(*(values_of(known.get(name)) for name in names)):
            yield metric, dict(zip(names, values, strict=True))


def values_of(known):
    listed = [str(value).split(" ")[0] for value in known] if isinstance(known, list) else []
    return [*listed, "200", "404", "500", "5xx", "2xx", "5", "/v1/chat/completions", "/-/healthz", "true", ""]


def test_our_own_facts_are_compared():
    assert len(FACTS) > 100


@pytest.mark.parametrize(
    ("fact", "prefix"),
    FACTS,
    ids=[fill(fact.name, {"prefix": prefix}) for fact, prefix in FACTS],
)
def test_each_fact_is_the_catalogues(fact, prefix):
    name = fill(fact.name, {"prefix": prefix})
    if name in NOT_IN_IT:
        assert name not in METRICS
        return
    if "." in name or name not in METRICS:
        # A name in another translation, or under another prefix than the catalogue spells out.
        assert "." in name or "${prefix}" in fact.name
        return
    entries = [entry for entry in METRICS[name] if fits(entry, fact)]
    assert entries, METRICS[name]


def fits(entry, fact):
    buckets = [float(bound) for bound in fact.buckets]
    same_buckets = buckets == [float(b) for b in entry["buckets"] or ()] or entry["name"] in OTHER_BUCKETS
    unit = str(entry["unit"]).lower().startswith(fact.unit.lower())
    return entry["type"] == fact.type and unit and same_buckets and set(fact.labels) >= set(entry["labels"])


def test_no_value_of_a_label_looks_like_a_slip():
    known = {
        (name, str(value))
        for entry in CATALOGUE["metrics"]
        for name, values in (entry.get("labels") or {}).items()
        if isinstance(values, list)
        for value in values
    }
    assert len(known) > 100
    written = [f'{name}{operator}"{value}"' for name, value in known for operator in ("=", "!=")]
    assert [text for text in written if list(slips(text))] == []
