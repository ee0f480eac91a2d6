"""The numbers of one SLO's board, asked of a real Prometheus, in every state an SLO can be in."""

from __future__ import annotations

import math
import re

import pytest

from slogen.units import parse_duration

from . import truth
from .asking import DETAIL, EVERY, SHOP, ask, by_group, by_slo, close
from .grafana import interpolate, panels
from .history import BASE, DAY, FIRING, FIRING_FOR, HOUR, MINUTE, MONTH, NOW, SMALL, TIERS, of

pytestmark = [pytest.mark.oracle, pytest.mark.server, pytest.mark.xdist_group("boards")]
SHOWN = (*SHOP, "monthly", "fast", "healthy@us", "stopped", "models")
WINDOWS = {"5m": BASE, "30m": SMALL, "1h": HOUR, "6h": 6 * HOUR, "1d": DAY, "3d": 3 * DAY}


def chosen(values, board, key, **more):
    """The board's variables with an SLO chosen."""
    groups = of(key)
    service = groups[0].service if groups else {"ttft": "llm"}.get(key, "shop")
    name, _, cluster = key.partition("@")
    return values(board, service=service, slo=f"{service}/{name}", cluster=cluster or "eu", **more)


def panel_of(board, title):
    found = [panel for panel in panels(board) if panel["title"].startswith(title)]
    return min(found, key=lambda panel: len(panel["title"]))


def one(found):
    """The single value of an answer, None where there is none."""
    assert len(found) <= 1, found
    return found[0][1] if found else None


def worst_groups(groups, most):
    """Those that a panel shows: of those with a budget the ones with the least."""
    with_budget = sorted((g for g in groups if g.consumed is not None), key=lambda g: -g.consumed)
    return [g for g in groups if g.consumed is None or g in with_budget[:most]]


@pytest.mark.parametrize("slo", SHOWN)
def test_head(server, boards, values, slo):
    board, groups = boards[DETAIL], of(slo)
    variables = chosen(values, board, slo)
    alive = slo != "stopped"
    expected = {
        "Status": truth.state(groups),
        "Budget left": truth.left(groups),
        "Left, as time": truth.left_seconds(groups),
        "Left, as events": truth.left_events(groups),
        "Burn rate, last hour": truth.burn_over_hour(groups),
        "Kept over": truth.sli(groups),
    }
    for title, value in expected.items():
        panel = panel_of(board, title)
        found = one(ask(server, panel, panel["targets"][0], variables))
        wanted = value if alive or title == "Status" else None
        assert (found is None) == (wanted is None), (title, found, wanted)
        assert found is None or found == pytest.approx(wanted, rel=1e-6), title


@pytest.mark.parametrize("slo", SHOWN)
def test_gone_or_back(server, boards, values, slo):
    board, groups = boards[DETAIL], of(slo)
    panel, variables = panel_of(board, "Gone in, or back in"), chosen(values, board, slo)
    gone, back, lasts = (one(ask(server, panel, target, variables)) for target in panel["targets"])
    share, soon = truth.consumed(groups), truth.gone_in(groups)
    if slo == "stopped":
        assert (gone, back, lasts) == (None, None, None)
    elif share is not None and share >= 1:
        assert (gone, lasts) == (None, None)
        assert back == pytest.approx(truth.back_in(groups), abs=6 * HOUR)
    else:
        assert back is None
        assert gone == (None if soon is None else pytest.approx(soon, rel=1e-6))
        known = share is not None and truth.burn_over_hour(groups) is not None
        assert lasts == (-1 if known and soon is None else None)


@pytest.mark.parametrize("slo", SHOWN)
def test_firing(server, boards, values, slo):
    board = boards[DETAIL]
    panel, variables = panel_of(board, "Firing now"), chosen(values, board, slo)
    number = {"page": 3, "ticket": 2, "info": 1}
    fires = [more for _, name, more in FIRING if name == slo]
    which = {(m["alertname"], m.get("slo_tier", "")): number[m["severity"]] for m in fires}
    severities, since = (
        {(labels["alertname"], labels.get("slo_which", "")): value for labels, value in found}
        for found in (ask(server, panel, target, variables) for target in panel["targets"])
    )
    assert severities == which
    assert since == dict.fromkeys(which, FIRING_FOR)


