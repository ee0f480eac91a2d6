"""Burn-rate alerts: what they compare, and what they say."""

import pytest

ID = 'slo_id="shop/availability"'


def above(threshold, seconds):
    """What is younger than the window is judged against all of it."""
    known = f"clamp_max((time() - slogen_first_seen_timestamp_seconds{{{ID}}}) / {seconds}, 1)"
    return f"> ignoring (slo_window) group_left () {threshold} / {known}"


@pytest.fixture(scope="module")
def burn(compiled, rules_of):
    def find(*slos, **options):
        found = rules_of(compiled(*slos, **options), "SLOErrorBudgetBurn")
        return {rule.labels["slo_tier"]: rule for rule in found}

    return find


def test_both_windows_and_a_few_events(burn):
    # Three bad events at one scrape a minute read as at least 2.6 (a rate over 5 scrapes sees 4 intervals).
    alert = burn()["ticket_fast"]
    assert alert.expr == (
        f"slo:sli_error:ratio_rate1d{{{ID}}} {above(0.003, 86400)}\n"
        f"and ignoring (slo_window)\nslo:sli_error:ratio_rate2h{{{ID}}} > 0.003\n"
        f"and ignoring (slo_window)\nslo:sli_bad:rate1d{{{ID}}} * 86400 > 2.6"
    )


def test_the_long_ratio_stands_first_and_is_the_value(burn):
    for alert in burn().values():
        assert alert.expr.startswith(f"slo:sli_error:ratio_rate{alert.labels['slo_window']}{{")


def test_thresholds_are_factor_times_budget(burn):
    expected = {
        "page_fast": ("0.0144", 3600),
        "page_slow": ("0.006", 21600),
        "ticket_fast": ("0.003", 86400),
        "ticket_slow": ("0.001", 259200),
    }
    lines = {tier: alert.expr.split("\n")[0].partition("} ")[2] for tier, alert in burn().items()}
    assert lines == {tier: above(*each) for tier, each in expected.items()}


def test_recovery_ends_slow_pages_only(burn):
    recovering = {tier: "unless ignoring (slo_window)" in alert.expr for tier, alert in burn().items()}
    assert recovering == {"page_fast": False, "page_slow": True, "ticket_fast": False, "ticket_slow": False}


def test_recovery_asks_for_a_half_twice_for_traffic_and_no_relapse(burn):
    recovered = burn()["page_slow"].expr.split("unless ignoring (slo_window) (\n")[1]
    assert recovered == (
        f"  (slo:sli_error:ratio_rate5m{{{ID}}} or "
        f"last_over_time(slo:sli_error:ratio_rate5m{{{ID}}}[30m:4m])) < 0.003\n  and\n"
        f"  (slo:sli_error:ratio_rate5m{{{ID}}} offset 4m or "
        f"last_over_time(slo:sli_error:ratio_rate5m{{{ID}}}[30m:4m] offset 4m)) < 0.003\n"
        "  unless on (slo_id, slo_service, slo) (\n"
        f'    ALERTS{{alertname="SLOErrorBudgetBurn",{ID},slo_tier="page_slow"}}\n'
        "    unless on (slo_id, slo_service, slo)\n"
        f"    slo:sli_total:rate5m{{{ID}}} * 1.8 >= 10\n  )\n"
        "  unless ignoring (slo_window)\n"
        f"  last_over_time((slo:sli_error:ratio_rate5m{{{ID}}} < 0.003 and "
        f"slo:sli_error:ratio_rate5m{{{ID}}} offset 4m < 0.003 and ignoring (slo_window) "
        f"slo:sli_error:ratio_rate6h{{{ID}}} > 0.006)[1h:4m] offset 30m)\n)"
    )


def test_a_page_that_is_merely_kept_is_not_in_doubt(burn):
    """Its ALERTS go on for as long as it is kept: it is told by the traffic that there was before."""
    enough = f"slo:sli_total:rate5m{{{ID}}}", " * 1.8 >= 10"
    kept = burn({"alerting": {"page": {"keep_firing_for": "15m"}}})["page_slow"].expr
    assert f"{enough[0]} offset 15m{enough[1]}" in kept
    assert f"{enough[0]} offset" not in burn()["page_slow"].expr


def test_min_bad_events(burn):
    assert "slo:sli_bad" not in burn({"alerting": {"min_bad_events": 0}})["page_fast"].expr
    assert "* 3600 > 9.8" in burn({"alerting": {"min_bad_events": 10}})["page_fast"].expr


def test_labels(burn):
    alert = burn(
        {"owner": "web", "labels": {"tier": "1"}, "alerting": {"page": {"labels": {"call": "yes"}}}}
    )["page_fast"]
    assert alert.labels == {
        "slo_id": "shop/availability",
        "slo_service": "shop",
        "slo": "availability",
        "severity": "page",
        "slo_tier": "page_fast",
        "slo_window": "1h",
        "owner": "web",
        "tier": "1",
        "call": "yes",
    }


