"""Rules without tests, and tests without alerts."""

from dataclasses import replace

import pytest

from slogen.emitted.proof import AlertCheck, ExprCheck
from slogen.emitted.rules import Recording
from slogen.oracles.coverage import alert_names, uncovered

from .conftest import alert, block, shop


def with_rule(rule):
    compiled = shop()
    (group,) = compiled.rules.groups
    groups = (replace(group, rules=(*group.rules, rule)),)
    return replace(compiled, rules=replace(compiled.rules, groups=groups))


def with_block(*blocks):
    compiled = shop()
    return replace(compiled, tests=(*compiled.tests, replace(compiled.tests[0], blocks=blocks)))


def test_all_covered():
    assert list(uncovered(shop())) == []


@pytest.mark.parametrize("label", ["slo_id", "slo_tier", "slo_budget_consumed"])
def test_an_alert_that_differs_in_one_telling_label(label):
    other = replace(alert("a"), labels={**alert("a").labels, label: "other"})
    (problem,) = uncovered(with_rule(other))
    assert problem.code == "untested-rule"
    assert f"{label}=other" in problem.message


def test_unproven_slos_are_forgiven():
    assert list(uncovered(with_rule(alert("c")), {"shop/c"})) == []
    assert len(list(uncovered(with_rule(alert("c"))))) == 1


def test_a_series_that_nobody_looks_at():
    (problem,) = uncovered(with_rule(Recording("orphan", "vector(1)")))
    assert "`orphan`" in problem.message


def test_a_series_that_a_tested_rule_reads():
    chain = with_rule(Recording("errors:a", "deeper:series"))
    deeper = with_rule(Recording("deeper:series", "vector(1)"))
    group = replace(
        chain.rules.groups[0], rules=(*chain.rules.groups[0].rules, deeper.rules.groups[0].rules[-1])
    )
    assert list(uncovered(replace(chain, rules=replace(chain.rules, groups=(group,))))) == []


def test_a_name_that_no_rule_has():
    silent = replace(block("c", "a"), alerts=(AlertCheck(0, "Bruns"),), exprs=())
    (problem,) = uncovered(with_block(silent))
    assert (problem.code, "`Bruns`" in problem.message) == ("unknown-alert", True)


def test_names_in_expressions_count():
    expr = ExprCheck(0, 'count(ALERTS{alertname="Bruns", slo_id="}"})')
    (problem,) = uncovered(with_block(replace(block("c", "a"), exprs=(expr,))))
    assert problem.code == "unknown-alert"


def test_an_alert_in_expected_series_is_expected_to_fire():
    fires = ExprCheck(0, "ALERTS", (('ALERTS{alertname="Burns",slo_id="shop/c"}', 1.0),))
    compiled = with_rule(alert("c"))
    tests = (*compiled.tests, replace(compiled.tests[0], blocks=(replace(block("c", "a"), exprs=(fires,)),)))
    assert list(uncovered(replace(compiled, tests=tests))) == []


def test_a_silent_alert_is_not_expected_to_fire():
    silent = ExprCheck(0, 'ALERTS{alertname="Burns",slo_id="shop/c"}')
    compiled = with_rule(alert("c"))
    tests = (*compiled.tests, replace(compiled.tests[0], blocks=(replace(block("c", "a"), exprs=(silent,)),)))
    assert [problem.code for problem in uncovered(replace(compiled, tests=tests))] == ["untested-rule"]


def test_names_only_by_equality():
    assert alert_names('ALERTS{alertname!="A",x="{alertname=\\"B\\"}"} or ALERTS{alertname = "C"}') == {"C"}
