"""The first screen of a fleet of 200 SLOs, with strange ones beside them, as Grafana shows it; its cost."""

from __future__ import annotations

import json
from itertools import pairwise
from urllib.parse import unquote

import pytest

import slogen
from benchmarks import many
from slogen.promql.parse import parse

from .conftest import serving, write_blocks
from .grafana import choose, interpolate, panels, queries
from .history import DAY, NOW
from .tables import rows
from .truth import SLOS, STATES

pytestmark = [pytest.mark.oracle, pytest.mark.server, pytest.mark.xdist_group("boards")]

FLEET, ASLEEP = many.fleet(200), many.asleep(200)
ALL = "svc-.*|models|ended"
MOST_SAMPLES = 300  # an SLO, each time the board is shown


@pytest.fixture(scope="module")
def boards():
    result = slogen.compile(many.specs([*FLEET, *many.odd_ones(), *ASLEEP]), many.SETTINGS)
    assert result.ok, result.problems
    found = map(json.loads, (text for path, text in result.files.items() if path.endswith(".json")))
    return {board["uid"]: board for board in found}


@pytest.fixture(scope="module")
def server(oracles, tmp_path_factory):
    folder = tmp_path_factory.mktemp("fleet")
    lines = many.openmetrics(many.series([*FLEET, *many.odd_ones(), *ASLEEP], NOW))
    blocks = write_blocks(lines, folder, oracles("prometheus-2.42", "promtool"))
    programs = oracles("prometheus-2.42", "prometheus").parent
    with serving(blocks, programs, tmp_path_factory.mktemp("fleet-server")) as server:
        yield server


def panel_of(board, title):
    return next(panel for panel in panels(board) if panel["title"] == title)


def table(server, board, title, **chosen):
    """The rows that are shown, from top to bottom."""
    values = choose(board, server.label_values, **{"service": ALL, **chosen})
    return rows(panel_of(board, title), lambda target: server.instant(interpolate(target["expr"], values)))


def state(row):
    return STATES[int(row["Value #C"])]


def ids(state):
    return {one.id for one in FLEET if one.state == state}


def test_every_paging_slo_stands_first(server, boards):
    found = table(server, boards["slogen-fleet"], SLOS)
    paging = ids("paging") | {"models/answers"}
    assert len(paging) == 5
    assert {row["slo_id"] for row in found[:5]} == paging
    expected = ["page"] * 5 + ["rules gone"] + ["no data"] * 4 + ["exhausted"] * 12
    assert [state(row) for row in found[: len(expected)]] == expected
    assert [row["slo_id"] for row in found if state(row) == "no traffic"] != []
    assert {row["slo_id"] for row in found[-200:] if state(row) == "no traffic"} == ids("idle")
    for one, next_ in pairwise(found):  # by status, then by what is left
        assert (-one["Value #C"], one.get("Value #F", -99)) <= (
            -next_["Value #C"],
            next_.get("Value #F", -99),
        )


def test_pages_fire_first(server, boards):
    found = table(server, boards["slogen-fleet"], "Firing now")
    assert [row["severity"] for row in found] == ["page"] * 5 + ["ticket"] * 14
    assert {row["slo_id"] for row in found[:5]} == ids("paging") | {"models/answers"}
    assert [row["slo_about"] for row in found if row["alertname"] == "SLOMetaRulesGone"] == ["ended"]


def test_a_page_of_a_group_leads_to_it(server, boards):
    """Whatever its name is."""
    board = boards["slogen-fleet"]
    [row] = [row for row in table(server, board, "Firing now") if row.get("slo_group") == many.ODD_GROUP]
    panel = panel_of(board, "Firing now")
    [link] = [
        own["value"][0]["url"]
        for override in panel["fieldConfig"]["overrides"]
        for own in override["properties"]
        if own["id"] == "links" and override["matcher"]["options"] == "slo_about"
    ]
    fields = {f"__data.fields.{name}": str(value) for name, value in row.items()}
    path, _, query = interpolate(link, fields).partition("?")
    assert path == "/d/slogen-slo"
    chosen = dict(part.split("=", 1) for part in query.split("&") if "=" in part)
    assert unquote(chosen["var-slo"]) == "models/answers"
    assert {"from": "now-6h", "to": "now"}.items() <= chosen.items()
    assert unquote(chosen["var-by_model"]) == many.ODD_GROUP
    whole = [one for one in table(server, board, "Firing now") if one["slo_service"].startswith("svc-")]
    assert {one["model"] for one in whole} == {"All"}  # an SLO without groups
    [rules] = [one for one in table(server, board, "Firing now") if one["slo_about"] == "ended"]
    assert rules["slo_board"] == "slogen-fleet"


def test_many_groups_are_one_row(server, boards):
    [row] = [row for row in table(server, boards["slogen-fleet"], SLOS) if row["slo_id"] == "models/answers"]
    assert row["groups"] == "1 of 500 out"
    assert state(row) == "page"
    assert row["Value #F"] == pytest.approx(min(one.left() for one in many.odd_ones() if one.group))


def test_dead_rules_are_seen_and_removed_ones_are_not(server, boards):
    found = {row["slo_id"]: row for row in table(server, boards["slogen-fleet"], SLOS)}
    assert state(found["ended/availability"]) == "rules gone"
    assert found["ended/availability"]["owner"] == "search"
    assert "models/removed" not in found
    assert len(found) == 202
    alone = {row["slo_id"] for row in table(server, boards["slogen-fleet"], SLOS, owner="search")}
    assert alone == {one.id for one in FLEET if one.owner == "search"} | {"ended/availability"}


