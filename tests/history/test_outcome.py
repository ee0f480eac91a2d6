"""Events and incidents of a history."""

from fractions import Fraction
from types import SimpleNamespace
from typing import Any

from slogen.history.outcome import Events, _incidents
from slogen.history.played import Firing

SLOT = 300
TOTAL = dict.fromkeys(range(SLOT, 86400 + SLOT, SLOT), 600.0)
BAD = dict.fromkeys((30000, 30300, 30600), 300.0)
EVENTS = Events(BAD, TOTAL, SLOT)
SLO: Any = SimpleNamespace(
    budget=Fraction(1, 100), window=30 * 86_400, alerting=SimpleNamespace(tiers=[SimpleNamespace(long=3600)])
)


def page(start, end):
    return Firing("SLOErrorBudgetBurn", "page_fast", "page", start, start, end)


def test_events_are_counted_by_the_ends_of_their_slots():
    assert EVENTS.between(29_700, 30_600) == (900.0, 1800.0)
    assert EVENTS.between(30_000, 30_600) == (600.0, 1200.0)


def test_an_incident_begins_with_the_errors_and_costs_its_share():
    [incident] = _incidents(SLO, [page(30_450, 31_500), page(30_600, 31_200)], EVENTS, 0, 86_400)
    assert (incident.start, incident.end, incident.bad) == (30_000, 31_500, 900.0)
    # 2 events a second over 30 days, of which 1 % may be bad
    assert round(incident.budget, 9) == round(900 / (2 * 30 * 86_400 / 100), 9)
    assert [each.start for each in incident.pages] == [30_450, 30_600]


def test_time_without_data_makes_no_incident_dearer():
    [one] = _incidents(SLO, [page(30_450, 31_500)], EVENTS, 0, 86_400)
    [other] = _incidents(SLO, [page(30_450, 31_500)], EVENTS, 0, 5 * 86_400)
    assert one.budget == other.budget


def test_pages_apart_are_incidents_apart_and_one_may_go_on():
    found = list(_incidents(SLO, [page(30_450, 31_500), page(50_000, None)], EVENTS, 0, 86_400))
    assert [(each.start, each.end) for each in found] == [(30_000, 31_500), (49_800, None)]
