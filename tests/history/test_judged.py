"""Pages held against incidents that people know of."""

from __future__ import annotations

from fractions import Fraction

import pytest

from slogen.history.judged import judged
from slogen.history.played import Firing, History, Incident, Outcome, Played
from slogen.history.reported import Reported
from slogen.report.history import render
from slogen.report.history_json import as_data

START, END, SLOT = 0, 86_400, 300


def firing(start, end, severity="page", tier="page_fast"):
    return Firing("SLOErrorBudgetBurn", tier, severity, start - 60, start, end)


def played(slo_id, incidents=(), tickets=(), ratio=(), objective="0.99"):
    found = tuple(Incident(start, end, (firing(at, end),), 10.0, 0.1) for start, at, end in incidents)
    firings = (*(page for each in found for page in each.pages), *tickets)
    return Played(slo_id, {}, Fraction(objective), "30d", "events", 1e6, 100.0, firings, found, (), ratio)


def judge(slos, *incidents):
    history = judged(History(START, END, 30, "Prometheus", tuple(slos)), incidents, SLOT)
    assert history.judged is not None
    return history


PAGED = played("shop/a", [(6000, 6300, 7200)], ratio=((6000, 0.5), (6300, 0.25), (9000, 0.02)))


@pytest.mark.parametrize(
    ("start", "end", "outcome", "after"),
    [
        (5800, 7000, Outcome.PAGED, 500),
        (6500, 8000, Outcome.PAGED, -200),  # who wrote it down was told first
        (5750, 6100, Outcome.PAGED, 550),  # the page came when it was over, of errors that were there
        (5600, 5701, Outcome.PAGED, 700),  # errors began somewhere in the slot that ends at 6000
        (5600, 5700, Outcome.MISSED, 0),
        (7200, 7300, Outcome.PAGED, -900),
        (7201, 7300, Outcome.MISSED, 0),
        (-10, 7000, Outcome.OUTSIDE, 0),
        (END, END + 10, Outcome.OUTSIDE, 0),
    ],
)
def test_an_incident_is_paged_if_its_time_meets_that_of_the_errors(start, end, outcome, after):
    found = judge([PAGED], Reported(start, end), Reported(50, 60)).judged
    told = found.told[0]
    assert (told.outcome, told.after) == (outcome, after)
    assert found.false_pages == (0 if outcome is Outcome.PAGED else 1)


def test_only_alerts_of_its_slo_count():
    other = played("bank/b", [(6000, 6100, 7200)])
    of_shop, of_bank, of_any = (
        judge([PAGED, other], Reported(5900, 7000, slo)).judged for slo in ("shop", "bank/b", "")
    )
    assert [each.told[0].played.slo_id for each in (of_shop, of_bank, of_any)] == [
        "shop/a",
        "bank/b",
        "bank/b",
    ]
    assert [[p.slo_id for p, _ in each.false] for each in (of_shop, of_bank, of_any)] == [
        ["bank/b"],
        ["shop/a"],
        [],
    ]


def test_a_ticket_that_began_in_it_is_told_but_is_no_page():
    early, within = firing(100, None, "ticket", "spent"), firing(5900, None, "ticket", "ticket_fast")
    slo = played("shop/a", tickets=[early, within], ratio=((6000, 0.02),))
    told = judge([slo], Reported(5800, 6100)).judged.told[0]
    assert (told.outcome, told.first, told.after) == (Outcome.TICKET, within, 100)
    assert judge([slo], Reported(6000, 6100)).judged.told[0].outcome is Outcome.MISSED


def test_the_worst_errors_are_those_of_the_slo_that_burned_most():
    strict = played("shop/strict", ratio=((6000, 0.01),), objective="0.9999")
    lax = played("shop/lax", ratio=((6000, 0.2),), objective="0.9")
    assert judge([lax, strict], Reported(5900, 6100)).judged.told[0].worst == 0.01
    assert judge([lax], Reported(5900, 6100)).judged.told[0].worst == 0.2
    assert judge([lax], Reported(6300, 6400)).judged.told[0].worst is None


def test_without_an_incident_in_the_history_nothing_can_be_told():
    assert judge([PAGED], Reported(END + 1, END + 2)).is_partial
    assert not judge([PAGED], Reported(5, 6)).is_partial


def test_words_and_numbers():
    late = judge(
        [PAGED],
        Reported(6500, 8000, "shop/a", "database"),
        Reported(5750, 6100),
        Reported(20_000, 20_600, "", "a | b"),
    )
    quiet = judge([played("shop/a")], *(each.incident for each in late.judged.told))
    text = render((("99 %", late), ("50 %", quiet)), "text")
    lines = {
        line[:1]: line for line in text.partition("Incidents that people know of")[2].splitlines() if line
    }
    assert "database" in lines["1"]
    assert "page 3m20s before it: shop/a page_fast" in lines["1"]
    assert "page after 9m10s, when it was over: shop/a page_fast" in lines["2"]
    assert "missed: no events" in lines["3"]
    assert "2 of 3" in text
    assert "0 of 3" in text
    assert "a \\| b" in render((("99 %", late),), "markdown")
    data = as_data((("99 %", late),), "Backtest")["judged"]
    assert [(each["outcome"], each["after_seconds"]) for each in data["incidents"]] == [
        ("paged", -200),
        ("paged", 550),
        ("missed", None),
    ]
    assert data["false_pages"] == 0
    assert as_data((("", History(START, END, 30, "", (PAGED,))),), "Backtest")["judged"] is None


def test_many_pages_without_an_incident_are_counted():
    noisy = played("shop/a", [(at, at + 60, at + 90) for at in range(3000, 15_000, 1000)])
    history = judge([noisy], Reported(80_000, 80_001))
    text = render((("99 %", history),), "text")
    assert text.count("shop/a paged without an incident: ") == 10
    assert "2 more pages without an incident" in text
    assert "pages without an incident        12 (12)" in text
