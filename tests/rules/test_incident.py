"""The fast page of an incident fires until the slow one has ended."""

from __future__ import annotations

import json
import subprocess

import pytest
import yaml

from slogen.conventions import BURN_ALERT, FIRST_SEEN

MINUTES = 80
THREE = [
    {"name": name, "severity": "page", "budget": budget, "long": long, "short": short}
    for name, budget, long, short in (
        ("a", "2%", "1h", "5m"),
        ("b", "5%", "6h", "30m"),
        ("c", "9%", "1d", "2h"),
    )
]


def test_each_but_the_slowest_holds_while_one_behind_it_fires(compiled, rules_of):
    result = compiled({"alerting": {"tiers": THREE}})
    c, b, a = (rule.expr for rule in rules_of(result, BURN_ALERT))
    assert 'slo_tier="a"}' in a
    assert 'slo_tier=~"b|c"}' in a
    assert 'slo_tier="c"}' in b
    assert "alertstate" not in c


def test_one_page_holds_nothing(compiled, rules_of):
    only = compiled({"alerting": {"tiers": THREE[:1]}})
    assert all("ALERTS" not in rule.expr for rule in rules_of(only, BURN_ALERT))
    assert compiled({"alerting": {"page": {"enabled": False}}}).ok


@pytest.mark.oracle
@pytest.mark.parametrize("version", ["2.42", "2.53", "3.5"])
def test_it_ends_with_the_slow_page_and_only_in_its_group(compiled, oracles, version, tmp_path):
    """Fast from 0, slow from 20, the fast condition is gone from 40, the slow one from 60 on."""
    by = {"events": {"bad": 'e{job="j"}', "total": 't{job="j"}', "by": ["model"]}}
    result = compiled({"sli": by})
    groups = yaml.safe_load(result.files["prometheus/shop.rules.yaml"])["groups"]
    pages = [r for g in groups for r in g["rules"] if r.get("labels", {}).get("slo_tier", "")[:4] == "page"]
    (tmp_path / "rules.yaml").write_text(json.dumps({"groups": [{"name": "g", "rules": pages}]}))

    def series(metric: str, model: str, spans: list[tuple[str, int]], window: str = "") -> dict[str, str]:
        labels = f'slo_id="shop/availability",slo_service="shop",slo="availability",model="{model}"'
        labels += f',slo_window="{window}"' if window else ""
        values = " ".join(f"{value}x{length - 1}" for value, length in spans)
        return {"series": f"{metric}{{{labels}}}", "values": values}

    def input_of(model: str, fast: int, slow: tuple[int, int]) -> list[dict[str, str]]:
        ratio = "slo:sli_error:ratio_rate"
        quick = [("0.5", fast), ("0.002", MINUTES - fast)]
        lasting = [("0.0001", slow[0]), ("0.05", slow[1] - slow[0]), ("0.0001", MINUTES - slow[1])]
        lasting = [span for span in lasting if span[1] > 0]
        return [
            *(series(f"{ratio}{w}", model, quick, w) for w in ("5m", "1h")),
            *(series(f"{ratio}{w}", model, lasting, w) for w in ("30m", "6h")),
            *(series(f"slo:sli_bad:rate{w}", model, [("10", MINUTES)]) for w in ("5m", "30m", "1h", "6h")),
            series("slo:sli_total:rate5m", model, [("0.001", MINUTES)]),
            series(FIRST_SEEN, model, [("-1e6", MINUTES)]),
        ]

    def firing(at: int, model: str, tier: str) -> int:
        return int(spans[model][tier][0] <= at < spans[model][tier][1])

    spans = {
        "a": {"page_fast": (0, 60), "page_slow": (20, 60)},  # held by the slow page
        "b": {"page_fast": (0, 40), "page_slow": (80, 80)},  # no slow page, and none of another group
    }
    checks = [
        {
            "expr": f'count(ALERTS{{alertstate="firing",model="{model}",slo_tier="{tier}"}}) or vector(0)',
            "eval_time": f"{at}m",
            "exp_samples": [{"labels": "{}", "value": firing(at, model, tier)}],
        }
        for model in spans
        for tier in ("page_fast", "page_slow")
        for at in (1, 19, 21, 39, 43, 59, 60, 79)
    ]
    test = {
        "interval": "1m",
        "input_series": [*input_of("a", 40, (20, 60)), *input_of("b", 40, (MINUTES, MINUTES))],
        "promql_expr_test": checks,
    }
    whole = {"rule_files": ["rules.yaml"], "evaluation_interval": "1m", "tests": [test]}
    (tmp_path / "test.yaml").write_text(json.dumps(whole))
    promtool = oracles(f"prometheus-{version}", "promtool")
    done = subprocess.run(
        [promtool, "test", "rules", tmp_path / "test.yaml"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
