"""Rules of other tools: how they are read, whose they are, and what they show of a budget."""

from __future__ import annotations

import yaml

from slogen.emitted.rules import Alert
from slogen.moving.belonging import belonging
from slogen.moving.old_budget import budget_left
from slogen.moving.old_rules import read_rules
from tests.moving.conftest import move, moved
from tests.moving.old_rules import pyrra, sloth, text

BAD = 'sum(rate(http_requests_total{job="shop", code=~"(5..|429)"}[%s]))'
TOTAL = 'sum(rate(http_requests_total{job="shop"}[%s]))'
SLOTH = sloth("Shop_API", "requests-availability", BAD, TOTAL, alert="ShopHighErrorRate", budget=0.001)
PYRRA = pyrra("checkout", "orders", 'code=~"5.."', "shop", target="0.999")
PYRRA_SLO = """
apiVersion: pyrra.dev/v1alpha1
kind: ServiceLevelObjective
metadata: {name: checkout}
spec:
  target: "99.9"
  window: 4w
  indicator:
    ratio:
      errors: {metric: 'orders_total{job="shop",code=~"5.."}'}
      total: {metric: 'orders_total{job="shop"}'}
"""


UP = """
version: prometheus/v1
service: NAME
slos:
- name: up
  objective: 99
  sli:
    events:
      error_query: sum(rate(e_total{job="NAME"}[{{.window}}]))
      total_query: sum(rate(t_total{job="NAME"}[{{.window}}]))
"""


def rules_of(*texts: str):
    return read_rules({f"{number}.yaml": each.encode() for number, each in enumerate(texts)})


def places(problems):
    return [(p.code, p.span.line, p.span.column) for p in problems]


def test_files_objects_and_lists_are_read():
    listed = text({"apiVersion": "v1", "kind": "List", "items": [PYRRA]})
    for each, count, interval in ((text(SLOTH), 16, 0), (text(PYRRA), 13, 30), (listed, 13, 30)):
        found, problems = rules_of(each)
        assert problems == []
        assert len(found) == count
        assert found[-1].interval == interval


def test_times_of_an_alert():
    found, _ = rules_of(text(PYRRA))
    waits = [rule.rule.wait for rule in found if isinstance(rule.rule, Alert)]
    assert waits == [120, 120, 900, 3600, 10800]


def test_what_is_no_rule_is_told_where_it_stands():
    found, problems = rules_of("a: 1\n", "groups:\n- rules:\n  - {alert: A}\n", "- x\n")
    assert found == []
    assert places(problems) == [
        ("compare-unknown-document", 1, 1),
        ("compare-unknown-document", 3, 5),
        ("compare-unknown-document", 1, 1),
    ]
    assert "promtool check rules" in problems[1].hint


def test_promql_that_is_not_known_is_told_at_its_line_and_the_rest_is_read():
    found, problems = rules_of(
        "groups:\n- rules:\n  - {record: a, expr: 'rollup_rate(x[5m])'}\n  - {record: b, expr: x}\n"
    )
    assert [rule.name for rule in found] == ["b"]
    assert places(problems) == [("compare-not-played", 3, 23)]
    assert "`a` can't be played: " in problems[0].message


def test_a_duration_that_is_none():
    _, problems = rules_of("groups:\n- rules:\n  - {alert: a, expr: x, for: soon}\n")
    assert places(problems) == [("compare-unknown-document", 3, 30)]


def test_rules_of_sloth_are_known_by_labels_and_their_alerts_by_what_they_select():
    rules, _ = rules_of(text(SLOTH))
    theirs = belonging(rules, moved("sloth/shop.yaml").slos)
    assert {owner: len(found) for owner, found in theirs.of.items()} == {"shop-api/requests-availability": 16}
    assert theirs.alone == ()


def test_an_alert_is_known_by_the_name_that_its_document_says():
    rules, _ = rules_of(
        "groups:\n- rules:\n  - {alert: ShopHighErrorRate, expr: x > 1}\n  - {alert: Other, expr: x > 2}\n"
    )
    theirs = belonging(rules, moved("sloth/shop.yaml").slos)
    assert [rule.name for rule in theirs.of["shop-api/requests-availability"]] == ["ShopHighErrorRate"]
    assert [rule.name for rule in theirs.alone] == ["Other"]


def test_of_two_slos_of_one_name_the_service_decides():
    found = move("---\n".join(UP.replace("NAME", name) for name in ("one", "two")))
    rules, _ = rules_of(text(sloth("two", "up", "e[%s]", "t[%s]", alert="A", budget=0.01)))
    assert [*belonging(rules, found.slos).of] == ["two/up"]
    rules, _ = rules_of(text(sloth("three", "up", "e[%s]", "t[%s]", alert="A", budget=0.01)))
    assert [*belonging(rules, found.slos).of] == []


def test_what_sloth_shows_of_a_budget():
    rules, _ = rules_of(text(SLOTH))
    (slo,) = [slo for slo in moved("sloth/shop.yaml").slos if slo.called == "requests-availability"]
    said = {"id": "Shop_API-requests-availability", "service": "Shop_API", "slo": "requests-availability"}
    named = "{" + ",".join(f'sloth_{name}="{value}"' for name, value in said.items()) + "}"
    assert budget_left(slo, rules) == f"slo:period_error_budget_remaining:ratio{named}"
    rest = [rule for rule in rules if "remaining" not in rule.name]
    assert budget_left(slo, rest) == f"1 - slo:period_burn_rate:ratio{named}"
    assert budget_left(slo, []) == ""


def test_what_pyrra_shows_of_a_budget():
    rules, _ = rules_of(text(PYRRA))
    (slo,) = move(PYRRA_SLO).slos
    all_of_it = 'sum (orders:increase4w{job="shop",slo="checkout"})'
    bad = f"""(sum (orders:increase4w{{job="shop",code=~"5..",slo="checkout"}}) or 0 * {all_of_it})"""
    assert budget_left(slo, rules) == f"1 - {bad} / {all_of_it} / 0.001"


def test_what_pyrra_shows_of_a_budget_in_its_generic_rules():
    names = ("pyrra_availability", "pyrra_objective")
    generic = [{"record": name, "expr": "x", "labels": {"slo": "checkout"}} for name in names]
    rules, _ = rules_of(text(PYRRA), yaml.safe_dump({"groups": [{"name": "generic", "rules": generic}]}))
    (slo,) = move(PYRRA_SLO).slos
    kept, promised = (f'{name}{{slo="checkout"}}' for name in names)
    assert budget_left(slo, rules) == f"1 - (1 - {kept}) / on () (1 - {promised})"
