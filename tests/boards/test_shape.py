"""Boards as Grafana 10 to 13 read them: the strict model, the traps, ids, places, words."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import slogen
from slogen.boards import boards as boards_of
from slogen.render.grafana.build import build
from slogen.render.grafana.normalise import normalise

from .conftest import folder_of
from .grafana import panels, queries
from .specs import SETTINGS, SPECS
from .strict import findings

pytestmark = pytest.mark.slow

UIDS = (
    "slogen-store_fleet",
    "slogen-store_slo",
    "slogen-store_wall",
    "slogen-store_report",
    "slo-store_shop",
    "slo-store_api",
    "slo-store_llm",
    "slo-store_many",
    "slo-store_dead",
)
DEAD_KEYS = {
    *("cacheTimeout", "editable", "error", "height", "hideTimeOverride", "interval", "maxDataPoints"),
    *("repeat", "repeatDirection", "maxPerRow", "span", "timeShift", "transparent", "thresholds", "columns"),
    *("fontSize", "sortBy", "styles", "dataFormat", "yAxis", "xAxis", "tooltip", "legend", "minSpan"),
}
DEAD_TARGET_KEYS = {"intervalFactor", "metric", "step", "target", "hide"}


def shipped() -> list[dict[str, Any]]:
    """The boards of the specs that ship."""
    return [json.loads(path.read_text()) for path in sorted(folder_of("generated/grafana").glob("*.json"))]


def walk(value: Any) -> Iterator[dict[str, Any]]:
    """Every object inside a value."""
    if isinstance(value, dict):
        yield value
    for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from walk(item)


def test_boards_fit_the_model(boards):
    assert set(boards) == set(UIDS)
    for board in (*boards.values(), *shipped()):
        assert findings(board) == [], board["uid"]


def raw_panel(board: dict[str, Any], kind: str) -> dict[str, Any]:
    return next(panel for panel in panels(board) if panel["type"] == kind)


BREAKAGES: dict[str, Callable[[dict[str, Any]], object]] = {
    "a threshold that is text": lambda b: raw_panel(b, "stat")["fieldConfig"]["defaults"]["thresholds"][
        "steps"
    ][0].update(value="null"),
    "a dead key of a panel": lambda b: raw_panel(b, "stat").update(error=False),
    "a dead key of a query": lambda b: raw_panel(b, "stat")["targets"][0].update(metric=""),
    "an option of Grafana 7": lambda b: raw_panel(b, "stat")["options"].update(fieldOptions={}),
    "a number that is text": lambda b: raw_panel(b, "table")["gridPos"].update(w="24"),
    "a colour mode that isn't": lambda b: raw_panel(b, "stat")["fieldConfig"]["defaults"]["color"].update(
        mode="rainbow"
    ),
    "a flag that is a number": lambda b: b.update(editable=1),
    "a unit that is a number": lambda b: raw_panel(b, "stat")["fieldConfig"]["defaults"].update(unit=1),
}


@pytest.mark.parametrize("what", BREAKAGES)
def test_the_check_sees(boards, what):
    broken = copy.deepcopy(boards["slogen-store_fleet"])
    BREAKAGES[what](broken)
    assert findings(broken) != []


def test_what_grafanalib_writes_is_not_fit_to_ship(result):
    """Were this to pass one day, normalising would be needless."""
    for compiled in result.compiled:
        for board in boards_of(compiled, result.project.settings):
            assert findings(build(board)) != []
            assert findings(normalise(build(board))) == []


def test_traps(boards):
    for board in boards.values():
        assert board["schemaVersion"] >= 36
        assert "__inputs" not in board
        assert not [key for key in ("rows", "style", "hideControls", "sharedCrosshair", "id") if key in board]
        for panel in panels(board):
            assert not DEAD_KEYS & panel.keys(), (panel["title"], DEAD_KEYS & panel.keys())
            if panel["type"] != "text":
                assert panel["datasource"] == {"type": "prometheus", "uid": "${datasource}"}
        for _, target in queries(board):
            assert not DEAD_TARGET_KEYS & target.keys()
            assert target.get("interval", "1d")
        for steps in (found["steps"] for found in walk(board) if "steps" in found):
            assert steps[0]["value"] is None
            assert all(isinstance(step["value"], float) for step in steps[1:])
            assert [step["value"] for step in steps[1:]] == sorted(step["value"] for step in steps[1:])


def test_rates_follow_the_resolution(boards):
    for board in boards.values():
        for panel, target in queries(board):
            for range_ in re.findall(r"rate\([^\[]*\[([^\]]+)\]", target["expr"]):
                assert range_ == "$__rate_interval", panel["title"]


def test_ids_are_unique_and_stay(boards):
    for board in boards.values():
        listed = [panel["id"] for panel in (*board["panels"], *panels(board)) if panel["type"] != "row"]
        assert len(set(listed)) == len({id(panel) for panel in panels(board)})
    earlier = "  - {name: earlier, objective: 99, sli: {events: {bad: a_total, total: b_total}}}\n"
    more = SPECS["shop.yaml"].replace("  - name: healthy", f"{earlier}  - name: healthy")
    changed = slogen.compile({**SPECS, "shop.yaml": more}, SETTINGS)
    after = json.loads(changed.files["grafana/slo-store_shop.json"])

    def ids(board: dict[str, Any]) -> dict[tuple[str, str], int]:
        rows = [row for row in board["panels"] if row.get("collapsed")]
        return {(row["title"], panel["title"]): panel["id"] for row in rows for panel in row["panels"]}

    before = ids(boards["slo-store_shop"])
    assert before.items() <= ids(after).items()
    assert before


def test_panels_do_not_overlap(boards):
    for board in boards.values():
        for group in (board["panels"], *(row["panels"] for row in board["panels"] if row.get("panels"))):
            taken = set()
            for panel in group:
                place = panel["gridPos"]
                assert place["x"] + place["w"] <= 24
                across, down = (range(place[a], place[a] + place[b]) for a, b in (("x", "w"), ("y", "h")))
                cells = {(x, y) for x in across for y in down}
                assert not cells & taken, panel["title"]
                taken |= cells


def test_every_panel_says_what_it_is(boards):
    for board in boards.values():
        assert board["title"]
        assert board["description"]
        for panel in panels(board):
            assert panel["title"]
            assert len(panel["description"]) > 20
            if panel["type"] != "text":
                assert panel["fieldConfig"]["defaults"]["noValue"]


def test_colours_are_those_of_a_theme(boards):
    """Named colours and no others, so that boards look right in dark and light."""
    names = {"dark-red", "super-light-orange", "light-yellow", "dark-blue", "text", "transparent"}
    names |= {"red", "dark-orange", "blue", "purple"}
    for board in boards.values():
        for found in (*walk(board["panels"]),):
            for key in ("color", "fixedColor"):
                assert not isinstance(found.get(key), str) or found[key] in names


def test_links_lead_to_boards_that_exist(boards):
    known = set(boards)
    for board in boards.values():
        text = json.dumps(board)
        found = set(
            re.findall(r"/d/([A-Za-z0-9_-]+)", text.replace("slo-store_${service}", "slo-store_shop"))
        )
        assert found <= known
        assert "slo-store_${service}" not in text or board["uid"] == "slogen-store_slo"
        for link in board["links"]:
            assert link["includeVars"]
            of_report = "slogen-store_report" in (board["uid"], link["url"].removeprefix("/d/"))
            assert link["keepTime"] == (not of_report)  # a report has its own period


def test_a_bookmark_keeps_no_values_of_another_slo(boards):
    for variable in boards["slogen-store_slo"]["templating"]["list"]:
        assert variable.get("skipUrlSync", False) == (variable["hide"] == 2)


def test_variables(boards):
    def names(uid: str) -> list[str]:
        return [v["name"] for v in boards[uid]["templating"]["list"] if v["hide"] == 0]

    assert names("slogen-store_fleet") == ["datasource", "cluster", "owner", "service", "show"]
    assert names("slogen-store_slo") == ["datasource", "service", "slo", "cluster", "by_model"]
    assert names("slo-store_shop") == ["datasource", "cluster"]


def test_variables_are_declared(boards):
    own = {
        "__url_time_range",
        "__value",
        "__data",
        "__range",
        "__range_s",
        "__rate_interval",
        "__all",
        "1",
        "__from",
        "__to",
    }
    for board in boards.values():
        declared = {v["name"] for v in board["templating"]["list"]} | own
        used = {a or b.split(".")[0] for a, b in re.findall(r"\$(\w+)|\$\{([\w.]+)", json.dumps(board))}
        assert used <= declared, used - declared
