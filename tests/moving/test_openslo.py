"""OpenSLO v1: what each field becomes."""

import json
from decimal import Decimal

import pytest
import yaml

from slogen.units import DAY
from tests.moving.conftest import FOLDER, codes, move, moved


@pytest.fixture(scope="module")
def shop():
    return {slo.called: slo for slo in moved("openslo/shop.yaml").slos}


def slo(objective=None, **spec):
    metric = {"metricSource": {"type": "Prometheus", "spec": {"query": 'x{job="a"}'}}}
    whole = {
        "service": "s",
        "indicator": {"spec": {"thresholdMetric": metric}},
        "budgetingMethod": "Timeslices",
        "timeWindow": [{"duration": "28d", "isRolling": True}],
        "objectives": [{"op": "lt", "value": 5, "target": 0.99, "timeSliceWindow": 5} | (objective or {})],
    }
    document = {"apiVersion": "openslo/v1", "kind": "SLO", "metadata": {"name": "x"}, "spec": whole | spec}
    return move(json.dumps(document)).slos[0]


def test_the_whole_of_one(shop):
    found = shop["orders[1]"]
    assert found.id == "orders/orders-strict"
    assert found.fields == {
        "name": "orders-strict",
        "description": "Orders are taken",
        "objective": Decimal("99.900"),
        "window": "28d",
        "sli": {
            "events": {"good": 'orders_total{job="shop",state="ok"}', "total": 'orders_total{job="shop"}'}
        },
        "owner": "payments",
        "labels": {"team": "payments", "tier": "1"},
    }
    assert (shop["orders[2]"].id, shop["orders[2]"].fields["objective"]) == ("orders/orders-relaxed", 99)


@pytest.mark.parametrize(
    ("name", "sli"),
    [
        (
            "lost-calls",
            {"events": {"bad": 'calls_lost_total{job="calls"}', "total": 'calls_total{job="calls"}'}},
        ),
        (
            "slices",
            {
                "timeslices": {
                    "good": '((sum(rate(calls_ok_total{job="calls"}[5m])))'
                    ' / (sum(rate(calls_total{job="calls"}[5m])))) >= 0.95',
                    "slice": "5m",
                }
            },
        ),
        (
            "mean-of-slices",
            {
                "ratio": {
                    "good": '(sum(rate(calls_ok_total{job="calls"}[10m])))'
                    ' / (sum(rate(calls_total{job="calls"}[10m])))'
                }
            },
        ),
        ("queue", {"timeslices": {"good": 'max(queue_length{job="shop"}) <= 250', "slice": "1m"}}),
        ("ready-ratio", {"ratio": {"good": 'avg(shop_good_ratio{job="shop"})'}}),
    ],
)
def test_indicators(shop, name, sli):
    assert shop[name].fields["sli"] == sli


def test_calendars(shop):
    assert shop["lost-calls"].fields["window"] == {"calendar": "month"}
    assert codes(shop["lost-calls"]).count("import-lost-value") == 1  # the clocks of Berlin


@pytest.mark.parametrize(
    ("duration", "start", "told"),
    [
        ("1w", "2026-01-05 00:00:00", 0),
        ("1w", "2026-01-06 00:00:00", 1),
        ("1M", "2026-02-01 00:00:00", 0),
        ("1M", "2026-02-15 00:00:00", 1),
        ("1M", "2026-02-01 12:30:00", 1),
        ("1Q", "2026-10-01 00:00:00", 0),
        ("1Q", "2026-02-01 00:00:00", 1),
        ("1Y", "2026-01-01 00:00:00", 0),
        ("1Y", "2026-04-01 00:00:00", 1),
        ("1Y", "some day", 1),
    ],
)
def test_starts_that_are_no_beginning_are_told(duration, start, told):
    window = {"duration": duration, "calendar": {"startTime": start, "timeZone": "UTC"}}
    found = slo(timeWindow=[window])
    assert codes(found).count("import-lost-value") == told


@pytest.mark.parametrize(
    ("target", "hint"), [(99.9, "`targetPercent: 99.9` or `target: 0.999`"), (1.5, "0.015")]
)
def test_a_target_is_a_share(target, hint):
    (problem,) = slo({"target": target}).problems
    assert problem.code == "import-refused-objective"
    assert hint in problem.hint


