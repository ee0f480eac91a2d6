"""`slogen.evaluate`: what a program holds, against its specs."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from typing import Any

import pytest

import slogen

from .conftest import SPEC


@dataclass
class Returned:
    """What MLflow's `evaluate` returns, say."""

    metrics: Any


class Number:
    """A number of a library."""

    def __float__(self) -> float:
        return 0.5


@pytest.mark.parametrize(
    "results",
    [
        {"accuracy": 0.95, "p95_ms": 100},
        {"accuracy": {"mean": 0.95}, "p95_ms": {"value": 100}},
        Returned({"accuracy/mean": 0.95, "p95_ms/mean": 100}),
        [{"accuracy": 0.9, "p95_ms": 90}, {"accuracy": 1.0, "p95_ms": 110}],
    ],
)
def test_whatever_holds_metrics(results):
    verdict = slogen.evaluate(results, SPEC, suite="support")
    assert verdict.ok
    assert [(row.slo_id, row.value) for row in verdict.rows] == [("bot/accuracy", 0.95), ("bot/latency", 100)]


def test_violations_are_the_worst_first():
    verdict = slogen.evaluate({"accuracy": 0.88, "p95_ms": 9000}, SPEC, suite="support")
    found = [(row.metric, row.outcome, row.value, row.levels["critical"].value) for row in verdict.violations]
    assert found == [("p95_ms", "critical", 9000, 5000), ("accuracy", "missed", 0.88, 0.75)]
    assert (verdict.ok, verdict.fails("missed"), verdict.fails()) == (False, True, True)


def test_a_missing_metric_is_not_ok():
    verdict = slogen.evaluate({"accuracy": 0.95}, SPEC, suite="support")
    assert (verdict.ok, verdict.is_unknown, [row.metric for row in verdict.unknown]) == (
        False,
        True,
        ["p95_ms"],
    )
    assert slogen.evaluate({"accuracy": 0.95}, SPEC, suite="support", require=["accuracy"]).ok


def test_names_and_numbers_of_others():
    verdict = slogen.evaluate(
        {"acc": Number(), "p95_ms": 1}, SPEC, suite="support", names={"acc": "accuracy"}
    )
    assert [row.outcome for row in verdict.rows] == ["critical", "met"]


@pytest.mark.parametrize(
    ("results", "specs", "words"),
    [
        ({"accuracy": 1}, "kind: [", "YAML"),
        (7, SPEC, "int holds no metrics"),
        (Returned(None), SPEC, "Returned holds no metrics"),
        ({}, SPEC, "no format of results"),
        ({"accuracy": 1}, SPEC, "say --suite"),
    ],
)
def test_nothing_is_raised_for_bad_input(results, specs, words):
    verdict = slogen.evaluate(results, specs)
    assert (verdict.ok, verdict.is_unknown) == (False, True)
    assert any(
        words in f"{problem.code} {problem.message}" or words.lower() in problem.code
        for problem in verdict.problems
    )


def test_what_contains_itself():
    data: dict[str, Any] = {}
    data["a"] = data
    assert slogen.evaluate(data, SPEC, suite="support").problems


def test_evaluate_stays_a_function():
    code = "import slogen, slogen.evals.judge; assert callable(slogen.evaluate)"
    subprocess.run([sys.executable, "-c", code], check=True)
