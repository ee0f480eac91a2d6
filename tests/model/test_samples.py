"""Sample series that a spec gives for its proof."""

import pytest
import yaml

from slogen.model.states import Samples

SLI = {
    "events": {
        "bad": 'sum by (m) (label_join(rate(e[{{ window }}]), "x", "", "y"))',
        "total": "rate(t[{{ window }}])",
        "by": ["m"],
    }
}
SERIES = {"good": ['t{m="a"}', 't{m="b"}'], "bad": ['t{m="a"}', 't{m="b"}', 'e{m="a"}', 'e{m="b"}']}
TESTS = {"targets": ["tests"]}


def codes(compiled, series):
    result = compiled({"sli": SLI, "tests": {"series": series}}, settings=TESTS)
    return [p.code for p in result.problems if p.code not in ("absent-unknown-up", "retention-unknown")]


def test_they_prove_what_could_not_be_proven(compiled):
    assert [
        p.code for p in compiled({"sli": SLI}, settings=TESTS).problems if p.code == "no-sample-series"
    ] != []
    assert codes(compiled, SERIES) == []


def test_they_are_the_input_of_the_stories(compiled):
    result = compiled({"sli": SLI, "tests": {"series": SERIES}}, settings=TESTS)
    outage = result.files["promtool-tests/shop/outage.test.yaml"]
    written = {series["series"] for series in yaml.safe_load(outage)["tests"][0]["input_series"]}
    assert {'t{m="a"}', 't{m="b"}', 'e{m="a"}'} <= written
    assert 'e{m="b"}' not in written  # the second group never fails


def test_groups_by_their_labels():
    samples = Samples(good=('t{m="a"}', 't{m="b"}'), bad=('e{m="b",x="1"}',))
    assert samples.by_group(["m"]) == (
        ({"m": "a"}, Samples(('t{m="a"}',), ())),
        ({"m": "b"}, Samples(('t{m="b"}',), ('e{m="b",x="1"}',))),
    )


@pytest.mark.parametrize(
    "text", ['t{m="a",x=~"b"}', 't{m="a",x=""}', 't{m="a",m="b"}', 't{m="a"', "rate(t[5m])"]
)
def test_a_series_must_be_one(compiled, text):
    assert codes(compiled, SERIES | {"good": [text]}) in (["sample-series"], ["promql"])


@pytest.mark.parametrize(
    ("good", "words"),
    [("other", "doesn't read"), ("t", "has no `m`"), ('t{m="c"}', "no bad series")],
)
def test_a_series_must_belong_to_the_sli(compiled, good, words):
    result = compiled({"sli": SLI, "tests": {"series": SERIES | {"good": [*SERIES["good"], good]}}})
    [problem] = [p for p in result.problems if p.is_error]
    assert problem.code == "sample-series"
    assert words in problem.message
