"""References between SLOs: any order, any file, resolved once all are read."""

import json

import pytest

import slogen
from slogen.pipeline import compile_project
from slogen.understand import understand


def slo(name, **fields):
    sli = {"events": {"bad": f'e{{job="{name}"}}', "total": f't{{job="{name}"}}'}}
    return {"name": name, "objective": 99, "sli": sli, **fields}


def whole(name, *of, **fields):
    return slo(name, sli={"composite": {"of": [{"slo": part} for part in of]}}, **fields)


def text(service, *slos):
    head = {"apiVersion": "slogen/v1", "kind": "ServiceLevelObjectives", "service": service}
    return json.dumps({**head, "slos": list(slos)})


def recorded(result, service):
    [rules] = [each.rules for each in result.compiled if each.rules.owner == service]
    rules = [rule for group in rules.groups for rule in group.rules]
    return [rule.labels["slo"] for rule in rules if getattr(rule, "record", "") == "slo:sli_total:rate5m"]


def test_parts_are_recorded_before_what_is_made_of_them():
    slos = [whole("top", "shop/mid", "shop/a"), whole("mid", "shop/a", "shop/b"), slo("b"), slo("a")]
    result = slogen.compile(text("shop", *slos))
    assert recorded(result, "shop") == ["a", "b", "mid", "top"]
    assert [each.name for each in result.project.services[0].slos] == ["top", "mid", "b", "a"]


def test_a_part_that_two_are_made_of_is_recorded_once():
    slos = [whole("x", "shop/a", "shop/b"), whole("y", "shop/b", "shop/a"), slo("a"), slo("b")]
    assert sorted(recorded(slogen.compile(text("shop", *slos)), "shop")) == ["a", "b", "x", "y"]


def test_parts_of_other_files_stay_there():
    files = {
        "1.yaml": text("shop", whole("x", "shop/a", "zone/b"), slo("a")),
        "2.yaml": text("zone", slo("b")),
    }
    result = slogen.compile(files)
    assert (recorded(result, "shop"), recorded(result, "zone")) == (["a", "x"], ["b"])
    assert [each.sources for each in result.project.services] == [("1.yaml", "2.yaml"), ("2.yaml",)]


def test_sources_reach_through_composites():
    files = {
        "1.yaml": text("one", whole("x", "two/y", "one/a"), slo("a")),
        "2.yaml": text("two", whole("y", "three/z", "two/b"), slo("b")),
        "3.yaml": text("three", slo("z")),
    }
    services = slogen.compile(files).project.services
    assert [each.sources for each in services] == [
        ("1.yaml", "2.yaml", "3.yaml"),
        ("2.yaml", "3.yaml"),
        ("3.yaml",),
    ]


@pytest.mark.parametrize(
    ("part", "code"),
    [
        (slo("b", objective=100), "composite-part"),
        (slo("b", window="7d"), "composite-window"),
        (slo("c"), "unknown-slo"),
    ],
)
def test_what_is_wrong_in_another_file_is_told_where_it_matters(part, code):
    files = {"1.yaml": text("shop", whole("x", "shop/a", "zone/b"), slo("a")), "2.yaml": text("zone", part)}
    for only in (None, {"1.yaml"}):
        result = compile_project(files, only=only)
        assert code in [p.code for p in result.problems if p.span.path == "1.yaml"]
        assert not result.ok


def test_an_slo_whose_parts_are_not_there_is_left_out():
    project = understand({"1.yaml": text("shop", whole("x", "shop/a", "shop/gone"), slo("a"))})
    assert [each.name for each in project.services[0].slos] == ["a"]


def test_a_long_way_round_is_named():
    chain = [whole(f"s{n}", f"shop/s{(n + 1) % 30}", "shop/a") for n in range(30)]
    problems = slogen.compile(text("shop", slo("a"), *chain)).problems
    cycles = [problem.message for problem in problems if problem.code == "composite-cycle"]
    assert len(cycles) == 30
    assert cycles[0].endswith("-> shop/s28 -> shop/s29 -> shop/s0")


@pytest.mark.slow
def test_composites_in_composites_in_composites():
    def chain(length):
        slos = [whole(f"s{n}", f"shop/s{n + 1}", "shop/a") for n in range(length)]
        return slogen.compile(text("shop", *slos, slo(f"s{length}"), slo("a")))

    assert recorded(chain(5), "shop") == ["s5", "a", "s4", "s3", "s2", "s1", "s0"]
    assert [p.code for p in chain(6).problems if p.is_error] == ["composite-depth"]
    assert not chain(500).ok
