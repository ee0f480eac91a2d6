"""The fleet's numbers, asked of a real Prometheus."""

from __future__ import annotations

import pytest

from . import truth
from .asking import EVERY, FLEET_UID, SHOP, ask, by_slo, close, expected_by_slo
from .grafana import panels, queries
from .history import of

pytestmark = [pytest.mark.oracle, pytest.mark.server, pytest.mark.xdist_group("boards")]


def test_tables_of_the_fleet(server, boards, values):
    board = boards[FLEET_UID]
    chosen, seen = values(board), set()
    for panel, target in queries(board):
        key = ("fleet", panel["title"], target["refId"])
        if key in truth.TABLES:
            found = by_slo(ask(server, panel, target, chosen))
            close(found, expected_by_slo(truth.TABLES[key], EVERY))
            seen.add(key)
    assert seen == {key for key in truth.TABLES if key[0] == "fleet"}


def test_counts_of_the_fleet(server, boards, values):
    board = boards[FLEET_UID]
    chosen = values(board)
    states = [truth.state(of(name)) for name in EVERY]
    alerts = [truth.alert(of(name)) for name in EVERY]
    lately = {name: truth.lately(of(name)) for name in EVERY}
    met = [kept >= 1 - of(name)[0].budget for name, kept in lately.items() if kept is not None]
    expected = {("Overall SLO compliance, last 7 days", "A"): sum(met) / len(met)}
    expected |= {("SLOs by status", "ABCDEF"[number]): states.count(number) for number in range(6)}
    expected |= {("SLOs that alert", "A"): alerts.count(3), ("SLOs that alert", "B"): alerts.count(2)}
    assert {states.count(number) > 0 for number in range(6)} == {True}
    found = {}
    for panel, target in queries(board):
        key = (panel["title"], target["refId"])
        if key in expected:
            [(_, found[key])] = ask(server, panel, target, chosen)
    close(found, expected)


def test_the_fleet_is_narrowed_by_owner_and_service(server, boards, values):
    board = boards[FLEET_UID]
    table = next(panel for panel in panels(board) if panel["title"] == "All SLOs")
    for chosen, names in (
        ({"owner": "till"}, SHOP),
        ({"service": "api"}, ("fast", "monthly")),
        ({"cluster": "us"}, ()),
    ):
        for target in table["targets"]:
            found = by_slo(ask(server, table, target, values(board, **chosen)))
            assert found.keys() <= set(names)
            assert target["refId"] not in "AC" or found.keys() == set(names)


def test_every_query_of_the_fleet_is_asserted(boards):
    tables = {key[1:] for key in truth.TABLES if key[0] == "fleet"}
    asked = {(panel["title"], target["refId"]) for panel, target in queries(boards[FLEET_UID])}
    counts = {
        ("Overall SLO compliance, last 7 days", "A"),
        ("SLOs that alert", "A"),
        ("SLOs that alert", "B"),
    }
    assert asked == tables | counts | {("SLOs by status", letter) for letter in "ABCDEF"}
