"""Every query of every panel, asked of a real Prometheus, gives what the events of the history say."""

from __future__ import annotations

import math
import re

import pytest

from . import truth
from .grafana import interpolate, panels, queries
from .history import BASE, BUCKETS, COUNTERS, DAY, FLEET, GAUGES, HOUR, MONTH, NOW, WEEK, of
from .specs import NAMES

pytestmark = [pytest.mark.oracle, pytest.mark.server, pytest.mark.xdist_group("boards")]
SHOP = (*NAMES, "grouped")
EVERY = ("fast", "monthly", "ttft", *SHOP)
DETAIL, FLEET_UID = "slogen-slo", "slogen-fleet"


def close(found, expected, most=1e-9):
    """Two mappings have the same keys, and values that differ by a millionth or by `most`."""
    assert found.keys() == {key for key, value in expected.items() if value is not None}
    for key, value in found.items():
        assert math.isclose(value, expected[key], rel_tol=1e-6, abs_tol=most), (key, value, expected[key])


def ask(server, panel, target, values):
    """The answer of a query: instant, or at the end of the panel's time range. Never NaN."""
    expr = interpolate(target["expr"], values)
    if target.get("instant"):
        found = server.instant(expr)
    else:
        span = MONTH if "timeFrom" in panel else WEEK
        series = server.over(expr, span, HOUR)
        found = [(labels, points[NOW]) for labels, points in series if NOW in points]
        assert not any(math.isnan(value) for _, points in series for value in points.values()), expr
    assert not any(math.isnan(value) for _, value in found)
    return found


def by_slo(found):
    """One value an SLO, by its name."""
    result = {labels["slo_id"].split("/")[1]: value for labels, value in found}
    assert len(result) == len(found), "more than one line for an SLO"
    return result


def by_group(found):
    """One value a group."""
    result = {labels.get("model", ""): value for labels, value in found}
    assert len(result) == len(found), "more than one line for a group"
    return result


def expected_by_slo(what, names):
    return {name: what(of(name)) for name in names}


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


@pytest.mark.parametrize("slo", [*SHOP, "monthly"])
def test_detail(server, boards, values, slo):
    board, groups = boards[DETAIL], of(slo)
    service = groups[0].service if groups else "shop"
    chosen = values(board, service=service, slo=f"{service}/{slo}")
    for panel, target in queries(board):
        key = (panel["title"], target["refId"])
        found = ask(server, panel, target, chosen)
        if panel["title"] == "History":
            [(labels, days)] = found
            wanted = (30, "month") if slo == "monthly" else (truth.history(groups), "30d")
            assert (round(days), labels["window"]) == wanted
        elif panel["title"] in truth.STATS:
            close(by_slo(found), expected_by_slo(truth.STATS[panel["title"]], [slo]))
        elif key in truth.GROUPED:
            expected = {g.group.get("model", ""): truth.GROUPED[key](g) for g in groups}
            if key == ("$tier3 ($severity3)", "B"):
                expected = dict.fromkeys(expected)  # the history has no window of 2h
            # Prometheus 2 sees a sample at both ends of five minutes, so one after a series' end counts.
            close(by_group(found), expected, 2e-5 if key == ("Budget of this window", "A") else 1e-9)
        elif panel["title"] == "Burn rate by window":
            assert {labels["slo_window"] for labels, _ in found} <= {"5m", "30m", "1h", "6h", "1d", "3d"}
            for labels, value in found:
                [group] = [g for g in groups if g.group.get("model") == labels.get("model")]
                window = {"5m": BASE, "30m": 1800, "1h": HOUR, "6h": 6 * HOUR, "1d": DAY, "3d": 3 * DAY}
                assert value == pytest.approx(truth.burn_of(group, window[labels["slo_window"]]))
        else:
            single = truth.SINGLE[key](groups)
            assert [value for _, value in found] == ([] if single is None else [pytest.approx(single)])


