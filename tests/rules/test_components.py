"""The alert of a composite names the part that burns most, as Prometheus itself expands it."""

import json
import subprocess

import pytest

from slogen.pipeline import compile_project

HEAD = {"apiVersion": "slogen/v1", "kind": "ServiceLevelObjectives"}
NOBODY = [{"exp_labels": {"nobody": "expects this"}}]


def spec(service, *slos):
    return json.dumps({**HEAD, "service": service, "slos": list(slos)})


def part(name):
    sli = {"events": {"bad": f'e{{job="{name}"}}', "total": f't{{job="{name}"}}', "by": ["model"]}}
    return {"name": name, "objective": 99, "sli": sli}


def whole(**more):
    of = [{"slo": "zone/cart", "weight": 3}, {"slo": "zone/pay"}]
    return {"name": "whole", "objective": 99, "sli": {"composite": {"of": of, **more}}}


def series(kind, name, model, values):
    labels = f'slo_id="zone/{name}",slo_service="zone",slo="{name}",model="{model}"'
    return {"series": f"slo:sli_{kind}:rate5m{{{labels}}}", "values": values}


def said(rules, bad, promtool, folder):
    """What promtool shows of the firing pages after an hour in which parts and models fail like this."""
    data = [series("bad", name, model, f"{share}x70") for (name, model), share in bad.items()]
    data += [series("total", name, model, "1x70") for name, model in bad]
    test = {"interval": "1m", "input_series": data}
    test["alert_rule_test"] = [
        {"eval_time": "65m", "alertname": "SLOErrorBudgetBurn", "exp_alerts": NOBODY},
    ]
    (folder / "rules.yaml").write_text(rules)
    (folder / "test.yaml").write_text(
        json.dumps({"rule_files": ["rules.yaml"], "evaluation_interval": "1m", "tests": [test]})
    )
    command = [promtool, "test", "rules", "test.yaml"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=600, check=False)
    return done.stdout + done.stderr


@pytest.fixture(params=["2.42", "3.5"])
def promtool(request, oracles):
    return oracles(f"prometheus-{request.param}", "promtool")


def rules_of(slo):
    files = {"1.yaml": spec("shop", slo), "2.yaml": spec("zone", part("cart"), part("pay"))}
    return compile_project(files, only={"1.yaml"}).files["prometheus/shop.rules.yaml"]


@pytest.mark.oracle
@pytest.mark.in_turn("promtool")
@pytest.mark.parametrize(("cart", "pay", "most"), [(0.2, 0.5, "cart"), (0.1, 0.5, "pay")])
def test_by_weight(promtool, tmp_path, cart, pay, most):
    bad = {("cart", "a"): cart, ("pay", "a"): pay}
    shown = said(rules_of(whole()), bad, promtool, tmp_path)
    assert f"The part that burns most is zone/{most}." in shown
    assert shown.count("The part that burns most is") >= 1


@pytest.mark.oracle
@pytest.mark.in_turn("promtool")
def test_each_group_has_its_own(promtool, tmp_path):
    bad = {("cart", "a"): 0.5, ("pay", "a"): 0, ("cart", "b"): 0, ("pay", "b"): 0.9}
    shown = said(rules_of(whole(by=["model"])), bad, promtool, tmp_path)
    assert "(model=a) burns" in shown
    for model, most in (("a", "cart"), ("b", "pay")):
        [text] = {t for t in shown.split("Labels:") if f'model="{model}"' in t and "page_fast" in t}
        assert f"The part that burns most is zone/{most}." in text
