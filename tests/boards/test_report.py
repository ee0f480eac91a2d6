"""The report: the board's numbers are those of `slogen report`, and those that follow from the events."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

import slogen
from slogen.live.client import Client
from slogen.live.period import Kept, look_back, period_of, report_of
from slogen.live.server import Server
from slogen.live.severities import severities_of
from tests.live.past import prometheus
from tests.server.processes import ask as get

from .eras import BUDGET, DECEMBER, END, FIRED, LIVES, NOVEMBER, past
from .grafana import interpolate, panels
from .history import DAY, MONTH, NOW, WEEK, of
from .specs import SETTINGS

pytestmark = [pytest.mark.oracle, pytest.mark.server, pytest.mark.xdist_group("boards")]
ORACLES = Path(__file__).parents[2] / ".oracles"
NAMES = ("kept", "missed", "gaps", "clean", "idle", "never", "moved", "changed", "young")
EVENTS = "{events: {bad: 'failed_total{slo=\"%s\"}', total: 'all_total{slo=\"%s\"}'%s}}"
SPEC = "apiVersion: slogen/v1\nkind: ServiceLevelObjectives\nservice: shop\nowner: till\nslos:\n"
SPEC += "".join(f"  - {{name: {n}, objective: 99, sli: {EVENTS % (n, n, '')}}}\n" for n in NAMES)
SPEC += "".join(
    f"  - {{name: {n}, objective: 99, sli: {EVENTS % (n, n, ', by: [model]')}}}\n"
    for n in ("groups", "old-group")
)
PERIODS = {  # as `slogen report` calls it: the time range of the board
    "2025-12": (DECEMBER, END),
    "2025-11": (NOVEMBER, DECEMBER),
    "2025-W52": (DECEMBER + 21 * DAY, DECEMBER + 28 * DAY),
    "2025-12-31..2025-12-31": (END - DAY, END),
    "2025-12-12..2025-12-12": (DECEMBER + 11 * DAY, DECEMBER + 12 * DAY),
}
REPORT = "slogen-store_report"


@pytest.fixture(scope="module")
def project() -> Any:
    compiled = slogen.compile({"shop.yaml": SPEC}, SETTINGS)
    assert compiled.ok, compiled.problems
    return compiled


@pytest.fixture(scope="module")
def board(project) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(project.files[f"grafana/{REPORT}.json"])
    return found


@pytest.fixture(scope="module", params=["2.42", "3.5"])
def url(request: pytest.FixtureRequest, oracles, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    program = oracles(f"prometheus-{request.param}", "prometheus")
    with prometheus(program.parent, tmp_path_factory.mktemp("report"), past()) as address:
        yield address


def ranges(begin: int, end: int, early: int = 1) -> dict[str, str]:
    """What Grafana fills in for a time range; one that it rounds down ends a millisecond `early`, one that
    somebody picks from its calendar a second."""
    till = end * 1000 - early
    seconds = round((till - begin * 1000) / 1000)
    return {
        "__from": str(begin * 1000),
        "__to": str(till),
        "__range_s": str(seconds),
        "__range": f"{seconds}s",
    }


def answers(url: str, panel: Mapping[str, Any], values: Mapping[str, str]) -> dict[str, list[Any]]:
    """What the server says to each query of a panel at the end of the range: labels and value."""
    found = {}
    for target in panel["targets"]:
        asked = {"query": interpolate(target["expr"], values), "time": int(values["__to"]) / 1000}
        data = get(f"{url}/api/v1/query?{urlencode(asked)}", timeout=60)["data"]["result"]
        found[target["refId"]] = [(one["metric"], float(one["value"][1])) for one in data]
        assert not any(math.isnan(value) for _, value in found[target["refId"]])
    return found


def panel_of(board: Mapping[str, Any], title: str) -> Any:
    return next(panel for panel in panels(dict(board)) if panel["title"].startswith(title))


def rows(found: Mapping[str, list[Any]]) -> dict[tuple[str, str, str], dict[str, Any]]:
    """The table's rows by SLO, cluster and group: the labels of A, and the values of the others."""
    told = {labels["slo_row"]: labels for labels, _ in found["A"]}
    assert len(told) == len(found["A"])
    lines: dict[str, dict[str, Any]] = {row: {"A": labels} for row, labels in told.items()}
    for letter, values in found.items():
        for labels, value in values if letter != "A" else ():
            assert set(labels) == {"slo_row"}
            lines[labels["slo_row"]][letter] = value
    return {(a["A"]["slo_id"], a["A"]["cluster"], a["A"].get("model", "")): a for a in lines.values()}


