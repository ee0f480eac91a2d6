"""What `explain` tells of SLIs that measure time."""

import json

import pytest

from slogen.report.explain import as_text
from slogen.report.explain_json import as_json
from slogen.rules import compile_service
from slogen.tell.explain import explain

GOOD = "max(score{job='a'}) > 1"


def explained(compiled, sli, objective=99.9):
    result = compiled({"objective": objective, "sli": sli})
    assert result.ok, result.problems
    (service,) = result.services
    settings = result.project.settings
    return explain(service.slos[0], compile_service(service, settings), settings)


def first_page(explanation):
    return next(reaction.page for reaction in explanation.reactions if reaction.rate == 1)


@pytest.mark.parametrize(
    ("sli", "seconds"),
    [
        ({"ratio": {"error": "e"}}, 60),  # 1.44 % of an hour are 52 s
        ({"timeslices": {"good": GOOD, "slice": "1m"}}, 60),
        ({"probe": {"metric": "up"}}, 90),  # two and a half probes of 30 s
        ({"timeslices": {"good": GOOD, "slice": "5m"}}, 180),  # half a slice
        ({"timeslices": {"good": GOOD, "slice": "40m"}}, 1230),
    ],
)
def test_a_page_waits_for_half_a_slice(compiled, sli, seconds):
    assert first_page(explained(compiled, sli)) == seconds


@pytest.mark.parametrize(
    ("sli", "lines"),
    [
        (
            {"timeslices": {"good": GOOD}},
            [
                "budget    0.1% of time slices: 43m12s of bad time in 30d",
                "slices    a tier fires only when its long window holds about 1 bad time slice",
                "recovery  page_slow: over within 9m after the service is healthy again",
            ],
        ),
        (
            {"probe": {"metric": "up", "by": ["job"]}},
            [
                "budget    0.1% of probes for each job: 43m12s of bad time in 30d",
                "slices    a tier fires only when its long window holds about 3 bad probes",
                "note      several series are averaged",
            ],
        ),
        (
            {"ratio": {"error": "e"}},
            ["note      the budget counts time, not events", "values above 1 count as 1"],
        ),
        (
            {"timeslices": {"good": "sum(rate(a[1h])) > 1"}},
            ["note      it looks back 1h itself: it turns that much later at most"],
        ),
        (
            {"timeslices": {"good": GOOD, "missing": "bad"}},
            ["absence   missing data counts as bad, and burn alerts tell of it; there is no other alert"],
        ),
        (
            {"timeslices": {"good": GOOD, "missing": "good"}},
            [
                "absence   missing data counts as good; without data for 10m",
                'page, if up{job="a"} was seen once',
            ],
        ),
        (
            {"timeslices": {"good": "max(s) > 1", "missing": "good"}},
            ["absence   missing data counts as good; a day without any, or none ever, is a ticket"],
        ),
    ],
)
def test_people_read(compiled, sli, lines):
    text = as_text(explained(compiled, sli))
    for line in lines:
        assert line in text
    assert "low traffic" not in text
    assert "events" not in text.replace("not events", "")


def test_scripts_get_the_same(compiled):
    data = json.loads(as_json(explained(compiled, {"freshness": {"timestamp": "max(t)", "max_age": "2h"}})))
    assert (data["unit"], data["missing"]) == ("time slices", "bad")
    assert (
        "what never succeeded (no timestamp, or 0) has `max_age` from when the rules began; then it is bad"
        in data["notes"]
    )
    events = json.loads(as_json(explained(compiled, {"events": {"bad": "e", "total": "t"}})))
    assert (events["unit"], events["missing"], events["notes"]) == ("events", "ignore", [])
