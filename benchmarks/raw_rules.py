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
    identity = {"raw_id": f"{service}-{name}", "raw_service": service, "raw_slo": name}
    selected = "{" + ",".join(f'{key}="{value}"' for key, value in identity.items()) + "}"
    labels = identity | {"owner": "platform"}
    return [
        _ratios(bad, total, labels, selected),
        _metadata(labels, selected, budget),
        _alerts(service, name, selected, budget),
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
    budget_of = f" / on (raw_id, raw_slo, raw_service) group_left raw:budget:ratio{selected}"
    expressions = {
        "raw:objective:ratio": f"vector({1 - budget:g})",
        "raw:budget:ratio": f"vector(1 - {1 - budget:g})",
        "raw:period:days": "vector(30)",
        "raw:current_burn:ratio": f"raw:error:ratio_rate5m{selected}{budget_of}",
        "raw:period_burn:ratio": f"raw:error:ratio_rate{PERIOD}{selected}{budget_of}",
        "raw:period_remaining:ratio": f"1 - raw:period_burn:ratio{selected}",
    }
    told = labels | {"raw_mode": "cli", "raw_objective": "99.9", "raw_spec": "v1", "raw_version": "1"}
    found = [{"record": name, "expr": expr, "labels": labels} for name, expr in expressions.items()]
    return [*found, {"record": "raw_info", "expr": "vector(1)", "labels": told}]


def _alerts(service: str, name: str, selected: str, budget: float) -> list[Rule]:
    return [
        {
            "alert": f"{service}-{name}",
            "expr": _tiers(tiers, selected, budget),
            "labels": {"severity": severity, "owner": "platform"},
            "annotations": {
                "summary": f"High error rate of {service}",
                "title": f"({severity}) {{{{$labels.raw_service}}}} {{{{$labels.raw_slo}}}} burns too fast.",
            },
        }
        for severity, tiers in (("page", PAGE), ("ticket", TICKET))
    ]


def _tiers(tiers: tuple[tuple[str, str, float], ...], selected: str, budget: float) -> str:
    def above(window: str, factor: float) -> str:
        return f"(raw:error:ratio_rate{window}{selected} > ({factor} * {budget:g}))"

    pairs = (f"({above(short, f)} and ignoring (raw_window) {above(long, f)})" for short, long, f in tiers)
    return "\nor ignoring (raw_window)\n".join(pairs)
