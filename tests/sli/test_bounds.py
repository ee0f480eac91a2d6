"""Conditions that always hold, or never do, or hold while nothing answers: what is told, the form that works,
and what never is told."""

import pytest

from slogen.promql.parse import parse_selector, read
from slogen.sli.values import of_condition, of_probe, of_ratio, of_timestamp

READY, UP = 'kube_node_status_condition{condition="Ready"}', 'up{job="a"}'
TOLD = {"out-of-range", "not-a-probe", "empty-operand", "lifetime-count", "no-sample-series", "condition"}
# What is written, words of the hint, and what it is with the hint applied.
WRONG = {
    # nothing answers
    "max(probe_http_status_code) < 400": ("{0} and min(probe_http_status_code) > 0", "{hint}"),
    "500 > probe_http_status_code": ("probe_http_status_code > 0", "{hint}"),
    "max by (i) (probe_http_status_code) != 503": (
        "{0} and min by (i) (probe_http_status_code) > 0",
        "{hint}",
    ),
    "max(max_over_time(probe_http_status_code[5m])) < 400": (
        "{0} and min(probe_http_status_code) > 0",
        "{hint}",
    ),
    'avg(probe_duration_seconds{job="a"}) < 2': ('{0} and min(probe_success{job="a"}) == 1', "{hint}"),
    'max by (i, phase) (probe_http_duration_seconds{phase="tls"}) < 1': (
        "min by (i) (probe_success) == 1",
        None,
    ),
    'max(scrape_duration_seconds{job="a"}) < 5': ('{0} and min(up{job="a"}) == 1', "{hint}"),
    # all states
    f"sum({READY}) >= 3": (
        '`kube_node_status_condition{condition="Ready",status="true"}`',
        "sum({hint}) >= 3",
    ),
    'sum(kube_node_status_condition{condition="DiskPressure"}) < 1': (
        'status="false"',
        "sum({hint}) >= 1",
    ),
    f"sum({READY}) / count(kube_node_info) >= 0.9": (
        'status="true"',
        "sum({hint}) / count(kube_node_info) >= 0.9",
    ),
    "max(haproxy_backend_status) >= 1": ('`haproxy_backend_status{state="UP"}`', "max({hint}) >= 1"),
    "avg(kube_pod_status_ready) >= 1": ('condition="true"', "avg({hint}) >= 1"),
    # the number of series
    f"count({UP}) >= 2": ("sum(up{", None),
    'count(kube_pod_status_phase{phase="Running"}) >= 2': ("sum(kube_pod_status_phase{", None),
    # a part of a whole
    "sum(pg_stat_activity_count) / max(pg_settings_max_connections) < 80": ("compare it with 0.8", None),
    "1 - min(fs_avail_bytes / fs_size_bytes) < 90": ("compare it with 0.9", None),
    'sum(rate(a_total{c="1"}[5m])) / sum(rate(a_total[5m])) > 99': ("compare it with 0.99", None),
    # never below 0
    "sum(rabbitmq_queue_consumers) >= 0": ("`> 0`", None),
    "sum(rate(a_total[5m])) / sum(rate(b_total[5m])) >= 0": ("`> 0`", None),
    "count(x) > -1": ("`> 0`", None),
    "0 > min(up)": ("the most that is good", None),
    # times and ages
    "max(x_last_success_timestamp_seconds) > 93600": (
        "time() - max(x_last_success_timestamp_seconds) < 93600",
        "{hint}",
    ),
    "min(probe_ssl_earliest_cert_expiry) > 604800": (
        "min(probe_ssl_earliest_cert_expiry) - time() > 604800",
        "{hint}",
    ),
    "max(x_timestamp_ms) < 93600": ("time() - max(x_timestamp_ms) / 1000 < 93600", "{hint}"),
    "sum(kafka_consumergroup_current_offset) > 0": ("increase(kafka_consumergroup_current_offset[5m])", None),
    # slow, but no model
    "max(http_request_seconds) < 500": ("`< 0.5`", None),
    "max(llm_response_seconds) < 30000": ("`< 30`", None),
}
RIGHT = [
    *("min(probe_success) == 1 and max(probe_http_status_code) < 400", "max(probe_http_status_code) == 200"),
    *(
        "max(probe_http_status_code) < 400 and min(probe_http_status_code) >= 200",
        "probe_http_status_code != 0",
    ),
    "max(probe_duration_seconds) < 2 and min(probe_success) > 0",
    "max(probe_duration_seconds and on (instance) probe_success == 1) < 2",
    "max(probe_duration_seconds * on (instance) (probe_success == 1)) < 2",
    "max(probe_ip_protocol) < 5",
    'sum(kube_node_status_condition{condition="Ready",status="true"}) / count(kube_node_info) >= 0.9',
    f'sum(kube_node_status_condition{{condition="Ready",status="true"}}) / sum({READY}) >= 0.9',
    *(
        'sum(kube_pod_status_phase{phase!~"Running|Succeeded"}) == 0',
        "sum by (phase) (kube_pod_status_phase) < 9",
    ),
    *(
        'max(haproxy_server_status{state!="UP"}) == 0',
        'elasticsearch_cluster_health_status{color="red"} == 0',
    ),
    'sum(kube_pod_status_ready{condition="true"}) / sum(kube_pod_status_phase) > 0.9',
    *("sum(up) / count(up) > 0.5", "sum(up) >= 2", "count(kube_pod_info) >= 2", "count(up) < 100"),
    *("min(x_celsius) >= 0", "min(x_max - x_current) >= 0", "avg(score) >= 0", "min(balance) >= 0"),
    *("min(x_offset_seconds) > -0.05", "avg(gain_percent) >= 0", "min(budget_remaining_requests) >= 0"),
    *("sum(x_replicas) > 0", "sum(x_replicas) <= 0", "sum(x_replicas) != 0", "min(delta(x_bytes[5m])) >= 0"),
    *(
        "min(x_timestamp_seconds) > 0",
        "max(x_timestamp_seconds) > 1.7e9",
        "max(last_response_time_seconds) < 2",
    ),
    "time() - max(x_timestamp_seconds) < 93600",
    *("100 * sum(a_count) / max(max_connections) < 80", "sum(a) / (max(max_connections) / 100) < 80"),
    *("sum(requests) / sum(max_batch_size) < 20", "sum(raw_size_bytes) / sum(packed_size_bytes) > 20"),
    *(
        "max(load5) / count(cpu) < 20",
        'max(s{q="0.9"}) / max(s) < 20',
        "rate(h_sum[5m]) / rate(h_count[5m]) < 30",
    ),
    *("max(llm_response_seconds) < 120", "max(request_queue_oldest_seconds) < 300"),
    *("max(http_client_request_timeout_seconds) <= 300", "max(request_age_seconds) < 7200"),
    "sum(rate(kafka_consumergroup_current_offset[5m])) > 0",
    "sum(kafka_topic_partition_current_offset) - sum(kafka_consumergroup_current_offset) < 1000",
]