def test_a_window_that_nobody_says(shop):
    assert shop["ready-ratio"].fields["window"] == "30d"
    assert "import-decide-period" in codes(shop["ready-ratio"])
    found = moved("openslo/shop.yaml", period=28 * DAY).slos[-1]
    assert found.fields is not None
    assert (found.fields["window"], "import-decide-period" in codes(found)) == ("28d", False)


@pytest.mark.parametrize(
    ("objective", "good"),
    [({"op": "gte"}, ">="), ({"op": "gt", "value": -1.5}, ">"), ({"op": "lte", "value": 0}, "<=")],
)
def test_operators(objective, good):
    found = slo(objective).fields["sli"]["timeslices"]["good"]
    assert found == f'x{{job="a"}} {good} {objective.get("value", 5)}'


def test_occurrences_of_a_value_are_counted_by_time():
    found = slo(budgetingMethod="Occurrences")
    assert found.fields["sli"]["timeslices"]["slice"] == "5m"
    assert codes(found) == ["import-changed-query"]


@pytest.mark.parametrize(
    ("counter", "name", "side"),
    [
        (True, "ok", "rate(ok[{{ window }}])"),
        (False, "ok", "sum(sum_over_time(ok[{{ window }}]))"),
        (None, "ok_total", "ok_total"),
        (None, "ok", "sum(sum_over_time(ok[{{ window }}]))"),
    ],
)
def test_counters_and_counts_per_scrape(counter, name, side):
    def metric(query):
        return {"metricSource": {"type": "Prometheus", "spec": {"query": query}}}

    ratio = {"good": metric(name), "total": metric(name.replace("ok", "all"))}
    ratio |= {} if counter is None else {"counter": counter}
    found = slo(budgetingMethod="Occurrences", indicator={"spec": {"ratioMetric": ratio}})
    assert found.fields["sli"]["events"]["good"] == side


@pytest.mark.parametrize(("side", "good"), [("good", "(r) >= 0.95"), ("bad", "(r) <= 0.05")])
def test_slices_of_good_and_bad_events(side, good):
    def metric(query):
        return {"metricSource": {"type": "Prometheus", "spec": {"query": query}}}

    ratio = {"counter": True, side: metric("a_total"), "total": metric("b_total")}
    found = slo({"timeSliceTarget": 0.95}, indicator={"spec": {"ratioMetric": ratio}})
    quotient = "(sum(rate(a_total[5m]))) / (sum(rate(b_total[5m])))"
    assert found.fields["sli"]["timeslices"]["good"] == good.replace("r", quotient)


@pytest.mark.parametrize(("kind", "good"), [("success", "(r) >= 0.95"), ("failure", "(r) <= 0.05")])
def test_slices_of_ready_ratios(kind, good):
    raw = {"metricSource": {"type": "Prometheus", "spec": {"query": "x_ratio"}}}
    found = slo({"timeSliceTarget": 0.95}, indicator={"spec": {"ratioMetric": {"rawType": kind, "raw": raw}}})
    assert found.fields["sli"]["timeslices"]["good"] == good.replace("r", "x_ratio")


@pytest.mark.parametrize("method", ["Occurrences", "Timeslices", "RatioTimeslices"])
def test_what_no_tree_keeps_is_refused(method):
    raw = {"metricSource": {"type": "Prometheus", "spec": {"query": "avg(x_ratio @ end()) / avg(y)"}}}
    sli = {"indicator": {"spec": {"ratioMetric": {"rawType": "success", "raw": raw}}}}
    found = slo({"timeSliceTarget": 0.95}, budgetingMethod=method, **sli)
    assert codes(found) == ["import-refused-query"]


def test_the_mean_of_slices_is_a_ratio_even_of_events():
    query = 'sum(rate(a_total{job="a"}[5m])) / sum(rate(b_total{job="a"}[5m]))'
    raw = {"metricSource": {"type": "Prometheus", "spec": {"query": query}}}
    sli = {"indicator": {"spec": {"ratioMetric": {"rawType": "failure", "raw": raw}}}}
    assert [*slo(budgetingMethod="Occurrences", **sli).fields["sli"]] == ["events"]
    assert [*slo(budgetingMethod="RatioTimeslices", **sli).fields["sli"]] == ["ratio"]


