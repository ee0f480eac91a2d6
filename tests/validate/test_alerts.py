"""What alerts depend on: warnings here, errors in tests/bad."""

import pytest

UNKNOWN = {"events": {"bad": "e", "total": "t"}}


def told(result, code):
    return [(p.severity, p.span.line) for p in result.problems if p.code == code]


def test_targets_that_nothing_names(compiled):
    assert told(compiled({"sli": UNKNOWN}), "absent-unknown-up") == [("warning", 1)]
    assert told(compiled({"sli": UNKNOWN, "alerting": {"absent": False}}), "absent-unknown-up") == []
    up = {"absent": {"up": 'up{job="x"}'}}
    assert told(compiled({"sli": UNKNOWN, "alerting": up}), "absent-unknown-up") == []


def test_retention_is_asked_for_once(compiled):
    assert told(compiled({}, {"name": "b"}), "retention-unknown") == [("info", 1)]
    assert told(compiled({"window": "15d"}), "retention-unknown") == []
    assert told(compiled(settings={"prometheus": {"retention": "30d"}}), "retention-unknown") == []


@pytest.mark.parametrize(
    "text",
    [
        "plain }",
        "{{ $value }}",
        "{{$labels.slo}}",
        "{{- $value | humanizePercentage -}}",
        "{{ $externalURL }}/x",
        "$value",
        '{{ $value | printf "%.2f" }}',
        "{{ $labels.model | toUpper }} and {{ $value | humanizeDuration }}",
    ],
)
def test_templates_that_are_let_through(compiled, judge, text):
    judge([compiled({"alerting": {"page": {"annotations": {"note": text}}}})])


def test_names_of_alerts_must_tell_them_apart(compiled):
    sli = {"latency": {"histogram": "h_seconds", "threshold": "1s"}}
    names = {"SLODataAbsent": "X", "SLOMetaBucketMissing": "X"}
    assert not compiled({"sli": sli, "alerting": {"names": names}}).ok


@pytest.mark.parametrize(
    "prometheus",
    [
        {"scrape_interval": "76s"},
        {"scrape_interval": "4m", "base_window": "15m"},
        {"evaluation_interval": "5m"},
    ],
)
def test_intervals_too_long_to_see_anything(compiled, prometheus):
    result = compiled(settings={"prometheus": prometheus})
    assert [p.span.path for p in result.problems if p.is_error] == ["slogen.yaml"]


@pytest.mark.parametrize(
    "prometheus",
    [
        {"scrape_interval": "75s"},
        {"scrape_interval": "2m", "base_window": "10m"},
        {"evaluation_interval": "2m"},
    ],
)
def test_intervals_that_do(compiled, judge, prometheus):
    judge([compiled(settings={"prometheus": prometheus})])


@pytest.mark.parametrize("field", ["for", "keep_firing_for"])
def test_durations_that_prometheus_cannot_read(compiled, field):
    assert not compiled({"alerting": {"page": {field: "9999y"}}}).ok