def _hint_of(text):
    [doubt] = of_condition(read(text))
    return doubt


@pytest.mark.parametrize("text", WRONG)
def test_what_never_changes(text):
    words, _ = WRONG[text]
    doubt = _hint_of(text)
    assert doubt.code in ("out-of-range", "lifetime-count")
    assert words.replace("{0}", text) in doubt.hint


@pytest.mark.parametrize("text", [text for text, (_, mended) in WRONG.items() if mended])
def test_the_hint_is_not_told_itself_and_has_sample_series(compiled, text):
    hint = _hint_of(text).hint.split("`")[1]
    mended = WRONG[text][1].replace("{hint}", hint)
    by = {"by": ["i"]} if "by (i)" in text else {}
    result = compiled({"sli": {"timeslices": {"good": mended, **by}}})
    assert result.files
    assert TOLD.isdisjoint(problem.code for problem in result.problems)


@pytest.mark.parametrize("text", RIGHT)
def test_what_changes(text):
    assert list(of_condition(read(text))) == []


def test_both_sides_of_an_or_need_an_answer():
    text = "max(probe_duration_seconds) < 2 or min(probe_success) == 1 and max(probe_http_status_code) < 400"
    assert "probe_duration_seconds" in _hint_of(text).message


@pytest.mark.parametrize(
    ("metric", "words"),
    [
        ("probe_http_status_code", "`good: 'probe_http_status_code > 0 and probe_http_status_code < 400'`"),
        ('certmanager_certificate_ready_status{condition="False"}', 'condition="True"'),
        ("haproxy_backend_status", 'state="UP"'),
        ('haproxy_server_status{state=~"UP|DRAIN"}', 'state="UP"'),
        ('haproxy_server_status{state="DOWN"}', 'state="UP"'),
        ('kube_node_status_condition{condition="DiskPressure",status="true"}', 'status="false"'),
        ("backup_last_run_failed", "`error: 'backup_last_run_failed'`"),
        ("rabbitmq_alarms_memory_used_watermark", "`error: 'rabbitmq"),
        ('kube_job_failed{condition="true"}', 'condition="false"'),
        ('x_waiting_reason{job="a"}', '(sum(x_waiting_reason{job="a"}) or 0 * sum(up{job="a"})) == 0'),
    ],
)
def test_a_probe_of_a_state_that_is_no_success(metric, words):
    [doubt] = of_probe(parse_selector(metric))
    assert doubt.code == "not-a-probe"
    assert words in doubt.hint


@pytest.mark.parametrize(
    "metric",
    [
        *('certmanager_certificate_ready_status{condition="True"}', 'haproxy_server_status{state="UP"}'),
        *('kube_node_status_condition{condition="DiskPressure",status="false"}', "kube_node_ready"),
        *('kube_pod_status_phase{phase="Succeeded"}', 'elasticsearch_cluster_health_status{color="yellow"}'),
        'kube_job_failed{condition="false"}',
    ],
)
def test_a_probe_of_a_state(metric):
    assert list(of_probe(parse_selector(metric))) == []


def test_the_average_of_all_states_is_no_ratio():
    [doubt] = of_ratio(read(f"avg({READY})"))
    assert doubt.code == "out-of-range"
    assert 'status="true"' in doubt.hint


@pytest.mark.parametrize(
    "metric",
    [
        "x_expiration_timestamp_seconds",
        "token_expires_at_timestamp_seconds",
        "ssl_cert_expiry",
        "x509_cert_not_after",
    ],
)
def test_an_expiry_is_no_success(metric):
    [doubt] = of_timestamp(read(f"min({metric})"), "seconds", 720)
    assert doubt.code == "not-a-timestamp"
    assert f"min({metric}) - time() > 720" in doubt.hint


@pytest.mark.parametrize("metric", ["expire_job_last_success_timestamp_seconds", "x_timestamp_seconds"])
def test_a_success_is_no_expiry(metric):
    assert list(of_timestamp(read(f"max({metric})"), "seconds", 720)) == []
