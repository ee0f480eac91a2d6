"""How SLOs come out, as a user sees it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from .conftest import SAMPLES, Run, outcomes, told

JSON = ("--format", "json")


@pytest.fixture
def run(run: Run) -> Run:
    """Of the suite `support`, unless it is said."""

    def invoke(*args: Any) -> Result:
        is_said = "--suite" in args or any(isinstance(arg, Path) or "suite" in arg for arg in args)
        return run(*args, *(() if is_said else ("--suite", "support")))

    return invoke


FINE = {"accuracy": 0.95, "p95_ms": 1500}


@pytest.mark.parametrize(
    ("accuracy", "outcome", "code"),
    [
        (0.95, "met", 0),
        (0.9, "met", 0),
        (0.89, "missed", 0),
        (0.85, "missed", 0),
        (0.84, "warning", 0),
        (0.75, "warning", 0),
        (0.74, "critical", 1),
        (0.0, "critical", 1),
    ],
)
def test_levels_where_more_is_better(run, accuracy, outcome, code):
    done = run({**FINE, "accuracy": accuracy}, *JSON)
    assert (outcomes(done)["accuracy"], done.exit_code) == (outcome, code)


@pytest.mark.parametrize(
    ("latency", "outcome"),
    [(1999, "met"), (2000, "met"), (2400, "missed"), (3000, "missed"), (3001, "warning"), (5001, "critical")],
)
def test_levels_where_less_is_better(run, latency, outcome):
    """2,400 ms is no breach of `critical: 5000`, which is what comes of comparing with `<` alone."""
    assert outcomes(run({**FINE, "p95_ms": latency}, *JSON))["latency"] == outcome


@pytest.mark.parametrize(
    ("accuracy", "fail_on", "code"),
    [
        (0.89, "missed", 1),
        (0.89, "warning", 0),
        (0.84, "warning", 1),
        (0.84, "critical", 0),
        (0.7, "critical", 1),
    ],
)
def test_what_fails(run, accuracy, fail_on, code):
    assert run({**FINE, "accuracy": accuracy}, "--fail-on", fail_on).exit_code == code


def test_a_line_without_levels_is_as_bad_as_can_be(run):
    spec = Path("specs/bot.yaml")
    spec.write_text(spec.read_text().replace("    levels: {warning: 0.85, critical: 0.75}\n", ""))
    done = run({**FINE, "accuracy": 0.89}, *JSON)
    assert (outcomes(done)["accuracy"], done.exit_code) == ("missed", 1)


@pytest.mark.parametrize(
    ("right", "outcome", "code"),
    [
        ({"passed": 90, "failed": 10}, "met", 0),
        ({"passed": 89, "failed": 11}, "missed", 1),
        ({"passed": 90, "failed": 8, "errored": 2}, "met", 0),
        ({"passed": 89, "failed": 1, "errored": 10}, "missed", 1),
        ({"passed": 0, "failed": 0}, "cannot tell", 5),
        (0.95, "cannot tell", 5),
    ],
)
def test_cases_against_the_objective(run, right, outcome, code):
    done = run({"right": right}, "--suite", "golden", *JSON)
    assert (outcomes(done)["right"], done.exit_code) == (outcome, code)


def test_good_cases_may_be_what_is_counted(run):
    spec = Path("specs/bot.yaml")
    text = spec.read_text().replace(
        'bad: eval_cases_total{job="evals", suite="golden", metric="right", outcome!="passed"}',
        'good: eval_cases_total{job="evals", suite="golden", metric="right", outcome="passed"}',
    )
    assert "good: eval_cases" in text
    spec.write_text(text)
    (slo,) = told(run({"right": {"passed": 89, "failed": 10, "errored": 1}}, "--suite", "golden", *JSON))[
        "slos"
    ]
    assert (slo["outcome"], slo["value"], slo["passed"], slo["failed"], slo["errored"]) == (
        "missed",
        0.89,
        89,
        10,
        1,
    )


def test_errors_that_an_slo_leaves_out_are_bad_all_the_same(run):
    spec = Path("specs/bot.yaml")
    spec.write_text(
        spec.read_text()
        .replace('metric="right", outcome!="passed"', 'metric="right", outcome="failed"')
        .replace('metric="right"}', 'metric="right", outcome!="errored"}')
    )
    (slo,) = told(run({"right": {"passed": 90, "failed": 5, "errored": 15}}, "--suite", "golden", *JSON))[
        "slos"
    ]
    assert (slo["outcome"], slo["cases"], slo["errored"]) == ("missed", 110, 15)


def test_a_preset_reads_every_metric_of_its_suite(run):
    spec = Path("specs/bot.yaml")
    spec.write_text(
        spec.read_text()
        + """\
  - name: all
    objective: 90
    window: 7d
    sli: {preset: eval/pass-rate, with: {selector: 'job="evals",suite="nightly"'}}
