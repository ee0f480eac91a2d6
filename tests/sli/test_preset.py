"""Presets become the SLI that a person would have written out; only what is named is read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slogen.load import presets, read
from slogen.promql.parse import parse

pytestmark = pytest.mark.slow

ISTIO = 'istio_request_duration_milliseconds{reporter="source",response_code!~"5..",job="a"}'
DOTTED = '{"http.server.request.duration_seconds","http.response.status_code"!~"5..",job="a"}'


def pair(compiled, rules_of, sli):
    result = compiled({"sli": sli}, settings={"prometheus": {"min_version": "3.0"}})
    return [rules_of(result, f"slo:sli_{side}:rate5m")[0].expr for side in ("total", "bad")]


@pytest.mark.parametrize(
    ("sli", "written_out"),
    [
        (
            {"preset": "vllm/itl", "with": {"selector": 'job="v", model_name="m"'}},
            {
                "latency": {
                    "histogram": 'vllm:inter_token_latency_seconds{job="v",model_name="m"}',
                    "threshold": "100ms",
                }
            },
        ),
        (
            {
                "preset": "vllm/itl",
                "with": {"metric": "time_per_output_token_seconds", "prefix": "ray_vllm_"},
            },
            {"latency": {"histogram": "ray_vllm_time_per_output_token_seconds", "threshold": "100ms"}},
        ),
        (
            {
                "preset": "istio/latency",
                "with": {"selector": 'job="a"', "reporter": "source", "threshold": "1s"},
            },
            {
                "latency": {
                    "histogram": ISTIO,
                    "threshold": "1s",
                }
            },
        ),
        (
            {
                "preset": "http/latency",
                "with": {"selector": 'job="a"', "metric": "shop_seconds", "threshold": "300ms"},
                "buckets": [0.1, 0.3, 1],
            },
            {
                "latency": {
                    "histogram": 'shop_seconds{code!~"5..",job="a"}',
                    "threshold": "300ms",
                    "buckets": [0.1, 0.3, 1],
                }
            },
        ),
        (
            {"preset": "envoy/cluster-latency", "with": {"selector": 'job="a"'}},
            {
                "latency": {
                    "histogram": 'envoy_cluster_upstream_rq_time{job="a"}',
                    "threshold": 500,
                    "unit": "none",
                }
            },
        ),
        (
            {"preset": "tgi/time-per-token"},
            {
                "latency": {
                    "histogram": "tgi_request_mean_time_per_token_duration",
                    "threshold": 0.09852612533569335,
                }
            },
        ),
        (
            {"preset": "vllm/completion", "by": ["model_name"]},
            {
                "events": {
                    "bad": 'vllm:request_success_total{finished_reason!~"stop|length|abort"}',
                    "total": 'vllm:request_success_total{finished_reason!="abort"}',
                    "by": ["model_name"],
                }
            },
        ),
        (
            {"preset": "litellm/availability", "with": {"client_faults": r"4\d\d"}},
            {
                "events": {
                    "bad": r'litellm_proxy_failed_requests_metric_total{exception_status!~"4\\d\\d"}',
                    "total": "litellm_proxy_total_requests_metric_total",
                }
            },
        ),
        (
            {
                "preset": "otel/http-latency",
                "with": {"selector": 'job="a"', "names": "dots", "threshold": "250ms"},
            },
            {
                "latency": {
                    "histogram": DOTTED,
                    "threshold": "250ms",
                    "unit": "seconds",
                }
            },
        ),
        (
            {"preset": "argocd/app-synced", "with": {"selector": 'job="a"'}, "by": ["project"]},
            {
                "timeslices": {
                    "good": '(sum by (project) (argocd_app_info{sync_status!="Synced",job="a"}) '
                    'or 0 * count by (project) (argocd_app_info{job="a"})) < 1',
                    "by": ["project"],
                }
            },
        ),
        (
            {"preset": "vllm/kv-cache-headroom", "with": {"threshold": 0.75, "slice": "1m"}},
            {"timeslices": {"good": "vllm:kv_cache_usage_perc <= 0.75", "slice": "1m"}},
        ),
        (
            {"preset": "kubernetes/cronjob-freshness", "with": {"selector": 'cronjob="b"', "max_age": "2h"}},
            {
                "freshness": {
                    "timestamp": 'kube_cronjob_status_last_successful_time{cronjob="b"}',
                    "max_age": "2h",
                }
            },
        ),
        (
            {"preset": "blackbox/availability", "with": {"selector": 'job="b"'}, "by": ["instance"]},
            {"probe": {"metric": 'probe_success{job="b"}', "by": ["instance"]}},
        ),
    ],
    ids=lambda sli: sli.get("preset", ""),
)
def test_a_preset_is_what_a_person_would_write(compiled, rules_of, sli, written_out):
    assert pair(compiled, rules_of, sli) == pair(compiled, rules_of, written_out)


def test_other_boundaries_are_checked_instead(compiled):
    sli = {"preset": "vllm/ttft", "with": {"threshold": "300ms"}}
    assert [problem.code for problem in compiled({"sli": sli}).problems if problem.is_error] == [
        "off-boundary"
    ]
    assert compiled({"sli": sli | {"buckets": [0.3, 3]}}).ok


def test_matchers_in_any_spelling_are_the_same(compiled, rules_of):
    spellings = ['job="a",zone=~"x|y"', " job = 'a' , zone=~`x|y`, ", 'job="a", # the fleet\n zone=~"x|y"']
    found = [pair(compiled, rules_of, {"preset": "vllm/ttft", "with": {"selector": s}}) for s in spellings]
    assert found[0] == found[1] == found[2]


def test_quotes_and_braces_in_values_stay_values(compiled, rules_of):
    value = 'a"} or vector(1) # {{ x'
    selector = "job='" + value + "'"
    total, _ = pair(compiled, rules_of, {"preset": "vllm/ttft", "with": {"selector": selector}})
    assert r'job="a\"} or vector(1) # {{ x"' in total


def test_placeholders_in_values_are_text(compiled, rules_of):
    total, _ = pair(compiled, rules_of, {"preset": "vllm/ttft", "with": {"selector": 'job="${prefix}{}"'}})
    assert 'job="${prefix}{}"' in total


def test_only_the_family_that_is_named_is_read(compiled, monkeypatch):
    seen = []

    def seen_read(path, text):
        seen.append(path)
        return read(path, text)

    monkeypatch.setattr(presets, "read", seen_read)
    presets.family.cache_clear()
    assert compiled({}).ok
    assert seen == []
    sli = {"preset": "istio/availability", "with": {"selector": 'job="a"'}}
    assert compiled({"sli": sli}, {"name": "b", "sli": sli}).ok
    assert seen == ["istio.yaml"]


FUZZED = [
    ("vllm/http-availability", "selector"),
    ("vllm/http-availability", "handlers"),
    ("vllm/ttft", "threshold"),
    ("vllm/kv-cache-headroom", "threshold"),
    ("kubernetes/cronjob-freshness", "max_age"),
    ("istio/latency", "reporter"),
]
PIECES = [*"ajob=~!\"'`{},|()\\#", "\n", " 5.0é", "job=", "${by}", "{{ window }}", "ms"]


@pytest.mark.parametrize(("name", "parameter"), FUZZED)
@given(
    value=st.one_of(st.lists(st.sampled_from(PIECES), max_size=8).map("".join), st.integers(), st.floats())
)
def test_any_value_is_refused_or_compiles(compiled, name, parameter, value):
    result = compiled({"sli": {"preset": name, "with": {"selector": 'job="a"', parameter: value}}})
    assert result.ok or all(problem.span.line for problem in result.problems)
    for each in result.compiled if result.ok else ():
        for rule in (rule for group in each.rules.groups for rule in group.rules):
            parse(rule.expr)
