"""What alerts compare is recorded as they compare it."""

from __future__ import annotations

from tests.conftest import EVENTS

TIERS = {
    "page_fast": ("page", "1h", "5m", 14.4),
    "page_slow": ("page", "6h", "30m", 6),
    "ticket_fast": ("ticket", "1d", "2h", 3),
    "ticket_slow": ("ticket", "3d", "6h", 1),
}


def lines(result, rules_of, record="slogen_tier_threshold"):
    return [(rule.labels, rule.expr) for rule in rules_of(result, record)]


def test_a_series_a_tier_for_all_slos_alike(compiled, rules_of, judge):
    result = compiled(settings={"labels": {"cluster": "x"}})
    found = lines(result, rules_of)
    assert [labels for labels, _ in found] == [
        {"severity": severity, "slo_tier": tier, "slo_window": long, "slo_short_window": short}
        for tier, (severity, long, short, _) in TIERS.items()
    ]
    budget = (
        'max by (slo_id, slo_service, slo, cluster) (slo:error_budget:ratio{slo_service="shop",cluster="x"})'
    )
    factors = [factor for *_, factor in TIERS.values()]
    assert [expr for _, expr in found] == [f"round({budget} * {factor}, 1e-12)" for factor in factors]
    judge([result])


def test_only_tiers_that_alert(compiled, rules_of):
    off = compiled({"alerting": {"page": {"enabled": False}}})
    assert {labels["slo_tier"] for labels, _ in lines(off, rules_of)} == {"ticket_fast", "ticket_slow"}
    hour = compiled({"window": "1h", "objective": 99})
    [breach] = [labels for labels, _ in lines(hour, rules_of) if labels["slo_tier"] == "breach"]
    assert (breach["slo_window"], breach["slo_short_window"], breach["severity"]) == ("1h", "1h", "page")


def test_the_words_of_severities(compiled, rules_of):
    result = compiled(settings={"severities": {"page": "critical"}})
    assert {labels["severity"] for labels, _ in lines(result, rules_of)} == {"critical", "ticket"}


def test_levels_and_their_target(compiled, rules_of, judge):
    sli = {"timeslices": {"good": 'score{job="a"} >= 0.9'}}
    levels = {"warning": 0.85, "critical": 0.8}
    result = compiled({"sli": sli, "levels": levels})
    assert result.ok, result.problems
    found = {labels["slo_level"]: expr for labels, expr in lines(result, rules_of, "slogen_level_threshold")}
    assert found == {"warning": "vector(0.85)", "critical": "vector(0.8)", "target": "vector(0.9)"}
    assert lines(compiled({"sli": EVENTS}), rules_of, "slogen_level_threshold") == []
    judge([result])