REFUSALS = {
    "elsewhere": ("import-refused-source", 12),
    "of-nobody": ("import-refused-reference", 19),
    "a-month-that-rolls": ("import-refused-window", 26),
    "a-minute-by-the-calendar": ("import-refused-window", 35),
    "no-operator": ("import-refused-shape", 46),
    "all-of-them": ("import-refused-objective", 55),
    "": ("import-refused-shape", 57),  # of another version
}


def test_refusals_name_the_place_and_what_to_do():
    found = {slo.called: slo for slo in moved("openslo/refused.yaml").slos}
    assert {name: slo.fields for name, slo in found.items()} == dict.fromkeys(REFUSALS)
    for name, expected in REFUSALS.items():
        errors = [problem for problem in found[name].problems if problem.is_error]
        assert [(problem.code, problem.span.line) for problem in errors] == [expected]
        assert all(problem.hint for problem in errors)


@pytest.mark.parametrize(
    ("objective", "spec"),
    [
        ({"op": "eq"}, {}),
        ({"value": "much"}, {}),
        ({"timeSliceWindow": None}, {}),
        ({}, {"budgetingMethod": "Guesses"}),
        ({}, {"indicator": {"spec": {"otherMetric": {}}}}),
        ({}, {"indicator": None}),
        ({}, {"indicator": {"spec": {"ratioMetric": {"counter": True}}}}),
        ({}, {"indicator": {"spec": {"ratioMetric": {"raw": {}}}}}),
        ({}, {"objectives": []}),
    ],
)
def test_shapes_that_are_none(objective, spec):
    assert [code for code in codes(slo(objective, **spec)) if "refused" in code] == ["import-refused-shape"]


@pytest.fixture(scope="module")
def alpha():
    return {slo.called: slo for slo in moved("openslo/alpha.yaml").slos}


def test_v1alpha(alpha):
    assert {name: found.fields["window"] for name, found in alpha.items()} == {
        "orders[1]": "28d",
        "orders[2]": "28d",
        "queue": {"calendar": "month"},
    }
    assert alpha["orders[1]"].fields["sli"] == {
        "events": {"good": 'orders_total{job="shop",state="ok"}', "total": 'orders_total{job="shop"}'}
    }
    assert alpha["orders[2]"].fields["sli"] == {
        "latency": {"histogram": 'order_seconds{job="shop"}', "threshold": "500ms"}
    }
    assert alpha["queue"].fields["sli"]["timeslices"]["good"] == 'max(queue_length{job="shop"}) <= 250'


@pytest.mark.parametrize(
    ("window", "expected"),
    [
        ({"unit": "Week", "count": 4, "isRolling": True}, "28d"),
        ({"unit": "days", "count": 7, "isRolling": True}, "7d"),
        ({"unit": "Hour", "count": 36, "isRolling": True}, "36h"),
        ({"unit": "Quarter", "count": 1, "isRolling": False}, {"calendar": "quarter"}),
        ({"unit": "Month", "count": 12, "isRolling": False}, {"calendar": "year"}),
    ],
)
def test_windows_in_units(window, expected):
    assert slo(timeWindow=None, timeWindows=[window]).fields["window"] == expected


@pytest.mark.parametrize(
    "window",
    [
        {"unit": "Month", "count": 1, "isRolling": True},
        {"unit": "Fortnight", "count": 1, "isRolling": True},
        {"unit": "Day", "count": "some", "isRolling": True},
        {"unit": "Week", "count": 2, "isRolling": False},
    ],
)
def test_windows_in_units_that_are_none(window):
    assert codes(slo(timeWindow=None, timeWindows=[window])) == ["import-refused-window"]


def test_a_document_that_is_a_list_of_objects():
    documents = [yaml.safe_load(part) for part in (FOLDER / "openslo/shop.yaml").read_text().split("\n---\n")]
    whole = moved("openslo/shop.yaml")
    listed = move(yaml.safe_dump(documents))
    assert [slo.id for slo in listed.slos] == [slo.id for slo in whole.slos]
    assert not {"import-unknown-document", "import-nothing"} & {p.code for p in listed.problems}
    about = [p.message for p in listed.problems if "what objects have beside" in p.message]
    assert about
    assert not any("`0." in message for message in about)
