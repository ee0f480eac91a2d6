"""Old names of series: they say what slogen's say, and slogen's own rules never read them."""

from __future__ import annotations

import subprocess
from typing import Any

import pytest
import yaml

import slogen
from slogen.model.slo import Service
from slogen.moving.bridge import Bridge, bridge
from slogen.moving.outcome import Import
from slogen.promql.parse import parse
from slogen.promql.tree import VectorSelector, walk
from slogen.settings import Settings
from slogen.understand import understand
from slogen.units import DAY
from tests.moving.conftest import move, moved

SETTINGS = "apiVersion: slogen/v1\nkind: Settings\nprometheus: {retention: 90d}\ntargets: [prometheus]\n"
SLOTH = """
version: prometheus/v1
service: Shop
labels: {owner: pay, tier: "1"}
slos:
- name: up
  objective: 99.9
  sli:
    events:
      error_query: sum by (region) (rate(e_total{job="shop"}[{{.window}}]))
      total_query: sum by (region) (rate(t_total{job="shop"}[{{.window}}]))
"""
PYRRA = """
apiVersion: pyrra.dev/v1alpha1
kind: ServiceLevelObjective
metadata: {name: up, labels: {pyrra.dev/service: shop, pyrra.dev/team: pay}}
spec:
  target: "99"
  window: WINDOW
  indicator:
    ratio:
      errors: {metric: 'orders_total{job="shop",code=~"5.."}'}
      total: {metric: 'orders_total{job="shop"}'}
"""


def services(found: Import) -> tuple[Service, ...]:
    return understand({f"{spec.service}.yaml": spec.text for spec in found.specs}, SETTINGS).services


def made(found: Import, settings: Settings | None = None) -> Bridge:
    (service,) = services(found)
    result = bridge(service, found.slos, settings or Settings())
    assert result is not None
    return result


def rules(found: Import) -> list[dict[str, Any]]:
    (group,) = yaml.safe_load(made(found).text)["groups"]
    return list(group["rules"])


def test_all_that_sloth_records_is_there():
    found = {rule["record"]: rule for rule in rules(move(SLOTH, period=28 * DAY))}
    ratios = [f"slo:sli_error:ratio_rate{window}" for window in ("5m", "30m", "1h", "2h", "6h", "1d", "4w")]
    told = (
        "objective",
        "error_budget",
        "current_burn_rate",
        "period_burn_rate",
        "period_error_budget_remaining",
    )
    assert found.keys() == {
        *ratios,
        *(f"slo:{name}:ratio" for name in told),
        "slo:time_period:days",
        "sloth_slo_info",
    }
    month = found["slo:sli_error:ratio_rate4w"]
    ours = 'slo:sli_error:ratio_rate28d{slo_id="shop/up"}'
    assert month["expr"] == f"max without (slo_id, slo_service, slo, slo_window) ({ours})"
    objective = 'max without (slo_id, slo_service, slo) (slo:objective:ratio{slo_id="shop/up"})'
    assert found["slo:objective:ratio"]["expr"] == objective
    own = {"sloth_id": "Shop-up", "sloth_service": "Shop", "sloth_slo": "up", "owner": "pay", "tier": "1"}
    assert month["labels"] == {**own, "sloth_window": "4w"}
    assert found["sloth_slo_info"]["labels"] == {**own, "sloth_objective": "99.9"}


def test_a_window_that_slogen_does_not_record_is_told():
    (problem,) = made(move(SLOTH, period=28 * DAY)).problems  # with the default tiers there is none of 3 days
    assert (problem.code, problem.severity.value) == ("import-lost-names", "info")
    assert "other windows than 3d" in problem.message
    assert made(move(SLOTH)).problems == ()


def test_what_pyrra_records_of_all_and_its_burn_rates():
    found = {rule["record"]: rule for rule in rules(move(PYRRA.replace("WINDOW", "4w")))}
    rates = [f"orders:burnrate{window}" for window in ("5m", "30m", "1h", "2h", "6h", "1d", "4d")]
    assert found.keys() == {"pyrra_objective", "pyrra_window", "pyrra_availability", *rates}
    assert found["orders:burnrate4d"]["labels"] == {
        "job": "shop",
        "slo": "up",
        "service": "shop",
        "team": "pay",
    }
    assert found["pyrra_window"]["expr"].endswith("* 86400")
    assert found["pyrra_availability"]["expr"].startswith("1 - max without")


def test_windows_of_pyrra_that_are_rounded_here_have_other_names():
    """Of 30 days it takes 1h4m, which nobody says."""
    found = move(PYRRA.replace("WINDOW", "30d"))
    assert "orders:burnrate1h" not in [rule["record"] for rule in rules(found)]
    assert "other windows than 32m, 1h4m" in made(found).problems[0].message


