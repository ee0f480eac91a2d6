"""Rules are compared with those of git as the engine has them that evaluates them, and as it shows them."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest

from slogen.model.rulers import MIMIR, PROMETHEUS, RULERS, VICTORIAMETRICS
from slogen.project.engines import groups_on

from .servers import World, examined, group_of, well


def on(target: str, *others: str) -> World:
    """A server with the rules for one engine, of a project that is compiled for others, too."""
    world = well()
    rulers = {name: [g for _, of in groups_on(world.project, RULERS[name]) for g in of]
              for name in (*others, target)}  # fmt: skip
    world.paths["rules"] = {"groups": [group_of(group, time.time()) for group in rulers[target]]}
    return replace(world, rulers=rulers)


@pytest.mark.parametrize("target", [MIMIR.target, VICTORIAMETRICS.target, PROMETHEUS.target])
def test_rules_for_an_engine_are_well_there(target):
    """Mimir has groups in parts, VictoriaMetrics other expressions."""
    world = on(target, PROMETHEUS.target, MIMIR.target)
    assert examined(world, ["rules"]).problems == ()


def test_rules_for_an_engine_that_the_project_is_not_compiled_for():
    world = replace(on(MIMIR.target, PROMETHEUS.target), rulers={})
    assert {problem.code for problem in examined(world, ["rules"]).problems} == {
        "rules-differ",
        "stray-rules",
    }


def test_a_part_that_is_missing_is_to_be_loaded_from_its_folder():
    world = on(MIMIR.target, PROMETHEUS.target)
    world.paths["rules"]["groups"].pop(1)
    (problem,) = examined(world, ["rules"]).problems
    assert (problem.code, problem.hint) == ("rules-missing", "load what is in generated/mimir/")


def by_kind_and_name(world: World) -> None:
    """As Thanos shows rules."""
    for group in world.paths["rules"]["groups"]:
        group["rules"].sort(key=lambda rule: (rule["type"], rule["name"], sorted(rule["labels"].items())))


def test_rules_that_are_shown_in_another_order_than_they_have():
    world = well()
    by_kind_and_name(world)
    assert examined(world, ["rules"]).problems == ()
    world.paths["rules"]["groups"][0]["rules"][-1]["query"] = "vector(2)"
    (problem,) = examined(world, ["rules"]).problems
    assert "the expression of slogen_up is another" in problem.message


def test_rules_in_another_order_differ():
    """Each reads what those above it record."""
    world = well()
    world.paths["rules"]["groups"][0]["rules"].reverse()
    assert [problem.code for problem in examined(world, ["rules"]).problems] == ["rules-differ"]


def test_whose_rules_are_missing_or_left_is_said_at_the_spec():
    world = well()
    page = world.paths["rules"]["groups"][0]
    page["rules"] = [rule for rule in page["rules"] if rule["labels"].get("slo_id") != "api/latency"]
    page["rules"].append({"name": "x", "labels": {"slo_id": "api/old"}})
    (problem,) = examined(world, ["rules"]).problems
    assert problem.message.endswith("in git: none of api/latency, and still those of api/old")
    assert (problem.slo, problem.span and problem.span.line) == ("api/latency", 12)
