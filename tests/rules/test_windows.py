"""Window rules: one set a service, exact sums of tiles."""

import re

from slogen.units import parse_duration


def test_two_tiles(compiled, rules_of):
    # Labelled tiles, so that a vanished group keeps its spent budget; a hold where the rules did not run.
    x, up = 'slo:sli_bad:rate30m{slo_service="shop"}', 'slogen_up{slo_service="shop"}'
    [rule] = rules_of(compiled(), "slo:sli_bad:rate1h")
    assert re.sub(r"\s+", " ", rule.expr) == (
        f'sum without (slo_tile) ( label_replace({x}, "slo_tile", "0", "", "") or label_replace( '
        f"{x} offset 30m or ( {x} offset 35m or {x} offset 40m ) unless on (slo_service) {up} offset 30m, "
        '"slo_tile", "1", "", "" ) ) / 2'
    )


def test_the_slower_group_looks_back_at_the_other(compiled, rules_of):
    # While that is evaluated, its newest samples are not there yet.
    x, up = 'slo:sli_bad:rate6h{slo_service="shop"}', 'slogen_up{slo_service="shop"}'
    [rule] = rules_of(compiled(), "slo:sli_bad:rate1d")
    first, second, *_ = re.sub(r"\s+", " ", rule.expr).split("label_replace(")[1:]
    assert first.startswith(f" {x} offset 30s or {x} unless on (slo_service) {up} offset 30s,")
    assert second.startswith(
        f" {x} offset 6h30s or ( {x} offset 6h or {x} offset 6h5m30s or {x} offset 6h10m30s ) "
        f"unless on (slo_service) {up} offset 6h30s,"
    )
    [own] = rules_of(compiled(), "slo:sli_bad:rate3d")
    assert 'label_replace(slo:sli_bad:rate1d{slo_service="shop"}, "slo_tile", "0", "", "")' in own.expr


def test_uneven_tiles_are_weighted(compiled, rules_of, judge):
    result = compiled({"window": "31d"})
    [rule] = rules_of(result, "slo:sli_total:rate31d")
    assert rule.expr.endswith(f") / {31 * 24 * 60}")
    weights = [int(n) for n in re.findall(r"^\s*(\d+) \* label_replace", rule.expr, re.MULTILINE)]
    assert weights == [30 * 24 * 60, 24 * 60]
    judge([result])


def test_ratio_is_never_nan(compiled, rules_of):
    [rule] = rules_of(compiled(), "slo:sli_error:ratio_rate1h")
    assert (
        rule.expr == 'clamp_min(slo:sli_bad:rate1h{slo_service="shop"}, 0)\n'
        '/\n(slo:sli_total:rate1h{slo_service="shop"} > 0)'
    )
    assert rule.labels == {"slo_window": "1h"}


def test_every_window_once_from_windows_there_are(compiled):
    result = compiled({}, {"name": "b", "window": "7d", "objective": 95}, {"name": "c", "window": "1h"})
    rules = [rule for group in result.compiled[0].rules.groups for rule in group.rules]
    recorded = [rule.record for rule in rules if getattr(rule, "record", "").startswith("slo:sli_bad:rate")]
    windows = [name.removeprefix("slo:sli_bad:rate") for name in recorded if name != "slo:sli_bad:rate5m"]
    assert len(windows) == len(set(windows))
    assert {"1h", "7d", "30d"} <= set(windows)
    for rule in rules:
        assert set(re.findall(r"slo:sli_bad:rate\w+", rule.expr)) <= set(recorded)


def test_the_chain_to_the_slo_window_ignores_policy_and_objective(compiled, rules_of):
    tiers = [{"name": "a", "severity": "ticket", "budget": "12%", "long": "3d", "short": "6h"}]
    exprs = {
        rules_of(compiled(slo), "slo:sli_bad:rate28d")[0].expr
        for slo in (
            {"window": "28d"},
            {"window": "28d", "objective": 60},
            {"window": "28d", "alerting": {"tiers": tiers}},
        )
    }
    assert len(exprs) == 1


def test_identity_labels_select_and_stay(compiled, rules_of, judge):
    result = compiled(settings={"labels": {"cluster": "eu-1"}})
    [rule] = rules_of(result, "slo:sli_bad:rate1h")
    assert 'slo:sli_bad:rate30m{slo_service="shop",cluster="eu-1"} offset 30m' in rule.expr
    [pair] = rules_of(result, "slo:sli_bad:rate5m")
    assert pair.labels["cluster"] == "eu-1"
    judge([result])


def test_shown_lengths_are_the_real_ones(compiled, rules_of):
    for rule in rules_of(compiled({"window": "90m"}), "slo:sli_error:ratio_rate90m"):
        assert parse_duration(rule.labels["slo_window"]) == 5400


def test_a_window_that_is_only_compared_has_a_ratio_and_no_pair(compiled, rules_of, judge):
    result = compiled()
    assert not rules_of(result, "slo:sli_bad:rate2h")
    [rule] = rules_of(result, "slo:sli_error:ratio_rate2h")
    assert rule.expr.count("slo:sli_bad:rate1h") == rule.expr.count("slo:sli_total:rate1h") == 6
    assert rule.expr.endswith("> 0\n)")
    judge([result])


def test_a_window_that_pages_compare_and_tickets_count_is_recorded_once_and_read(compiled):
    """15m is the short window of a page over 14d, and the long one of a ticket over 6h."""
    result = compiled({"window": "14d", "objective": 98.5}, {"name": "b", "window": "6h", "objective": 92})
    [group, *others] = [list(group.rules) for group in result.compiled[0].rules.groups]
    recorded = [getattr(rule, "record", "") for rule in group]
    for series in ("slo:sli_total:rate15m", "slo:sli_bad:rate15m", "slo:sli_error:ratio_rate15m"):
        assert recorded.count(series) == 1
        assert all(getattr(rule, "record", "") != series for rules in others for rule in rules)
    [ratio] = [rule for rule in group if getattr(rule, "record", "") == "slo:sli_error:ratio_rate15m"]
    assert "slo:sli_total:rate15m{" in ratio.expr


def test_windows_of_the_slow_group_have_their_own_sign_of_life(compiled, rules_of):
    [of_pages] = rules_of(compiled(), "slo:sli_bad:rate1d")
    [of_tickets] = rules_of(compiled(), "slo:sli_bad:rate3d")
    assert "slogen_up{" in of_pages.expr
    assert "slogen_budget_up{" not in of_pages.expr
    assert "slogen_budget_up{" in of_tickets.expr
    assert "slogen_up{" not in of_tickets.expr
