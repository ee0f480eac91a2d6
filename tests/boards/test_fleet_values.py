"""The numbers of the fleet and of the wallboard, asked of a real Prometheus."""

from __future__ import annotations

from collections import Counter

import pytest

import slogen
from slogen.tell import queries as queries_of
from slogen.tell.queries import Scope

from . import truth
from .asking import EVERY, FLEET_UID, SHOP, STOPPED, WALL, ask, by_slo, close, expected_by_slo, key_of
from .grafana import interpolate, panels, queries
from .history import DAY, FIRING, FIRING_FOR, MONTH, NOW, US, of
from .specs import SETTINGS, SPECS
from .tables import rows

pytestmark = [pytest.mark.oracle, pytest.mark.server, pytest.mark.xdist_group("boards")]

KNOWN = (*EVERY, STOPPED)
OWNED = {"till": (*SHOP, "healthy@us"), "models": ("models",), "": ("fast", "monthly", "ttft")}


def panel_of(board, title):
    return next(panel for panel in panels(board) if panel["title"] == title)


def answer(server, board, chosen, title, letter="A"):
    panel = panel_of(board, title)
    [target] = [target for target in panel["targets"] if target["refId"] == letter]
    return ask(server, panel, target, chosen)


def among(fact):
    """The SLOs of which something is so."""
    return {name for name in EVERY if fact(of(name))}


def is_in(name):
    return lambda groups: truth.state(groups) == truth.STATES.index(name)


FACTS = {
    "paging": lambda: among(lambda groups: truth.alert(groups) == 3),
    "with a ticket": lambda: among(
        lambda groups: any(
            more["severity"] == "ticket" for _, slo, more in FIRING if groups and slo == groups[0].key
        )
    ),
    "out of budget": lambda: among(lambda groups: (truth.consumed(groups) or 0) >= 1),
    "burning fast": lambda: among(truth.is_burning),
    "little left": lambda: among(lambda groups: 0.8 <= (truth.consumed(groups) or 0) < 1),
    "no data": lambda: among(truth.no_data),
    "excluded": lambda: among(lambda groups: groups and groups[0].is_excluded),
    "rules gone": lambda: {STOPPED},
    "young": lambda: among(truth.young),
    "no traffic": lambda: among(is_in("no traffic")),
}


def choices(board):
    [variable] = [v for v in board["templating"]["list"] if v["type"] == "custom"]
    return {option["text"]: option["value"] for option in variable["options"]}


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


def test_every_slo_has_a_row_and_a_status(server, boards, values):
    """Also the one whose rules stopped, but not the one that was removed while its service runs on."""
    board = boards[FLEET_UID]
    chosen = values(board)
    info = answer(server, board, chosen, truth.SLOS)
    assert by_slo(info) == dict.fromkeys(KNOWN, 1.0)
    over = {key_of(labels): labels["over"] for labels, _ in info}
    own = {"young": "4d of 30d", "fast": "7d", "monthly": "month"}
    assert over == {name: own.get(name, "30d") for name in KNOWN}
    stopped = next(labels for labels, _ in info if labels["slo_id"] == "dead/stopped")
    assert (stopped["owner"], stopped["objective"]) == ("till", "99%")
    close(
        by_slo(answer(server, board, chosen, truth.SLOS, "C")),
        expected_by_slo(truth.state, KNOWN),
    )


def test_what_was_removed_is_not_gone(server, boards, values):
    """Were the past of all services looked at, only those would be gone whose rules don't run."""
    board = boards[FLEET_UID]
    chosen = {**values(board), "stopped": ".*"}
    for letter in "AC":
        assert by_slo(answer(server, board, chosen, truth.SLOS, letter)).keys() == set(KNOWN)
    found = by_slo(answer(server, board, chosen, truth.SLOS, "C"))
    assert [name for name in KNOWN if found[name] == truth.STATES.index("rules gone")] == [STOPPED]


def test_seven_days_without_whole_days(server):
    """Where all windows are shorter than a day, half hours are summed up; beside services that have days."""
    short = SPECS["shop.yaml"].replace("objective: 99\n", "objective: 99\n    window: 1h\n")
    result = slogen.compile({**SPECS, "shop.yaml": short}, SETTINGS)
    assert result.ok, result.problems
    settings = result.project.settings
    for services in (result.services, [each for each in result.services if each.name == "shop"]):
        expr = queries_of.lately(Scope(settings, services, ('cluster=~".*"',)))
        assert ("rate30m" in expr, "rate1d" in expr) == (True, len(services) > 1)
        found = by_slo(server.instant(expr))
        assert found.pop(STOPPED)  # nothing narrows to what runs
        close(found, expected_by_slo(truth.lately, EVERY))


