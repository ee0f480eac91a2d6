"""The numbers of a service's board, asked of a real Prometheus."""

from __future__ import annotations

import pytest

from . import truth
from .asking import SHOP, ask, by_slo, close, expected_by_slo
from .grafana import panels, queries
from .history import BUCKETS, COUNTERS, FLEET, GAUGES, HOUR, NOW, of

pytestmark = [pytest.mark.oracle, pytest.mark.server, pytest.mark.xdist_group("boards")]


@pytest.mark.parametrize(("uid", "names"), [("slo-store_shop", SHOP), ("slo-store_api", ("fast", "monthly"))])
def test_service_board(server, boards, values, uid, names):
    board = boards[uid]
    chosen, raw = values(board), list(names)
    for panel, target in queries(board):
        key = ("service", panel["title"], target["refId"])
        found = ask(server, panel, target, chosen)
        if key in truth.TABLES:
            close(by_slo(found), expected_by_slo(truth.TABLES[key], names))
        elif panel["title"] == "Budget left":
            left = {(g.slo, g.group.get("model", "")): truth.left([g]) for g in FLEET if g.slo in names}
            close({(labels["slo"], labels.get("model", "")): value for labels, value in found}, left)
        elif panel["title"] == "failed_total":
            group = next(iter(of(raw.pop(0))), None)
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
            assert panel["fieldConfig"]["defaults"]["thresholds"]["steps"][1] == {
                "color": "red",
                "value": 0.5,
            }


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
