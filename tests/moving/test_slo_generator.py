"""slo-generator: what each field becomes, and error budget policies."""

from decimal import Decimal

import pytest

from slogen.units import DAY
from tests.moving.conftest import codes, move, moved

SLO = """\
apiVersion: sre.google.com/v2
kind: ServiceLevelObjective
metadata: {{name: x, labels: {{service_name: s}}}}
spec: {{backend: prometheus, method: {method}, service_level_indicator: {indicator}, goal: {goal}}}
"""
RATIO = "{filter_good: g_total, filter_valid: v_total}"


def slo(method="good_bad_ratio", indicator=RATIO, goal="0.99", beside="", **options):
    return move(beside + SLO.format(method=method, indicator=indicator, goal=goal), **options).slos[0]


def policy(*steps):
    return f"error_budget_policies: {{default: {{steps: [{', '.join(steps)}]}}}}\n---\n"


def step(name, factor, window, rest="alert: true"):
    return f"{{name: {name}, burn_rate_threshold: {factor}, window: {window}, {rest}}}"


@pytest.fixture(scope="module")
def shop():
    return {slo.called: slo for slo in moved("slo_generator/shop.yaml").slos}


def test_the_whole_of_one(shop):
    found = shop["shop-orders-availability"]
    fields = dict(found.fields)
    tiers = fields.pop("alerting")
    assert found.id == "shop/shop-orders-availability"
    assert fields == {
        "name": "shop-orders-availability",
        "description": "99.9% of orders are taken",
        "objective": Decimal("99.9"),
        "window": "28d",
        "sli": {
            "events": {"good": 'orders_total{job="shop",state="ok"}', "total": 'orders_total{job="shop"}'}
        },
        "owner": "payments",
        "labels": {"feature_name": "orders", "team": "payments"},
    }
    assert [tuple(tier.values()) for tier in tiers["tiers"]] == [
        ("page_1_hour", "page", 9, "1h", "5m"),
        ("page_12_hours", "page", 3, "12h", "1h"),
        ("ticket_7_days", "ticket", Decimal("1.5"), "7d", "14h"),
        ("ticket_28_days", "ticket", 1, "28d", "56h"),
    ]
    assert tiers["page"] == {"annotations": {"consequence": "Defend the SLO"}}
    assert "ticket" not in tiers  # each of them says another thing, which is told


@pytest.mark.parametrize(
    ("name", "sli"),
    [
        (
            "shop-orders-latency",
            {"latency": {"histogram": 'order_duration_seconds{job="shop"}', "threshold": "250ms"}},
        ),
        (
            "shop-orders-ratio",
            {"events": {"good": 'orders_total{job="shop",state="ok"}', "total": 'orders_total{job="shop"}'}},
        ),
    ],
)
def test_methods(shop, name, sli):
    assert shop[name].fields["sli"] == sli


def test_good_and_bad_events_are_all(shop):
    events = shop["shop-orders-bad"].fields["sli"]["events"]
    assert events["bad"] == 'orders_failed_total{job="shop"}'
    assert events["total"].count("rate(") == 2


@pytest.mark.parametrize(
    "expression", ["d_seconds_bucket", "'d_seconds_bucket[window]'", "'d_seconds_bucket{}'"]
)
def test_a_bucket_without_labels(expression):
    found = slo("distribution_cut", f"{{expression: {expression}, threshold_bucket: '0.5'}}")
    assert found.fields["sli"] == {"latency": {"histogram": "d_seconds", "threshold": "500ms"}}


def test_the_window_is_that_of_the_longest_step():
    beside = policy(step("hour", 9, 3600), step("week", 1, 604800, "alert: false"))
    assert slo(beside=beside).fields["window"] == "7d"
    found = slo(beside=beside, period=28 * DAY)
    assert (found.fields["window"], "import-decide-period" in codes(found)) == ("28d", False)
    assert found.fields["alerting"]["tiers"][0]["factor"] == 9


def test_a_policy_that_nobody_uses_is_lost_as_a_whole():
    one = step("hour", 9, 3600, "alert: true, message_ok: fine")
    beside = (
        f"error_budget_policies: {{default: {{steps: [{one}]}}, other: {{steps: [{one}, {one}]}}}}\n---\n"
    )
    whole = beside + SLO.format(method="good_bad_ratio", indicator=RATIO, goal="0.99")
    lost = [p.message.partition("`")[2] for p in move(whole).problems if p.code == "import-lost-field"]
    assert lost[-1] == "error_budget_policies.other` has no place in slogen"
    assert sum(message.startswith("error_budget_policies.other` ") for message in lost) == 1
    assert not any("message_ok` has no place in slogen" in message for message in lost)


def test_without_a_policy_the_tiers_are_those_of_slogen():
    found = slo()
    assert "alerting" not in found.fields
    assert (found.fields["window"], codes(found).count("import-decide-period")) == ("30d", 1)


@pytest.mark.parametrize(
    "each", [step("hour", "much", 3600), step("hour", 9, "1h"), step("hour", 9, 3600, "alert: perhaps")]
)
def test_steps_that_are_none_are_refused(each):
    found = slo(beside=policy(each))
    assert found.fields is None
    assert found.problems[-1].span.line == 1


@pytest.mark.parametrize("goal", ["99.9", "1", "most"])
def test_goals_that_are_none(goal):
    found = slo(goal=goal)
    assert codes(found)[-1] == "import-refused-objective"
    assert goal != "99.9" or "`goal: 0.999`" in found.problems[-1].hint


REFUSALS = {
    "elsewhere": ("import-refused-source", 5),
    "no-method": ("import-refused-shape", 10),
    "good-alone": ("import-refused-shape", 15),
    "${NAME}": ("import-refused-slo", 19),
    "filled": ("import-refused-slo", 25),
    "functions": ("import-refused-query", 30),
    "": ("import-refused-shape", 35),
}


def test_refusals_name_the_place_and_what_to_do():
    found = {slo.called: slo for slo in moved("slo_generator/refused.yaml").slos}
    assert {name: slo.fields for name, slo in found.items()} == dict.fromkeys(REFUSALS)
    for name, expected in REFUSALS.items():
        errors = [problem for problem in found[name].problems if problem.is_error]
        assert [(problem.code, problem.span.line) for problem in errors] == [expected]
        assert all(problem.hint for problem in errors)