def test_for_and_annotations_belong_to_a_severity(burn):
    said = {
        "for": "2m",
        "keep_firing_for": "5m",
        "annotations": {"summary": "Look at {{ $labels.slo }}", "x": "y"},
    }
    alerts = burn({"alerting": {"page": said}})
    assert (alerts["page_fast"].wait, alerts["page_fast"].keep_firing_for, alerts["ticket_fast"].wait) == (
        120,
        300,
        0,
    )
    assert alerts["page_fast"].annotations["summary"] == "Look at {{ $labels.slo }}"
    assert "x" not in alerts["ticket_fast"].annotations


def test_disabled_severities(burn):
    assert {
        alert.labels["severity"] for alert in burn({"alerting": {"page": {"enabled": False}}}).values()
    } == {"ticket"}
    assert burn({"alerting": {"page": {"enabled": False}, "ticket": {"enabled": False}}}) == {}


def test_own_tiers(burn, compiled, judge):
    tier = {"severity": "page", "budget": "2%", "long": "1h", "short": "5m", "name": "now"}
    last = {"severity": "ticket", "budget": 10, "long": "3d", "short": "6h", "name": "later"}
    slo = {"alerting": {"tiers": [tier, last]}}
    assert list(burn(slo)) == ["now", "later"]
    judge([compiled(slo)])


def test_names_and_severities_of_ones_own(compiled, rules_of, judge):
    slo = {"alerting": {"names": {"SLOErrorBudgetBurn": "ShopBurns"}}}
    result = compiled(slo, settings={"severities": {"page": "critical", "ticket": "warning"}})
    assert [rule.labels["severity"] for rule in rules_of(result, "ShopBurns")] == ["critical"] * 2 + [
        "warning"
    ] * 2
    assert rules_of(result, "SLOErrorBudgetBurn") == []
    judge([result])


def test_breach_alert_where_no_page_tier_fits(compiled, rules_of, judge):
    result = compiled({"window": "1h"})
    [breach] = rules_of(result, "SLOBreached")
    assert breach.expr.startswith(f"slo:sli_error:ratio_rate1h{{{ID}}} {above(0.001, 3600)}\nand ")
    assert (breach.labels["severity"], breach.labels["slo_window"]) == ("page", "1h")
    assert rules_of(compiled({"window": "1h", "alerting": {"page": {"enabled": False}}}), "SLOBreached") == []
    assert rules_of(compiled({"window": "7d"}), "SLOBreached") == []
    judge([result])


@pytest.mark.parametrize("base", ["10m", "15m"])
def test_base_window_is_in_the_names(compiled, rules_of, judge, base):
    result = compiled(settings={"prometheus": {"base_window": base, "scrape_interval": "2m"}})
    assert len(rules_of(result, f"slo:sli_bad:rate{base}")) == 1
    assert rules_of(result, "slo:sli_bad:rate5m") == []
    judge([result])


def test_exhaustion_asks_for_the_rest_of_its_own_group(compiled, rules_of, judge):
    sli = {"events": {"bad": "e", "total": "t", "by": ["model", "region"]}}
    result = compiled({"sli": sli}, settings={"labels": {"cluster": 'a"b'}})
    said = rules_of(result, "SLOErrorBudgetBurn")[0].annotations
    group = 'slo_id="shop/availability",cluster="a\\"b",model=%q,region=%q'
    labels = " $labels.model $labels.region"
    assert (  # by what the short window spends: the long one still holds the time before
        f"(printf `slo:period_error_budget_remaining:ratio{{{group}}} * 2592 / ignoring (slo_window) "
        f"(slo:sli_error:ratio_rate30m{{{group}}} > 0)`{labels}{labels})"
    ) in said["description"]
    assert said["summary"].startswith(
        "shop/availability (model={{ $labels.model }}, region={{ $labels.region }}) burns"
    )
    judge([result])


def test_percent_signs_in_settings_are_no_verbs(compiled, rules_of):
    result = compiled(settings={"labels": {"cluster": "100%x"}})
    assert 'cluster="100%%x"' in rules_of(result, "SLOErrorBudgetBurn")[0].annotations["description"]


def test_a_tier_waits_as_long_as_it_says_else_as_its_severity(burn):
    lines = [
        {"name": "now", "severity": "page", "factor": 14.4, "long": "1h", "short": "5m", "for": "0s"},
        {"name": "soon", "severity": "page", "factor": 6, "long": "6h", "short": "30m"},
        {"name": "late", "severity": "ticket", "factor": 1, "long": "3d", "short": "6h", "for": "3h"},
    ]
    found = burn({"alerting": {"tiers": lines, "page": {"for": "1m"}}})
    assert {tier: alert.wait for tier, alert in found.items()} == {"now": 0, "soon": 60, "late": 3 * 3600}
