"""Levels: what is recorded, what the alerts compare, and what they say."""

from textwrap import dedent

import pytest

LATENCY = {"latency": {"histogram": 'h_seconds{job="a"}', "threshold": "2s"}}
# A failed scrape, or two, don't end an alert.
VALUE = 'last_over_time(slo:sli_value:current{slo_id="shop/availability"}[1m30s])'


def score(good="avg(eval_score) >= 0.85", **more):
    return {"timeslices": {"good": good, **more}}


@pytest.fixture(scope="module")
def levels(compiled, rules_of, judge):
    def find(sli, levels, **fields):
        result = compiled({"sli": sli, "objective": 95, "levels": levels, **fields})
        judge([result])
        name = fields.get("alerting", {}).get("names", {}).get("SLOLevelBreached", "SLOLevelBreached")
        alerts = {rule.labels["slo_level"]: rule for rule in rules_of(result, name)}
        return rules_of(result, "slo:sli_value:current")[0].expr, alerts

    return find


def test_a_quantile(levels):
    reading, alerts = levels(LATENCY, {"quantile": 0.95, "warning": "3s", "critical": "5s"})
    assert reading == dedent("""\
        histogram_quantile(
          0.95,
          sum by (le) (rate(h_seconds_bucket{job="a"}[5m29s]))
        ) > -Inf < Inf""")
    enough = 'slo:sli_bad:rate5m{slo_id="shop/availability"} * 300 > 2.6'
    assert alerts["critical"].expr == f"{VALUE} >= 5\nand\n{enough}"
    assert alerts["warning"].expr == f"{VALUE} >= 3\nand\n{enough}"


@pytest.mark.parametrize(
    ("config", "expr", "at"),
    [
        ({"histogram": "h_milliseconds", "threshold": "2s"}, "\n)\n/ 1000 > -Inf < Inf", "3"),
        ({"histogram": "h", "unit": "minutes", "threshold": "2s"}, "\n)\n* 60 > -Inf < Inf", "3"),
        ({"histogram": "h_seconds", "threshold": "2s", "native": True}, "sum(rate(h_seconds[5m29s]))", "3"),
    ],
)
def test_quantiles_are_in_seconds(levels, config, expr, at):
    reading, alerts = levels({"latency": config}, {"quantile": 0.5, "warning": "3s"})
    assert expr in reading
    assert alerts["warning"].expr.startswith(f"{VALUE} >= {at}\n")


def test_what_is_no_time_keeps_its_unit(levels):
    sli = {"latency": {"histogram": "prompt_tokens", "threshold": 512, "unit": "none"}}
    reading, alerts = levels(sli, {"quantile": 0.99, "critical": 4096})
    assert "/" not in reading
    assert alerts["critical"].expr.startswith(f"{VALUE} >= 4096\n")
    assert 'The p99 is {{ $value | printf "%.6g" }}' in alerts["critical"].annotations["description"]


def test_a_score_is_bad_below(levels):
    reading, alerts = levels(score(), {"warning": 0.8, "critical": 0.7, "for": "10m"})
    assert reading == "(avg(eval_score)) > -Inf < Inf"
    assert {name: alert.expr for name, alert in alerts.items()} == {
        "critical": f"{VALUE} < 0.7",
        "warning": f"{VALUE} < 0.8",
    }
    assert [alert.wait for alert in alerts.values()] == [600, 600]


@pytest.mark.parametrize(
    ("good", "beyond"),
    [
        ("avg(x) <= 5", "> 7"),
        ("5 >= avg(x)", "> 7"),
        ("avg(x) < 5", "> 7"),
        ("7.5 < avg(x)", "< 7"),
        ("avg(x) > 7", "< 7"),
    ],
)
def test_the_condition_says_which_side_is_bad(levels, good, beyond):
    assert levels(score(good), {"critical": 7})[1]["critical"].expr == f"{VALUE} {beyond}"


def test_of_several_series_of_a_group_the_worst_counts(levels):
    assert levels(score("x >= 5", by=["model"]), {"warning": 4})[0].startswith("min by (model) (x)")
    assert levels(score("x <= 5", by=["model"]), {"warning": 6})[0].startswith("max by (model) (x)")