def test_detail_of_one_group(server, boards, values):
    board = boards[DETAIL]
    chosen = values(board, service="shop", slo="shop/grouped", by_model="meta-llama/Llama-3")
    table = next(panel for panel in panels(board) if panel["title"] == "Groups")
    for target in table["targets"]:
        assert by_group(ask(server, table, target, chosen)).keys() == {"meta-llama/Llama-3"}
    status = next(panel for panel in panels(board) if panel["title"] == "Status")
    assert by_slo(ask(server, status, status["targets"][0], chosen)) == {"grouped": 0}


def test_burn_down_follows_the_ideal_line(server, boards, values):
    """A budget that is spent evenly to 20 % lies above the ideal line at each moment."""
    board = boards[DETAIL]
    chosen = values(board, service="shop", slo="shop/healthy")
    panel = next(panel for panel in panels(board) if panel["title"] == "Budget of this window")
    spent, ideal = (
        server.over(interpolate(target["expr"], chosen), MONTH, DAY)[0][1] for target in panel["targets"]
    )
    assert interpolate(panel["timeFrom"], chosen) == "720h"
    for day in range(31):
        time = NOW - MONTH + day * DAY
        assert ideal[time] == pytest.approx(1 - day / 30)
        assert spent.get(time, 1.0) == pytest.approx(1 - 0.2 * day / 30, abs=1e-3)


def test_tiers_are_those_of_the_alerts(boards, values, result, rules_of):
    """What the board's lines compare is what the alerts compare, for every SLO."""
    board = boards[DETAIL]
    for name in EVERY:
        group = next(iter(of(name)), None)
        service = group.service if group else {"never": "shop", "ttft": "llm"}[name]
        chosen = values(board, service=service, slo=f"{service}/{name}")
        alerts = [
            r for r in rules_of(result, "SLOErrorBudgetBurn") if r.labels["slo_id"] == f"{service}/{name}"
        ]
        assert len(alerts) == 4
        of_tier = {alert.labels["slo_tier"]: alert for alert in alerts}  # in another order
        tiers = [chosen[f"tier{number}"] for number in range(1, 5)]
        assert sorted(of_tier) == sorted(tiers)
        for number, alert in enumerate((of_tier[tier] for tier in tiers), 1):
            tier = {
                key: chosen[f"{key}{number}"] for key in ("tier", "severity", "threshold", "long", "short")
            }
            assert (tier["tier"], tier["severity"]) == (alert.labels["slo_tier"], alert.labels["severity"])
            found = re.findall(
                r"ratio_rate(\w+)\{[^}]*\} > (ignoring \(slo_window\) group_left \(\) )?([0-9.]+)", alert.expr
            )
            compared = {(window, threshold) for window, _, threshold in found}
            assert compared == {(tier["long"], tier["threshold"]), (tier["short"], tier["threshold"])}
            assert {window for window, of_age, _ in found if of_age} == {tier["long"]}


def test_a_missing_tier_is_no_error(server, boards, values):
    """An SLO with fewer tiers than others leaves their panels empty."""
    board = boards[DETAIL]
    chosen = values(board, service="shop", slo="shop/healthy") | dict.fromkeys(
        ("threshold4", "long4", "short4"), ""
    )
    panel = next(panel for panel in panels(board) if panel["title"].startswith("$tier4"))
    assert [ask(server, panel, target, chosen) for target in panel["targets"]] == [[], [], []]


@pytest.mark.parametrize(("uid", "names"), [("slo-shop", SHOP), ("slo-api", ("fast", "monthly"))])
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
    board = boards["slo-llm"]
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
    board = boards["slo-llm"]
    panel = next(panel for panel in panels(board) if panel["title"] == "Prefix cache hit rate")
    target = {**panel["targets"][0]}
    target["expr"] = (
        target["expr"].replace('model_name="m"', 'model_name="idle"').replace('engine="0"', 'engine="1"')
    )
    assert ask(server, panel, target, values(board)) == []


def test_marks(server, boards, values):
    for uid, count in ((FLEET_UID, 1), ("slo-shop", 4), (DETAIL, 2)):
        board = boards[uid]
        chosen = values(board, **({"slo": "shop/burning", "service": "shop"} if uid == DETAIL else {}))
        [expr] = [mark["expr"] for mark in board["annotations"]["list"] if "expr" in mark]
        assert len(server.instant(interpolate(expr, chosen))) == count
