"""Why old rules and slogen's tell different things: what a story shows, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from math import nan
from typing import Any

import pytest

from slogen.history.beside import Beside, Told
from slogen.history.comparing import Compared, Comparison, Played
from slogen.history.foreign import Old
from slogen.history.played import Firing
from slogen.history.reasons import reasons
from slogen.history.story import Phase, Story
from slogen.moving.old_rules import read_rules
from slogen.report.beside import as_text, data
from slogen.units import HOUR, MINUTE
from tests.moving.conftest import move
from tests.moving.old_rules import pyrra, sloth, text

BEGINS = 1_000_000
STORY = Story("told", "", (Phase(HOUR, 2 * HOUR, 1.0),), 4 * HOUR, 0, 0, 1.0, 1.0, 0.0)
OF_SLOTH = text(sloth("shop", "up", "sum(rate(e[%s]))", "sum(rate(t[%s]))", alert="Burns", budget=0.01))
OF_PYRRA = text(pyrra("up", "orders", 'code="5"', "shop", target="0.99"))


def firing(start: int, end: int | None = None, alert: str = "Burns", severity: str = "page", wait: int = 0):
    until = None if end is None else BEGINS + end * MINUTE
    return Firing(alert, "", severity, BEGINS + (start - wait) * MINUTE, BEGINS + start * MINUTE, until)


def told(*firings: Firing, before: float | None = 1.0, left: float | None = 0.5) -> Told:
    return Told(firings, before, left)


@pytest.fixture(scope="module")
def slo(compiled) -> Any:
    return compiled({"objective": 99}).services[0].slos[0]


@pytest.fixture
def why(slo):
    def find(
        old: Told, new: Told, bad: float = 100, rules: str = OF_SLOTH, shown: str = "left"
    ) -> dict[str, str]:
        read, problems = read_rules({"old.yaml": rules.encode()})
        assert problems == []
        both = Beside(STORY, BEGINS, old, new, bad, {})
        return {each.kind: each.words for each in reasons(both, slo, Old(tuple(read), tuple(read), shown))}

    return find


def test_where_both_tell_the_same_nothing_is_to_be_said(why):
    assert why(told(firing(2, 30)), told(firing(3, 31))) == {}
    assert why(told(), told()) == {}


def test_an_end_and_a_beginning_at_another_time(why):
    assert "ends 20m sooner" in why(told(firing(2, 50)), told(firing(2, 30)))["ends"]
    assert "ends 20m later" in why(told(firing(2, 30)), told(firing(2, 50)))["ends"]
    assert "the old page comes 4m later: it looks" in why(told(firing(6, 30)), told(firing(2, 30)))["begins"]


def test_who_waits(why):
    """The alerts of Pyrra do, and so may slogen's."""
    late = firing(6, 30, "ErrorBudgetBurn")
    assert "it waits for 3h" in why(told(late), told(firing(1, 30)), rules=OF_PYRRA)["begins"]
    waiting = firing(9, 30, wait=5)
    assert "the new page comes 7m later: it waits for 5m" in why(told(firing(2, 30)), told(waiting))["begins"]


def test_what_only_slogen_tells(why):
    absent = firing(15, 60, "SLODataAbsent")
    assert [*why(told(), told(absent))] == ["gone"]
    assert "gone" not in why(told(firing(2, 60, "SLOMetricAbsent")), told(absent))
    spent = firing(15, None, "SLOErrorBudgetConsumed", "ticket")
    assert [*why(told(), told(spent))] == ["spent"]


def test_too_few_events(why):
    assert "only 2 bad events: an alert needs 3" in why(told(firing(2, 30)), told(), bad=2)["few-events"]
    assert [*why(told(firing(2, 30)), told(), bad=300)] == ["tiers"]


def test_what_the_spec_does_not_want(compiled):
    (service,) = compiled({"objective": 99, "alerting": {"page": {"enabled": False}}}).services
    both = Beside(STORY, BEGINS, told(firing(2, 30)), told(), 100, {})
    read, _ = read_rules({"old.yaml": OF_SLOTH.encode()})
    found = reasons(both, service.slos[0], Old(tuple(read), tuple(read), "left"))
    assert [each.kind for each in found] == ["off"]


