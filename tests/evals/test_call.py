"""The call: suites, names, files, formats, and mistakes in it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from slogen.report.evals import FORMS

from .conftest import SAMPLES, outcomes, told

FINE = {"accuracy": 0.95, "p95_ms": 1500}


@pytest.mark.parametrize(
    ("args", "words"),
    [
        ((), "say where: a FILE, --mlflow, --langsmith or --weave"),
        ((FINE, "--mlflow", "x"), "say only one of --mlflow and FILE"),
        (("--mlflow", "x"), "--experiment NAME for its latest run, or --run ID"),
        (("--mlflow", "nowhere", "--experiment", "x"), "there is no folder `nowhere`"),
        ((FINE, "--experiment", "x"), "--experiment belongs to --mlflow"),
        ((FINE, "--since", "1h"), "--since belongs to --langsmith"),
        (("--langsmith", "x"), "set LANGSMITH_API_KEY"),
        (("--weave", "a/b"), "set WANDB_API_KEY"),
        ((FINE, "--suite", "suport"), "no SLO reads the suite `suport`; did you mean `support`?"),
        (({"suite": "other", **FINE},), "names the suite `other`, which no SLO reads: say --suite"),
        (({"right": 1, "suite": ""}, "--suite", "golden", "--map", "rigth=right"), "did you mean `right`?"),
        (
            (FINE, "--map", "accuracy=acuracy"),
            "no SLO of the suite reads `acuracy`; did you mean `accuracy`?",
        ),
        ((FINE, "--map", "accuracy"), "--map is METRIC=SLO"),
        ((FINE, "--map", "accuracy=accuracy", "--map", "p95_ms=accuracy"), "`accuracy` is given twice"),
        ((FINE, "--require", "acuracy"), "no SLO of the suite reads `acuracy`; did you mean `accuracy`?"),
        ((FINE, "--push", "pushgatway=x"), "did you mean `pushgateway`?"),
        ((FINE, "--push", "otlp"), "--push is KIND=WHERE"),
        ((FINE, "--push", "otlp=nowhere"), "an address begins with http://"),
        ((FINE, "--job", "x"), "--job and --push-http-config belong to --push"),
        ((FINE, "--push", "textfile=x.txt"), "doesn't end in .prom"),
        ((FINE, "--push", "textfile=no/x.prom"), "there is no folder `no`"),
        ((FINE, "--specs", "nowhere"), "nowhere"),
        (("gone.json",), "there is no file `gone.json`"),
    ],
)
def test_mistakes(run, monkeypatch, args, words):
    for name in ("LANGSMITH_API_KEY", "LANGCHAIN_API_KEY", "WANDB_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    spec = Path("specs/bot.yaml")
    needs_one = args and not {"golden", "--specs"} & set(map(str, args))
    if needs_one:  # so that the suite is the only one
        spec.write_text(spec.read_text().replace('suite="golden"', 'suite="support"'))
    done = run(*args)
    assert (done.exit_code, words in done.stderr) == (2, True), done.stderr


def test_the_suite_is_that_of_the_run_or_the_only_one(run):
    assert told(run({"suite": "golden", "right": 1}, "--format", "json"))["suite"] == "golden"
    done = run(FINE)
    assert "names no suite: say --suite; the specs read golden, support" in done.stderr


def test_specs_that_read_no_evaluation(run):
    Path("specs/bot.yaml").write_text(Path("specs/bot.yaml").read_text().replace("eval_", "other_"))
    done = run(FINE)
    assert (done.exit_code, "no SLO of these specs reads eval_score" in done.stderr) == (2, True)


def test_specs_with_an_error_judge_nothing(run):
    Path("specs/bot.yaml").write_text(Path("specs/bot.yaml").read_text().replace(">= 0.90", "0.90"))
    done = run(FINE)
    assert (done.exit_code != 0, "specs/bot.yaml" in done.stderr, done.stdout) == (True, True, "")


def test_standard_input(run):
    done = run("-", "--suite", "support", "--format", "json", stdin=json.dumps(FINE))
    assert (told(done)["where"], done.exit_code) == ("<stdin>", 0)


def test_a_file_that_cannot_be_read_is_shown_with_its_line(run):
    Path("r.jsonl").write_text('{"accuracy": 1}\n{"accuracy": \n')
    done = run("r.jsonl", "--suite", "support")
    assert done.exit_code == 2
    assert "r.jsonl:2:" in done.stderr
    assert "[eval-results]" in done.stderr


def test_several_files_are_several_suites(run):
    done = run(
        {"suite": "support", **FINE},
        {"suite": "golden", "right": {"passed": 1, "failed": 9}},
        "--format",
        "json",
    )
    runs = json.loads(done.stdout)["runs"]
    assert ([each["suite"] for each in runs], done.exit_code) == (["support", "golden"], 1)


def test_files_of_one_suite_are_one_run(run):
    done = run({"accuracy": 0.95}, {"p95_ms": 1}, "--suite", "support", "--format", "json")
    assert (outcomes(done), done.exit_code) == ({"accuracy": "met", "latency": "met"}, 0)


@pytest.mark.parametrize("more", [{}, {"run": "7"}])
def test_a_metric_that_is_there_twice(run, more):
    done = run({"accuracy": 0.95, **more}, {"accuracy": 0.5, **more}, "--suite", "support")
    assert (done.exit_code, "[eval-duplicate]" in done.stderr) == (2, True)
    assert "results0.json, too" in done.stderr


def test_a_file_that_is_named_twice(run):
    Path("r.json").write_text(json.dumps(FINE))
    assert "`r.json` is named twice" in run("r.json", "r.json", "--suite", "support").stderr


def test_names_by_the_words_of_tools(run):
    data = {"accuracy/mean": 0.95, "P95-ms": 1}
    assert run(data, "--suite", "support").exit_code == 0


def test_a_metric_may_be_named_by_its_slo(run):
    data = {"acc": 0.95, "p95_ms": 1}
    for slo in ("accuracy", "bot/accuracy"):
        assert run(data, "--suite", "support", "--map", f"acc={slo}").exit_code == 0


def test_several_that_may_be_meant(run):
    done = run(SAMPLES / "inspect.json", "--format", "json")
    assert (done.exit_code, "--map 'match/accuracy=accuracy'" in told(done)["slos"][0]["reason"]) == (5, True)
    args = ("--map", "match/accuracy=accuracy", "--require", "accuracy", "--format", "json")
    assert outcomes(run(SAMPLES / "inspect.json", *args))["accuracy"] == "critical"


def test_what_no_slo_reads_is_shown(run):
    done = run({**FINE, "toxicity": 0.01, "odd": float("nan")}, "--suite", "support", "--format", "json")
    assert told(done)["unread"] == {"toxicity": 0.01, "odd": None}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_says_what_is_wrong(run, form):
    data = {"accuracy": {"passed": 2, "failed": 1}, "p95_ms": 2400, "\x1b[31mred": 1}
    done = run(data, "--suite", "support", "--format", form)
    assert done.exit_code == 1
    for word in ("bot/accuracy", "critical", "bot/latency", "missed"):
        assert word in done.stdout
    assert "\x1b" not in done.stdout


def test_text(run):
    data = {
        "time": "2026-11-28T17:05:00Z",
        "accuracy": {"passed": 2, "failed": 1},
        "p95_ms": 2400,
        "other": 1,
    }
    assert (
        run(data, "--suite", "support").stdout
        == """\
