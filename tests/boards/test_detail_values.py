"""The numbers of one SLO's board, asked of a real Prometheus."""

from __future__ import annotations

import re

import pytest

from . import truth
from .asking import DETAIL, EVERY, SHOP, ask, by_group, by_slo, close, expected_by_slo
from .grafana import interpolate, panels, queries
from .history import BASE, DAY, HOUR, MONTH, NOW, of

pytestmark = [pytest.mark.oracle, pytest.mark.server, pytest.mark.xdist_group("boards")]


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
