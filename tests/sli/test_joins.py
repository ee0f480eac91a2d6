"""Counters and gauges that are joined with what describes them: series of both sides, which match."""

from __future__ import annotations

import pytest

from slogen.load import read
from slogen.model.origin import Origin
from slogen.model.sli import UnsatisfiableError
from slogen.settings import Settings
from slogen.sli import KINDS

[DOCUMENT], _ = read("spec.yaml", b"{}")
NOWHERE = Origin(DOCUMENT)


def sides(join: str, by: str = "") -> dict[str, str]:
    counters = {
        "bad": 'rate(reqs_total{code=~"5.."}[{{ window }}])',
        "total": "rate(reqs_total[{{ window }}])",
    }
    return {name: f"sum{by} ({join.replace('{counter}', text)})" for name, text in counters.items()}


def samples(kind, config, group=None):
    sli, problems = KINDS[kind](config, NOWHERE, Settings())
    assert not [problem for problem in problems if problem.is_error]
    return sli.samples(group or {})


def test_both_sides_have_the_labels_that_they_are_matched_on():
    found = samples("events", sides('{counter} * on (pod) group_left () kube_pod_labels{pod=~"web-[0-9]+"}'))
    assert found.good == ('reqs_total{code="200",pod="web-0"}',)
    assert found.bad == ('reqs_total{code="500",pod="web-0"}',)
    assert found.beside == ('kube_pod_labels{pod="web-0"}',)


def test_groups_have_partners_of_their_own():
    """Two with the same labels would be many-to-many, which Prometheus refuses."""
    config = {**sides("{counter} * on (pod) group_left (team) kube_pod_labels", " by (team)"), "by": ["team"]}
    found = [samples("events", config, {"team": team}).beside for team in ("a", "b")]
    assert found == [('kube_pod_labels{pod="a",team="a"}',), ('kube_pod_labels{pod="b",team="b"}',)]


def test_no_join_is_believed_that_counts_nothing():
    """The label is on the counters alone once they are summed up: nothing has a partner."""
    join = "sum by (pod) ({counter}) * on (node) group_left () kube_pod_labels"
    with pytest.raises(UnsatisfiableError, match="counts exactly once"):
        samples("events", sides(join))


@pytest.mark.parametrize(
    "join",
    [
        "{counter} * ignoring (code) group_left () kube_pod_labels",
        "{counter} * on (pod) group_left () (kube_pod_labels * 2)",
        "{counter} * on (pod) group_left () count by (node) (kube_pod_labels)",
        '{counter} * on (pod) group_left () label_replace(kube_pod_labels, "pod", "$1", "name", "(.*)")',
    ],
)
def test_what_is_no_plain_join_is_not_guessed(join):
    with pytest.raises(UnsatisfiableError):
        samples("events", sides(join))


JOINED = '* on (pod) group_left () labels{job="ksm"}'


@pytest.mark.parametrize(
    ("kind", "config"),
    [
        (
            "events",
            {
                "bad": f'sum(rate(a_total{{job="a",code="500"}}[{{{{ window }}}}]) {JOINED})',
                "total": f'sum(rate(a_total{{job="a"}}[{{{{ window }}}}]) {JOINED})',
            },
        ),
        ("timeslices", {"good": 'max(q{job="a"} and on (pod) labels{job="ksm"}) < 10'}),
        ("timeslices", {"good": 'max(q{job="a"} and\non(pod) labels{job="ksm"}) < 10'}),
    ],
)
def test_targets_are_those_of_what_is_measured(kind, config):
    """While kube-state-metrics runs, a service that is down would tell nobody."""
    sli, _ = KINDS[kind](config, NOWHERE, Settings())
    assert sli.up(Settings()) == ('up{job="a"}',)


def test_a_gauge_is_joined_too():
    good = 'max(lag{group="x"} * on (topic) group_left () topics{topic=~"pay-[a-z]+"}) < 100'
    found = samples("timeslices", {"good": good})
    assert set(found.series) == {'lag{group="x",topic="pay-a"}', 'topics{topic="pay-a"}'}