def test_pauses(why):
    often = [firing(at, at + 5) for at in (2, 20, 40)]
    assert "ends in a pause" in why(told(firing(2, 60)), told(*often))["pauses"]
    assert "holds on in pauses" in why(told(*often), told(firing(2, 60)))["pauses"]


def test_budgets(why):
    def code(old: Told, new: Told, **more: Any) -> list[str]:
        return [*why(old, new, **more)]

    assert code(told(left=0.5), told(left=0.504)) == []
    assert code(told(left=0.3), told()) == ["weights"]
    assert code(told(left=0.3), told(), rules=OF_PYRRA) == ["counts"]
    assert code(told(before=None, left=-65.0), told()) == ["missing"]
    assert code(told(left=nan), told()) == ["no-number"]
    assert code(told(before=None, left=None), told(), shown="") == ["no-budget"]


def test_stretches_that_overlap_are_one():
    found = told(firing(1, 20), firing(5, 30), firing(40, 50, "Other", "ticket"))
    assert found.spans("page") == [(BEGINS + MINUTE, BEGINS + 30 * MINUTE)]
    found = told(firing(1, 20), firing(10, None), firing(60, 61))
    assert found.spans("page") == [(BEGINS + MINUTE, None)]
    found = told(firing(1, 20), firing(30, None))
    assert found.spans("page") == [(BEGINS + MINUTE, BEGINS + 20 * MINUTE), (BEGINS + 30 * MINUTE, None)]


def comparison(slo: Any, old: Told, new: Told) -> Comparison:
    read, _ = read_rules({"old.yaml": OF_SLOTH.encode()})
    both = Beside(STORY, BEGINS, old, new, 100, {})
    played = Played(both, reasons(both, slo, Old(tuple(read), tuple(read), "left")))
    (moved,) = move(
        "version: prometheus/v1\nservice: shop\nslos: [{name: Up, objective: 99, sli: {events: {error_query:"
        " 'sum(rate(e{job=\"a\"}[{{.window}}]))', total_query: 'sum(rate(t{job=\"a\"}[{{.window}}]))'}}}]\n"
    ).slos
    again = replace(played, both=replace(both, story=replace(STORY, name="again")))
    return Comparison((Compared(slo, moved, ("Burns",), (played, again)),), "Prometheus 3.5", ())


TABLE = """
shop/availability, 99 % over 30d: `Up` of sloth beside slogen

story           old rules              slogen
told   pages    after 2m, until 50m    3 times, first after 1m, until 6m
       tickets  after 5m, and goes on  never
       budget   -95.2 %                -95.1 %
again  pages    after 2m, until 50m    3 times, first after 1m, until 6m
       tickets  after 5m, and goes on  never
       budget   -95.2 %                -95.1 %

told, again: a page of slogen ends in a pause that two looks at the base window see; the old one ends with"""


def test_the_table(slo):
    old = told(firing(2, 50), firing(5, None, severity="ticket"), left=-0.952)
    new = told(*(firing(at, at + 5) for at in (1, 20, 40)), left=-0.951)
    assert "\n".join(as_text(comparison(slo, old, new))).startswith(TABLE)


def test_no_number_is_no_share(slo):
    assert "no number" in "\n".join(as_text(comparison(slo, told(left=nan), told())))


def test_json(slo):
    found = data(comparison(slo, told(firing(2, 50), left=nan), told(firing(2, None))))
    assert found["engine"] == "Prometheus 3.5"
    story = found["slos"][0]["stories"][0]
    assert story["old"] == {
        "alerts": [{"alert": "Burns", "severity": "page", "start": 120, "end": 3000}],
        "budget_left": None,
    }
    assert story["new"]["alerts"][0]["end"] is None
    assert [reason["kind"] for reason in story["reasons"]] == ["no-number"]