def test_an_owner_in_any_script(server, boards):
    owner = "فريق المنصة"
    found = table(server, boards["slogen-fleet"], SLOS, owner=owner)
    assert {row["slo_id"] for row in found} == {one.id for one in FLEET if one.owner == owner}
    [row] = [row for row in table(server, boards["slogen-fleet"], "By owner") if row.get("owner") == owner]
    assert row["Value #A"] == len(found)


def test_a_fleet_asleep(server, boards):
    """200 SLOs without traffic are all told to be so, and nothing else is."""
    board = boards["slogen-fleet"]
    found = table(server, board, SLOS, service="asleep")
    assert len(found) == len(ASLEEP)
    assert {state(row) for row in found} == {"no traffic"}
    assert table(server, board, "Firing now", service="models-not") != []  # only what is about rules
    values = choose(board, server.label_values, service="asleep")
    for title in ("SLOs on fire", "SLOs to look after"):
        for target in panel_of(board, title)["targets"]:
            assert server.instant(interpolate(target["expr"], values)) == [({}, 0.0)]
    for title in ("Within budget", "Overall compliance, 7 days"):
        [target] = panel_of(board, title)["targets"]
        assert server.instant(interpolate(target["expr"], values)) == []
        assert panel_of(board, title)["fieldConfig"]["defaults"]["noValue"] == "no traffic"
    [target] = panel_of(boards["slogen-wall"], "The worst 8")["targets"]
    worst = server.instant(interpolate(target["expr"], {**values, "service": "asleep"}))
    assert [value for _, value in worst] == [float(STATES.index("no traffic"))] * 8


def test_a_choice_leaves_just_its_rows(server, boards):
    """Each number of a head is that of rows which its link leaves in the table."""
    board = boards["slogen-fleet"]
    [show] = [v for v in board["templating"]["list"] if v["name"] == "show"]
    for option in show["options"]:
        found = table(server, board, SLOS, show=option["value"])
        counted = {row["slo_id"] for row in found}
        assert len(counted) == len(found) > 0, option
        expected = {"all": 202, "paging": 5, "with a ticket": 13, "out of budget": 13, "no data": 4}
        expected |= {"little left": 6, "rules gone": 1, "young": 8, "no traffic": 30}
        assert len(found) == expected.get(option["text"], len(found)), option
        assert all(row["objective"] for row in found)  # none that only some query knows of


def test_what_a_project_lacks_leaves_nothing():
    """Neither groups nor owners, runbooks, exclusions and whole days."""
    slo = {
        "name": "up",
        "objective": 99,
        "window": "1h",
        "sli": {"events": {"bad": "b_total", "total": "t_total"}},
    }
    spec = {"apiVersion": "slogen/v1", "kind": "ServiceLevelObjectives", "service": "shop", "slos": [slo]}
    result = slogen.compile(json.dumps(spec), many.SETTINGS)
    board = json.loads(result.files["grafana/slogen-fleet.json"])
    titles = {panel["title"] for panel in panels(board)}
    assert not {"What each day cost", "By owner"} & titles
    names = {v["name"] for v in board["templating"]["list"]}
    assert names == {"datasource", "owner", "service", "stopped", "show"}
    told = [
        override["properties"] for panel in panels(board) for override in panel["fieldConfig"]["overrides"]
    ]
    words = {own["value"] for properties in told for own in properties if own["id"] == "displayName"}
    assert {"SLO", "Status", "Paging", "Little left", "Last seen"} <= words
    assert not {"Excluded", "Group", "Groups", "Owner", "Runbook"} & words
    assert "rate1d" not in json.dumps(board)


def test_a_project_of_calendars_only():
    """It has no windows to compare with the one before."""
    slo = {"name": "up", "objective": 99, "window": {"calendar": "month"}}
    slo["sli"] = {"events": {"bad": "b_total", "total": "t_total"}}
    spec = {"apiVersion": "slogen/v1", "kind": "ServiceLevelObjectives", "service": "shop", "slos": [slo]}
    result = slogen.compile(json.dumps(spec), many.SETTINGS)
    for uid in ("slogen-fleet", "slogen-wall"):
        for _, target in queries(json.loads(result.files[f"grafana/{uid}.json"])):
            assert parse(interpolate(target["expr"], {"show": "0"}))
    text = result.files["grafana/slogen-fleet.json"]
    assert '"Kept"' in text
    assert '"Change"' not in text


def samples(server, board, service):
    """What one look at a board reads, by panel; closed rows ask nothing."""
    values = choose(board, server.label_values, service=service)
    closed = [row["panels"] for row in board["panels"] if row.get("collapsed")]
    hidden = {panel["id"] for row in closed for panel in row}
    found = dict.fromkeys([panel["title"] for panel in panels(board)], 0)
    for panel, target in queries(board):
        if panel["id"] not in hidden:
            span, step = (30 * DAY, DAY) if "interval" in target else (0, 60)
            found[panel["title"]] += server.samples(interpolate(target["expr"], values), span, step)
    for variable in board["templating"]["list"]:
        asked = variable.get("definition", "")
        if asked.startswith("query_result("):
            expr = interpolate(asked.removeprefix("query_result(")[:-1], values)
            found[variable["name"]] = server.samples(expr)
    return found


@pytest.mark.parametrize(("uid", "most"), [("slogen-fleet", MOST_SAMPLES), ("slogen-wall", 100)])
def test_a_look_is_cheap(server, boards, uid, most):
    found = samples(server, boards[uid], "svc-.*")
    assert 0 < sum(found.values()) <= most * len(FLEET), found


def test_seven_days_are_fourteen_samples(server, boards):
    """And some to judge them."""
    [target] = panel_of(boards["slogen-fleet"], "Overall compliance, 7 days")["targets"]
    values = choose(boards["slogen-fleet"], server.label_values, service="svc-.*")
    assert server.samples(interpolate(target["expr"], values)) <= (14 + 3) * len(FLEET)