@pytest.mark.parametrize("slo", SHOWN)
def test_errors_and_events(server, boards, values, slo):
    board, groups = boards[DETAIL], worst_groups(of(slo), 5)
    variables = chosen(values, board, slo)
    alive = [g for g in groups if g.at(NOW)]
    short, hour, pages, tickets = panel_of(board, "Bad events, beside")["targets"]
    total, bad = panel_of(board, "All and bad events")["targets"]
    panel = panel_of(board, "All and bad events")

    def shown(target):
        return by_group(ask(server, panel, target, variables))

    def expected(of_group):
        return {g.group.get("model", ""): value for g in alive if (value := of_group(g)) is not None}

    close(shown(short), expected(lambda g: truth.ratio(g, BASE)))
    close(shown(hour), expected(lambda g: truth.ratio(g, HOUR)))
    close(shown(total), expected(lambda g: g.at(NOW)[0]))
    close(shown(bad), expected(lambda g: g.at(NOW)[1]))
    lines = [found for target in (pages, tickets) for found in ask(server, panel, target, variables)]
    thresholds = {labels["slo_tier"]: value for labels, value in lines}
    budget = groups[0].budget if groups else 0.01
    wanted = {} if slo == "stopped" else {t: factor * budget for t, (_, factor, _, _) in TIERS.items()}
    assert thresholds == pytest.approx(wanted)


def test_a_short_outage_is_seen_over_a_month(server, boards, values):
    """Ten bad minutes, two days ago, at a step of half an hour."""
    board, (outage,) = boards[DETAIL], of("spiky")
    panel, variables = panel_of(board, "Bad events, beside"), chosen(values, board, "spiky")
    variables |= {"__rate_interval": "31m"}
    [(_, points)] = server.over(interpolate(panel["targets"][0]["expr"], variables), MONTH, 30 * MINUTE)
    assert max(points.values()) == pytest.approx(truth.ratio(outage, BASE, NOW - 2 * DAY))


@pytest.mark.parametrize("slo", [*SHOP, "monthly", "fast", "healthy@us", "models"])
def test_budget(server, boards, values, slo):
    board, groups = boards[DETAIL], worst_groups(of(slo), 10)
    variables = chosen(values, board, slo)
    panel = panel_of(board, "Budget of this window")
    left, ideal = (ask(server, panel, target, variables) for target in panel["targets"])
    expected = {g.group.get("model", ""): truth.left([g]) for g in groups}
    # Without the traffic before they were known, so that young and silent groups can differ.
    close(by_group(left), {k: v for k, v in expected.items() if k in by_group(left)}, 5e-3)
    assert by_group(left).keys() == {k for k, v in expected.items() if v is not None}
    assert one(ideal) == pytest.approx(1 - groups[0].elapsed if groups else 0, abs=1e-9)
    panel = panel_of(board, "Budget left over time")
    close(by_group(ask(server, panel, panel["targets"][0], variables)), expected)


@pytest.mark.parametrize("slo", ["monthly", "healthy", "quiet"])
def test_forecast(server, boards, values, slo):
    board = boards[DETAIL]
    panel = panel_of(board, "Left at the end")
    found = one(ask(server, panel, panel["targets"][0], chosen(values, board, slo)))
    wanted = truth.forecast(of(slo))
    assert (slo == "monthly") == (wanted is not None)
    assert found == (None if wanted is None else pytest.approx(wanted))


def test_what_each_time_cost(server, boards, values):
    """All tiles together cost what was spent, and the dearest is the one of the outage."""
    board, (outage,) = boards[DETAIL], of("spiky")
    variables = chosen(values, board, "spiky")
    panel, table = panel_of(board, "What each"), panel_of(board, "What cost most")
    assert variables["tile"] == "6h"
    assert table["targets"][0]["expr"] == panel["targets"][0]["expr"]
    [(_, points)] = server.over(interpolate(panel["targets"][0]["expr"], variables), MONTH, 6 * HOUR)
    del points[NOW - MONTH]
    assert sum(points.values()) == pytest.approx(truth.consumed([outage]), rel=1e-6)
    assert max(points, key=points.get) == NOW - 2 * DAY + 6 * HOUR
    assert {t["id"] for t in table["transformations"]} == {"sortBy", "limit", "organize"}


def test_burn_down_follows_the_ideal_line(server, boards, values):
    """A budget that is spent evenly to 20 % lies above the ideal line at each moment."""
    board = boards[DETAIL]
    variables = chosen(values, board, "healthy")
    panel = panel_of(board, "Budget of this window")
    spent, ideal = (
        server.over(interpolate(target["expr"], variables), MONTH, DAY)[0][1] for target in panel["targets"]
    )
    assert interpolate(panel["timeFrom"], variables) == "30d"
    for day in range(31):
        time = NOW - MONTH + day * DAY
        assert ideal[time] == pytest.approx(1 - day / 30)
        assert spent.get(time, 1.0) == pytest.approx(1 - 0.2 * day / 30, abs=1e-3)