def kept_by(url: str, project: Any, name: str) -> dict[tuple[str, str, str], Kept]:
    """What `slogen report` reads on the same server."""
    settings = project.project.settings
    slos = [slo for service in project.services for slo in service.slos]
    period, severities = period_of(name, END + DAY), severities_of(slos, settings)
    with Client(Server(url)) as client:
        base = settings.prometheus.base_window
        found = look_back(client, period, is_page=severities.is_page, base=base)
    kept = report_of(found, period, severities=severities).kept
    return {(k.slo_id, k.place["cluster"], k.group.get("model", "")): k for k in kept}


def is_ours(key: tuple[str, str, str]) -> bool:
    return key[0].startswith("shop/") and key[1] != "asia"


def close(value: float | None, expected: float | None) -> bool:
    if value is None or expected is None:
        return value is None and expected is None
    return math.isclose(value, expected, rel_tol=1e-6, abs_tol=1e-9)


@pytest.mark.parametrize("early", [0, 1, 1000])
@pytest.mark.parametrize("name", PERIODS)
def test_the_board_says_what_slogen_report_says(url, board, project, name, early):
    values = {**ranges(*PERIODS[name], early), "cluster": "eu|us", "owner": ".*"}
    found = rows(answers(url, panel_of(board, "SLOs, missed"), values))
    expected = {key: each for key, each in kept_by(url, project, name).items() if is_ours(key)}
    assert found.keys() == expected.keys()
    assert len(found) >= 11
    for key, each in expected.items():
        row = found[key]
        assert row["A"].get("owner", "") == each.owner
        assert row["A"].get("slo_group", "") == " ".join(each.group.values())
        assert row["A"]["objective"] == f"{each.objective * 100:g}%"
        assert row["B"] == {True: 2, False: 0, None: 1}[each.is_kept], key
        assert close(row.get("C"), each.value), (key, row, each)
        assert close(row.get("D"), each.used), (key, row, each)
        assert close(row.get("E"), each.outage), (key, row, each)
        assert row["F"] == len(each.incidents), (key, row, each)
        worst = each.worst_day
        assert close(row.get("G"), worst.start * 1000 if worst else None), (key, row, each)
        assert close(row.get("H"), worst.used if worst else None), (key, row, each)
        # A month is compared with the month before, which `slogen report` does too.
        assert close(row.get("I"), each.previous_value), (key, row, each)
        value, earlier = each.value, each.previous_value
        change = None if value is None or earlier is None else 100 * (value - earlier)
        assert close(row.get("J"), change), (key, row, each)
        assert row.get("K", 0) == each.known_days


def test_december_by_hand(url, board):
    """Every number from the events themselves."""
    values = {**ranges(DECEMBER, END), "cluster": "eu|us", "owner": ".*"}
    found = rows(answers(url, panel_of(board, "SLOs, missed"), values))
    days, before = range(DECEMBER, END, DAY), range(NOVEMBER, DECEMBER, DAY)
    seen = 0
    for life in LIVES:
        key = (life.own["slo_id"], life.cluster, life.group.get("model", ""))
        if life.project != "store":
            assert key not in found
            continue
        row, known, earlier = found[key], life.of(days), life.of(before)
        total, bad = (sum(day[n] for day in known) for n in (1, 2))
        budget = 0.02 if life.slo == "changed" else BUDGET
        share = bad / total if total else None
        assert close(row.get("C"), None if share is None else 1 - share)
        assert close(row.get("D"), None if share is None else share / budget)
        assert row["B"] == (1 if share is None else 2 if share <= budget else 0)
        assert close(row.get("E"), None if share is None else share * len(known) * DAY)
        worst = max(known, key=lambda day: (day[2], -day[0]), default=None)
        if worst and worst[2]:
            assert row["G"] == worst[0] * 1000
            assert close(row["H"], worst[2] / total / budget)
        else:
            assert "G" not in row
        total_before, bad_before = (sum(day[n] for day in earlier) for n in (1, 2))
        assert close(row.get("I"), 1 - bad_before / total_before if total_before else None)
        seen += 1
    assert seen == len([life for life in LIVES if life.project == "store"])
    pages = {
        key[0].split("/")[1] + key[2]: row["F"] for key, row in found.items() if key[1] == "eu" and row["F"]
    }
    assert pages == {"kept": 1, "missed": 3, "clean": 2, 'groupsa "b" & c': 3, "groupsmeta-llama/Llama-3": 2}
    assert {slo for slo, _, _ in FIRED} >= {"idle", "moved"}  # pages later, and tickets, which don't count
    assert found["shop/moved", "eu", ""]["A"]["owner"] == "فريق البحث"


