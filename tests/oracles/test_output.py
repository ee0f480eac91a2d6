"""What promtool prints, as findings."""

import pytest

from slogen.oracles.call import Answer
from slogen.oracles.output import judge_check, judge_test

ALERT = """\
  FAILED:
    name: tier 1 fires,
    alertname: Burns, time: 1h30m,{space}
        exp:[
            0:
              Labels:{alertname="Burns", severity="page", slo_id="shop/a"}
              Annotations:{summary="x"},
            1:
              Labels:{alertname="Burns", severity="page", slo_id="shop/b"}
              Annotations:{summary="say \\"got:[\\"\\n"}
            ],{space}
        got:[
            0:
              Labels:{alertname="Burns", severity="ticket", slo_id="shop/a"}
              Annotations:{summary="x"},
            1:
              Labels:{alertname="Burns", severity="page", slo_id="shop/b"}
              Annotations:{summary="say \\"got:[\\"\\n"}
            ]
""".replace("{space}", " ")  # promtool ends these lines with one
EXPR = """\
  FAILED:
    expr: "up{slo_id=\\"shop/a\\"} == 1", time: 1h5m,
        exp: {} 1E+00
        got: nil
    expr: "sum(", time: 1m, err: 1:5: parse error
"""
PASSED = Answer(0, "Unit Testing:  x\n  SUCCESS\n\n")


def failed(stderr: str) -> Answer:
    return Answer(1, "Unit Testing:  x\n\n", stderr)


def test_a_pass():
    assert judge_test(PASSED) == ()


def test_an_alert_is_about_the_slo_that_differs():
    (finding,) = judge_test(failed(ALERT))
    assert (finding.block, finding.expr, finding.slo_ids) == ("tier 1 fires", None, {"shop/a"})
    lines = ["Burns at 1h30m", 'exp: {severity="page"}', 'got: {severity="ticket"}']
    assert finding.text.splitlines() == lines


def test_an_alert_that_is_missing():
    stderr = ALERT[: ALERT.index("        got:[")] + "        got:[]\n"
    first, second = judge_test(failed(stderr))
    assert {*first.slo_ids, *second.slo_ids} == {"shop/a", "shop/b"}
    assert first.text.endswith("got: no such alert")


def test_expressions_are_told_by_text_and_time():
    first, second = judge_test(failed(EXPR))
    assert (first.expr, first.at, first.slo_ids) == ('up{slo_id="shop/a"} == 1', 3900, {"shop/a"})
    assert first.text.splitlines()[1:] == ["exp: {} 1E+00", "got: nil"]
    assert (second.expr, second.at, second.slo_ids) == ("sum(", 60, set())
    assert "parse error" in second.text


@pytest.mark.parametrize(
    "text",
    [
        "    rule: x, time: 0s, err: vector cannot contain metrics with the same labelset\n",
        "yaml: line 1: did not find expected node content\n",
        "",
    ],
)
def test_what_has_no_place_concerns_the_whole_file(text):
    (finding,) = judge_test(failed(f"  FAILED:\n{text}"))
    assert (finding.block, finding.expr, finding.slo_ids) == (None, None, set())
    assert finding.text


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (Answer(0, "OK\n"), "printed something that slogen doesn't know: `OK`"),
        (Answer(0), "printed nothing"),
        (Answer(2, "", "panic: oh\n"), "ended with exit code 2: `panic: oh`"),
        (Answer(-11), "was killed by signal 11"),
        (Answer(None, trouble="gave no answer within 1 s"), "gave no answer within 1 s"),
    ],
)
def test_neither_pass_nor_failure(answer, words):
    for (finding,) in (judge_test(answer), judge_check(answer, 3)):
        assert words in finding.text


def test_a_rule_file_that_is_missing_is_no_pass():
    answer = Answer(0, PASSED.stdout, "  WARNING: no file match pattern nope.yaml\n")
    assert judge_test(answer)[0].text == "no file match pattern nope.yaml"


def test_rules_are_counted():
    checked = Answer(0, "Checking x\n  SUCCESS: 3 rules found\n\n")
    assert judge_check(checked, 3) == ()
    assert "finds 3 rules where slogen compiled 4" in judge_check(checked, 4)[0].text


def test_refused_rules():
    answer = Answer(3, "Checking x\n\n", "  FAILED:\nlint error 1 duplicate rule(s) found.\nMetric: x\n")
    assert judge_check(answer, 2)[0].text == (
        "promtool refuses it: lint error 1 duplicate rule(s) found. Metric: x"
    )