def test_reach_of_each_window(boards, values):
    board = boards[DETAIL]
    for slo, shown, tile, tiles in (
        ("healthy", "30d", "6h", "120"),
        ("fast", "7d", "1h", "168"),
        ("monthly", "now/M", "6h", "124"),
        ("stopped", "30d", "6h", "120"),
        ("nobody", "30d", "6h", "120"),  # as on a server where no rule ran yet
    ):
        variables = chosen(values, board, slo)
        assert (variables["shown"], variables["tile"], variables["tiles"]) == (shown, tile, tiles)


@pytest.mark.parametrize("slo", SHOWN)
def test_alerts_are_as_near_as_their_windows_say(server, boards, values, slo):
    board, groups = boards[DETAIL], of(slo)
    variables = chosen(values, board, slo)

    def near(tier):
        _, factor, long, short = TIERS[tier]
        found = [
            min(truth.ratio(g, WINDOWS[w]) or 0.0 for w in (long, short)) / factor / g.budget
            for g in groups
            if g.at(NOW) and g.over(WINDOWS[short])[0]
        ]
        return max(found, default=None)

    expected = {tier: near(tier) for tier in TIERS}
    panel = panel_of(board, "How near")
    found = {}
    for target in panel["targets"]:
        found |= {labels["slo_tier"]: v for labels, v in ask(server, panel, target, variables)}
    close(found, expected if slo != "stopped" else dict.fromkeys(expected))
    table = panel_of(board, "Burn-rate alerts")
    lines, nearness = (ask(server, table, target, variables) for target in table["targets"])
    assert {labels["slo_tier"]: value for labels, value in nearness} == pytest.approx(found)
    budget = groups[0].budget if groups else 0.01
    assert {labels["slo_tier"]: value for labels, value in lines} == pytest.approx(
        {} if slo == "stopped" else {t: factor * budget for t, (_, factor, _, _) in TIERS.items()}
    )
    every = panel_of(board, "Burn rate by window")
    for labels, value in ask(server, every, every["targets"][0], variables):
        [group] = [g for g in groups if g.group.get("model") == labels.get("model")]
        assert value == pytest.approx(truth.burn_of(group, WINDOWS[labels["slo_window"]]))


@pytest.mark.parametrize("slo", ["grouped", "models", "healthy"])
def test_groups(server, boards, values, slo):
    board, groups = boards[DETAIL], of(slo)
    variables = chosen(values, board, slo)
    table = panel_of(board, "Groups, worst first")
    of_group = (lambda g: truth.left([g]), lambda g: truth.sli([g]), truth.burn_of, lambda g: g.at(NOW)[0])
    for target, expected in zip(table["targets"], of_group, strict=True):
        found = by_group(ask(server, table, target, variables))
        close(found, {g.group.get("model", ""): expected(g) for g in groups})
    worst = worst_groups(groups, 10)
    for title, expected in (
        ("Budget left of the ten", lambda g: truth.left([g])),
        ("Bad events of the ten", lambda g: g.at(NOW)[1]),
    ):
        panel = panel_of(board, title)
        found = by_group(ask(server, panel, panel["targets"][0], variables))
        close(found, {g.group.get("model", ""): expected(g) for g in worst})


def test_each_label_of_a_group_chooses_it(boards):
    table = panel_of(boards[DETAIL], "Groups, worst first")
    linked = {
        override["matcher"]["options"]
        for override in table["fieldConfig"]["overrides"]
        for own in override["properties"]
        if own["id"] == "links"
    }
    assert linked == {"model"}


def test_lines_stay_few_where_rules_are_gone(server, boards, values):
    """What had the least budget when it was last known is shown, and no more."""
    board = boards[DETAIL]
    panel = panel_of(board, "Bad events, beside")
    expr = interpolate(panel["targets"][0]["expr"], chosen(values, board, "models"))
    later = {"query": expr, "start": NOW - HOUR, "end": NOW + HOUR, "step": 60}
    assert len(server.get("/api/v1/query_range", **later)["result"]) <= 5


def test_one_group(server, boards, values):
    board = boards[DETAIL]
    variables = chosen(values, board, "grouped", by_model="meta-llama/Llama-3")
    table = panel_of(board, "Groups, worst first")
    for target in table["targets"]:
        assert by_group(ask(server, table, target, variables)).keys() == {"meta-llama/Llama-3"}
    status = panel_of(board, "Status")
    assert by_slo(ask(server, status, status["targets"][0], variables)) == {"grouped": 0}


