"""Metrics whose names say that their values are others than the kind takes them for: what is told, and what
never is."""

import pytest

from slogen.load.presets import families
from slogen.promql.parse import parse_selector, read
from slogen.promql.selector import Matcher, Selector
from slogen.sli.values import is_age, of_condition, of_histogram, of_probe, of_ratio, of_timestamp

CONDITIONS = {
    "sum(errors_total) < 5": ("lifetime-count", "increase(errors_total[5m])"),
    "5 > sum(errors_total{job='a'})": ("lifetime-count", 'increase(errors_total{job="a"}[5m])'),
    "max(max_over_time(x_total[5m])) < 5": ("lifetime-count", "increase(x_total[5m])"),
    "a < 5 and (100 * sum by (x) (x_total)) < 5": ("lifetime-count", "increase(x_total[5m])"),
    "sum(errors_total) / sum(requests) < 0.01": ("lifetime-count", "rate(errors_total[{{ window }}])"),
    "sum(http_seconds_count) < 5": ("lifetime-count", "increase(http_seconds_count[5m])"),
    "histogram_quantile(0.9, sum by (le) (x_bucket)) < 2": ("lifetime-count", "rate(x_bucket[{{ window }}])"),
    "max(cpu_ratio) < 80": ("out-of-range", "compare it with 0.8"),
    "80 > max(cpu_ratio)": ("out-of-range", "compare it with 0.8"),
    "avg(job:ok:ratio5m) >= 99.5": ("out-of-range", "compare it with 0.995"),
    "avg(avg_over_time(cpu_ratio[5m])) < 20": ("out-of-range", "compare it with 0.2"),
    "max(cpu_ratio) < 500": ("out-of-range", "a number up to 1"),
    "histogram_quantile(0.9, sum by (le) (rate(http_request_seconds_bucket[5m]))) < 500": (
        "out-of-range",
        "< 0.5",
    ),
    "max(response_latency_seconds) <= 250": ("out-of-range", "<= 0.25"),
    "max(quantile_over_time(0.9, vllm:kv_cache_usage_perc[5m])) < 95": ("out-of-range", "0.95"),
}
SANE_CONDITIONS = [
    *(
        "rate(x_total[5m]) < 5",
        "increase(x_total[1h]) < 5",
        "count(x_total) > 3",
        "absent_over_time(x[5m]) < 2",
    ),
    *(
        "sum(started_total) - sum(done_total) < 100",
        "x_total - x_total offset 5m < 3",
        "timestamp(a_total) > 3",
    ),
    *(
        "max(cpu_ratio) < 0.8",
        "max(cpu_ratio) <= 1",
        "sum(cpu_ratio) < 5",
        "cpu_ratio * 100 < 80",
        "a_ratio == 5",
    ),
    *("cpu_percent < 80", "queue_length < 100", "changes(x_total[5m]) < 2", "avg(eval_score) >= 0.8"),
    *("max(compression_ratio) > 20", "max(load_ratio) < 8", "sum(pg_stat_activity_count) < 90", "x_sum < 5"),
    *(
        "max(job_duration_seconds) < 3600",
        "max(http_request_seconds) > 500",
        "max(response_latency_ms) < 500",
    ),
    *("max_over_time(rate(x_total[5m])[1h:1m]) < 2", "resets(x_total[1h]) < 3"),
    'max(http_request_duration_seconds{quantile="0.99"}) < 0.5',
]


@pytest.mark.parametrize("text", CONDITIONS)
def test_a_condition_that_its_metric_contradicts(text):
    code, works = CONDITIONS[text]
    [doubt] = of_condition(read(text))
    assert doubt.code == code
    assert works in doubt.hint


@pytest.mark.parametrize("text", SANE_CONDITIONS)
def test_a_sane_condition(text):
    assert list(of_condition(read(text))) == []


def test_a_known_gauge_is_no_counter_whatever_its_name():
    named = [
        metric.name
        for family in families()
        for metric in family.metrics
        if metric.type == "gauge" and metric.name.endswith(("_total", "_count", "_sum"))
    ]
    assert named
    assert [name for name in named if list(of_condition(read(f"max({name}) < 5")))] == []


@pytest.mark.parametrize(
    "name",
    [
        *("probe_http_status_code", "probe_duration_seconds", "latency_ms", "x_total", "http_requests_count"),
        *(
            "kube_deployment_status_replicas_available",
            "disk_bytes",
            "cpu_percent",
            "eval_score",
            "build_info",
        ),
        *("cert_expiry", "last_success_timestamp"),
    ],
)
def test_no_gauge_of_a_probe(name):
    [doubt] = of_probe(parse_selector(f'{name}{{job="a"}}'))
    assert doubt.code == "not-a-probe"


