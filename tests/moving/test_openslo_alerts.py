"""Alert policies of OpenSLO: conditions become tiers, severities words, targets what is to be decided."""

import json
from decimal import Decimal

import pytest

import slogen
from tests.moving.conftest import codes, move, moved


@pytest.fixture(scope="module")
def shop():
    return {slo.called: slo for slo in moved("openslo/alerts.yaml").slos}


def condition(severity="page", text="", **fields):
    burns = {"kind": "burnrate", "op": "gt", "threshold": 14.4, "lookbackWindow": "1h", "alertAfter": "0m"}
    spec = {"severity": severity, "condition": burns | fields} | ({"description": text} if text else {})
    return {"kind": "AlertCondition", "metadata": {"name": f"c-{severity}"}, "spec": spec}


def slo(*conditions, **policy):
    def metric(query):
        return {"metricSource": {"type": "Prometheus", "spec": {"query": query}}}

    ratio = {"counter": True, "bad": metric('b_total{job="a"}'), "total": metric('t_total{job="a"}')}
    spec = {"alertWhenBreaching": True, "conditions": [*conditions]} | policy
    whole = {
        "service": "s",
        "indicator": {"spec": {"ratioMetric": ratio}},
        "budgetingMethod": "Occurrences",
        "timeWindow": [{"duration": "30d", "isRolling": True}],
        "objectives": [{"target": 0.999}],
        "alertPolicies": [{"kind": "AlertPolicy", "metadata": {"name": "p"}, "spec": spec}],
    }
    document = {"apiVersion": "openslo/v1", "kind": "SLO", "metadata": {"name": "x"}, "spec": whole}
    return move(json.dumps(document)).slos[0]


def test_the_whole_of_one(shop):
    alerting = dict(shop["orders"].fields["alerting"])
    assert [tuple(tier.values()) for tier in alerting.pop("tiers")] == [
        ("fast_burn", "page", Decimal("14.4"), "1h", "5m", "2m"),
        ("slow_burn", "ticket", 3, "1d", "2h", "1h"),
        ("slow_burn_3", "ticket", 1, "3d", "6h"),
    ]
    assert alerting == {"absent": False, "page": {"severity": "critical"}}
    told = [p.message for p in shop["orders"].problems if p.code == "import-decide-receiver"]
    assert [message.partition("`")[2].partition("`")[0] for message in told] == [
        "on-call",
        "shop-chat",
        "nobody",
    ]
    assert "pagerduty (The pager of the shop)" in told[0]


def test_policies_that_do_not_alert_are_silence(shop):
    assert shop["quiet"].fields["alerting"] == {
        "page": {"enabled": False},
        "ticket": {"enabled": False},
        "budget": [],
        "absent": {"severity": "page"},
    }


@pytest.mark.parametrize("said", [True, False, None])
def test_gone_data(said):
    policy = {} if said is None else {"alertWhenNoData": said}
    alerting = slo(condition(), **policy).fields["alerting"]
    assert alerting.get("absent", "as by default") == (False if said is False else "as by default")


@pytest.mark.parametrize("op", ["lt", "lte"])
@pytest.mark.parametrize("where", ["condition", "policy", ""])
def test_alerts_that_mean_the_opposite_are_refused_with_both_quoted(op, where):
    text = "The burn rate exceeds 2"
    policy = {"description": text} if where == "policy" else {}
    found = slo(condition(op=op, text=text if where == "condition" else ""), **policy)
    (problem,) = [p for p in found.problems if p.is_error]
    assert (problem.code, found.fields) == ("import-refused-alert", None)
    assert f"`op: {op}`" in problem.message
    assert (f"`{text}`" in problem.message) is bool(where)
    assert "`op: gt`" in problem.hint


@pytest.mark.parametrize(
    "fields",
    [
        {"op": "eq"},
        {"kind": "budget"},
        {"threshold": "much"},
        {"lookbackWindow": "1M"},
        {"alertAfter": "soon"},
    ],
)
def test_conditions_that_are_none(fields):
    assert codes(slo(condition(**fields)))[-1] == "import-refused-alert"


@pytest.mark.parametrize(
    ("word", "severity", "doubts"),
    [
        ("page", "page", 0),
        ("Critical", "page", 0),
        ("P3", "ticket", 0),
        ("info", "ticket", 0),
        ("odd", "page", 1),
    ],
)
def test_words_of_severities(word, severity, doubts):
    found = slo(condition(word))
    alerting = found.fields["alerting"]
    assert [tier["severity"] for tier in alerting["tiers"]] == [severity]
    assert alerting.get(severity, {}).get("severity", severity) == word
    assert codes(found).count("import-decide-doubt") == doubts