def test_of_openslo_nobody_knows():
    found = moved("openslo/shop.yaml")
    results = [bridge(service, found.slos, Settings()) for service in services(found)]
    assert all(result is not None and result.text == "" for result in results)
    assert {problem.code for result in results if result for problem in result.problems} == {
        "import-lost-names"
    }


def test_objects_where_the_project_has_objects():
    settings = Settings(targets=("kubernetes", "tests"))
    found = yaml.safe_load(made(move(SLOTH), settings).text)
    assert (found["kind"], found["metadata"]["name"]) == ("PrometheusRule", "slogen-shop-old-names")


def test_alerts_can_be_routed_as_before():
    plain, kept = (move(SLOTH, keeps_names=each).slos[0].fields for each in (False, True))
    assert plain is not None
    assert kept is not None
    assert "sloth_id" not in plain["labels"]
    assert kept["labels"] == {"tier": "1", "sloth_id": "Shop-up", "sloth_service": "Shop", "sloth_slo": "up"}
    words = [kept["alerting"][severity]["labels"]["sloth_severity"] for severity in ("page", "ticket")]
    assert words == ["page", "ticket"]


def test_rules_of_slogen_never_read_old_names():
    """They ask for an SLO, or a service, which series with old names don't have."""
    found = move(SLOTH, keeps_names=True)
    names = {rule["record"] for rule in rules(found)}
    result = slogen.compile({f"{spec.service}.yaml": spec.text for spec in found.specs}, SETTINGS)
    read = [
        node
        for compiled in result.compiled
        for group in compiled.rules.groups
        for rule in group.rules
        for node in walk(parse(rule.expr))
        if isinstance(node, VectorSelector) and node.name in names
    ]
    assert read
    for node in read:
        assert {m.name for m in node.matchers if m.op == "=" and m.value} & {"slo_id", "slo_service"}, node


@pytest.mark.parametrize("version", ["2.42", "3.5"])
@pytest.mark.in_turn("version")
def test_both_names_say_the_same(version, oracles, tmp_path):
    """Two regions, of which one fails for twenty minutes; looked at when its burn rates are above 0."""
    found = move(SLOTH, keeps_names=True)
    result = slogen.compile({f"{spec.service}.yaml": spec.text for spec in found.specs}, SETTINGS)
    (tmp_path / "rules.yaml").write_text(result.files["prometheus/shop.rules.yaml"])
    (tmp_path / "names.yaml").write_text(made(found).text)
    counters = [("t_total", "a", 10), ("t_total", "b", 10), ("e_total", "a", 0), ("e_total", "b", 1)]
    series = [
        {"series": f'{name}{{job="shop",region="{region}"}}', "values": f"{1 + each}+{each}x120"}
        for name, region, each in counters
    ]
    names = [rule["record"] for rule in rules(found) if rule["record"] != "sloth_slo_info"]
    same = [
        f'max by (region) ({name}{{sloth_id="Shop-up"}}) == max by (region) ({name}{{slo_id="shop/up"}})'
        for name in names
    ]
    asked: list[tuple[str, int | None]] = [(f"count({expr}) > bool 0", 1) for expr in same]
    asked += [
        (f'count({name}{{sloth_id="Shop-up"}}) - count({name}{{slo_id="shop/up"}})', 0) for name in names
    ]
    asked += [('sloth_slo_info{sloth_objective="99.9"} * on () group_left () vector(1)', None)]
    asked += [('slo:sli_error:ratio_rate5m{sloth_id="Shop-up",region="b"} > bool 0.09', None)]
    labels = {
        len(asked) - 2: "{owner='pay',sloth_id='Shop-up',sloth_objective='99.9',sloth_service='Shop',"
        "sloth_slo='up',tier='1'}",
        len(asked) - 1: "{owner='pay',region='b',sloth_id='Shop-up',sloth_service='Shop',sloth_slo='up',"
        "sloth_window='5m',tier='1'}",
    }
    tests = [
        {
            "expr": expr,
            "eval_time": "100m",
            "exp_samples": [{"labels": labels.get(number, "{}"), "value": 1 if value is None else value}],
        }
        for number, (expr, value) in enumerate(asked)
    ]
    order = [group["name"] for group in yaml.safe_load((tmp_path / "rules.yaml").read_text())["groups"]]
    document = {
        "rule_files": ["rules.yaml", "names.yaml"],
        "evaluation_interval": "1m",
        "group_eval_order": [*order, "old-names:shop"],
        "tests": [{"interval": "1m", "input_series": series, "promql_expr_test": tests}],
    }
    (tmp_path / "test.yaml").write_text(yaml.safe_dump(document))
    command = [oracles(f"prometheus-{version}", "promtool"), "test", "rules", str(tmp_path / "test.yaml")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
