"""The usual shape of generated SLO rules, to compare with: every window is a rate over raw series.

Eight recordings of the error ratio, seven of metadata, two alerts with two window pairs each. The SLO window
is the average of the recorded 5m ratios (`AVERAGED`), because a rate over 30 days is too dear for most.
"""

from __future__ import annotations

from typing import Any

WINDOWS = ("5m", "30m", "1h", "2h", "6h", "1d", "3d")
PERIOD = "30d"
PAGE = (("5m", "1h", 14.4), ("30m", "6h", 6))
TICKET = (("2h", "1d", 3), ("6h", "3d", 1))
Rule = dict[str, Any]


def ratio(bad: str, total: str, window: str) -> str:
    """The error ratio over a window, from raw counters."""
    return f"sum(rate({bad}[{window}])) / sum(rate({total}[{window}]))"


def rules(service: str, name: str, bad: str, total: str, budget: float) -> list[list[Rule]]:
    """Three groups of rules of one SLO: ratios, metadata, alerts."""
    labels = {"raw_id": f"{service}-{name}", "raw_service": service, "raw_slo": name}
    selected = "{" + ",".join(f'{key}="{value}"' for key, value in labels.items()) + "}"
    return [
        _ratios(bad, total, labels, selected),
        _metadata(labels, selected, budget),
        _alerts(labels, budget),
    ]


def _ratios(bad: str, total: str, labels: dict[str, str], selected: str) -> list[Rule]:
    short = f"raw:error:ratio_rate5m{selected}[{PERIOD}]"
    averaged = f"sum_over_time({short}) / ignoring (raw_window) count_over_time({short})"
    expressions = {window: ratio(bad, total, window) for window in WINDOWS} | {PERIOD: averaged}
    return [
        {"record": f"raw:error:ratio_rate{window}", "expr": expr, "labels": labels | {"raw_window": window}}
        for window, expr in expressions.items()
    ]


def _metadata(labels: dict[str, str], selected: str, budget: float) -> list[Rule]:
    budget_of = f" / on (raw_id) group_left raw:budget:ratio{selected}"
    expressions = {
        "raw:objective:ratio": f"vector({1 - budget:g})",
        "raw:budget:ratio": f"vector(1 - {1 - budget:g})",
        "raw:period:days": "vector(30)",
        "raw:current_burn:ratio": f"raw:error:ratio_rate5m{selected}{budget_of}",
        "raw:period_burn:ratio": f"raw:error:ratio_rate{PERIOD}{selected}{budget_of}",
        "raw:period_remaining:ratio": f"1 - raw:period_burn:ratio{selected}",
        "raw_info": "vector(1)",
    }
    return [{"record": name, "expr": expr, "labels": labels} for name, expr in expressions.items()]


def _alerts(labels: dict[str, str], budget: float) -> list[Rule]:
    return [
        {"alert": "RawBurn", "expr": _tiers(tiers, labels, budget), "labels": {"severity": severity}}
        for severity, tiers in (("page", PAGE), ("ticket", TICKET))
    ]


def _tiers(tiers: tuple[tuple[str, str, float], ...], labels: dict[str, str], budget: float) -> str:
    def above(window: str, factor: float) -> str:
        series = f'raw:error:ratio_rate{window}{{raw_id="{labels["raw_id"]}"}}'
        return f"max({series} > ({factor} * {budget:g})) without (raw_window)"

    return "\nor\n".join(f"({above(short, f)} and {above(long, f)})" for short, long, f in tiers)
