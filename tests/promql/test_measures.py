"""What expressions measure, and names that tell."""

import pytest

from slogen.promql.measures import Measure, measure
from slogen.promql.names import operation
from slogen.promql.parse import PromqlError, parse


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("sum(rate(x[5m]))", Measure.RATE),
        ("sum(rate(x[5m])) * on () group_left () y", Measure.RATE),
        ("y * rate(x[5m])", Measure.RATE),
        ("rate(x[5m]) > 0", Measure.RATE),
        ("sum(count_over_time(x[5m]))", Measure.COUNT),
        ("2 * changes(x[5m])", Measure.COUNT),
        ("sum_over_time((x > bool 3)[5m:30s])", Measure.COUNT),
        ("sum_over_time(x[5m]) / 2", Measure.COUNT),
        ("sum(avg_over_time(x[5m]))", Measure.LEVEL),
        ("avg_over_time(rate(x[5m])[5m:30s])", Measure.RATE),
        ("rate(a[5m]) / rate(b[5m])", Measure.SHARE),
        ("rate(a[5m]) * (rate(b[5m]) / rate(c[5m]))", Measure.RATE),
        ("count(rate(a[5m]))", Measure.NUMBER),
    ],
)
def test_measure(text, expected):
    assert measure(parse(text)) is expected


@pytest.mark.parametrize(
    "text", ["rate(a[5m]) + changes(b[5m])", "rate(a[5m]) or changes(b[5m])", "changes(a[5m]) / 300"]
)
def test_mixtures_are_refused(text):
    with pytest.raises(PromqlError):
        measure(parse(text))


@pytest.mark.parametrize(
    ("metric", "name"),
    [
        ("job:http_errors:rate5m", "rate"),
        ("job:http_errors:sum_rate5m", "rate"),
        ("job:http_errors:ratio_rate5m", "ratio"),
        ("http_errors:rate5m", "rate"),
        ("job:http_errors:increase1h", "increase"),
        ("job:http_errors:sum", None),
        ("vllm:request_success_total", None),
        ("app:rate_limit_hits", None),
        ("error_rate", None),
    ],
)
def test_operation_of_a_recorded_series(metric, name):
    found = operation(metric)
    assert (found and found["name"]) == name
