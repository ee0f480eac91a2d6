"""What engines take of groups: how many, and of how many rules."""

import json
import re

import pytest
import yaml

import slogen
from slogen.shape.schema import schema_text
from slogen.target_settings import FEWEST_RULES

LATENCY = {
    "name": "latency",
    "objective": 99,
    "sli": {"latency": {"histogram": 'd_seconds{job="s"}', "threshold": "1s"}},
}
SLOS = (
    {"name": "availability"},
    LATENCY,
    {
        "name": "by-model",
        "sli": {"events": {"bad": 'b_total{job="s"}', "total": 't_total{job="s"}', "by": ["model"]}},
    },
)
MANY = {
    f"{number}.yaml": yaml.safe_dump(
        {
            "apiVersion": "slogen/v1",
            "kind": "ServiceLevelObjectives",
            "service": f"shop-{number}",
            "slos": [LATENCY],
        }
    )
    for number in range(16)
}


def test_groups_that_a_tenant_may_not_have_are_refused(compiled):
    def found(most):
        result = compiled(*SLOS, settings={"targets": ["mimir"], "mimir": {"max_groups": most}})
        its = [p for p in result.problems if p.code == "ruler-groups-limit"]
        return [problem.is_error for problem in its], bool(result.artifacts)

    assert found(3) == ([True], False)
    assert found(6) == ([False], True)
    assert found(0) == ([], True)


@pytest.mark.parametrize(
    ("said", "place"),
    [
        ("targets: [tests, mimir]", (3, 18)),
        ("targets: [mimir]\nmimir: {max_rules_per_group: 20}", (4, 1)),
        ("targets: [mimir]\nmimir: {max_rules_per_group: 20, max_groups: 60}", (4, 34)),
        ("mimir: {max_rules_per_group: 20}\ntargets: [cortex]", None),
    ],
)
def test_a_limit_is_told_where_the_settings_say_it(said, place):
    def found(said):
        wrong = slogen.compile(MANY, f"apiVersion: slogen/v1\nkind: Settings\n{said}\n").problems
        return [problem for problem in wrong if problem.code == "ruler-groups-limit"]

    problems = found(said)
    assert [(p.span.line, p.span.column) for p in problems] == ([place] if place else [])
    for problem in problems:
        number = int(re.findall(r"`mimir: {max_groups: (\d+)}`", problem.hint)[0])
        assert not found(f"targets: [mimir]\nmimir: {{max_groups: {number}}}")
        assert found(f"targets: [mimir]\nmimir: {{max_groups: {number - 1}}}")  # it would nearly be full


def test_no_group_needs_to_hold_more_than_the_fewest_rules(compiled):
    def largest(**subject):
        files = compiled(*SLOS, settings={"targets": ["mimir"], **subject}).files.values()
        groups = [group for text in files for group in yaml.safe_load(text)["groups"]]
        return max(len(group["rules"]) for group in groups)

    assert largest(mimir={"max_rules_per_group": FEWEST_RULES}) == FEWEST_RULES
    assert largest(prometheus={"max_rules_per_group": FEWEST_RULES}) == FEWEST_RULES
    prometheus = json.loads(schema_text("settings"))["properties"]["prometheus"]["properties"]
    assert prometheus["max_rules_per_group"]["minimum"] == FEWEST_RULES
