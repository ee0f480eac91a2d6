"""Rules as other tools write them, for SLOs of the tests."""

from __future__ import annotations

from typing import Any

import yaml

_WINDOWS = ("5m", "30m", "1h", "2h", "6h", "1d", "3d")
_ALERTS = (
    ("page", (("5m", "1h", 14.4), ("30m", "6h", 6))),
    ("ticket", (("2h", "1d", 3), ("6h", "3d", 1))),
)


def sloth(
    service: str, slo: str, bad: str, total: str, *, alert: str, budget: float, days: int = 30
) -> dict[str, Any]:
    """The rules of an SLO as Sloth has them: `bad` and `total` have a `%s` for the window."""
    labels = {"sloth_id": f"{service}-{slo}", "sloth_service": service, "sloth_slo": slo}
    chosen = ", ".join(f'{name}="{value}"' for name, value in labels.items())

    def ratio(window: str) -> str:
        return f"slo:sli_error:ratio_rate{window}{{{chosen}}}"

    def record(name: str, expr: str, **more: str) -> dict[str, Any]:
        return {"record": name, "expr": expr, "labels": labels | more}

    by_window = [
        record(f"slo:sli_error:ratio_rate{w}", f"({bad % w})\n/\n({total % w})\n", sloth_window=w)
        for w in _WINDOWS
    ]
    whole = (
        f"sum_over_time({ratio('5m')}[{days}d])\n/ ignoring (sloth_window)\n"
        f"count_over_time({ratio('5m')}[{days}d])\n"
    )
    by_window.append(record(f"slo:sli_error:ratio_rate{days}d", whole, sloth_window=f"{days}d"))
    on = "on(sloth_id, sloth_slo, sloth_service) group_left"
    meta = [
        record("slo:objective:ratio", f"vector({1 - budget})"),
        record("slo:error_budget:ratio", f"vector(1-{1 - budget})"),
        record("slo:time_period:days", f"vector({days})"),
        record(
            "slo:period_burn_rate:ratio",
            f"{ratio(f'{days}d')}\n/ {on}\nslo:error_budget:ratio{{{chosen}}}\n",
        ),
        record("slo:period_error_budget_remaining:ratio", f"1 - slo:period_burn_rate:ratio{{{chosen}}}"),
        record("sloth_slo_info", "vector(1)", sloth_mode="cli-gen-prom"),
    ]
    alerts = [
        {
            "alert": alert,
            "expr": " or ".join(
                f"(max({ratio(short)} > ({factor} * {budget})) without (sloth_window)"
                f" and max({ratio(long)} > ({factor} * {budget})) without (sloth_window))"
                for short, long, factor in parts
            ),
            "labels": {"severity": f"{severity}-team", "sloth_severity": severity},
        }
        for severity, parts in _ALERTS
    ]
    named = (("sli", by_window), ("meta", meta), ("alerts", alerts))
    return {"groups": [{"name": f"{name}-{slo}", "rules": rules} for name, rules in named]}


def text(rules: dict[str, Any]) -> str:
    """A rule file."""
    return yaml.safe_dump(rules, sort_keys=False)


def pyrra(name: str, metric: str, bad: str, job: str, *, target: str, window: str = "4w") -> dict[str, Any]:
    """The rules of an SLO as Pyrra has them: of a counter without its `_total`, and matchers of errors."""
    labels = {"job": job, "slo": name}
    chosen = f'job="{job}",slo="{name}"'
    lines = (("1h", "5m", "2m", 14), ("6h", "30m", "15m", 7), ("1d", "2h", "1h", 2), ("4d", "6h", "3h", 1))
    lengths = sorted({length for long, short, *_ in lines for length in (long, short)})
    total, errors = f'{metric}_total{{job="{job}"}}', f'{metric}_total{{job="{job}",{bad}}}'
    burn: list[dict[str, Any]] = [
        {
            "record": f"{metric}:burnrate{length}",
            "expr": f"sum(rate({errors}[{length}])) / sum(rate({total}[{length}]))",
            "labels": labels,
        }
        for length in lengths
    ]
    for number, (long, short, wait, factor) in enumerate(lines):
        above = (
            f"{metric}:burnrate{length}{{{chosen}}} > ({factor} * (1-{target}))" for length in (short, long)
        )
        severity = "critical" if number < 2 else "warning"
        more = {"severity": severity, "long": long, "short": short}
        alert = {
            "alert": "ErrorBudgetBurn",
            "expr": " and ".join(above),
            "for": wait,
            "labels": labels | more,
        }
        burn.append(alert)
    increase = [
        {
            "record": f"{metric}:increase{window}",
            "expr": f"sum by (code) (increase({total}[{window}]))",
            "labels": labels,
        },
        {
            "alert": "SLOMetricAbsent",
            "expr": f"absent({total}) == 1",
            "for": "2m",
            "labels": labels | {"severity": "critical"},
        },
    ]
    groups = [
        {"name": f"{name}-increase", "interval": "2m30s", "rules": increase},
        {"name": name, "interval": "30s", "rules": burn},
    ]
    spec = {"groups": groups}
    return {
        "apiVersion": "monitoring.coreos.com/v1",
        "kind": "PrometheusRule",
        "metadata": {"name": name},
        "spec": spec,
    }