def test_groups_are_told_in_words(server, boards, values):
    board = boards[FLEET_UID]
    found = answer(server, board, values(board), truth.SLOS, "J")
    told = {key_of(labels): labels["groups"] for labels, _ in found}
    assert told == {"grouped": "1 of 2 out", "models": "2 of 30 out"}


def test_each_choice_shows_just_its_slos(server, boards, values):
    board = boards[FLEET_UID]
    listed = choices(board)
    assert listed.keys() == {"all", *FACTS}
    for fact, number in listed.items():
        found = by_slo(answer(server, board, values(board, show=number), truth.SLOS, "B"))
        shown = {name for name, value in found.items() if value > 0}
        assert shown == (set(KNOWN) if fact == "all" else FACTS[fact]()), fact
        assert found.keys() == set(KNOWN)
        assert shown  # each is so of some


def test_counts_lead_to_what_they_count(server, boards, values):
    board = boards[FLEET_UID]
    chosen, listed = values(board), choices(board)
    words = {
        "Paging": "paging",
        "Tickets": "with a ticket",
        "Out of budget": "out of budget",
        "Burning fast": "burning fast",
        "Little left": "little left",
        "No data": "no data",
        "Excluded": "excluded",
    }
    seen = set()
    for panel in (panel_of(board, "SLOs on fire"), panel_of(board, "SLOs to look after")):
        own = {one["matcher"]["options"]: one["properties"] for one in panel["fieldConfig"]["overrides"]}
        for target in panel["targets"]:
            told = {one["id"]: one["value"] for one in own[target["refId"]]}
            fact = words[told["displayName"]]
            assert [value for _, value in ask(server, panel, target, chosen)] == [len(FACTS[fact]())], fact
            [link] = told["links"]
            assert link["url"].startswith(f"/d/{FLEET_UID}?")
            assert link["url"].endswith(f"&var-show={listed[fact]}")
            seen.add(told["displayName"])
    assert seen == words.keys()


def test_wholes(server, boards, values):
    board = boards[FLEET_UID]
    chosen = values(board)
    left = [share for name in EVERY if (share := truth.left(of(name))) is not None]
    [(labels, share)] = answer(server, board, chosen, "Within budget")
    within = sum(each > 0 for each in left)
    assert (labels["n"], labels["m"]) == (str(within), str(len(left)))
    assert share == pytest.approx(within / len(left))
    lately = {name: truth.lately(of(name)) for name in EVERY}
    met = [kept >= 1 - of(name)[0].budget for name, kept in lately.items() if kept is not None]
    [(_, share)] = answer(server, board, chosen, "Overall compliance, 7 days")
    assert share == pytest.approx(sum(met) / len(met))


def test_whether_slogen_is_alive(server, boards, values):
    """One of six services doesn't run, and an alert says so; where neither is so, all is well."""
    board = boards[FLEET_UID]
    found = answer(server, board, values(board), "slogen alive")
    assert found == [({"n": "5", "m": "6", "also": ", alerts: 1"}, 0.0)]
    found = answer(server, board, values(board, cluster=US), "slogen alive")
    assert found == [({"n": "1", "m": "1"}, 1.0)]


def test_what_fires(server, boards, values):
    board = boards[FLEET_UID]
    chosen, panel = values(board), panel_of(board, "Firing now")
    found = rows(panel, lambda target: ask(server, panel, target, chosen))
    loud = [(slo, more) for _, slo, more in FIRING if more["severity"] != "info"]
    assert [row["alertname"] for row in found if row["slo_about"] == "dead"] == ["SLOMetaRulesGone"]
    assert len(found) == len(loud) + 1  # and none of another project
    assert [row["severity"] for row in found] == sorted(row["severity"] for row in found)  # pages first
    by_alert = {(row["slo"], row["alertname"]): row for row in found if row["slo_about"] != "dead"}
    for slo, more in loud:
        row, groups = by_alert[slo, more["alertname"]], of(slo)
        assert (row["slo_about"], row["owner"], row.get("slo_tier")) == (
            f"shop/{slo}",
            "till",
            more.get("slo_tier"),
        )
        # One line for each, also of the SLO that is told with two runbooks for some minutes.
        assert row["link_runbook"] in {f"https://runbooks.example.com/{name}" for name in ("shop", "old")}
        assert row["Value #A"] == {"page": 2.0, "ticket": 1.0}[more["severity"]]
        assert row["Value #B"] == FIRING_FOR
        beside = {"C": truth.burn_hour(groups), "D": truth.left(groups), "E": truth.gone_in(groups)}
        for letter, value in beside.items():
            assert row.get(f"Value #{letter}") == (None if value is None else pytest.approx(value)), letter


