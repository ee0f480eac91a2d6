"""Rules by hand: what is read out of burn-rate alerts, and what is named."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from slogen.diagnostics import Severity
from slogen.moving.dialect import Options
from slogen.moving.importing import move_all
from slogen.moving.judge import Judge
from slogen.moving.outcome import Import, Moved
from slogen.report.moving import render
from slogen.units import DAY
from tests.moving.conftest import codes, move, moved

FAST = Decimal("14.4")


def ratio(window: str) -> str:
    return f'sum(rate(e_total{{job="a"}}[{window}])) / sum(rate(t_total{{job="a"}}[{window}]))'


def rules(*found: dict[str, Any], **options: Any) -> Import:
    return move(json.dumps({"groups": [{"name": "g", "rules": [*found]}]}), "rules", **options)


def alert(expr: str, **labels: str) -> dict[str, Any]:
    return {"alert": "Burns", "expr": expr, "labels": {"severity": "page", **labels}}


def one(expr: str, *more: dict[str, Any], **options: Any) -> Moved:
    (slo,) = rules(alert(expr), *more, **options).slos
    return slo


def fields(slo: Moved) -> dict[str, Any]:
    assert slo.fields, slo.problems
    return dict(slo.fields)


def tiers(slo: Moved) -> list[tuple[Any, ...]]:
    return [tuple(tier.values())[1:] for tier in fields(slo)["alerting"]["tiers"]]


def test_recorded_ratios_in_two_alerts() -> None:
    (slo,) = moved("rules/workbook.yaml").slos
    assert slo.id == "shop/error-budget"  # the words that both alerts begin with
    found = fields(slo)
    assert found["objective"] == Decimal("99.9")
    assert found["sli"] == {
        "events": {
            "bad": 'slo_errors_total{job="myjob"}',
            "total": 'slo_requests_total{job="myjob"}',
            "by": ["job"],
        }
    }
    assert (found["owner"], found["labels"]) == ("core", {"team": "core"})
    assert found["links"] == {"runbook": "https://wiki.example.com/burn"}
    assert tiers(slo) == [
        ("page", FAST, "1h", "5m", "2m"),
        ("page", 6, "6h", "30m", "2m"),
        ("ticket", 1, "3d", "6h", "1h"),
    ]
    alerting = found["alerting"]
    assert alerting["names"] == {"SLOErrorBudgetBurn": "ErrorBudgetBurn"}
    assert alerting["page"] == {
        "severity": "critical",
        "labels": {"channel": "pager"},
        "annotations": {"summary": "Errors: {{ $value }}"},
    }
    assert alerting["ticket"]["severity"] == "warning"


def test_each_rule_is_used_or_named() -> None:
    found = moved("rules/workbook.yaml")
    unused = [(p.span.line, p.severity) for p in found.problems if p.span and p.code == "import-unused-rule"]
    assert unused == [(11, Severity.INFO), (36, Severity.INFO)]


def test_ratios_that_are_added_up() -> None:
    (slo,) = moved("rules/mixin.yaml").slos
    found = fields(slo)
    assert (slo.id, found["objective"]) == (
        "kube-api-error-budget-burn/kube-api-error-budget-burn",
        Decimal(99),
    )
    sli = found["sli"]["ratio"]
    assert sli["by"] == ["cluster"]
    assert 'verb=~"LIST|GET"' in sli["error"]
    assert 'verb=~"POST|PUT"' in sli["error"]
    assert tiers(slo) == [("page", FAST, "1h", "5m", "2m")]
    assert "labels" not in found
    told = [
        line
        for line in render(moved("rules/mixin.yaml"), Path("s"), "text", []).split("\n")
        if "`verb`" in line
    ]
    assert len(told) == 1
    assert "2 ratios are added up" in " ".join(problem.message for problem in slo.problems)


def test_what_another_tool_has_made() -> None:
    (slo,) = moved("rules/sloth.yaml").slos
    found = fields(slo)
    assert slo.id == "shop/requests"
    assert (found["objective"], found["window"], found["owner"]) == (Decimal("99.9"), "28d", "payments")
    assert found["sli"] == {
        "events": {
            "bad": 'http_requests_total{job="shop",code=~"5.."}',
            "total": 'http_requests_total{job="shop"}',
        }
    }
    assert tiers(slo)[0] == ("page", Decimal("13.44"), "1h", "5m")
    assert found["alerting"]["page"] == {
        "severity": "pageteam",
        "annotations": {"title": "{{ $labels.slo }} burns"},
    }
    assert found["alerting"]["ticket"] == {"severity": "slack"}


@pytest.mark.parametrize(
    ("expr", "objective"),
    [
        (f"{ratio('1h')} > 14.4 * 0.001", "99.9"),
        (f"({ratio('1h')}) > (0.001 * 14.4)", "99.9"),
        (f"({ratio('1h')}) > 14.4 * (1 - 0.999)", "99.9"),
        (f"({ratio('1h')}) >= (1 - 0.9995) * 14.4", "99.95"),
        (f"({ratio('1h')}) / 0.001 > 14.4 and ({ratio('5m')}) / 0.001 > 14.4", "99.9"),
        (f"1 - ({ratio('1h').replace('e_total', 'g_total')}) > 14.4 * 0.001", "99.9"),
    ],
)
def test_forms_of_the_threshold(expr: str, objective: str) -> None:
    slo = one(expr)
    assert fields(slo)["objective"] == Decimal(objective)
    assert tiers(slo) == [("page", FAST, "1h", "5m")]
    assert [*fields(slo)["sli"]] == ["events"]


def test_burn_rates_that_are_recorded() -> None:
    records = [{"record": f"burn{each}", "expr": f"({ratio(each)}) / (1 - 0.99)"} for each in ("1h", "5m")]
    slo = one("burn1h > 14.4 and burn5m > 14.4", *records)
    assert fields(slo)["objective"] == 99
    assert tiers(slo) == [("page", FAST, "1h", "5m")]


def test_a_number_alone_is_the_budget_where_that_is_known() -> None:
    """The last step of the SRE Workbook has no factor."""
    fast = alert(f"{ratio('1h')} > 14.4 * 0.001 and {ratio('5m')} > 14.4 * 0.001")
    slow = alert(f"{ratio('1d')} > 3 * 0.001 or ({ratio('3d')} > 0.001 and {ratio('6h')} > 0.001)")
    slow["labels"] = {"severity": "ticket"}
    (slo,) = rules(fast, slow).slos
    assert tiers(slo) == [
        *(("page", FAST, "1h", "5m"), ("ticket", 3, "1d", "2h"), ("ticket", 1, "3d", "6h")),
    ]


@pytest.mark.parametrize("number", ["0.002", "0.0144", "0"])
def test_another_number_alone_is_none(number: str) -> None:
    fast = alert(f"{ratio('1h')} > 14.4 * 0.001")
    found = rules(fast, alert(f"{ratio('3d')} > {number}"))
    assert len(tiers(found.slos[0])) == 1
    assert "import-unused-rule" in [problem.code for problem in found.problems]
    refused = rules(fast, alert(f"{ratio('3d')} > {number} or {ratio('6h')} > 6 * 0.001")).slos[1]
    assert codes(refused) == ["import-refused-alert"]


def test_a_quotient_above_a_number_may_be_anything() -> None:
    found = rules(alert("disk_used / 0.5 > 2"))
    assert found.slos == ()
    assert [problem.code for problem in found.problems] == [
        *("import-lost-field", "import-unused-rule", "import-nothing"),
    ]


def test_windows_are_what_stands_there_not_what_names_say() -> None:
    slo = one("errors:ratio1h > 14.4 * 0.001", {"record": "errors:ratio1h", "expr": ratio("2h")})
    assert tiers(slo)[0][2] == "2h"


@pytest.mark.parametrize(
    ("names", "name"),
    [(("BurnFast", "BurnSlow"), "burn"), (("Fast", "Slow"), "fast"), (("APIBurn",), "api-burn")],
)
def test_names_of_several_alerts(names: tuple[str, ...], name: str) -> None:
    (slo,) = rules(*(alert(f"{ratio('1h')} > 14.4 * 0.001") | {"alert": each} for each in names)).slos
    assert fields(slo)["name"] == name


def test_rules_that_are_read_on_are_told() -> None:
    expr = "sum_over_time(errors[1h]) / count_over_time(errors[1h]) > 14.4 * 0.001"
    slo = one(expr, {"record": "errors", "expr": ratio("5m")})
    assert "goes on reading what the rule `errors` records" in " ".join(p.message for p in slo.problems)


def test_a_label_that_says_another_window_is_a_doubt() -> None:
    record = {"record": "errors", "expr": ratio("1h"), "labels": {"sloth_window": "5m"}}
    assert codes(one("errors > 14.4 * 0.001", record)) == ["import-refused-alert"]


def test_rules_in_several_files_are_one_slo() -> None:
    texts = {
        "a.yaml": {"alert": "Burns", "expr": "errors > 14.4 * 0.001", "labels": {"severity": "page"}},
        "b.yaml": {"record": "errors", "expr": ratio("1h")},
        "c.yaml": {"alert": "Leaks", "expr": f"{ratio('3d')} > 1 * 0.001", "labels": {"severity": "ticket"}},
    }
    raw = {
        name: json.dumps({"groups": [{"name": "g", "rules": [rule]}]}).encode()
        for name, rule in texts.items()
    }
    found = move_all(raw, Options(Judge()), "rules")
    (slo,) = found.slos
    assert [tier[0] for tier in tiers(slo)] == ["page", "ticket"]
    assert "import-unused-rule" not in [problem.code for problem in found.all_problems]


def test_the_period_and_the_service_of_the_call() -> None:
    slo = one(f"{ratio('1h')} > 14.4 * 0.001", period=28 * DAY, service="shop")
    assert (slo.id, fields(slo)["window"]) == ("shop/burns", "28d")
    assert not {"import-decide-period", "import-decide-service"} & set(codes(slo))


def test_labels_that_all_alerts_have_are_of_the_slo() -> None:
    first = alert(f"{ratio('1h')} > 14.4 * 0.001", team="red", channel="a")
    second = alert(f"{ratio('3d')} > 1 * 0.001", team="red", channel="b") | {"alert": "Leaks"}
    second["labels"]["severity"] = "ticket"
    found = fields(rules(first, second).slos[0])
    assert (found["owner"], found["labels"]) == ("red", {"team": "red"})
    assert found["alerting"]["page"]["labels"] == {"channel": "a"}
    assert found["alerting"]["ticket"]["labels"] == {"channel": "b"}


def test_alerts_of_one_severity_that_say_different_things() -> None:
    second = alert(f"{ratio('6h')} > 6 * 0.001", channel="b") | {
        "annotations": {"summary": "two"},
        "for": "1h",
    }
    first = alert(f"{ratio('1h')} > 14.4 * 0.001", channel="a") | {
        "annotations": {"summary": "one"},
        "for": "2m",
    }
    (slo,) = rules(first, second).slos
    page = fields(slo)["alerting"]["page"]
    assert page == {"labels": {"channel": "a"}, "annotations": {"summary": "one"}}
    assert [tier[4] for tier in tiers(slo)] == ["2m", "30m"]  # no longer than the short window
    assert codes(slo).count("import-lost-value") == 2


def test_rules_are_read_where_that_is_asked_for() -> None:
    text = json.dumps({"groups": [{"name": "g", "rules": [alert(f"{ratio('1h')} > 14.4 * 0.001")]}]})
    (unknown, _) = move(text).problems
    assert (unknown.code, unknown.hint) == ("import-unknown-document", "--from rules reads it")


REFUSALS = {
    "Unrecorded": (13, "no rule in these files records it"),
    "OtherNumbers": (14, "different numbers"),
    "OtherRatios": (15, "the same error ratio"),
    "Several": (16, "several"),
    "Twice": (17, "2 rules record `twice:ratio1h`"),
    "Mixed": (18, "`up == 1` doesn't compare"),
    "Narrower": (19, "asks for labels"),
    "OneOfMany": (20, "one number of several ratios"),
    "Earlier": (21, "looks at another time"),
    "Waits": (22, "not a duration"),
}


def test_refusals_name_the_place_and_why() -> None:
    found = moved("rules/refused.yaml")
    refused = {slo.called: slo.problems[-1] for slo in found.slos if slo.fields is None}
    assert {name: problem.span.line for name, problem in refused.items() if problem.span} == {
        name: line for name, (line, _) in REFUSALS.items()
    }
    for name, (_, why) in REFUSALS.items():
        assert why in refused[name].message, refused[name]
        assert refused[name].hint
        assert refused[name].code == "import-refused-alert"
    unused = [p.span.line for p in found.problems if p.span and p.code == "import-unused-rule"]
    assert {23, 24, 25} <= set(unused)