@pytest.mark.parametrize(("after", "kept"), [("0m", None), ("5m", "5m"), ("1h", "5m")])
def test_each_tier_waits_as_its_condition(after, kept):
    found = slo(condition(alertAfter=after), condition("ticket", lookbackWindow="3d", threshold=1))
    page, ticket = found.fields["alerting"]["tiers"]
    assert (page.get("for"), ticket.get("for")) == (kept, None)
    changed = [p.message for p in found.problems if "for 1h" in p.message]
    assert [message.endswith("and was 14.4 times over 1h and 5m, for 1h") for message in changed] == (
        [True] if after == "1h" else []
    )


def test_a_missing_policy_leaves_the_tiers_of_slogen(shop):
    lost = [p.message for p in shop["orders"].problems if p.code == "import-lost-value"]
    assert "there is no AlertPolicy `of-nobody` in the files of this import" in lost


def test_what_a_composite_is_made_of_can_be_written(shop):
    found = moved("openslo/alerts.yaml")
    (problem,) = shop["journey"].problems
    assert (problem.code, shop["journey"].fields) == ("import-refused-composite", None)
    pasted = problem.hint.partition("`")[2].rpartition("`")[0]
    (spec,) = found.specs
    whole = f"{spec.text}\n  - name: journey\n    objective: 99\n    {pasted}\n"
    result = slogen.compile({"orders.yaml": whole})
    assert [each for each in result.problems if each.is_error] == []
    assert "orders/journey-cart, weight: 2" in pasted
    assert "orders/journey-pay, weight: 1" in pasted
    assert shop["journey[2]"].fields["alerting"]["tiers"][0]["name"] == "fast_burn"


def test_parts_that_promise_the_same_are_a_composite(shop):
    whole = shop["evenly"]
    assert whole.id == "orders/evenly"
    assert whole.fields["sli"] == {
        "composite": {"of": [{"slo": "orders/evenly-ask", "weight": 2}, {"slo": "orders/evenly-get"}]}
    }
    assert (whole.fields["objective"], whole.fields["window"], whole.fields["owner"]) == (
        99,
        "30d",
        "payments",
    )
    assert codes(whole) == ["import-decide-doubt"]


def composed(*weights):
    """A document with a part for each weight."""

    def objective(index, weight):
        metric = {
            name: {
                "metricSource": {"type": "Prometheus", "spec": {"query": f'{name}{index}_total{{job="a"}}'}}
            }
            for name in ("bad", "total")
        }
        ratio = {"spec": {"ratioMetric": {"counter": True, **metric}}}
        return {"displayName": f"p{index}", "target": 0.99, "compositeWeight": weight, "indicator": ratio}

    spec = {
        "service": "s",
        "budgetingMethod": "Occurrences",
        "timeWindow": [{"duration": "30d", "isRolling": True}],
        "objectives": [objective(index, weight) for index, weight in enumerate(weights)],
    }
    return json.dumps({"apiVersion": "openslo/v1", "kind": "SLO", "metadata": {"name": "x"}, "spec": spec})


@pytest.mark.parametrize("weight", ["much", "0", "-1"])
def test_weights_that_are_none_refuse_the_composite_alone(weight):
    slos = {slo.called: slo for slo in move(composed(1, weight)).slos}
    assert slos["x"].fields is None
    assert slos["x"].problems[-1].code in ("import-refused-composite", "import-refused-query")
    assert slos["x[1]"].fields


def test_a_composite_of_what_is_refused_is_refused():
    """Another SLO has the name of one of its parts."""
    raw = {"error_ratio_query": 'r{job="a"}'}
    taken = {
        "version": "prometheus/v1",
        "service": "s",
        "slos": [{"name": "x-p1", "objective": 99, "sli": {"raw": raw}}],
    }
    found = move(f"{composed(1, 1)}\n---\n{json.dumps(taken)}")
    slos = {(slo.dialect, slo.called): slo for slo in found.slos}
    assert [name for name, slo in slos.items() if slo.fields] == [("openslo", "x[1]"), ("sloth", "x-p1")]
    assert slos["openslo", "x"].problems[-1].code == "import-refused-composite"
    assert all(slo.fields for slo in move(composed(1, 1)).slos)
