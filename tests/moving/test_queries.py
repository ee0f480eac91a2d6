"""Queries in the forms that documents have them, and what slogen makes of them."""

import json
from decimal import Decimal

import pytest

from tests.moving.conftest import codes, move

W = "{{.window}}"
BAD, ALL = f'sum(rate(bad_total{{job="a"}}[{W}]))', f'sum(rate(all_total{{job="a"}}[{W}]))'
EVENTS = {"events": {"bad": 'bad_total{job="a"}', "total": 'all_total{job="a"}'}}
GOOD = {"events": {"good": 'bad_total{job="a"}', "total": 'all_total{job="a"}'}}
TIME, NOTHING = ["import-changed-query"], []


def slo(sli):
    slos = [{"name": "x", "objective": 99, "sli": sli}]
    return move(json.dumps({"version": "prometheus/v1", "service": "s", "slos": slos})).slos[0]


def events(bad, total):
    return slo({"events": {"error_query": bad, "total_query": total}})


def raw(query):
    return slo({"raw": {"error_ratio_query": query}})


@pytest.mark.parametrize(
    ("query", "sli", "told"),
    [
        (f"{BAD} / {ALL}", EVENTS, NOTHING),
        (f"(({BAD}) / ({ALL}))", EVENTS, NOTHING),
        (f"({BAD} / {ALL}) or on() vector(0)", EVENTS, NOTHING),
        (f"{BAD} / ({ALL} > 0)", EVENTS, NOTHING),
        (f"{BAD} / {ALL} > 0", EVENTS, NOTHING),
        (f"{BAD} / on() {ALL}", EVENTS, NOTHING),
        (f"1 - {BAD} / {ALL}", GOOD, NOTHING),
        (f"1 - (({BAD} / ({ALL} > 0)) OR on() vector(1))", GOOD, NOTHING),
        (f"({ALL} - {BAD}) / {ALL}", GOOD, NOTHING),
        (f"{BAD} / {ALL} or vector(1)", EVENTS, TIME),
        (f"{BAD} / {ALL} # comment", EVENTS, ["import-lost-value"]),
        (f"{BAD} # of '{{}}'\n/\n# all\n{ALL}", EVENTS, ["import-lost-value"]),
        (
            'shop:errors{job="a"}',
            {"ratio": {"error": 'shop:errors{job="a"}'}},
            [*TIME, "import-decide-doubt"],
        ),
        (
            f'1 - avg by (z) (avg_over_time(up{{job="a"}}[{W}]))',
            {"ratio": {"good": 'avg by (z) (avg_over_time(up{job="a"}[{{ window }}]))', "by": ["z"]}},
            TIME,
        ),
    ],
)
def test_ratios(query, sli, told):
    found = raw(query)
    assert (found.fields["sli"], codes(found)) == (sli, told)


def sums(query, **names):
    for old, new in names.items():
        query = query.replace(old, new)
    return query


@pytest.mark.parametrize(
    ("bad", "total", "sli", "told"),
    [
        (sums(BAD, rate="increase"), sums(ALL, rate="increase"), EVENTS, NOTHING),
        (sums(BAD, rate="irate"), sums(ALL, rate="irate"), EVENTS, TIME),
        (BAD.replace(W, "5m"), ALL.replace(W, "5m"), EVENTS, TIME),
        (f"{BAD} or vector(0)", f"{ALL} or vector(1)", EVENTS, TIME),
        (
            BAD.replace("sum", "sum by (z)"),
            f"sum(rate(all_total{{job='a'}}[{W}])) by (z)",
            {"events": EVENTS["events"] | {"by": ["z"]}},
            NOTHING,
        ),
        (BAD.replace("sum", "sum by (z)"), ALL, EVENTS, TIME),  # Sloth would find nothing
        (
            BAD.replace("sum", "max"),
            ALL.replace("sum", "max"),
            {
                "ratio": {
                    "error": '(max(rate(bad_total{job="a"}[{{ window }}]))) / '
                    '(max(rate(all_total{job="a"}[{{ window }}])))'
                }
            },
            TIME,
        ),
    ],
)
def test_events(bad, total, sli, told):
    found = events(bad, total)
    assert (found.fields["sli"], codes(found)) == (sli, told)