@pytest.mark.parametrize(
    "name", ["up", "probe_success", "job:up:avg", "mysql_up", "kube_node_ready", "is_leader", "redis_alive"]
)
def test_a_gauge_of_a_probe(name):
    assert list(of_probe(parse_selector(name))) == []


@pytest.mark.parametrize(
    "name",
    [
        *(
            "llm_tokens_per_second",
            "decode_throughput",
            "rag_relevance",
            "eval_quality_score",
            "cache_hit_ratio",
        ),
        *("answer_similarity", "job:goodput", "faithfulness", "output_tps"),
    ],
)
@pytest.mark.parametrize("native", [False, True])
def test_a_histogram_of_which_more_is_better(name, native):
    histogram = parse_selector(f'{name}{{job="a"}}')
    [doubt] = of_histogram(histogram, Matcher("le", "=", "0.5"), native=native)
    assert doubt.code == "more-is-better"
    assert ("histogram_fraction" if native else f'`bad: \'{name}_bucket{{job="a",le="0.5"}}\'`') in doubt.hint


@pytest.mark.parametrize(
    "name",
    [
        *("request_duration_seconds", "tokens_per_request", "anomaly_score", "toxicity_score", "error_score"),
        *("prompt_tokens", "scores", "time_per_output_token_seconds", "embedding_drift_score", "risk_score"),
        *("wer_score", "rmse_score"),
    ],
)
def test_a_histogram_of_which_less_is_better(name):
    assert list(of_histogram(parse_selector(name), Matcher("le", "=", "0.5"), native=False)) == []


def test_no_histogram_of_a_preset_is_doubted():
    histograms = [
        Selector(metric.name)
        for family in families()
        for metric in family.metrics
        if metric.type == "histogram"
    ]
    assert len(histograms) > 50
    doubted = [h.metric for h in histograms if list(of_histogram(h, Matcher("le", "=", "1"), native=False))]
    assert doubted == []


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("avg(x_percent)", "out-of-range"),
        ("avg_over_time(cpu_pct[5m])", "out-of-range"),
        ("errors_total", "lifetime-count"),
        ("x_sum / x_count", "lifetime-count lifetime-count"),
        ("sum(up)", "out-of-range"),
        ("sum(job:errors:ratio5m)", ""),
        ("count(up) / 3", ""),
        ("avg(job:errors:ratio5m)", ""),
        ("avg(x_percent) / 100", ""),
        ("sum(rate(a_total[5m])) / sum(rate(b_total[5m]))", ""),
    ],
)
def test_a_ratio(text, code):
    assert [doubt.code for doubt in of_ratio(read(text))] == code.split()


@pytest.mark.parametrize(
    ("text", "unit", "works"),
    [
        ("max(x_age_seconds)", "seconds", "max(x_age_seconds) < 7200"),
        ("replication_lag", "seconds", "max(replication_lag) < 7200"),
        ("max(done_ms)", "seconds", "unit: milliseconds"),
        ("max(max_over_time(done_timestamp_milliseconds[1h]))", "seconds", "unit: milliseconds"),
        ("max(done_ms)", "milliseconds", ""),
        ("max(done_ms) / 1000", "seconds", ""),
        ("max(done_timestamp_seconds)", "seconds", ""),
        ("max(usage_seconds)", "seconds", ""),
    ],
)
def test_a_timestamp(text, unit, works):
    hints = [doubt.hint for doubt in of_timestamp(read(text), unit, 7200)]
    assert len(hints) == bool(works)
    assert all(works in hint for hint in hints)


@pytest.mark.parametrize("text", ["time() - x", "max by (a) (time() - x)", "(time() - max(x))"])
def test_an_age(text):
    assert is_age(read(text))


@pytest.mark.parametrize("text", ["x", "x - 3600", "max(x) or max(y) - 5", "x - time()"])
def test_no_age(text):
    assert not is_age(read(text))


@pytest.mark.parametrize(
    ("sli", "code"),
    [
        ({"probe": {"metric": "probe_http_status_code"}}, "not-a-probe"),
        ({"latency": {"histogram": "tokens_per_second", "threshold": 20}}, "more-is-better"),
        ({"timeslices": {"good": "max(x_total) < 5"}}, "lifetime-count"),
        ({"ratio": {"error": "avg(x_percent)"}}, "out-of-range"),
        ({"freshness": {"timestamp": "max(x_age_seconds)", "max_age": "1h"}}, "not-a-timestamp"),
    ],
)
def test_each_kind_tells_it(compiled, sli, code):
    result = compiled({"sli": sli})
    assert result.ok, result.problems
    assert [p.severity.value for p in result.problems if p.code == code] == ["warning"]