def test_excluded_time(server, boards, values):
    board = boards[DETAIL]
    panel = panel_of(board, "Excluded time")
    for slo, expected in (("paused", 1.0), ("healthy", None)):
        found = ask(server, panel, panel["targets"][0], chosen(values, board, slo))
        assert one(found) == expected


def test_thresholds_are_those_of_the_alerts(result, rules_of):
    """What the board's lines show is what the alerts compare, for every SLO."""
    recorded = rules_of(result, "slogen_tier_threshold")
    for name in EVERY:
        service = next((g.service for g in of(name)), {"ttft": "llm"}.get(name, "shop"))
        slo = f"{service}/{name.partition('@')[0]}"
        alerts = [r for r in rules_of(result, "SLOErrorBudgetBurn") if r.labels["slo_id"] == slo]
        assert len(alerts) == 4
        for alert in alerts:
            found = re.findall(
                r"ratio_rate(\w+)\{[^}]*\} > (ignoring \(slo_window\) group_left \(\) )?([0-9.]+)", alert.expr
            )
            tier, budget = alert.labels["slo_tier"], 0.05 if name in ("fast", "ttft") else 0.01
            lines = [
                (float(re.findall(r"\* ([0-9.]+), 1e-12", rule.expr)[0]) * budget, rule.labels)
                for rule in recorded
                if rule.labels["slo_tier"] == tier and _is_about(rule.expr, service, slo.split("/")[1])
            ]
            [(line, labels)] = lines
            assert labels["severity"] == alert.labels["severity"]
            assert {window for window, _, _ in found} == {labels["slo_window"], labels["slo_short_window"]}
            assert all(math.isclose(float(threshold), line) for _, _, threshold in found)


def _is_about(expr, service, name):
    chosen_names = re.search(r'slo=~"([^"]*)"', expr)
    return f'slo_service="{service}"' in expr and (not chosen_names or name in chosen_names[1].split("|"))


def test_every_panel_is_asserted(boards):
    """A panel that nothing above asks for fails here."""
    known = {
        *("$slo", "Status", "Firing now", "Budget left", "Left, as time", "Left, as events"),
        *("Gone in, or back in", "Burn rate, last hour", "Kept over $window"),
        *("Bad events, beside the lines of the alerts", "All and bad events", "Alerts that fired"),
        *("Budget of this window", "Budget left over time", "What each $tile cost", "What cost most"),
        *(
            "Left at the end",
            "Burn-rate alerts",
            "How near each alert is",
            "Burn rate by window",
            "Excluded time",
        ),
        *("Groups, worst first", "Budget left of the ten worst groups", "Bad events of the ten worst groups"),
    }
    assert {panel["title"] for panel in panels(boards[DETAIL])} == known


def test_alerts_that_fired(server, boards, values):
    board = boards[DETAIL]
    panel = panel_of(board, "Alerts that fired")
    found = ask(server, panel, panel["targets"][0], chosen(values, board, "burning"))
    assert {(labels["alertname"], value) for labels, value in found} == {
        ("SLOErrorBudgetBurn", 3.0),
        ("SLOErrorBudgetConsumed", 1.0),
    }


def test_no_panel_has_more_than_twenty_lines(server, boards, values):
    """Of an SLO with thirty groups."""
    board = boards[DETAIL]
    variables = chosen(values, board, "models")
    for panel in panels(board):
        if panel["type"] in ("timeseries", "state-timeline"):
            lines = sum(len(ask(server, panel, target, variables)) for target in panel["targets"])
            assert lines <= 20, panel["title"]


def test_the_budget_of_thirty_groups_is_cheap_to_draw(server, boards, values):
    """At most ten thousand samples a group, on the range and at the steps at which Grafana asks."""
    board = boards[DETAIL]
    variables = chosen(values, board, "models")
    panel = panel_of(board, "Budget of this window")
    step = parse_duration(interpolate(panel["targets"][0]["interval"], variables))
    assert MONTH / step < 60
    samples = 0
    for target in panel["targets"]:
        asked = {"query": interpolate(target["expr"], variables), "start": NOW - MONTH, "end": NOW}
        found = server.get("/api/v1/query_range", **asked, step=step, stats="all")
        samples += found["stats"]["samples"]["totalQueryableSamples"]
    assert 0 < samples <= 10_000 * len(of("models"))
