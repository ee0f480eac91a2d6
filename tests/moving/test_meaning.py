"""What an import would make mean something else is refused, or said."""

from __future__ import annotations

import pytest

from .conftest import move

SLOTH = """\
version: prometheus/v1
service: {service}
slos:
  - name: {name}
    objective: 99
    sli:
{sli}
    alerting: {{page_alert: {{disable: true}}, ticket_alert: {{disable: true}}}}
"""
W = "[{{.window}}]"


def events(bad, total):
    return f"      events:\n        error_query: '{bad}'\n        total_query: '{total}'"


def raw(query):
    return f"      raw:\n        error_ratio_query: '{query}'"


def sloth(sli, service="shop", name="a"):
    return move(SLOTH.format(service=service, name=name, sli=sli))


E, T = 'errors_total{job="a"}', 'requests_total{job="a"}'


@pytest.mark.parametrize(
    "total",
    [
        f"sum(increase({T}{W})) > 100",
        f"sum(increase({T}{W})) + 1",
        f"clamp_min(sum(increase({T}{W})), 1)",
        f"sum(increase({T}{W}) > 5)",
    ],
)
def test_counts_beside_numbers_are_refused(total):
    moved = sloth(events(f"sum(increase({E}{W}))", total))
    assert [problem.code for problem in moved.all_problems if "refused" in problem.code] == [
        "import-refused-query"
    ]
    moved = sloth(raw(f"sum(increase({E}{W})) / ({total})"))
    assert [problem.code for problem in moved.all_problems if "refused" in problem.code] == [
        "import-refused-query"
    ]


@pytest.mark.parametrize("query", [f"sum(increase({E}{W})) / sum(increase({T}{W}))"])
def test_shares_of_counts_are_not(query):
    for each in (query, f"1 - ({query})", f"clamp_max({query}, 1)"):
        assert all(slo.fields for slo in sloth(raw(each)).slos), each


def test_what_is_there_only_with_enough_traffic_is_a_ratio():
    [slo] = sloth(events(f"sum(rate({E}{W}))", f"sum(rate({T}{W})) > 10")).slos
    assert slo.fields
    assert set(slo.fields["sli"]) == {"ratio"}
    assert "> 10" in slo.fields["sli"]["ratio"]["error"]


def test_many_series_are_told():
    by_pod = f"sum by (pod) (rate({E}{W})) / ignoring (pod) group_left sum(rate({T}{W}))"
    [slo] = sloth(raw(by_pod)).slos
    assert "import-decide-doubt" in {problem.code for problem in slo.problems}


@pytest.mark.parametrize(
    ("service", "name"), [("'{{ .Values.svc }}'", "a"), ("shop", "'{{ .Release.Name }}'")]
)
def test_templates_are_no_names(service, name):
    moved = sloth(raw(f"sum(rate({E}{W})) / sum(rate({T}{W}))"), service, name)
    assert "import-refused-slo" in {problem.code for problem in moved.all_problems}
    assert not moved.specs
