"""What an SLO is, as series."""

from math import floor


def test_constants(compiled, rules_of, judge):
    result = compiled({"objective": "99.95%", "window": "36h"})
    budget = 'max by (slo_id, slo_service, slo) (slo:error_budget:ratio{slo_service="shop"})'
    constants = {
        "slo:error_budget:ratio": "vector(0.0005)",
        "slo:objective:ratio": f"round(1 - {budget}, 1e-12)",
        "slo:time_period:days": f"0 * {budget} + 1.5",
    }
    assert {name: rules_of(result, name)[0].expr for name in constants} == constants
    judge([result])


def test_objectives_are_as_exact_as_written():
    """promql's round(v, 1e-12) is floor(v * 1e12 + 0.5) / 1e12."""
    for thousandths in range(50_000, 100_000, 7):
        objective, budget = thousandths / 100_000, (100_000 - thousandths) / 100_000
        assert floor((1 - budget) * (1 / 1e-12) + 0.5) / (1 / 1e-12) == objective


def test_windows_that_differ(compiled, rules_of, judge):
    result = compiled(
        {}, {"name": "b", "window": "7d"}, {"name": "c"}, {"name": "d", "window": "7d"}, {"name": "e"}
    )
    [days] = rules_of(result, "slo:time_period:days")
    assert days.expr == (
        '0 * max by (slo_id, slo_service, slo) (slo:error_budget:ratio{slo_service="shop",slo=~"b|d"}) + 7\n'
        'or\n0 * max by (slo_id, slo_service, slo) (slo:error_budget:ratio{slo_service="shop"}) + 30'
    )
    judge([result])


def test_info_series(compiled, rules_of, judge):
    slo = {
        "owner": "web",
        "description": "Pages {{ load }}",
        "labels": {"tier": "1"},
        "links": {"wiki-page": "https://a.example"},
    }
    result = compiled(slo, settings={"labels": {"cluster": "x"}})
    [info] = rules_of(result, "slogen_slo_info")
    assert info.labels == {
        "slo_id": "shop/availability",
        "slo_service": "shop",
        "slo": "availability",
        "cluster": "x",
        "owner": "web",
        "objective": "99.9%",
        "window": "30d",
        "description": "Pages {{ load }}",
        "tier": "1",
        "link_wiki_page": "https://a.example",
    }
    judge([result])


def test_descriptive_labels_are_on_no_other_series(compiled):
    result = compiled({"owner": "web", "labels": {"tier": "1"}})
    rules = [rule for group in result.compiled[0].rules.groups for rule in group.rules]
    carrying = {
        rule.record for rule in rules if hasattr(rule, "record") and {"owner", "tier"} & rule.labels.keys()
    }
    assert carrying == {"slogen_slo_info"}


def test_two_links_of_one_label_are_refused(compiled):
    links = {"a-b": "https://x.example", "a_b": "https://y.example"}
    assert [p.severity for p in compiled({"links": links}).problems if "link" in p.message] == ["error"]


def test_burn_over_the_own_window_of_each_slo(compiled, rules_of, judge):
    result = compiled({}, {"name": "b", "window": "7d"})
    [error] = rules_of(result, "slo:period_error:ratio")
    assert error.expr.split("\nor\n") == [
        f'(slo:sli_error:ratio_rate{days}d{{slo_service="shop"}} '
        f'and on (slo_id) (slo:time_period:days{{slo_service="shop"}} == {days}))'
        for days in (7, 30)
    ]
    [burn] = rules_of(result, "slo:period_burn_rate:ratio")
    assert burn.expr.startswith(
        'sum without (slo_window) (\n  slo:period_error:ratio{slo_service="shop"} * ignoring'
    )
    judge([result])


def test_calendar_and_rolling_windows_share_a_rule(compiled, rules_of, judge):
    """Two rules of one name and the same labels look like a mistake to promtool's linter."""
    result = compiled({"window": {"calendar": "month"}}, {"name": "other", "window": "30d"})
    [rule] = rules_of(result, "slo:period_error:ratio")
    assert "slo:period_bad:count" in rule.expr
    assert "slo:sli_error:ratio_rate30d" in rule.expr
    judge([result])
