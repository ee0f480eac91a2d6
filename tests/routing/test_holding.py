"""Inhibition of somebody's configuration, by Alertmanager's rules."""

from __future__ import annotations

import pytest

from slogen.routing.holding import held, read_rule
from slogen.routing.matching import SOME, UnreadableError

A = {"alertname": "Burn", "slo_id": "a/x", "severity": "critical"}
B = {"alertname": "Burn", "slo_id": "b/y", "severity": "warning"}
CHART = {
    "source_matchers": ["severity = critical"],
    "target_matchers": ["severity =~ warning|info"],
    "equal": ["namespace", "alertname"],
}


def holds(rule, source, target):
    return [(each.source, each.target) for each in held(read_rule(rule), [source, target], [])]


@pytest.mark.parametrize(
    ("rule", "source", "target", "expected"),
    [
        (CHART, A, B, True),  # neither has a namespace: an empty one
        (CHART, {**A, "namespace": "m"}, B, False),
        (CHART, {**A, "namespace": "m"}, {**B, "namespace": "m"}, True),
        (CHART, A, {**B, "alertname": "Other"}, False),
        (CHART, A, {**B, "severity": "page"}, False),
        (CHART, {**A, "namespace": SOME}, {**B, "namespace": SOME}, True),  # groups that may be the same
        (CHART, {**A, "namespace": SOME}, B, False),
        ({**CHART, "target_matchers": ['{severity="warning",slo_id=""}']}, A, B, False),
        ({**CHART, "target_matchers": ['"severity"="warning", alertname!~"X|Y"']}, A, B, True),
        ({"source_match": {"severity": "critical"}, "target_match_re": {"slo_id": "b/.+"}}, A, B, True),
        ({"source_match_re": {"severity": "crit"}, "target_match": {"severity": "warning"}}, A, B, False),
        ({"target_matchers": ["severity=warning"]}, A, B, True),  # no source: any
        # Both fit both sides: neither is held back.
        ({"source_matchers": ["alertname=Burn"], "target_matchers": ["slo_id=~.+"]}, A, B, False),
    ],
)
def test_what_alertmanager_would_do(rule, source, target, expected):
    assert ((source, target) in holds(rule, source, target)) == expected


def test_nothing_holds_back_itself():
    assert holds({"equal": ["slo_id"]}, A, B) == []


@pytest.mark.parametrize(
    "rule", ["x", {"source_matchers": ["severity ~ x"]}, {"target_match_re": {"severity": "("}}]
)
def test_what_can_not_be_read(rule):
    with pytest.raises(UnreadableError):
        holds(rule, A, B)


def test_what_is_meant_is_left_out():
    meant = read_rule({"source_matchers": ["slo_id=a/x"], "target_matchers": ["slo_id=b/y"]})
    assert list(held(read_rule(CHART), [A, B], [meant])) == []
