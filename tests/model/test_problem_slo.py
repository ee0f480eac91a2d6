"""A problem knows whose it is: the SLO in which it stands, or that inherited what is wrong."""

import pytest

import slogen
from slogen.conventions import slo_at
from slogen.diagnostics import Problem, once
from slogen.load.reader import read
from slogen.shape.schema import check

HEAD = "apiVersion: slogen/v1\nkind: ServiceLevelObjectives\nservice: shop\n"
SLI = "    sli: {events: {bad: 'e_total{job=\"a\"}', total: 't_total{job=\"a\"}'}}\n"


def found(*slos, head=HEAD):
    text = head + "slos:\n" + "".join(f"  - {line}\n{SLI}" for line in slos)
    return [(p.code, p.slo) for p in slogen.compile(text).problems if p.code != "retention-unknown"]


def test_of_the_meaning_and_of_the_shape():
    wrong = ("name: a\n    objective: 10", "name: b\n    objective: 99\n    windw: 7d")
    assert found("name: ok\n    objective: 99", *wrong) == [
        ("objective", "shop/a"),
        ("unknown-field", "shop/b"),
    ]


def test_the_identity_counts():
    assert found("name: a\n    id: web/old\n    objective: 10") == [("objective", "web/old")]


@pytest.mark.parametrize("name", ["A B", "[x]", "''", "a" * 64])
def test_a_name_that_is_none_is_no_identity(name):
    assert set(found(f"name: {name}\n    objective: 10")) >= {("objective", "")}


def test_what_one_has_inherited_is_its_problem():
    assert found("name: a\n    objective: 99", head=HEAD + "window: 10m\n") == [("window", "shop/a")]


def test_what_several_have_inherited_is_one_problem_of_none():
    both = ("name: a\n    objective: 99", "name: b\n    objective: 99")
    assert found(*both, head=HEAD + "window: 10m\n") == [("window", "")]


def test_what_several_complain_of_in_words_of_their_own():
    head = HEAD + "alerting: {traffic: {min: 9, for: 30m}, ticket: {enabled: false}}\n"
    both = ("name: a\n    objective: 99", "name: b\n    objective: 99")
    assert [slo for code, slo in found(*both, head=head) if code == "traffic"] == ["shop/a", "shop/b"]


def test_what_an_alias_repeats_is_one_problem():
    labels = (
        "name: a\n    objective: 99\n    labels: &x {A: [1]}",
        "name: b\n    objective: 99\n    labels: *x",
    )
    assert found(*labels) == [("wrong-type", "")]
    text = HEAD + "slos:\n" + "".join(f"  - {line}\n{SLI}" for line in labels)
    (document,), _ = read("a.yaml", text)
    assert [problem.slo for problem in check(document)] == [""]


def test_outside_of_slos():
    assert found("name: a\n    objective: 99", head=HEAD + "servise: x\n") == [("unknown-field", "")]


@pytest.mark.parametrize("data", [{}, {"slos": 3}, {"slos": ["a"]}, {"slos": {"a": 1}}, [1], None])
def test_documents_of_any_shape(data):
    assert slo_at(data, ("slos", 0)) == slo_at(data, ("slos", "a")) == slo_at(data, ()) == ""


def test_once_keeps_the_order():
    a, b, none = (Problem("c", "m", slo=slo) for slo in ("x/a", "x/b", ""))
    other = Problem("c", "n", slo="x/a")
    assert once([a, other, a]) == [a, other]
    assert once([a, other, b, a]) == [none, other]
