"""Too little traffic: who is told, of what, and what it is told apart from."""

import pytest

ID = 'slo_id="shop/availability"'
GROUPED = {"events": {"bad": 'e{job="shop"}', "total": 't{job="shop"}', "by": ["model"]}}
SLICES = {"timeslices": {"good": 'avg(score{job="shop"}) >= 0.85'}}
TRAFFIC = {"min": 100, "for": "30m"}


@pytest.fixture(scope="module")
def low(compiled, rules_of):
    def find(*slos, traffic=TRAFFIC, settings=None, **alerting):
        given = [{**slo, "alerting": {"traffic": traffic, **alerting}} for slo in slos or ({},)]
        return rules_of(
            compiled(*given, settings=settings),
            alerting.get("names", {}).get("SLOTrafficLow", "SLOTrafficLow"),
        )

    return find


def test_silent_unless_asked_for(compiled, rules_of):
    assert rules_of(compiled({}), "SLOTrafficLow") == []


def test_few_events_of_what_is_known_up_and_not_told_to_be_absent(low):
    [alert] = low()
    up = 'up{job="shop"} == 1 and min_over_time(up{job="shop"}[4m:2m]) == 1'
    seen = r'slogen_targets_seen_timestamp_seconds{slo_service="shop",slo_targets="up{job=\"shop\"}"}'
    data = f"slogen_last_seen_timestamp_seconds{{{ID}}} > time() - 300 unless on () (\n    {seen}\n  )"
    runs = f"{up}\n  or\n  {data}"
    ran = runs.replace(' and min_over_time(up{job="shop"}[4m:2m]) == 1', "")
    assert alert.expr == (
        f"(\n  slo:sli_total:rate30m{{{ID}}} * 1800\n"
        f"  or\n  0 * (slogen_last_seen_timestamp_seconds{{{ID}}} > time() - 604800)\n) < 99.5\n"
        f"and slogen_first_seen_timestamp_seconds{{{ID}}} < time() - 1800\n"
        f"and on () (\n  {runs}\n)\n"
        f"and on () count_over_time(group(\n  {ran}\n)[30m:5m]) > 4\n"
        f'unless on (slo_id) last_over_time(ALERTS{{alertname="SLODataAbsent",'
        f'alertstate="firing",{ID}}}[30m])'
    )
    assert (alert.labels["severity"], alert.wait, alert.keep_firing_for) == ("ticket", 0, 1800)


@pytest.mark.parametrize(
    ("least", "below"), [(1, "0.5"), (100, "99.5"), (99.5, "99.25"), (0.5, "0.25"), (1e9, "999999999.5")]
)
def test_one_event_too_few(low, least, below):
    [alert] = low(traffic={"min": least, "for": "1h"})
    assert f"\n) < {below}\n" in alert.expr


@pytest.mark.parametrize(
    ("over", "looks"),
    [("5m", "[5m:5m]) > 0"), ("1h", "[1h:5m]) > 10"), ("65m", "[65m:5m25s]) > 10"), ("7d", "[7d:14h]) > 10")],
)
def test_the_time_is_looked_at_a_few_times(low, judge, compiled, over, looks):
    traffic = {"min": 100, "for": over}
    [alert] = low(traffic=traffic)
    assert looks in alert.expr
    judge([compiled({"alerting": {"traffic": traffic}})])


def test_groups_are_summed_unless_their_absence_is_told_apart(low):
    [whole] = low({"sli": GROUPED}, settings={"labels": {"cluster": "a"}})
    assert "sum by (slo_id, slo_service, slo, cluster) (slo:sli_total:rate30m{" in whole.expr
    assert "model" not in whole.annotations["summary"]
    [each] = low({"sli": GROUPED}, absent={"per_group": True})
    assert each.expr.startswith(f"(\n  slo:sli_total:rate30m{{{ID}}} * 1800")
    assert "unless on (slo_id, model) last_over_time(ALERTS" in each.expr
    assert "model={{ $labels.model }}" in each.annotations["summary"]


def test_without_an_absence_alert_it_tells_all(low):
    [alert] = low(absent=False)
    assert 'count_over_time(group(\n  slogen_up{slo_service="shop"}\n)' in alert.expr
    assert "ALERTS" not in alert.expr
    assert "up{" not in alert.expr.replace("slogen_up{", "")


def test_excluded_time_is_no_idle_time(low):
    [alert] = low({"exclude": [{"when": "maintenance == 1"}]})
    assert alert.expr.endswith(f"unless on () last_over_time(slogen_excluded{{{ID}}}[30m])")


def test_settings_of_the_alert(low):
    [alert] = low(
        traffic={**TRAFFIC, "severity": "page"},
        names={"SLOTrafficLow": "Idle"},
        page={"for": "2m", "keep_firing_for": "1h", "labels": {"channel": "x"}},
    )
    assert (alert.labels["severity"], alert.labels["channel"]) == ("page", "x")
    assert (alert.wait, alert.keep_firing_for) == (120, 3600)


@pytest.mark.parametrize("own", [False, None])
def test_what_is_inherited_can_be_switched_off_and_changed(compiled, rules_of, own):
    alerting = {"alerting": {"traffic": own if own is False else {"min": 7}}}
    found = rules_of(compiled(alerting, alerting={"traffic": TRAFFIC}), "SLOTrafficLow")
    assert [") < 6.5" in alert.expr for alert in found] == ([] if own is False else [True])


def test_what_counts_no_events_inherits_nothing(compiled, rules_of):
    result = compiled({}, {"name": "score", "sli": SLICES}, alerting={"traffic": TRAFFIC})
    assert [alert.labels["slo"] for alert in rules_of(result, "SLOTrafficLow")] == ["availability"]


def test_only_windows_that_are_missing_are_recorded_for_it(compiled, rules_of):
    usual = compiled({}).compiled[0].rules.rule_count
    one_more = compiled({"alerting": {"traffic": TRAFFIC}})
    assert one_more.compiled[0].rules.rule_count == usual + 1
    more = compiled({"alerting": {"traffic": {"min": 1, "for": "45m"}}})
    assert more.compiled[0].rules.rule_count == usual + 2
    assert rules_of(more, "slo:sli_total:rate45m")


def test_a_window_that_the_budget_reads_too_is_recorded_once(compiled, rules_of):
    result = compiled({"window": "5d", "alerting": {"traffic": {"min": 1, "for": "5d"}}})
    for series in ("slo:sli_total:rate5d", "slo:sli_bad:rate5d"):
        assert len(rules_of(result, series)) == 1
