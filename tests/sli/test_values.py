"""What sides come to in known traffic, as promtool computes it: missing counters, counts, statuses."""

import json
import subprocess

import pytest

from slogen.emitted.rules import Recording

_WINDOW = "[{{ window }}]"
OK, FAILED, ALL = (f'sum(rate({name}_total{{job="a"}}{_WINDOW}))' for name in ("ok", "failed", "all"))
OK_BY, FAILED_BY = (f'sum by (t) (rate({name}_total{{job="a"}}{_WINDOW}))' for name in ("ok", "failed"))
SLOS = {
    "split": {"events": {"good": 'ok_total{job="a"}', "bad": 'failed_total{job="a"}'}},
    "split-by": {"events": {"good": 'ok_total{job="a"}', "bad": 'failed_total{job="a"}', "by": ["t"]}},
    "split-rare": {"events": {"good": 'ok_total{job="a"}', "bad": 'failed_total{job="a"}', "rare": True}},
    "plus": {"events": {"bad": FAILED, "total": f"{OK} + {FAILED}"}},
    "plus-by": {"events": {"bad": FAILED_BY, "total": f"{OK_BY} + ({FAILED_BY} or vector(0))", "by": ["t"]}},
    "minus": {"events": {"bad": f"{ALL} - {OK}", "total": ALL}},
    "good-plus": {"events": {"good": OK, "total": f"{OK} + {FAILED}"}},
}
UP = ('up{job="a",instance="i"}', "1x120")


def _counter(name, growth):
    return f'{name}_total{{job="a",instance="i",t="x"}}', f"0+{growth}x120"