"""
    )
    data = {
        "suite": "nightly",
        "a": {"passed": 9, "failed": 1},
        "b": {"passed": 8, "failed": 2},
        "seconds": 12,
    }
    found = told(run(data, *JSON))
    (slo,) = found["slos"]
    assert (slo["metric"], slo["value"], slo["cases"], slo["outcome"]) == ("a, b", 0.85, 20, "missed")
    assert found["unread"] == {"seconds": 12}


def test_a_missing_metric_is_never_skipped(run):
    done = run({"accurracy": 0.95, "p95_ms": 1}, *JSON)
    slo = told(done)["slos"][0]
    assert (done.exit_code, slo["outcome"]) == (5, "cannot tell")
    assert "no `accuracy`; if it is `accurracy`, say --map" in slo["reason"]
    assert run({"accuracy": 0.95}, "--require", "accuracy").exit_code == 0
    assert run({"accuracy": 0.95}, "--require", "bot/accuracy,latenci").exit_code == 2
    assert run({"accuracy": 0.95}, "--unknown", "ok").exit_code == 0


def test_what_is_bad_beats_what_cannot_be_told(run):
    assert run({"accuracy": 0.1}).exit_code == 1


@pytest.mark.parametrize("value", ["NaN", '"nan"', "null", "Infinity", "[null, null]"])
def test_no_value_is_no_result(run, tmp_path, value):
    (tmp_path / "r.json").write_text(f'{{"accuracy": {value}, "p95_ms": 1}}')
    done = run("r.json", *JSON)
    assert (outcomes(done)["accuracy"], done.exit_code) == ("cannot tell", 5)


def test_a_broken_run_is_no_result(run):
    done = run(SAMPLES / "inspect-error.json", *JSON)
    found = told(done)
    assert (done.exit_code, found["broken"] is None) == (5, False)
    assert {slo["outcome"] for slo in found["slos"]} == {"cannot tell"}


def test_a_case_that_could_not_be_judged_counts_as_bad(run):
    """For a score of 0 to 1 it is the worst there is, whichever way that is."""
    data = {"accuracy": {"score": 1.0, "cases": 10, "errored": 3}, "p95_ms": 1}
    (slo, _) = told(run(data, *JSON))["slos"]
    assert (slo["value"], slo["outcome"], slo["errored"]) == (0.7, "critical", 3)
    spec = Path("specs/bot.yaml")
    spec.write_text(
        spec.read_text().replace("<= 2000", "<= 0.2").replace("3000", "0.25").replace("5000", "0.4")
    )
    data = {"accuracy": 1, "p95_ms": {"score": 0.0, "cases": 10, "errored": 3}}
    slo = told(run(data, *JSON))["slos"][1]
    assert (slo["value"], slo["outcome"]) == (0.3, "warning")


def test_errors_on_a_scale_that_nobody_knows_tell_nothing(run):
    done = run({"accuracy": 1, "p95_ms": {"score": 900, "cases": 10, "errored": 1}}, *JSON)
    assert outcomes(done)["latency"] == "cannot tell"


def test_a_percentage_is_no_fraction(run):
    done = run({**FINE, "accuracy": 62}, *JSON)
    assert (done.exit_code, outcomes(done)["accuracy"]) == (5, "cannot tell")
    assert "--map 'accuracy%=accuracy'" in told(done)["slos"][0]["reason"]
    (slo, _) = told(run({**FINE, "accuracy": 62}, "--map", "accuracy%=accuracy", *JSON))["slos"]
    assert (slo["value"], slo["outcome"]) == (0.62, "critical")


@pytest.mark.parametrize(
    ("right", "outcome"),
    [
        ({"passed": 20, "failed": 2}, "cannot tell"),
        ({"passed": 200, "failed": 2}, "met"),
        ({"passed": 12, "failed": 10}, "missed"),
    ],
)
def test_confident_decides_by_the_bound(run, right, outcome):
    """20 of 22 are no proof of 90 %."""
    done = run({"right": right}, "--suite", "golden", "--confident", *JSON)
    assert outcomes(done)["right"] == outcome


@pytest.mark.parametrize(
    ("passed", "failed", "outcome"),
    [
        (20, 1, "cannot tell"),
        (199, 1, "met"),
        (100, 100, "critical"),
        (160, 40, "missed"),
        (88, 12, "cannot tell"),
    ],
)
def test_confident_levels(run, passed, failed, outcome):
    data = {"accuracy": {"passed": passed, "failed": failed}, "p95_ms": 1}
    done = run(data, "--require", "accuracy", "--confident", *JSON)
    assert outcomes(done)["accuracy"] == outcome


def test_confident_of_a_mean_tells_nothing(run):
    assert outcomes(run(FINE, "--confident", *JSON)) == {"accuracy": "cannot tell", "latency": "cannot tell"}


@pytest.mark.parametrize(("cases", "code"), [(49, 5), (50, 0), (None, 5)])
def test_few_cases_tell_nothing(run, cases, code):
    data = {**FINE, **({"cases": cases} if cases else {})}
    assert run(data, "--min-cases", "50").exit_code == code


def test_intervals_only_where_cases_are_counted(run):
    data = {"accuracy": {"passed": 2, "failed": 1}, "p95_ms": {"value": 1, "cases": 3}}
    accuracy, latency = told(run(data, *JSON))["slos"]
    assert (accuracy["low"], accuracy["high"]) == (0.094299, 0.991596)
    assert (latency["low"], latency["high"], latency["cases"]) == (None, None, 3)


def test_an_expression_reads_what_it_says(run):
    """The value goes through the SLO's own expression: here more is worse."""
    spec = Path("specs/bot.yaml")
    old = 'avg(eval_score{job="evals", suite="support", metric="accuracy"}) >= 0.90'
    spec.write_text(
        spec.read_text().replace(old, '1 - avg(eval_score{suite="support", metric="accuracy"}) >= 0.9')
    )
    data = {"accuracy": {"passed": 1, "failed": 99}, "p95_ms": 1}
    (slo, _) = told(run(data, *JSON))["slos"]
    assert (slo["value"], slo["outcome"]) == (0.99, "met")
    assert slo["low"] < 0.99 < slo["high"]


