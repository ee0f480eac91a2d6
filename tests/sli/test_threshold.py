"""Thresholds in the histogram's unit, and the text of `le`."""

import re
from decimal import Decimal

import pytest

from slogen.sli.threshold import boundary_matcher


@pytest.mark.parametrize(
    ("metric", "threshold", "unit", "le"),
    [
        ("h_seconds", "500ms", None, '"0.5"'),
        ("h_milliseconds", "500ms", None, '"500(\\\\.0)?"'),
        ("h_milliseconds", "2s", None, '"2000(\\\\.0)?"'),
        ("h_microseconds", "50ms", None, '"50000(\\\\.0)?"'),
        ("h_minutes", "90s", None, '"1.5"'),
        ("h_minutes", "30m", None, '"30(\\\\.0)?"'),
        ("h_milliseconds", "500us", None, '"0.5"'),
        ("h_seconds", "1ms250us", None, '"0.00125"'),
        ("h_nanoseconds", "250ns", None, '"250(\\\\.0)?"'),
        ("h", "250ms", "seconds", '"0.25"'),
        ("h_seconds", "250ms", "milliseconds", '"250(\\\\.0)?"'),  # the unit that is said wins over the name
        ("tokens", 512, None, '"512(\\\\.0)?"'),
        ("tokens", 0.5, "none", '"0.5"'),
    ],
)
def test_unit(compiled, rules_of, metric, threshold, unit, le):
    config = {"histogram": metric, "threshold": threshold, **({"unit": unit} if unit else {})}
    [good] = rules_of(compiled({"sli": {"latency": config}}), "slo:sli_good:rate5m")
    assert set(re.findall(r"\ble=~?(\"[^\"]*\")", good.expr)) == {le}


# How Go, Python and Java exporters and Prometheus 3 write a boundary.
WRITTEN = {
    "1": ["1", "1.0"],
    "0.5": ["0.5"],
    "10": ["10", "10.0"],
    "0.00005": ["5e-05", "0.00005"],
    "1E+6": ["1e+06", "1000000", "1000000.0"],
    "2500000": ["2.5e+06", "2500000", "2500000.0"],
    "1048576": ["1.048576e+06", "1048576", "1048576.0"],
    "0.0000123456789": ["1.23456789e-05", "0.0000123456789"],
    "1234567.5": ["1.2345675e+06", "1234567.5"],
    "300.0": ["300", "300.0"],
}


@pytest.mark.parametrize("boundary", WRITTEN)
def test_every_way_to_write_a_boundary(boundary):
    matcher = boundary_matcher(Decimal(boundary))
    pattern = matcher.value if matcher.op == "=~" else re.escape(matcher.value)
    for text in WRITTEN[boundary]:
        assert re.fullmatch(pattern, text), text
    others = [text for number, texts in WRITTEN.items() if number != boundary for text in texts]
    assert [text for text in others if re.fullmatch(pattern, text)] == []
    assert not any(re.fullmatch(pattern, text.replace(".", "x")) for text in WRITTEN[boundary] if "." in text)


@pytest.mark.parametrize(
    ("metric", "threshold", "buckets"),
    [
        ("h_milliseconds", "500ms", [100, 500.0, 1e3]),
        ("h_minutes", "30m", [5, 10, 30, 60]),
        ("h_minutes", "7m", [5, 7]),
        ("h_microseconds", "1us", [1, 10]),
    ],
)
def test_threshold_on_a_boundary(compiled, metric, threshold, buckets):
    config = {"histogram": metric, "threshold": threshold, "buckets": buckets}
    assert compiled({"sli": {"latency": config}}).ok


@pytest.mark.parametrize(
    ("number", "hint"), [("0.5", "500us or 500ms"), ("500", "500ms or 500s"), ("0.0005", "500ns or 500us")]
)
def test_a_number_without_a_unit(compiled, number, hint):
    config = {"histogram": "h_seconds", "threshold": float(number)}
    [problem] = [p for p in compiled({"sli": {"latency": config}}).problems if p.code == "threshold"]
    assert hint in problem.hint
    for each in hint.split(" or "):
        assert compiled({"sli": {"latency": {**config, "threshold": each}}}).ok
