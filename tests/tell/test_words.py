"""What pages say about the alerts beside the tiers."""

import pytest

from slogen.tell.words import other_alerts

OFF = {"enabled": False}
BUDGET = [
    "info when 50% of the budget is consumed",
    "ticket when 80% of the budget is consumed",
    "ticket when 100% of the budget is consumed",
]
GONE = "an alert when the data has been gone for 10m"
IDLE = "when there are fewer than 10 events in 30m, while the targets are up"


@pytest.mark.parametrize(
    ("alerting", "said"),
    [
        ({}, [*BUDGET, GONE]),
        ({"page": OFF}, [*BUDGET, GONE]),
        ({"ticket": OFF}, [BUDGET[0], GONE]),
        ({"page": OFF, "ticket": OFF}, [BUDGET[0]]),
        ({"budget": [], "absent": False}, []),
        ({"budget": [], "absent": {"for": "1h"}}, ["an alert when the data has been gone for 1h"]),
        ({"budget": [], "absent": False, "traffic": {"min": 10, "for": "30m"}}, [f"ticket {IDLE}"]),
        ({"budget": [], "absent": False, "ticket": OFF, "traffic": {"min": 10, "for": "30m"}}, []),
    ],
)
def test_only_what_is_sent_is_said(compiled, alerting, said):
    (slo,) = compiled({"alerting": alerting}).services[0].slos
    assert list(other_alerts(slo)) == said


def test_levels(compiled):
    score = {"timeslices": {"good": 'avg(score{job="a"}) >= 0.8'}}
    levels = {"warning": "0.7", "critical": "0.5"}
    alerting = {"budget": [], "absent": False, "ticket": OFF}
    (slo,) = compiled({"sli": score, "levels": levels, "alerting": alerting}).services[0].slos
    (line,) = other_alerts(slo)
    assert line.startswith("page when ")
    assert line.endswith(" is below 0.5")
