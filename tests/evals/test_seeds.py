"""What the documents check in code, by the shipped specs: the same lines, and nothing skipped."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

import slogen

REPO = Path(__file__).parents[2]


@dataclass
class EvaluationResult:
    """As MLflow returns it."""

    metrics: dict[str, float]


@cache
def specs() -> dict[str, str]:
    return {path.name: path.read_text() for path in (REPO / "specs").glob("*.yaml")}


def checked(**metrics: float) -> dict[str, str]:
    """How the metrics of a run come out."""
    settings = (REPO / "slogen.yaml").read_text()
    verdict = slogen.evaluate(EvaluationResult(metrics), specs(), settings=settings, suite="support")
    assert not verdict.problems
    return {row.metric: str(row.outcome) for row in verdict.rows}


@pytest.mark.parametrize(
    ("metric", "target", "warning", "critical"),
    [("accuracy", 0.90, 0.85, 0.75), ("helpfulness", 0.85, 0.80, 0.70)],
)
def test_the_quality_slos(metric, target, warning, critical):
    for value, outcome in (
        (target, "met"),
        (target - 0.01, "missed"),
        (warning, "missed"),
        (warning - 0.01, "warning"),
        (critical, "warning"),
        (critical - 0.01, "critical"),
    ):
        assert checked(**{metric: value})[metric] == outcome, value


def test_a_missing_metric_is_not_fine():
    assert checked(accuracy=0.95) == {"accuracy": "met", "helpfulness": "cannot tell"}
