"""Injected ratios just above and below the thresholds: how often the rules are evaluated meanwhile."""

import yaml


def steps(result):
    """By the name of each block of thresholds: seconds between evaluations."""
    files = (yaml.safe_load(text) for path, text in result.files.items() if "/thresholds" in path)
    return {test["name"]: file["evaluation_interval"] for file in files for test in file["tests"]}


def test_what_an_alert_asks_of_the_evaluation_before_is_found(compiled):
    """Prometheus 3 doesn't find a sample that is 5 minutes old, in a lookback of 5 minutes."""
    own = {"name": "long", "severity": "ticket", "factor": 1, "long": "28d", "short": "56h"}
    fast = {"name": "fast", "severity": "page", "factor": 9, "long": "1h", "short": "5m"}
    settings = {"targets": ["tests"]}
    found = steps(compiled({"window": "28d", "alerting": {"tiers": [fast, own]}}, settings=settings))
    assert found["tiers fire above their thresholds, over the whole SLO window (kept 30m)"] == "1m"
    assert set(steps(compiled(settings=settings)).values()) == {"2m", "5m"}
