"""Which statements a finding turns red."""

from dataclasses import replace

import pytest

from slogen.oracles import Verdict
from slogen.oracles.output import Finding
from slogen.oracles.verdicts import reasons_of, statements

from .conftest import shop

ALONE = shop().tests[1]  # "first alone" of SLO a, which checks `errors:a` at 300 s, and "second alone" of b


def red(*findings, test=ALONE):
    said = [("3.5", finding) for finding in findings]
    return {s.block for s in statements(test, "path", said) if s.verdict is Verdict.NO}


@pytest.mark.parametrize(
    ("finding", "blocks"),
    [
        (Finding("x", expr="errors:a", at=300), {"first alone"}),
        (Finding("x", expr="errors:a", at=60), {"first alone", "second alone"}),
        (Finding("x", block="second alone"), {"second alone"}),
        (Finding("x", block="renamed"), {"first alone", "second alone"}),
        (Finding("x"), {"first alone", "second alone"}),
    ],
)
def test_a_finding_without_a_known_place_turns_all_red(finding, blocks):
    assert red(finding) == blocks


def test_an_slo_without_a_claim_gets_a_statement():
    finding = Finding("x", block="first alone", slo_ids=frozenset({"shop/b"}))
    (wrong,) = (s for s in statements(ALONE, "path", [("3.5", finding)]) if s.verdict is Verdict.NO)
    assert (wrong.slo_id, wrong.words) == ("shop/b", "first alone")


def test_a_block_without_claims_is_its_owners():
    silent = replace(ALONE, blocks=(replace(ALONE.blocks[0], claims=()),))
    assert list(statements(silent, "path", [])) == []
    (wrong,) = statements(silent, "path", [("3.5", Finding("x"))])
    assert (wrong.slo_id, wrong.verdict) == ("shop", Verdict.NO)


def test_not_run_is_neither_yes_nor_no():
    assert {s.verdict for s in statements(ALONE, "path", None)} == {Verdict.NOT_RUN}


def test_the_same_words_of_several_promtools_are_one_reason():
    reasons = reasons_of([("2.42", Finding("x")), ("3.5", Finding("x")), ("3.5", Finding("y"))])
    assert [(reason.promtools, reason.text) for reason in reasons] == [
        (("2.42", "3.5"), "x"),
        (("3.5",), "y"),
    ]