@pytest.fixture(params=["2.42", "3.5"])
def ratios(request, oracles, compiled, tmp_path):
    """The error ratio of each SLO over 30m, at minute 50, and its total, for these series."""
    promtool = oracles(f"prometheus-{request.param}", "promtool")

    def check(slos, series, expected, metric="slo:sli_error:ratio_rate30m"):
        result = compiled(*({"name": name, "objective": 99, "sli": sli} for name, sli in slos.items()))
        assert result.ok, result.problems
        (tmp_path / "rules.yaml").write_text(json.dumps(_sides(result)))
        samples = [
            {"labels": f'{{slo="{slo}"{group}}}', "value": value}
            for slo, (group, value) in expected.items()
            if value is not None
        ]
        case = {
            "interval": "30s",
            "input_series": [{"series": name, "values": values} for name, values in series],
            "promql_expr_test": [
                {
                    "expr": f"round(sum by (slo, t) ({metric}), 0.001)",
                    "eval_time": "50m",
                    "exp_samples": samples,
                }
            ],
        }
        test = {"rule_files": ["rules.yaml"], "evaluation_interval": "30s", "tests": [case]}
        (tmp_path / "test.yaml").write_text(json.dumps(test))
        done = subprocess.run(
            [promtool, "test", "rules", "test.yaml"],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr

    return check


def _sides(result):
    """The rules that record bad and total events, and their ratio: no others are asked about."""
    rules = [
        {"record": rule.record, "expr": rule.expr, "labels": dict(rule.labels)}
        for group in result.compiled[0].rules.groups
        for rule in group.rules
        if isinstance(rule, Recording) and rule.record.startswith("slo:sli_")
    ]
    return {"groups": [{"name": "sides", "rules": rules}]}


def _all(value):
    return {name: (',t="x"' if name.endswith("-by") else "", value) for name in SLOS}


@pytest.mark.in_turn("ratios")
def test_before_the_first_failure(ratios):
    ratios(SLOS, [UP, _counter("ok", 30), _counter("all", 30)], _all(0))


@pytest.mark.in_turn("ratios")
def test_nothing_has_ever_succeeded(ratios):
    ratios(SLOS, [UP, _counter("failed", 30), _counter("all", 30)], _all(1))


@pytest.mark.in_turn("ratios")
def test_a_part_fails(ratios):
    ratios(SLOS, [UP, _counter("ok", 90), _counter("failed", 10), _counter("all", 100)], _all(0.1))


COUNTS = {
    "counts": {
        "events": {
            "bad": f'sum(sum_over_time(broken{{job="a"}}{_WINDOW}))',
            "total": f'sum(count_over_time(broken{{job="a"}}{_WINDOW}))',
        }
    },
    "recorded": {
        "events": {
            "bad": f"sum(avg_over_time(job:errors:rate5m{_WINDOW}))",
            "total": f"sum(avg_over_time(job:requests:rate5m{_WINDOW}))",
        }
    },
}
READINGS = [
    ('broken{job="a"}', "1x120"),
    ("job:errors:rate5m", "10x120"),
    ("job:requests:rate5m", "100x120"),
]


def test_counts_and_recorded_rates_are_per_second(ratios):
    per_scrape = 11 / 329  # samples in the range, as both versions have them when they lie on its ends
    expected = {"counts": ("", round(per_scrape, 3)), "recorded": ("", 10)}
    ratios(COUNTS, READINGS, expected, metric="slo:sli_bad:rate5m")
    ratios(COUNTS, READINGS, {"counts": ("", 1), "recorded": ("", 0.1)})


SHARE = 'sum(rate(r_total{job="a",code!~"5.."}[5m]))', 'sum(rate(r_total{job="a"}[5m]))'
FILLED = f"({SHARE[0]} or 0 * {SHARE[1]}) / {SHARE[1]}"
SHARES = {
    "gone": {"ratio": {"good": " / ".join(SHARE)}},
    "gone-slices": {"timeslices": {"good": f"{' / '.join(SHARE)} >= 0.95"}},
    "filled": {"ratio": {"good": FILLED}},
    "filled-error": {"ratio": {"error": f"1 - {FILLED}"}},
    "filled-slices": {"timeslices": {"good": f"{FILLED} >= 0.95"}},
}


@pytest.mark.in_turn("ratios")
def test_a_quotient_is_gone_while_all_fail_and_as_its_warning_says_it_is_not(ratios):
    failing = ('r_total{job="a",instance="i",code="500"}', "0+30x120")
    expected = {name: ("", 1 if name.startswith("filled") else None) for name in SHARES}
    ratios(SHARES, [UP, failing], expected)
    ratios(SHARES, [UP, (failing[0].replace("500", "200"), failing[1])], dict.fromkeys(SHARES, ("", 0)))


PROBED = 'job="a",instance="i"'
NOTICED = {
    "status-alone": "max(probe_http_status_code) < 400",
    "status": "max(probe_http_status_code) < 400 and min(probe_http_status_code) > 0",
    "time-alone": "max(probe_duration_seconds) < 2",
    "time": "max(probe_duration_seconds) < 2 and min(probe_success) == 1",
    "none": '(sum(app_info{job="a",health!="ok"}) or 0 * sum(up{job="a"})) == 0',
}


def _probed(status, health):
    values = {
        "probe_http_status_code": status,
        "probe_success": int(status == 200),
        "probe_duration_seconds": 0.01,
    }
    app = f'app_info{{job="a",health="{health}"}}'
    return [UP, (app, "1x120"), *((f"{name}{{{PROBED}}}", f"{value}x120") for name, value in values.items())]


@pytest.mark.in_turn("ratios")
def test_nothing_answers_and_the_form_of_the_warnings_notices(ratios):
    slos = {name: {"timeslices": {"good": good}} for name, good in NOTICED.items()}
    ratios(slos, _probed(200, "ok"), dict.fromkeys(NOTICED, ("", 0)))
    silent = {name: ("", int(not name.endswith("alone"))) for name in NOTICED}
    ratios(slos, _probed(0, "bad"), silent)


def _histogram(status, fast, slow, le="10.0"):
    labels = f'job="a",status="{status}"'
    return [
        (f'h_seconds_bucket{{{labels},le="{le}"}}', f"0+{fast}x120"),
        (f"h_seconds_count{{{labels}}}", f"0+{fast + slow}x120"),
    ]


FAST = {"histogram": 'h_seconds{job="a"}', "threshold": "10s", "good": 'status!~"5.."'}
LATENCY = {
    "latency": {"latency": FAST},
    "events": {
        "events": {
            "good": 'h_seconds_bucket{job="a",status!~"5..",le="10"}',
            "total": 'h_seconds_count{job="a"}',
        }
    },
    "pattern": {
        "events": {
            "good": 'h_seconds_bucket{job="a",status!~"5..",le=~"10"}',
            "total": 'h_seconds_count{job="a"}',
        }
    },
}


@pytest.mark.in_turn("ratios")
@pytest.mark.parametrize("le", ["10", "10.0"])
def test_fast_and_no_error(ratios, le):
    series = [*_histogram("200", 80, 5, le), *_histogram("500", 10, 5, le)]
    ratios(LATENCY, series, dict.fromkeys(LATENCY, ("", 0.2)))


@pytest.mark.in_turn("ratios")
def test_only_errors_and_only_good_ones(ratios):
    ratios(LATENCY, _histogram("500", 10, 0), dict.fromkeys(LATENCY, ("", 1)))
    ratios(LATENCY, _histogram("200", 10, 0), dict.fromkeys(LATENCY, ("", 0)))


WARNED = {
    "not-a-counter": {"bad": 'cache_sli_bad{job="a"}', "total": 't_total{job="a"}'},
    "exact-le": {"good": 'h_bucket{job="a",le="10"}', "total": 'h_count{job="a"}'},
    "or-drops": {"bad": 'e_total{job="a"}', "total": f"{OK} or {FAILED}"},
    "empty-operand": {"bad": 'e_total{job="a"}', "total": f"2 * ({OK} + {FAILED})"},
}


@pytest.mark.parametrize("written", ["10", "10|10.0", "2.5|5"])
def test_a_pattern_of_boundaries(compiled, written):
    side = f'sum(rate(h_bucket{{job="a",le=~"{written}"}}{_WINDOW}))'
    result = compiled({"sli": {"events": {"good": side, "total": 'h_count{job="a"}'}}})
    told = [problem.code for problem in result.problems if problem.code == "exact-le"]
    assert told == ([] if written == "10|10.0" else ["exact-le"])
    [rules] = [each for name, each in result.files.items() if name.endswith("/shop.rules.yaml")]
    assert 'le=~"' + {"2.5|5": r"2\\.5|5(\\.0)?"}.get(written, r"10(\\.0)?") + '"' in rules
    assert f'le=~"{written}"' not in rules


@pytest.mark.parametrize(
    "sli",
    [
        {"timeslices": {"good": 'sum(rate(h_bucket{le="10"}[5m])) / sum(rate(h_count[5m])) > 0.9'}},
        {"ratio": {"good": 'sum(rate(h_bucket{le="10"}[5m])) / sum(rate(h_count[5m]))'}},
    ],
    ids=["timeslices", "ratio"],
)
def test_boundaries_are_found_in_promql_of_slices_too(compiled, sli):
    result = compiled({"sli": sli})
    assert [problem.code for problem in result.problems].count("exact-le") == 1
    rules = str([rule.expr for rule in result.compiled[0].rules.groups[0].rules])
    assert 'le="10"' not in rules
    assert "10(" in rules


@pytest.mark.parametrize("code", WARNED)
def test_warnings(compiled, code):
    result = compiled({"sli": {"events": WARNED[code]}})
    assert result.ok
    found = [problem for problem in result.problems if problem.code == code]
    assert len(found) == 1
    assert found[0].hint
    assert found[0].span.line == 1
    assert result.files


@pytest.mark.parametrize(
    "sli",
    [
        {"bad": f'rate(cache_sli_bad{{job="a"}}{_WINDOW})', "total": 't_total{job="a"}'},
        {
            "bad": 'envoy_cluster_upstream_rq_xx{job="a",c="5"}',
            "total": 'envoy_cluster_upstream_rq_xx{job="a"}',
        },
        {"good": 'h_bucket{job="a",le="0.5"}', "total": 'h_count{job="a"}'},
        {"good": 'h_bucket{job="a",le=~"10([.]0)?"}', "total": 'h_count{job="a"}'},
        {"bad": FAILED, "total": f"{OK} + {FAILED} + {OK_BY}"},
        {
            "bad": FAILED,
            "total": f'rate(ok_total{{job="a"}}{_WINDOW}) or rate(no_total{{job="a",c=~"x"}}{_WINDOW})',
        },
    ],
)
def test_nothing_to_warn_of(compiled, sli):
    result = compiled({"sli": {"events": sli}})
    codes = {"not-a-counter", "exact-le", "or-drops", "empty-operand"}
    assert not codes & {problem.code for problem in result.problems}


def test_the_proof_has_a_fast_error(compiled):
    [service] = compiled({"sli": {"latency": FAST}}).services
    samples = service.slos[0].sli.samples({})
    assert [name.partition("{")[0] for name in samples.bad] == ["h_seconds_bucket", "h_seconds_count"]
    assert all('status="5' in name for name in samples.bad)
    assert not set(samples.bad) & set(samples.good)


def test_a_board_says_no_quantile_of_counters(compiled):
    [service] = compiled({"sli": LATENCY["events"]}, {"name": "b", "sli": LATENCY["latency"]}).services
    assert [slo.sli.looks().threshold for slo in service.slos] == [None, 10]
    assert not service.slos[1].sli.looks().is_whole
