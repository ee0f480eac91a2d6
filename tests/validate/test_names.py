"""Names over several files; the rest is in tests/bad."""

import pytest

import slogen

SPEC = """apiVersion: slogen/v1
kind: ServiceLevelObjectives
service: shop
slos:
  - {name: a, objective: 99, sli: {events: {bad: e, total: t}}}
"""


def errors(sources, **options):
    return [p for p in slogen.compile(sources, **options).problems if p.is_error]


def test_the_first_file_keeps_the_name():
    [problem] = errors({"b.yaml": SPEC, "a.yaml": SPEC})
    assert (problem.code, problem.span.path, problem.span.line) == ("duplicate-slo", "b.yaml", 5)
    assert "a.yaml:5" in problem.hint


def test_the_same_slo_name_in_two_services_is_fine():
    assert errors({"a.yaml": SPEC, "b.yaml": SPEC.replace("shop", "shop-b")}) == []


@pytest.mark.parametrize("name", ["slogen-meta", "con", "nul", "com1", "lpt9"])
def test_reserved(name):
    assert [p.code for p in errors(SPEC.replace("shop", name))] == ["reserved-name"]


@pytest.mark.parametrize("name", ["slogen", "console", "com10", "meta"])
def test_not_reserved(name):
    assert errors(SPEC.replace("shop", name)) == []
