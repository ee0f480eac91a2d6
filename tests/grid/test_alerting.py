"""What is accepted is green in its own proof: alerts that are off, waits, what is forgotten, odd dates.

Each is the only SLO of its service, so that nothing else tests its rules. promtool is asked in turns, and in
the gate of every fourth case.
"""

from __future__ import annotations

import json
import os
from typing import Any

import pytest

from slogen.pipeline import compile_project

from .judge import unproven

EVENTS = {"bad": 'requests_total{job="a",code=~"5.."}', "total": 'requests_total{job="a"}'}
SCORE = {"timeslices": {"good": 'avg(score{job="a"}) >= 0.85', "missing": "bad"}}
OFF = {"enabled": False}
CASES = {
    "nothing but info": ({"events": EVENTS}, {"page": OFF, "ticket": OFF}),
    "time without tickets": (SCORE, {"ticket": OFF}),
    "absence is a ticket, and there is none": (
        {"events": EVENTS},
        {"ticket": OFF, "absent": {"severity": "ticket"}},
    ),
    "rare, and nobody asks for its targets": ({"events": {**EVENTS, "rare": True}}, {"absent": False}),
    "rare, and other targets are asked": (
        {"events": {**EVENTS, "rare": True}},
        {"absent": {"up": 'up{job="b"}'}},
    ),
    "away is told for longer than it is remembered": (
        {"events": EVENTS},
        {"absent": {"for": "0s", "forget": "25h"}},
    ),
    "absence waits for longer than the rules need": ({"events": EVENTS}, {"absent": {"for": "1h"}}),
    "traffic over a week, pushed": (
        {"events": {"bad": 'x_total{code="5"}', "total": "x_total", "by": ["model"]}},
        {"traffic": {"min": 0.5, "for": "7d"}},
    ),
    "traffic of each group, and its page waits": (
        {"events": {**EVENTS, "by": ["model"], "rare": True}},
        {
            "traffic": {"min": 7, "for": "25m", "severity": "page"},
            "absent": {"per_group": True, "for": "1h"},
            "page": {"for": "7m", "keep_firing_for": "1h"},
        },
    ),
    "traffic in the least time, and nobody is told of gone data": (
        {"events": EVENTS},
        {"traffic": {"min": 1000000000, "for": "5m"}, "absent": False},
    ),
    "filled in as good, and forgotten within a day": (
        {"timeslices": {**SCORE["timeslices"], "missing": "good"}},
        {"absent": {"forget": "4h"}},
    ),
    "filled in as good, and forgotten after two days": (
        {"timeslices": {**SCORE["timeslices"], "missing": "good"}},
        {"absent": {"forget": "2d"}},
    ),
    "bad while it is missing, and forgotten within minutes": (
        {"freshness": {"timestamp": 'max(done_timestamp_seconds{job="a"})', "max_age": "2h"}},
        {"absent": {"for": "5m", "forget": "10m"}},
    ),
    "nothing says which targets there are, and it pages": (
        {"events": {"bad": 'x_total{code="5"}', "total": "x_total"}},
        {"absent": {"severity": "page"}},
    ),
    "absence waits for days": ({"events": EVENTS}, {"absent": {"for": "6d"}}),
    "one bad event is enough, and its page waits": (
        {"events": EVENTS},
        {"min_bad_events": 0, "page": {"for": "2m"}, "ticket": {"for": "5m"}},
    ),
    "a page is kept for less than its second look": ({"events": EVENTS}, {"page": {"keep_firing_for": "1m"}}),
    "a page is kept for almost that": ({"events": EVENTS}, {"page": {"keep_firing_for": "3m"}}),
    "a page is kept while traffic falls": ({"events": EVENTS}, {"page": {"keep_firing_for": "5m"}}),
    "a page needs more probes than a story's outage has": (
        {"probe": {"metric": 'probe_success{job="a"}'}},
        {"min_bad_events": 50},
    ),
    "tiers wait, each as long as it likes": (
        {"events": EVENTS},
        {
            "page": {"for": "1m"},
            "tiers": [
                {"name": "now", "severity": "page", "factor": 8, "long": "1h", "short": "5m", "for": "5m"},
                {"name": "soon", "severity": "page", "factor": 4, "long": "3h", "short": "30m"},
                {"name": "late", "severity": "ticket", "factor": 1, "long": "1d", "short": "2h", "for": "2h"},
            ],
        },
    ),
}
FIELDS: dict[str, dict[str, Any]] = {
    "a week that ends a day after its budget began": {
        "window": {"calendar": "week"},
        "since": "2026-11-01",
    },
    "a week in a zone": {"window": {"calendar": "week", "zone": "Europe/Berlin"}},
    "a month in a zone": {"window": {"calendar": "month", "zone": "America/New_York"}},
    "a quarter since a date in a zone": {
        "window": {"calendar": "quarter", "zone": "Europe/Berlin"},
        "since": "2026-07-20",
    },
    "shares that no binary number is": {
        "window": {"calendar": "month"},
        "alerting": {"budget": [{"consumed": f"{n}%", "severity": "info"} for n in (7, 10, 20, 33, 45, 93)]},
    },
    "a budget since a date, alone": {"since": "2026-11-01"},
    "weeks and minutes": {"window": "12w5d23h55m"},
    "slices that the fast windows of hours can't hold": {
        "objective": 90,
        "window": "3h",
        "sli": {"timeslices": {**SCORE["timeslices"], "slice": "10m"}},
    },
    "slices longer than the fast window": {
        "sli": {"timeslices": {**SCORE["timeslices"], "slice": "4h"}},
        "window": "30d",
    },
    "no whole days since a date": {"window": "25h", "since": "2026-11-01"},
    "weeks and minutes since a date": {"window": "12w5d23h55m", "since": "2026-11-01"},
}
MAINTAINED = {"exclude": [{"when": 'max(maintenance{job="b"}) == 1'}]}
RATIO = {"ratio": {"error": 'job:errors:ratio5m{job="a"}'}}
INTERVALS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "an exclusion ends late where the base window is long": (MAINTAINED, {"base_window": "15m"}),
    "a look every two minutes sees an outage early": (
        {"sli": RATIO, "objective": 99.95, "window": "90d"},
        {"evaluation_interval": "2m"},
    ),
}
VERSIONS = ("2.42", "2.53", "3.5")


