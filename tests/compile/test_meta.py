"""The watcher watched."""

ALERTS = {
    "SLOMetaRuleFailures": "ticket",
    "SLOMetaMissedEvaluations": "ticket",
    "SLOMetaRulesGone": "ticket",
    "SLOMetaDataStale": "ticket",
    "SLOMetaDeadMan": "info",
}


def meta(result):
    return result.compiled[-1].rules


def test_alerts(compiled):
    [group] = meta(compiled()).groups
    assert {rule.alert: rule.labels["severity"] for rule in group.rules} == ALERTS


def test_the_same_for_every_spec(compiled):
    assert meta(compiled({"name": "a"})) == meta(compiled({"name": "b"}, service="other"))


def test_settings_reach_it(compiled, judge):
    settings = {"labels": {"cluster": "x"}, "severities": {"ticket": "warning"}}
    result = compiled(settings=settings)
    [group] = meta(result).groups
    assert all(rule.labels["cluster"] == "x" for rule in group.rules)
    assert group.rules[0].labels["severity"] == "warning"
    judge([result])


def test_every_group_is_watched(compiled):
    [group] = meta(compiled()).groups
    watched = group.rules[0].expr
    assert 'rule_group=~".+;slogen:.+"' in watched
    names = [
        group.name
        for group in compiled(settings={"prometheus": {"max_rules_per_group": 5}}).compiled[0].rules.groups
    ]
    assert all(name.startswith("slogen:") for name in names)