def test_totals_and_owners(url, board):
    values = {**ranges(DECEMBER, END), "cluster": "eu|us", "owner": ".*"}
    table = rows(answers(url, panel_of(board, "SLOs, missed"), values))
    totals = answers(url, panel_of(board, "SLOs in"), values)
    states = [row["B"] for row in table.values()]
    numbers = [
        len(states),
        states.count(2),
        states.count(0),
        states.count(1),
        sum(row["F"] for row in table.values()),
    ]
    assert [value for letter in "ABCDE" for _, value in totals[letter]] == numbers
    assert 0 not in numbers
    owners = answers(url, panel_of(board, "By owner"), values)
    for owner in ("till", "فريق البحث"):
        own = [row for row in table.values() if row["A"]["owner"] == owner]
        expected = {
            "A": len(own),
            **{letter: sum(row["B"] == n for row in own) for letter, n in (("B", 2), ("C", 0), ("D", 1))},
            "E": sum(row["F"] for row in own),
            "F": max(row["D"] for row in own if "D" in row),
        }
        said = {
            letter: [v for labels, v in owners[letter] if labels.get("owner") == owner] for letter in expected
        }
        assert {letter: v[0] if v else 0 for letter, v in said.items()} == pytest.approx(expected)
    only = {**values, "owner": "فريق البحث"}
    assert {key[0] for key in rows(answers(url, panel_of(board, "SLOs, missed"), only))} == {
        "shop/never",
        "shop/moved",
    }


@pytest.mark.parametrize(
    ("begin", "end", "days"),
    [
        ((2025, 12, 1), (2026, 1, 1), ("2025-12-01", "2025-12-31", "2025-11-01")),
        ((2025, 3, 1), (2025, 4, 1), ("2025-03-01", "2025-03-31", "2025-02-01")),
        ((2024, 4, 1), (2024, 7, 1), ("2024-04-01", "2024-06-30", "2024-01-01")),
        ((2025, 1, 1), (2026, 1, 1), ("2025-01-01", "2025-12-31", "2024-01-01")),
        ((2024, 3, 1), (2024, 4, 1), ("2024-03-01", "2024-03-31", "2024-02-01")),
        ((2025, 12, 8), (2025, 12, 15), ("2025-12-08", "2025-12-14", "2025-12-01")),
        ((2025, 12, 1), (2025, 12, 2), ("2025-12-01", "2025-12-01", "2025-11-30")),
    ],
)
def test_the_days_that_are_counted(url, board, begin, end, days):
    start, stop = (int(datetime(y, m, d, tzinfo=UTC).timestamp()) for y, m, d in (begin, end))
    for values in (ranges(start, stop), ranges(start, stop, early=0)):
        found = answers(url, panel_of(board, "Days (UTC)"), values)
        shown = [
            f"{datetime.fromtimestamp(v / 1000, UTC):%Y-%m-%d}" for letter in "ABC" for _, v in found[letter]
        ]
        assert tuple(shown) == days


def test_of_a_part_of_a_day_nothing_is_told(url, board):
    values = {**ranges(END - 7200, END - 3600, early=0), "cluster": "eu|us", "owner": ".*"}
    assert [found for found in answers(url, panel_of(board, "Days (UTC)"), values).values() if found] == []
    assert [found for found in answers(url, panel_of(board, "SLOs, missed"), values).values() if found] == []


def test_the_last_week_of_the_fleet_by_hand(server, boards, values):
    """The history that all boards are held against."""
    board = boards[REPORT]
    chosen = {**values(board), **ranges(NOW - WEEK, NOW)}
    found = rows(answers(f"http://127.0.0.1:{server.port}", panel_of(board, "SLOs, missed"), chosen))
    for (slo_id, cluster, model), row in found.items():
        service, slo = slo_id.split("/")
        groups = [t for t in of(slo if cluster == "eu" else f"{slo}@{cluster}") if t.service == service]
        own = next((t for t in groups if t.group.get("model", "") == model), None)
        if own is None or own.until or own.phases[0][0] < MONTH:
            continue  # known in part, which the other history is about
        total, bad = own.over(WEEK)
        assert close(row.get("C"), 1 - bad / total if total else None), slo_id
        assert row["K"] == 7