def some(cases):
    """All with `make grid`, in the gate every fourth."""
    return list(cases)[:: 1 if os.environ.get("SLOGEN_GRID") == "each" else 4]


def version_of(name, cases):
    """The promtool whose turn it is."""
    return VERSIONS[list(cases).index(name) % 3]


@pytest.mark.oracle
@pytest.mark.parametrize(
    ("sli", "alerting", "version"),
    [(*CASES[name], version_of(name, CASES)) for name in some(CASES)],
    ids=some(CASES),
)
def test_what_is_accepted_is_proven(sli, alerting, version, oracles):
    assert _unproven({"sli": sli, "alerting": alerting}, oracles(f"prometheus-{version}", "promtool")) == []


@pytest.mark.oracle
@pytest.mark.parametrize("name", some(FIELDS))
def test_odd_dates_are_proven(name, oracles):
    promtool = oracles(f"prometheus-{version_of(name, FIELDS)}", "promtool")
    assert _unproven({"sli": {"events": EVENTS}, **FIELDS[name]}, promtool) == []


@pytest.mark.oracle
@pytest.mark.parametrize("name", INTERVALS)
def test_other_intervals_are_proven(name, oracles):
    fields, prometheus = INTERVALS[name]
    promtool = oracles(f"prometheus-{version_of(name, INTERVALS)}", "promtool")
    assert _unproven({"sli": {"events": EVENTS}, **fields}, promtool, prometheus) == []


def _unproven(fields, promtool, prometheus=None):
    head = {"apiVersion": "slogen/v1"}
    slo = {"name": "x", "objective": 95, "window": "7d", **fields}
    spec = {**head, "kind": "ServiceLevelObjectives", "service": "odd", "slos": [slo]}
    settings = {
        **head,
        "kind": "Settings",
        "targets": ["prometheus", "tests"],
        "prometheus": {"retention": "100d", **(prometheus or {})},
    }
    result = compile_project({"specs/odd.yaml": json.dumps(spec)}, json.dumps(settings))
    assert result.ok, [problem.message for problem in result.problems]
    return unproven(result, [promtool])
