"""What an SLO is, as series."""


def test_constants(compiled, rules_of):
    result = compiled({"objective": "99.95%", "window": "36h"})
    constants = {
        name: rules_of(result, name)[0].expr
        for name in ("slo:objective:ratio", "slo:error_budget:ratio", "slo:time_period:days")
    }
    assert list(constants.values()) == ["vector(0.9995)", "vector(0.0005)", "vector(1.5)"]


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
    [burn] = rules_of(result, "slo:period_burn_rate:ratio")
    assert 'slo:sli_error:ratio_rate7d{slo_service="shop"} and on (slo_id) (slo:time_period:days' in burn.expr
    assert '{slo_service="shop"} == 7)' in burn.expr
    assert '{slo_service="shop"} == 30)' in burn.expr
    judge([result])
