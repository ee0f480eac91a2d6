"""The numbers of a service's board, asked of a real Prometheus."""

from __future__ import annotations

import pytest

from . import truth
from .asking import SHOP, STOPPED, ask, by_slo, close, expected_by_slo
from .grafana import interpolate, panels
from .history import BUCKETS, COUNTERS, GAUGES, HOUR, NOW, WEEK, of

pytestmark = [pytest.mark.oracle, pytest.mark.server, pytest.mark.xdist_group("boards")]


SERVICES = {
    "slo-store_shop": (*SHOP, "healthy@us"),
    "slo-store_api": ("fast", "monthly"),
    "slo-store_many": ("models",),
    "slo-store_dead": (STOPPED,),
}


def head(board):
    """The panels above the rows of single SLOs."""
    return [panel for panel in board["panels"] if panel["type"] not in ("row", "text")]


def rows_of(board):
    """The panels of each SLO, by its name."""
    rows = [row for row in board["panels"] if row.get("panels")]
    return {row["title"].partition(":")[0]: row["panels"] for row in rows if ": " in row["title"]}


@pytest.mark.parametrize("uid", SERVICES)
def test_the_head_of_a_service(server, boards, values, uid):
    """One line an SLO and cluster, of the group that stands worst."""
    chosen, names = values(boards[uid]), SERVICES[uid]
    assert {panel["title"] for panel in head(boards[uid])} == {
        "All SLOs",
        "Burn rate over time",
        "Budget left",
    }
    for panel in head(boards[uid]):
        for target in panel["targets"]:
            key = ("service", panel["title"], target["refId"])
            found = by_slo(ask(server, panel, target, chosen))
            expected = expected_by_slo(truth.TABLES[key], names)
            if key[1:] not in (("All SLOs", "A"), ("All SLOs", "C")):
                expected.pop(STOPPED, None)  # of which only that is known
            close(found, expected)


def test_the_table_is_sorted_by_urgency_and_tells_clusters_apart(boards):
    table = next(panel for panel in head(boards["slo-store_shop"]) if panel["type"] == "table")
    assert table["options"]["sortBy"] == [
        {"desc": True, "displayName": "Status"},
        {"desc": False, "displayName": "Budget left"},
    ]
    shown = [override["matcher"]["options"] for override in table["fieldConfig"]["overrides"]]
    assert shown[:2] == ["slo", "cluster"]
    for panel in head(boards["slo-store_shop"]):
        if panel["type"] != "table":
            assert [target["legendFormat"] for target in panel["targets"]] == ["{{slo}} {{cluster}}"]


def test_a_short_outage_is_seen_in_long_ranges(server, boards, values):
    """Ten minutes of it, at a step of four hours."""
    board = boards["slo-store_shop"]
    [target] = next(panel for panel in head(board) if panel["title"] == "Burn rate over time")["targets"]

    def highest(interval: str) -> float:
        asked = {**values(board), "__rate_interval": interval, "__range": "7d"}
        found = server.over(interpolate(target["expr"], asked), WEEK, 4 * HOUR)
        return max(value for labels, points in found if labels["slo"] == "spiky" for value in points.values())

    assert highest("4h") == pytest.approx(80)
    assert highest("2m") < 80  # what a look at each step's end alone would show


@pytest.mark.parametrize("uid", ["slo-store_shop", "slo-store_api"])
def test_the_rows_of_a_service(server, boards, values, uid):
    board = boards[uid]
    chosen = values(board)
    for name, its in rows_of(board).items():
        for panel, target in ((each, target) for each in its for target in each.get("targets", ())):
            found = ask(server, panel, target, chosen)
            if panel["title"] == "Budget left":
                there = [key for key in SERVICES[uid] if key.partition("@")[0] == name]
                close(by_slo(found), expected_by_slo(truth.left, there))
            elif panel["title"] == "failed_total":
                group = next(iter(of(name)), None)
                # The history has no counters of groups.
                counted = group.at(NOW - 3 * HOUR) if group and not group.group else None
                rates = [counted[1]] if counted else []
                assert [value for _, value in found] == pytest.approx(rates)
            elif panel["title"] == "wrong_total":
                assert found == []  # the history has no counters of it
            elif panel["title"] == "took_seconds":
                assert {labels["le"]: value for labels, value in found} == pytest.approx(dict(BUCKETS))
            else:
                assert panel["title"] == "p95 and threshold"
                q = {"A": 0.5, "B": 0.95}[target["refId"]]
                assert [value for _, value in found] == [pytest.approx(truth.quantile(q))]
                line = {"color": "red", "value": 0.5}
                assert panel["fieldConfig"]["defaults"]["thresholds"]["steps"][1] == line


def test_what_a_language_model_tells(server, boards, values):
    """The rows that the family's data file names, of the engine that the SLI selects."""
    board = boards["slo-store_llm"]
    [row] = [row for row in board["panels"] if row["title"] == "vLLM itself"]
    quantiles = {letter: truth.quantile(q) for letter, q in (("A", 0.5), ("B", 0.95))}
    expected = {
        ("Time to first token", "A"): quantiles["A"],
        ("Time to first token", "B"): quantiles["B"],
        ("Time between tokens", "A"): quantiles["A"],
        ("Time between tokens", "B"): quantiles["B"],
        ("Time in the queue", "A"): quantiles["A"],
        ("Time in the queue", "B"): quantiles["B"],
        ("Requests running", "A"): GAUGES["num_requests_running"],
        ("Requests waiting", "A"): GAUGES["num_requests_waiting"],
        ("KV cache in use", "A"): GAUGES["kv_cache_usage_perc"],
        ("Preemptions", "A"): COUNTERS["num_preemptions_total"][1],
        ("Generated tokens per second", "A"): COUNTERS["generation_tokens_total"][1],
        ("Prompt tokens per second", "A"): COUNTERS["prompt_tokens_total"][1],
        ("Prefix cache hit rate", "A"): 0.25,
        ("Finished requests by reason", "A"): COUNTERS["request_success_total"][1],
    }
    found = {}
    for panel in row["panels"]:
        for target in panel["targets"]:
            [(_, value)] = ask(server, panel, target, values(board))
            found[panel["title"], target["refId"]] = value
    for _, title in ((0, "Time to first token"), (1, "Time between tokens"), (2, "Time in the queue")):
        assert found.pop((title, "C")) == pytest.approx(truth.quantile(0.99))
    close(found, expected)


def test_idle_engines_show_no_nan(server, boards, values):
    """Nought hits of nought queries are no rate."""
    board = boards["slo-store_llm"]
    panel = next(panel for panel in panels(board) if panel["title"] == "Prefix cache hit rate")
    target = {**panel["targets"][0]}
    target["expr"] = (
        target["expr"].replace('model_name="m"', 'model_name="idle"').replace('engine="0"', 'engine="1"')
    )
    assert ask(server, panel, target, values(board)) == []