def test_groups_have_a_row_each(run):
    spec = Path("specs/bot.yaml")
    old = 'avg(eval_score{job="evals", suite="support", metric="accuracy"}) >= 0.90'
    new = 'avg by (metric) (eval_score{suite="support", metric=~"a|b"}) >= 0.90'
    text = (
        spec.read_text()
        .replace(old, new)
        .replace("        missing: ignore", "        by: [metric]\n        missing: ignore", 1)
    )
    spec.write_text(text)
    slos = told(run({"a": 0.95, "b": 0.5, "c": 0.1, "p95_ms": 1}, *JSON))["slos"]
    assert [(slo["group"], slo["outcome"]) for slo in slos[:2]] == [
        ({"metric": "a"}, "met"),
        ({"metric": "b"}, "critical"),
    ]


def test_a_tool_that_disagrees_on_the_direction_is_said(run):
    text = json.dumps(json.loads((SAMPLES / "lm-eval.json").read_text()))
    Path("r.json").write_text(text)
    slo = told(run("r.json", "--suite", "support", "--map", "acc=latency", "--require", "latency", *JSON))[
        "slos"
    ][1]
    assert slo["notes"] == ["the tool says that more of `p95_ms` is better, the SLO that less is"]


def test_a_condition_of_several_comparisons_cannot_be_told(run):
    spec = Path("specs/bot.yaml")
    old = 'good: avg(eval_score{job="evals", suite="support", metric="accuracy"}) >= 0.90'
    one, two = (f'avg(eval_score{{suite="support", metric="{name}"}})' for name in ("accuracy", "p95_ms"))
    new = f"good: {one} >= 0.9 and {two} < 9"
    spec.write_text(
        spec.read_text().replace(old, new).replace("    levels: {warning: 0.85, critical: 0.75}\n", "")
    )
    slo = told(run(FINE, *JSON))["slos"][0]
    assert (slo["outcome"], "more than one value" in slo["reason"]) == ("cannot tell", True)