def test_what_each_day_cost(server, boards, values):
    board = boards[FLEET_UID]
    chosen, panel = values(board), panel_of(board, "What each day cost")
    assert (panel["timeFrom"], panel["targets"][0]["interval"]) == ("30d", "1d")
    found = server.over(interpolated(panel, chosen), MONTH, DAY)
    shown = {key_of(labels): points for labels, points in found}
    assert shown.keys() == {name for name in EVERY if truth.left(of(name)) is not None}
    for name, points in shown.items():
        days = {begin: truth.day_cost(of(name), begin) for begin in range(NOW - MONTH, NOW, DAY)}
        close(points, days)
    # What the days of a whole window cost is what is spent.
    assert sum(shown["exhausted"].values()) == pytest.approx(truth.consumed(of("exhausted")))


def interpolated(panel, chosen):
    return interpolate(panel["targets"][0]["expr"], chosen)


def test_owners(server, boards, values):
    board = boards[FLEET_UID]
    chosen, panel = values(board), panel_of(board, "By owner")
    found = {
        row.get("owner", ""): row for row in rows(panel, lambda target: ask(server, panel, target, chosen))
    }
    assert found.keys() == OWNED.keys()
    for owner, names in OWNED.items():
        left = [share for name in names if (share := truth.left(of(name))) is not None]
        counted = {fact: len(FACTS[fact]() & set(names)) for fact in ("paging", "out of budget")}
        row = found[owner]
        assert row["Value #A"] == len(names)
        assert row.get("Value #B", 0) == counted["paging"]
        assert row.get("Value #C", 0) == counted["out of budget"]
        assert row["within"] == f"{sum(share > 0 for share in left)} of {len(left)}"
        assert row["Value #E"] == pytest.approx(min(left))


def test_the_fleet_is_narrowed_by_owner_and_service(server, boards, values):
    board = boards[FLEET_UID]
    table = panel_of(board, truth.SLOS)
    for chosen, names in (
        ({"owner": "till"}, (*SHOP, "healthy@us", STOPPED)),
        ({"service": "api"}, ("fast", "monthly")),
        ({"cluster": "us"}, ("healthy@us",)),
        ({"cluster": "mars"}, ()),
    ):
        for target in table["targets"]:
            found = by_slo(ask(server, table, target, values(board, **chosen)))
            assert found.keys() <= set(names)
            assert target["refId"] not in "ABC" or found.keys() == set(names)


def test_the_wallboard(server, boards, values):
    board = boards[WALL]
    chosen = values(board)
    numbers = {
        "Paging": FACTS["paging"](),
        "Out of budget": FACTS["out of budget"](),
        "Blind": FACTS["no data"]() | {STOPPED},
    }
    for title, names in numbers.items():
        assert answer(server, board, chosen, title) == [({}, float(len(names)))]
    found = answer(server, board, chosen, "The worst 8")
    ranks = {}
    for name in KNOWN:
        share = truth.left(of(name)) if name != STOPPED else None
        own = 0 if share is None else (1 - min(max(share, -8), 1)) / 10
        ranks[name] = truth.state(of(name)) + own, share
    worst = sorted((rank for rank, _ in ranks.values()), reverse=True)[:8]
    assert [value for _, value in found] == pytest.approx(worst)
    for labels, value in found:
        rank, share = ranks[key_of(labels)]
        assert value == pytest.approx(rank)
        told = "" if share is None else f", {round(100 * share)} % left"
        assert labels.get("told", "") == told


def test_every_query_of_the_fleet_is_asserted(boards):
    tables = Counter(key[1] for key in truth.TABLES if key[0] == "fleet")
    one_by_one = {"SLOs on fire": 4, "SLOs to look after": 3, "Firing now": 5, "By owner": 5}
    one_by_one |= dict.fromkeys(("Within budget", "slogen alive", "Overall compliance, 7 days"), 1)
    one_by_one |= {"What each day cost": 1, truth.SLOS: tables[truth.SLOS] + 3}
    asked = Counter(panel["title"] for panel, _ in queries(boards[FLEET_UID]))
    assert asked == tables | Counter(one_by_one)