suite support (json, 2026-11-28 17:05 UTC, results0.json)

metric     value   cases           likely  wanted               outcome          SLO
accuracy  0.6667  2 of 3  0.0943 to 0.992  critical below 0.75  critical         bot/accuracy
p95_ms      2400       -                -  at most 2000         missed           bot/latency
other          1       -                -  -                    no SLO reads it  -

2 SLOs read it: 1 missed, 1 critical
"""
    )


def test_github(run):
    lines = run({"accuracy": 0.5}, "--suite", "support", "--format", "github").stdout.splitlines()
    assert lines[0] == "::error title=bot/accuracy%3A critical::accuracy is 0.5; critical below 0.75"
    assert lines[1].startswith("::error title=bot/latency%3A cannot tell::the run has no `p95_ms`")
    assert lines[2].startswith("::error title=slogen eval::suite support")


def test_secrets_of_a_broken_run_are_not_shown(run):
    data = json.loads((SAMPLES / "inspect-error.json").read_text())
    data["error"]["message"] = "Incorrect API key provided: sk-a8f3Kq0Zp1Rt7Yw2Ls9Xd4"
    done = run(data)
    assert "Incorrect API key" in done.stdout
    assert "a8f3Kq0Zp1" not in done.stdout + done.stderr


def test_everything_of_json_is_explained(run):
    done = run({**FINE, "other": 1}, "--suite", "support", "--format", "json")
    page = (Path(__file__).parents[2] / "docs/live/eval.md").read_text()
    data = json.loads(done.stdout)
    names = {*data, *data["runs"][0], *data["runs"][0]["slos"][0]}
    assert [name for name in sorted(names) if f"`{name}`" not in page] == []
