"""The one list of an SLO's alerts is what the rules emit."""

import ast
import json
from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from slogen.conventions import ID, SEVERITY, SLO_ALERTS
from slogen.emitted.rules import Alert
from slogen.model.alerts import Why, alerts_of, tiers_of
from slogen.model.slo import Slo
from slogen.model.tiers import Breach
from slogen.pipeline import Result, compile_project
from slogen.shape.schema import schema_text
from slogen.units import DAY

PACKAGE = Path(__file__).parents[2] / "slogen"
OFF = {"enabled": False}
COUNTED = {"bad": 'errors_total{job="shop"}', "total": 'requests_total{job="shop"}'}
KINDS: dict[str, dict[str, Any]] = {
    "events": {"sli": {"events": COUNTED}},
    "pushed": {"sli": {"events": {"bad": "errors_total", "total": "requests_total", "by": ["model"]}}},
    "latency": {
        "sli": {"latency": {"histogram": 'latency_seconds{job="shop"}', "threshold": "500ms"}},
        "levels": {"quantile": 0.99, "warning": "600ms", "critical": "1s", "for": "2m"},
    },
    "bad": {"sli": {"timeslices": {"good": 'avg(score{job="shop"}) >= 0.8', "missing": "bad"}}},
    "good": {
        "sli": {"timeslices": {"good": 'avg(score{job="shop"}) >= 0.8', "missing": "good"}},
        "levels": {"critical": "0.5"},
    },
    "whole": {},
}
WINDOWS: dict[str, dict[str, Any]] = {
    "long": {"window": "30d"},
    "short": {"window": "1h", "objective": 90},
    "dated": {"window": {"calendar": "month"}},
}
ALERTING: dict[str, dict[str, Any]] = {
    "plain": {},
    "no-pages": {"page": OFF},
    "no-tickets": {"ticket": OFF, "budget": [{"consumed": "75%", "severity": "ticket"}]},
    "nothing": {"page": OFF, "ticket": OFF, "budget": [], "absent": False},
    "gone-pages": {"page": OFF, "absent": {"severity": "page", "for": "3m"}},
    "gone-tickets": {"absent": {"severity": "ticket", "per_group": True}},
    "waits": {"page": {"for": "2m"}, "ticket": {"for": "20m", "keep_firing_for": "1h"}, "absent": False},
    "idle": {"traffic": {"min": 10, "for": "30m"}},
    "idle-pages": {"traffic": {"min": 10, "for": "30m", "severity": "page"}, "page": OFF},
    "own-tiers": {
        "tiers": [{"name": "own", "severity": "page", "budget": "2%", "long": "1h", "short": "5m"}],
        "budget": [{"consumed": "100%", "severity": "page"}, {"consumed": "120%", "severity": "info"}],
        "names": {"SLODataAbsent": "Gone"},
    },
}
RECEIVERS = ("phone", "queue", "boss")
ESCALATE = {"ticket_after": "1d", "page_after": "1h", "page_to": "boss"}


def asked() -> Iterator[dict[str, Any]]:
    """Every kind with every alerting, over windows of any sort; every other one escalates."""
    for window, length in WINDOWS.items():
        part = {"name": f"part-{window}", "objective": 99, **KINDS["events"], **length}
        yield part
        of = [{"slo": f"shop/{part['name']}"}, {"slo": f"shop/events-{window}-plain"}]
        kinds = KINDS | {"whole": {"sli": {"composite": {"of": of}}}}
        for (kind, fields), (name, alerting) in product(kinds.items(), ALERTING.items()):
            fits = "tiers" not in alerting or window == "long"
            if fits and (
                "traffic" not in alerting or "events" in fields["sli"] or "latency" in fields["sli"]
            ):
                owner = "loud" if len(name) % 2 else "quiet"
                head = {"name": f"{kind}-{window}-{name}", "objective": 99, "owner": owner}
                yield head | length | fields | {"alerting": alerting}


def project() -> Result:
    """The project that asks for all of them."""
    notifications = {
        "kind": "Notifications",
        "receivers": {name: {"webhook": {"url": f"http://{name}/"}} for name in RECEIVERS},
        "default": {"page": "phone", "ticket": "queue"},
        "owners": {"loud": {"escalate": ESCALATE}},
    }
    spec = {"kind": "ServiceLevelObjectives", "service": "shop", "slos": list(asked())}
    sources = {
        f"{document['kind']}.yaml": json.dumps({"apiVersion": "slogen/v1", **document})
        for document in (spec, notifications)
    }
    return compile_project(sources, targets=["prometheus"])


@pytest.fixture(scope="module")
def result() -> Result:
    found = project()
    assert found.ok, [problem.message for problem in found.problems]
    return found


@pytest.mark.slow
def test_they_are_those_that_the_rules_emit(result: Result) -> None:
    """By name, word for the severity and wait; each as often as it is there."""
    emitted: dict[str, Counter[tuple[str, str, int]]] = {slo.id: Counter() for slo in slos_of(result)}
    for compiled in result.compiled[:-1]:
        for rule in (rule for group in compiled.rules.groups for rule in group.rules):
            if isinstance(rule, Alert):
                emitted[rule.labels[ID]][rule.alert, rule.labels[SEVERITY], rule.wait] += 1
    assert len(emitted) > 100
    for slo in slos_of(result):
        lines = alerts_of(slo)
        listed = [(slo.alerting.name(line.name), line.severity, line.wait) for line in lines]
        assert Counter(listed) == emitted[slo.id], slo.id


def test_their_names_are_those_that_can_be_given_others(result: Result) -> None:
    names = {line.name for slo in slos_of(result) for line in alerts_of(slo)}
    given = json.loads(schema_text("slo"))["$defs"]["alerting"]["properties"]["names"]["properties"]
    assert names == given.keys() == set(SLO_ALERTS)


def test_each_reason_is_there(result: Result) -> None:
    assert {line.why for slo in slos_of(result) for line in alerts_of(slo)} == set(Why)


def test_a_breach_is_a_tier_that_spends_the_whole_budget(result: Result) -> None:
    (slo,) = (slo for slo in slos_of(result) if slo.name == "events-short-plain")
    page = next(tier for tier in tiers_of(slo) if tier.severity == "page")
    assert (page.name, page.long, page.share, page.threshold) == ("breach", 3600, 1, slo.budget)
    assert page.shown["long"] == "1h"


def test_a_breach_names_its_window_as_people_do() -> None:
    shown = Breach.of(30 * DAY, Fraction(9, 10), "month").shown
    assert shown == {
        "long": "month",
        "short": "month",
        "threshold": "0.9",
        "factor": "1",
        "share": "100%",
    }


@pytest.mark.slow
def test_what_is_off_is_asked_in_one_place() -> None:
    """The proof goes its own road: it reads the spec's words itself."""
    found = {
        path.relative_to(PACKAGE).as_posix()
        for path in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute) and node.attr == "enabled"
    }
    assert {path for path in found if not path.startswith("proof/")} == {"model/alerting.py"}


def slos_of(result: Result) -> list[Slo]:
    return [slo for service in result.services for slo in service.slos]
