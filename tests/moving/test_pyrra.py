"""Pyrra: what each field becomes."""

from decimal import Decimal

import pytest

from slogen.diagnostics import Severity
from tests.moving.conftest import codes, move, moved

HEAD = "apiVersion: pyrra.dev/v1alpha1\nkind: ServiceLevelObjective\n"
RATIO = "ratio: {errors: {metric: 'e_total{job=\"a\"}'}, total: {metric: 't_total{job=\"a\"}'}}"


def slo(
    spec: str = "", metadata: str = "name: x", indicator: str = RATIO, target: str = "99", window: str = "28d"
):
    text = f"{HEAD}metadata: {{{metadata}}}\nspec:\n  target: '{target}'\n  window: {window}\n"
    return move(f"{text}  indicator: {{{indicator}}}\n{spec}").slos[0]


@pytest.fixture(scope="module")
def shop():
    return {slo.called: slo for slo in moved("pyrra/shop.yaml").slos}


def test_the_whole_of_one(shop):
    found = shop["Checkout_Errors"]
    fields = dict(found.fields)
    alerting = fields.pop("alerting")
    assert found.id == "checkout/checkout-errors"
    assert fields == {
        "name": "checkout-errors",
        "description": "Orders are taken without a server error",
        "objective": Decimal("99.9"),
        "window": "28d",
        "sli": {
            "events": {
                "bad": 'http_requests_total{job="checkout",handler="/order",code=~"5.."}',
                "total": 'http_requests_total{job="checkout",handler="/order"}',
                "by": ["region"],
            }
        },
        "owner": "payments",
        "labels": {"service": "checkout", "team": "payments"},
        "links": {"runbook": "https://wiki.example.com/checkout"},
    }
    assert alerting["names"] == {"SLOErrorBudgetBurn": "Checkout-Burns", "SLODataAbsent": "CheckoutGone"}
    assert alerting["page"] == {
        "severity": "critical",
        "annotations": {"first_step": "Look at the last rollout."},
    }
    assert alerting["ticket"]["severity"] == "warning"
    assert [(t["severity"], t["factor"], t["long"], t["for"]) for t in alerting["tiers"]] == [
        ("page", 14, "1h", "2m"),
        ("page", 7, "6h", "15m"),
        ("ticket", 2, "1d", "1h"),
        ("ticket", 1, "4d", "3h"),
    ]


def test_what_is_told_of_it(shop):
    told = {(p.code, p.span.line, p.severity) for p in shop["Checkout_Errors"].problems}
    assert told == {
        ("import-changed-name", 5, Severity.INFO),
        ("import-lost-value", 12, Severity.WARNING),  # a label with a hyphen
        ("import-lost-field", 22, Severity.WARNING),  # partial_response_strategy
    }
    objects = [p for p in moved("pyrra/shop.yaml").problems if p.code == "import-decide-objects"]
    assert [p.span.line for p in objects][:3] == [6, 8, 9]


@pytest.mark.parametrize(
    ("name", "sli"),
    [
        (
            "checkout-latency",
            {"latency": {"histogram": 'http_request_duration_seconds{job="checkout"}', "threshold": "250ms"}},
        ),
        (
            "checkout-fast-and-good",
            {
                "latency": {
                    "histogram": 'http_request_duration_seconds{job="checkout"}',
                    "threshold": "1s",
                    "good": 'code!~"5.."',
                }
            },
        ),
        (
            "render-native",
            {
                "latency": {
                    "histogram": 'render_duration_seconds{job="render"}',
                    "threshold": "200ms",
                    "native": True,
                    "by": ["page"],
                }
            },
        ),
        ("database-up", {"probe": {"metric": 'pg_up{job="postgres"}', "by": ["instance"]}}),
        (
            "queries-late",
            {
                "events": {
                    "bad": 'sum(rate(query_failures_total{job="search"}[{{ window }}] offset 1m))',
                    "total": 'sum(rate(query_runs{job="search"}[{{ window }}] offset 1m))',
                }
            },
        ),
    ],
)
def test_kinds(shop, name, sli):
    assert shop[name].fields["sli"] == sli


def test_alerts_that_could_never_fire_are_told(shop):
    """14 times the budget of 90 % is more than all; rounded windows are no more than good to know."""
    told = {
        name: [(p.severity, p.message) for p in slo.problems if p.code == "import-changed-tier"]
        for name, slo in shop.items()
    }
    ((severity, message),) = told["checkout-fast-and-good"]
    assert severity is Severity.WARNING
    assert "`page_fast` is 9 times over 30m and 5m, and was 14 times over 30m and 2m" in message
    assert [severity for severity, _ in told["checkout-latency"]] == [Severity.INFO]
    assert told["Checkout_Errors"] == []


def test_what_slogen_doubts_is_told_at_its_place(shop):
    """Gone data pages in Pyrra, whatever `burnrates` says."""
    found = [(p.code, p.span.line) for p in shop["queries-late"].problems if "decide-doubt" in p.code]
    assert found == [("import-decide-doubt", 97)]


def test_a_counter_by_its_use_is_called_one():
    """Pyrra asks for its rate, so it is one, whatever it is called."""
    found = slo(indicator="ratio: {errors: {metric: errs}, total: {metric: reqs}}")
    assert found.fields["sli"]["events"] == {
        "bad": "rate(errs[{{ window }}])",
        "total": "rate(reqs[{{ window }}])",
    }


