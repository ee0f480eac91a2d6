"""Exclusions by what the SLO itself reads: which hide an outage, and which don't."""

import pytest

PROBE = {"probe": {"metric": 'probe_success{job="a"}'}}
READY = {"timeslices": {"good": "min(replicas_ready / replicas_wanted) >= 1"}}
EVENTS = {"events": {"bad": 'x_total{job="a",code="500"}', "total": 'x_total{job="a"}'}}
NATIVE = {"latency": {"histogram": "x_seconds", "threshold": "1s", "native": True}}


@pytest.mark.parametrize(
    ("sli", "when", "told"),
    [
        (PROBE, 'probe_success{job="a"} == 0', True),
        (PROBE, 'min(probe_success{instance="x",job="a"}) == 0', True),
        (PROBE, 'up{job="a"} == 0', True),
        (PROBE, 'probe_success{job="b"} == 0', False),
        (PROBE, "maintenance == 1", False),
        (READY, "replicas_wanted == 0", False),
        (EVENTS, 'sum(rate(x_total{job="a"}[5m])) < 1', False),
        (EVENTS, 'sum(x_total{job="a"}) < 1', False),
        (EVENTS, 'sum(rate(x_total{job="a",code=~"2.."}[5m])) == 0', True),
        (EVENTS, 'sum(rate(x_total{job="a",code="500"}[5m])) > 5', True),
        (EVENTS, 'sum(rate(x_total{job="a",path="/load"}[5m])) > 5', False),
        (NATIVE, "histogram_count(rate(x_seconds[5m])) < 1", False),
    ],
)
def test_an_exclusion(compiled, sli, when, told):
    result = compiled({"sli": sli, "exclude": [{"when": when}]})
    assert ("exclusion-hides" in [problem.code for problem in result.problems]) == told, result.problems