def test_other_kinds(levels):
    freshness = {"freshness": {"timestamp": "max(built)", "max_age": "2h"}}
    assert levels(freshness, {"critical": "6h"})[1]["critical"].expr == f"{VALUE} > 21600"
    probe = {"probe": {"metric": 'probe_success{job="a"}'}}
    assert levels(probe, {"warning": "50%"})[1]["warning"].expr == f"{VALUE} < 0.5"
    ratio = {"ratio": {"error": "job:errors:ratio"}}
    assert levels(ratio, {"warning": 0.05})[1]["warning"].expr == f"{VALUE} > 0.05"
    assert (
        levels({"ratio": {"good": "job:good:ratio"}}, {"warning": 0.9})[1]["warning"].expr == f"{VALUE} < 0.9"
    )


def test_labels_and_annotations(levels):
    _, alerts = levels(
        {"latency": {**LATENCY["latency"], "by": ["model"]}},
        {"quantile": 0.95, "warning": "2500ms", "critical": "5s", "for": {"critical": "10m"}},
        owner="web",
        links={"runbook": "https://a.example/x"},
        alerting={
            "page": {
                "for": "1h",
                "keep_firing_for": "5m",
                "labels": {"call": "yes"},
                "annotations": {"note": "x"},
            },
            "names": {"SLOLevelBreached": "TooSlow"},
        },
    )
    page = alerts["critical"]
    assert page.labels == {
        "slo_id": "shop/availability",
        "slo_service": "shop",
        "slo": "availability",
        "severity": "page",
        "slo_level": "critical",
        "owner": "web",
        "call": "yes",
    }
    assert (page.wait, page.keep_firing_for, alerts["warning"].wait) == (600, 300, 300)
    assert page.annotations == {
        "summary": "shop/availability (model={{ $labels.model }}) is at or above 5s, its critical level",
        "description": "The p95 is {{ $value | humanizeDuration }}, at or above 5s for 10m, the target is 2s."
        " Users notice this now: undo the last change, or follow the runbook.",
        "objective": "95% over 30d",
        "runbook_url": "https://a.example/x",
        "note": "x",
    }
    assert "at or above 2.5s for 5m" in alerts["warning"].annotations["description"]


def test_a_severity_that_is_off_has_no_level(levels):
    both = {"warning": 0.8, "critical": 0.7}
    assert list(levels(score(), both, alerting={"page": {"enabled": False}})[1]) == ["warning"]
    assert list(levels(score(), both, alerting={"ticket": {"enabled": False}})[1]) == ["critical"]


def test_no_guard_where_nobody_wants_one(levels):
    _, alerts = levels(LATENCY, {"quantile": 0.95, "warning": "3s"}, alerting={"min_bad_events": 0})
    assert alerts["warning"].expr == f"{VALUE} >= 3"


def test_a_failed_scrape_ends_no_alert(compiled, rules_of):
    result = compiled({"sli": score(), "levels": {"warning": 0.8}})
    assert [rule.expr for rule in rules_of(result, "SLOLevelBreached")] == [f"{VALUE} < 0.8"]


def test_the_reading_comes_before_its_alerts(compiled):
    rules = compiled({"sli": score(), "levels": {"warning": 0.8}}).compiled[0].rules
    group = next(g for g in rules.groups if g.name == "slogen:shop:page").rules
    names = [getattr(rule, "record", "") or getattr(rule, "alert", "") for rule in group]
    assert names.index("slo:sli_value:current") < names.index("SLOLevelBreached")


def test_explain_tells_them(compiled):
    from slogen.tell.explain import explain

    result = compiled({"sli": score(), "levels": {"warning": 0.8, "critical": 0.7, "for": "10m"}})
    slo = result.project.services[0].slos[0]
    lines = explain(slo, result.compiled[0].rules, result.project.settings).levels
    assert [(line.level, line.severity, line.beyond, line.wait) for line in lines] == [
        ("warning", "ticket", "below 0.8", 600),
        ("critical", "page", "below 0.7", 600),
    ]
