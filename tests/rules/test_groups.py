"""Groups: the order of evaluation, and what a limit on rules makes of it."""

import re

import pytest

from slogen.conventions import BUDGET
from slogen.emitted.rules import Alert, Recording

SLOS = (
    {"sli": {"events": {"bad": "e", "total": "t", "by": ["model"]}}},
    {"name": "fast", "objective": 95, "sli": {"latency": {"histogram": "h_seconds", "threshold": "1s"}}},
)
OF_A_WINDOW = re.compile(r"slo:sli_(?:bad|good|total|error):(?:ratio_)?rate(\w+)")
RECORDED = re.compile(r"\b(?:slo:\w+:\w+|slogen_\w+)\b")


@pytest.fixture(scope="module")
def groups(compiled):
    return compiled(*SLOS).compiled[0].rules.groups


def test_names_and_intervals(groups):
    assert [(group.name, group.interval) for group in groups] == [
        ("slogen:shop:page", 30),
        ("slogen:shop:budget", 120),
    ]


def test_what_a_rule_reads_now_is_recorded_before_it(groups):
    recorded = set()
    for rule in [rule for group in groups for rule in group.rules]:
        own = {rule.record} if isinstance(rule, Recording) else set()  # what it said in the pass before
        for name in RECORDED.findall(re.sub(r"\S+ offset \w+", "", rule.expr)):
            assert name in recorded | own, f"{name} is read before it is recorded"
        if isinstance(rule, Recording):
            recorded.add(rule.record)


def test_pages_need_nothing_of_the_slow_group(groups):
    """But for the sign that an SLO's rules have been there for a while, which tells blind from new."""
    slow = {rule.record for rule in groups[1].rules if isinstance(rule, Recording)} - {BUDGET}
    assert not {name for rule in groups[0].rules for name in RECORDED.findall(rule.expr)} & slow
    reads = {rule.alert for rule in groups[0].rules if isinstance(rule, Alert) and f"{BUDGET}{{" in rule.expr}
    assert reads == {"SLODataAbsent"}


def test_pages_stand_in_the_first_group_and_tickets_in_the_second(groups):
    for group, severity in zip(groups, ("page", "ticket"), strict=True):
        burn = [rule for rule in group.rules if isinstance(rule, Alert) and "slo_tier" in rule.labels]
        assert {rule.labels["severity"] for rule in burn} == {severity}


def test_each_series_once(compiled):
    for each in compiled(*SLOS, {"name": "third", "window": "7d"}).compiled:
        rules = [rule for group in each.rules.groups for rule in group.rules]
        keys = [(getattr(r, "record", None) or r.alert, tuple(sorted(r.labels.items()))) for r in rules]
        assert len(keys) == len(set(keys))


def test_split_keeps_order_and_every_rule(compiled, groups, judge):
    result = compiled(*SLOS, settings={"prometheus": {"max_rules_per_group": 7}})
    parts = result.compiled[0].rules.groups
    assert max(len(group.rules) for group in parts) == 7
    assert [group.name for group in parts][:2] == ["slogen:shop:page", "slogen:shop:page-2"]
    assert len({group.name for group in parts}) == len(parts)
    assert [rule for group in parts for rule in group.rules] == [
        rule for group in groups for rule in group.rules
    ]
    judge([result])


@pytest.mark.slow
@pytest.mark.parametrize("most", range(5, 20))
def test_split_never_cuts_apart_what_is_put_together(compiled, most):
    """The pair of an SLO, and the pair and ratio of a window, are of one moment."""
    good = {"name": "good", "sli": {"events": {"good": "g", "total": "t"}}}
    parts = compiled(*SLOS, good, settings={"prometheus": {"max_rules_per_group": most}})
    place: dict[tuple[str, str], set[str]] = {}
    for group in parts.compiled[0].rules.groups:
        for rule in group.rules:
            if isinstance(rule, Recording) and (found := OF_A_WINDOW.fullmatch(rule.record)):
                place.setdefault((found[1], rule.labels.get("slo_id", "")), set()).add(group.name)
    assert {("5m", "shop/good"), ("5m", ""), ("1h", "")} <= set(place)
    assert [key for key, names in place.items() if len(names) > 1] == []


def test_slow_evaluation(compiled):
    result = compiled(settings={"prometheus": {"evaluation_interval": "2m", "base_window": "10m"}})
    assert [group.interval for group in result.compiled[0].rules.groups] == [120, 120]


def test_rules_of_a_service_are_shared(compiled):
    one, two = (
        [len(group.rules) for group in compiled(*SLOS[:1], *more).compiled[0].rules.groups]
        for more in ((), [{"name": "b"}])
    )
    pair, pages, absence, targets = 2, 2, 2, 1  # the first has no known targets
    tickets, constants, budget = 2, 2, 3
    assert [b - a for a, b in zip(one, two, strict=True)] == [
        pair + pages + absence + targets,
        tickets + constants + budget,
    ]