@pytest.mark.parametrize(
    ("filler", "kept"),
    [
        (" or on () vector(0)", " or on () vector(0)"),
        (" or vector(0)", " or vector(0)"),
        (" or vector(1)", ""),
    ],
)
def test_a_ratio_keeps_the_nothing_that_was_counted(filler, kept):
    """Without it a service that has nothing bad has no ratio, and looks as if its data were gone."""
    found = events(f'sum_over_time(count(x{{job="a"}} < 1)[{W}:]){filler}', f"sum_over_time(count(x)[{W}:])")
    assert found.fields["sli"]["ratio"]["error"] == (
        f'(sum_over_time(count(x{{job="a"}} < 1)[{{{{ window }}}}:]){kept})'
        " / (sum_over_time(count(x)[{{ window }}:]))"
    )


def test_a_ratio_of_groups_keeps_no_nothing_that_is_in_none():
    bad, total = (f"max by (z) (rate({name}_total[{W}]))" for name in ("bad", "all"))
    found = events(f"{bad} or vector(0)", total)
    assert "vector(0)" not in found.fields["sli"]["ratio"]["error"]


def test_a_sum_stays_a_sum_where_one_has_no_series():
    bad = f'({BAD} or vector(0)) + (sum(rate(worse_total{{job="a"}}[{W}])) or vector(0))'
    found = events(bad, ALL)
    assert found.fields["sli"]["events"]["bad"] == bad.replace(W, "{{ window }}")
    assert codes(found) == NOTHING


@pytest.mark.parametrize(
    ("metric", "bound", "threshold"),
    [
        ("d_seconds", "0.25", "250ms"),
        ("d_seconds", "1.5", "1500ms"),
        ("d_seconds", "2", "2s"),
        ("d_milliseconds", "300", "300ms"),
        ("d_bytes", "1024", Decimal(1024)),
    ],
)
@pytest.mark.parametrize("whole", ["_count", '_bucket{le="+Inf"}'])
def test_histograms(metric, bound, threshold, whole):
    fast = f'sum(rate({metric}_bucket{{le="{bound}"}}[{W}]))'
    every = f"sum(rate({metric}{whole}[{W}]))"
    found = events(f"{every} - {fast}", every)
    assert found.fields["sli"] == {"latency": {"histogram": metric, "threshold": threshold}}
    assert raw(f"1 - {fast} / {every}").fields["sli"] == found.fields["sli"]


@pytest.mark.parametrize(
    "fast",
    [
        'd_seconds_bucket{le="0.0005"}',  # no whole millisecond
        'd_seconds_bucket{le=~"0.5"}',
        'other_seconds_bucket{le="1"}',
        'd_microseconds_bucket{le="10"}',
    ],
)
def test_what_is_no_latency_is_counted(fast):
    found = events(
        f"sum(rate(d_seconds_count[{W}])) - sum(rate({fast}[{W}]))", f"sum(rate(d_seconds_count[{W}]))"
    )
    assert found.fields["sli"] == {"events": {"good": fast, "total": "d_seconds_count"}}


@pytest.mark.parametrize(
    "query",
    [
        "0.01",
        "vector(0.5)",
        "x > bool 5",
        f"absent_over_time(x[{W}])",
        "sum(rate(a_total[{{.window}}] @ end())) / sum(rate(b_total[{{.window}}]))",
        'a{job="{{ .Values.job }}"}',
        "sum(",
        f"{BAD} / {ALL} or vector(scalar(x @ end()))",
        "",
        f"sum(rate({{__name__=~'a|b'}}[{W}])) / {ALL}",
    ],
)
def test_what_is_no_ratio_is_refused(query):
    (problem,) = raw(query).problems
    assert (problem.code, problem.is_error, bool(problem.hint)) == ("import-refused-query", True, True)


@pytest.mark.parametrize(
    ("bad", "total"),
    [
        (sums(BAD, rate="increase"), ALL),
        (f"sum(rate(a:errors:rate5m[{W}]))", f"sum(rate(a:all:rate5m[{W}]))"),
    ],
)
def test_what_never_was_a_ratio_is_refused(bad, total):
    """Their quotient depends on the window, or is of rates of rates."""
    assert codes(events(bad, total)) == ["import-refused-query"]


def test_what_maintenance_takes_away_is_not_less_than_nothing():
    """Without `> 0` both sides would be -1 then, and all of that time bad."""
    closed = f"({ALL}) - on () closed > 0"
    found = events(f"({BAD}) - on () closed > 0", closed)
    assert found.fields["sli"].keys() == {"ratio"}
    assert "> 0" in found.fields["sli"]["ratio"]["error"]


def test_a_difference_of_counters_needs_no_guard():
    found = events(f"({ALL} - {BAD}) > 0", f"{ALL} > 0")
    assert found.fields["sli"].keys() == {"events"}
