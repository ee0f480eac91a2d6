"""The watcher watched."""

import json

import pytest

import slogen

ALERTS = {
    "SLOMetaRuleFailures": "ticket",
    "SLOMetaMissedEvaluations": "ticket",
    "SLOMetaRulesGone": "ticket",
}


def meta(result):
    return result.compiled[-1].rules


def test_alerts(compiled):
    [group] = meta(compiled()).groups
    assert {rule.alert: rule.labels["severity"] for rule in group.rules} == ALERTS


@pytest.mark.parametrize("settings", [{}, {"alertmanager": {"deadman": True}}])
@pytest.mark.parametrize("meta_receivers", [{}, {"deadman": "boss"}])
def test_the_alert_that_always_fires_is_for_who_gets_it(settings, meta_receivers):
    head = {"apiVersion": "slogen/v1"}
    said = {
        "receivers": {"boss": {"webhook": {"url": "http://x/"}}},
        "default": {"page": "boss", "ticket": "none"},
        "meta": meta_receivers,
    }
    slo = {"name": "a", "objective": 99, "sli": {"events": {"bad": 'e{job="j"}', "total": 't{job="j"}'}}}
    spec = {**head, "kind": "ServiceLevelObjectives", "service": "chat", "slos": [slo]}
    sources = {
        "specs/a.yaml": json.dumps(spec),
        "notifications.yaml": json.dumps({**head, "kind": "Notifications", **said}),
    }
    result = slogen.compile(sources, json.dumps({**head, "kind": "Settings", **settings}))
    assert result.ok, result.problems
    [group] = meta(result).groups
    names = [rule.alert for rule in group.rules]
    assert ("SLOMetaDeadMan" in names) == bool(settings or meta_receivers)
    routes = result.files["alertmanager/alertmanager.yml"]
    assert ("SLOMetaDeadMan" in routes) == bool(meta_receivers)
    proof = "".join(text for name, text in result.files.items() if "slogen-meta/" in name)
    assert ("SLOMetaDeadMan" in proof) == bool(settings or meta_receivers)


def test_of_the_specs_it_knows_the_names_of_services_alone(compiled):
    assert meta(compiled({"name": "a"})) == meta(compiled({"name": "b", "objective": 95}))
    one, other = (meta(compiled(service=name)).groups[0].rules for name in ("a", "b"))
    assert [r.alert for r, s in zip(one, other, strict=True) if r != s] == ["SLOMetaRulesGone"]


def test_each_service_is_missed_by_name(compiled):
    from slogen.rules import compile_meta

    settings = compiled(settings={"labels": {"cluster": "x"}}).project.settings
    [group] = compile_meta(["shop", "chat"], settings).groups
    [gone] = [rule for rule in group.rules if rule.alert == "SLOMetaRulesGone"]
    assert gone.expr == (
        'absent(slogen_up{slo_service="chat",cluster="x"})\n'
        'or\nabsent(slogen_up{slo_service="shop",cluster="x"})'
    )
    [group] = compile_meta([], settings).groups
    assert "SLOMetaRulesGone" not in [rule.alert for rule in group.rules]


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
