"""PromQL computed here is what promtool computes, on series that are straight lines."""

import json
import subprocess

import pytest

from slogen.promql.evaluate import Line, evaluator
from slogen.promql.vectors import UnsupportedError

# Name, labels, value at minute 0, growth a minute.
SERIES = [
    ("gauge", {"job": "a"}, 0.5, 0),
    ("gauge", {"job": "b"}, 2, 0),
    ("falling", {}, 100, -1.5),
    ("errors_total", {"job": "a"}, 1e6, 3),
    ("requests_total", {"job": "a", "code": "200"}, 1e6, 60),
    ("requests_total", {"job": "a", "code": "500"}, 1e6, 30),
    ("built", {}, -7200, 60),
    ("zero", {}, 0, 0),
    ("kinds", {"job": "a", "kind": "x"}, 1, 0),
    ("h_bucket", {"le": "0.5"}, 1e6, 5),
    ("h_bucket", {"le": "2"}, 1e6, 8),
    ("h_bucket", {"le": "+Inf"}, 1e6, 10),
]
MINUTE = 30
# No sample lies on the edge of a range: there Prometheus 2 and 3 differ.
EXPRESSIONS = [
    "avg(gauge)",
    'gauge{job="b"} - 0.25',
    "max(gauge) / min(gauge)",
    "stddev(gauge) + stdvar(gauge) + count(gauge) + group(gauge)",
    "quantile(0.25, gauge)",
    'sum by (job) (gauge) ^ 2 % 3 and on (job) gauge{job="a"}',
    'sum(gauge unless on (job) gauge{job="b"})',
    'sum(gauge{job="b"} or on () gauge)',
    "sum(rate(errors_total[5m]))",
    "sum(rate(errors_total[5m])) / sum(rate(requests_total[5m]))",
    "sum(rate(errors_total[5m]) / ignoring (code) sum without (code) (rate(requests_total[5m])))",
    "sum(increase(requests_total[10m] offset 5m))",
    "increase(errors_total[2h])",  # filled in part: extrapolated by half an interval
    "irate(errors_total[5m])",
    "delta(falling[9m30s])",
    "deriv(falling[9m30s])",
    "avg_over_time(falling[9m30s]) + 0",
    "avg_over_time(falling[9m45s:30s])",
    "quantile(0.5, max_over_time(gauge[10m]))",
    "stddev_over_time(falling[9m30s:1m])",
    "min_over_time(falling[9m30s]) - max_over_time(falling[9m30s])",
    "sum_over_time(falling[9m45s:30s]) / count_over_time(falling[9m45s:30s])",
    "changes(falling[9m30s:1m]) + resets(falling[9m30s:1m])",
    "last_over_time(falling[5m]) * present_over_time(falling[5m])",
    "quantile_over_time(0.25, falling[9m30s])",
    "predict_linear(falling[9m30s], 600)",
    'sum(topk(1, gauge)) - sum(bottomk by (job) (1, gauge{job="a"}))',
    "time() - max(built)",
    "abs(time() - (max(built))) <= bool 7200",
    "scalar(falling) * vector(2)",
    "clamp(falling, 3, 9) + clamp_min(falling, 80) + clamp_max(falling, 5) + sgn(falling)",
    "ceil(falling / 7) + floor(falling / 7) + round(falling / 7) + round(falling / 7, 0.5)",
    "round(falling, 0) != bool 1",
    "exp(zero) + ln(falling) + log2(falling) + log10(falling) + sqrt(falling) + abs(-falling)",
    "histogram_quantile(0.3, sum by (le) (rate(h_bucket[5m])))",
    "histogram_quantile(0.75, sum by (le) (rate(h_bucket[5m])))",
    "histogram_quantile(0.95, sum by (le) (rate(h_bucket[5m])))",
    "sum(rate(requests_total[5m]) * on (job) group_left () gauge)",
    'sum(gauge{job="a"} - on (job) group_right () rate(requests_total[5m]))',
    'sum(gauge{job="a"} < on (job) group_right () requests_total)',
    "sum(requests_total > on (job) group_left () gauge) / 1e6",
    "count by (kind) (rate(errors_total[5m]) * on (job) group_left (kind) kinds)",
    'sum by (x) (label_replace(gauge, "x", "$1-${2}$3", "job", "(a|b)()")) and on (x) label_replace(up == 0'
    ' or gauge{job="a"}, "x", "a-", "job", ".+")',
    'sum(label_replace(gauge, "job", "", "job", "never") / label_replace(gauge, "x", "", "", ""))',
    'sum by (kind) (label_replace(kinds, "kind", "$kind.$1", "kind", "(?P<kind>.)") * 2)',
    "absent(nothing)",
    "sum(2 < gauge or 0.5 >= gauge)",
    "sum(3 > gauge)",
    "(sum(rate(errors_total[5m])) / sum(rate(requests_total[5m])) >= -Inf) <= bool 0.05",
]
EMPTY = [
    "nothing",
    "zero / zero >= -Inf",
    "gauge > 5",
    "rate(errors_total[30s])",
    "absent(zero)",
    "gauge offset 1h",
]


def value_of(expr):
    known = [(name, labels) for name, labels, _, _ in SERIES]
    lines = [Line(value, growth / 60) for _, _, value, growth in SERIES]
    return evaluator(expr, known)(lines, MINUTE * 60)


def selector(name, labels):
    return name + "{" + ",".join(f'{key}="{value}"' for key, value in labels.items()) + "}"


@pytest.mark.oracle
@pytest.mark.parametrize("version", ["bookworm-prometheus", "newest-prometheus"])
def test_as_promtool_computes_it(oracles, tmp_path, version):
    checks = []
    for expr in EXPRESSIONS:
        [value] = value_of(expr).values()
        checks.append((f"abs(sum({expr}) - {value!r}) < bool 1e-7", [{"labels": "{}", "value": 1}]))
    checks += [(f"count({expr})", []) for expr in EMPTY]
    series = [
        {"series": selector(name, labels), "values": f"{value}{growth:+}x{MINUTE}"}
        for name, labels, value, growth in SERIES
    ]
    tests = [{"expr": expr, "eval_time": f"{MINUTE}m", "exp_samples": expected} for expr, expected in checks]
    (tmp_path / "t.yaml").write_text(
        json.dumps({"tests": [{"interval": "1m", "input_series": series, "promql_expr_test": tests}]})
    )
    promtool = oracles(version, "promtool")
    done = subprocess.run([promtool, "test", "rules", "t.yaml"], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("expr", EMPTY)
def test_nothing(expr):
    assert value_of(expr) == {}


@pytest.mark.parametrize(
    "expr",
    [
        "label_join(gauge, 'x', '-', 'job')",
        "count_values('x', gauge)",
        "gauge * on () group_left () requests_total",
        "hour()",
        "gauge @ 60",
        "gauge atan2 gauge",
    ],
)
def test_what_is_not_computed_is_said(expr):
    with pytest.raises(UnsupportedError):
        value_of(expr)