def test_groups_of_what_looks_back_with_an_offset():
    indicator = (
        "ratio: {errors: {metric: 'e_total{job=\"a\"} offset 1m'}, "
        "total: {metric: 't_total{job=\"a\"} offset 1m'}, grouping: [handler, code]}"
    )
    assert slo(indicator=indicator).fields["sli"]["events"] == {
        "bad": 'sum by (handler, code) (rate(e_total{job="a"}[{{ window }}] offset 1m))',
        "total": 'sum by (handler, code) (rate(t_total{job="a"}[{{ window }}] offset 1m))',
        "by": ["handler", "code"],
    }


@pytest.mark.parametrize(("kind", "is_told"), [("static", False), ("dynamic", True)])
def test_burn_rates_that_follow_the_traffic_are_told(kind, is_told):
    found = slo(f"  alerting: {{burnRateType: {kind}}}")
    assert ("import-changed-tier" in codes(found), "import-lost-field" in codes(found)) == (is_told, False)


def test_a_bucket_of_another_histogram_is_counted():
    success = "{metric: 'a_seconds_bucket{le=\"1\"}'}"
    found = slo(indicator=f"latency: {{success: {success}, total: {{metric: b_seconds_count}}}}")
    assert found.fields["sli"]["events"] == {"good": 'a_seconds_bucket{le="1"}', "total": "b_seconds_count"}


@pytest.mark.parametrize(
    ("alerting", "expected"),
    [
        ("disabled: true", {"enabled": False, "absent": False}),
        ("burnrates: false", {"enabled": False, "absent": {"severity": "page"}}),
        ("{burnrates: false, absent: false}", {"enabled": False, "absent": False}),
        ("absent: false", {"enabled": None, "absent": False}),
        ("disabled: false", {"enabled": None, "absent": None}),
    ],
)
def test_which_alerts_there_are(alerting, expected):
    inside = alerting if alerting.startswith("{") else f"{{{alerting}}}"
    found = slo(f"  alerting: {inside}").fields["alerting"]
    assert {"enabled": found["page"].get("enabled"), "absent": found.get("absent")} == expected
    assert ("budget" in found) is (expected["enabled"] is False)


@pytest.mark.parametrize(
    ("metadata", "service", "is_decided"),
    [
        ("name: x, labels: {pyrra.dev/service: Shop}", "shop", True),
        ("name: x, labels: {app.kubernetes.io/name: shop}", "shop", True),
        ("name: x", "a", False),
    ],
)
def test_the_service(metadata, service, is_decided):
    found = slo(metadata=metadata)
    assert found.service == service
    assert ("import-decide-service" in codes(found)) is not is_decided


def test_without_a_job_the_service_is_the_slo():
    found = slo(indicator="ratio: {errors: {metric: e_total}, total: {metric: t_total}}")
    assert found.id == "x/x"
    assert {"import-decide-service", "import-decide-up"} <= set(codes(found))


def test_the_service_of_the_call():
    spec = f"spec: {{target: '99', window: 28d, indicator: {{{RATIO}}}}}"
    text = f"{HEAD}metadata: {{name: x, labels: {{service: other}}}}\n{spec}"
    found = move(text, service="mine")
    assert found.slos[0].id == "mine/x"
    assert "`metadata.labels`" in found.problems[0].message  # which would have said it


@pytest.mark.parametrize(
    ("metric", "latency", "said"),
    [
        ("d_seconds", "200ms", {"threshold": "200ms"}),
        ("d", "200ms", {"threshold": "200ms", "unit": "seconds"}),
        ("d_milliseconds", "200s", {"threshold": "200ms"}),
    ],
)
def test_native_latency_compares_seconds_with_what_the_histogram_counts(metric, latency, said):
    native = f"latencyNative: {{latency: {latency}, total: {{metric: {metric}}}}}"
    found = slo(indicator=native)
    assert found.fields["sli"] == {"latency": {"histogram": metric, **said, "native": True}}
    assert ("Pyrra compares 200" in str(found.problems)) is (metric == "d_milliseconds")


@pytest.mark.parametrize("latency", ["200ms", "soon"])
def test_native_latency_that_nobody_can_mean(latency):
    found = slo(indicator=f"latencyNative: {{latency: {latency}, total: {{metric: d_milliseconds}}}}")
    assert codes(found)[-1] == "import-refused-query"


REFUSALS = {
    "all-of-them": ("import-refused-objective", 5),
    "a-year": ("import-refused-window", 10),
    "no-target": ("import-refused-shape", 15),
    "a-function": ("import-refused-query", 20),
    "of-no-kind": ("import-refused-shape", 25),
    "42%": ("import-refused-slo", 29),
}


def test_refusals_name_the_place_and_what_to_do():
    found = {slo.called: slo for slo in moved("pyrra/refused.yaml").slos}
    assert {name: slo.fields for name, slo in found.items()} == dict.fromkeys(REFUSALS)
    for name, expected in REFUSALS.items():
        errors = [problem for problem in found[name].problems if problem.is_error]
        assert [(problem.code, problem.span.line) for problem in errors] == [expected]
        assert all(problem.hint for problem in errors)


@pytest.mark.parametrize("head", [HEAD.replace("v1alpha1", "v2"), HEAD.replace("Objective", "Indicator")])
def test_versions_that_nobody_knows(head):
    text = f"{head}metadata: {{name: x}}\nspec: {{target: '99', window: 28d, indicator: {{{RATIO}}}}}"
    assert codes(move(text).slos[0]) == ["import-refused-shape"]


@pytest.mark.parametrize("target", ["ninety", "0", "-1", "100.1", "1e400"])
def test_targets_that_are_none(target):
    assert "import-refused-objective" in codes(slo(target=target))


@pytest.mark.parametrize("window", ["a month", "0s", "1d1m1s", "5m", "200d"])
def test_windows_that_are_none(window):
    assert "import-refused-window" in codes(slo(window=window))
