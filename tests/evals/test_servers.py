"""Servers that hold results: as real MLflow answered, and as the SDKs of LangSmith and Weave ask."""

from __future__ import annotations

import base64
import json
from pathlib import Path
from typing import Any

import pytest

from tests.live.fake import Asked, Said, serving

from .conftest import HERE, outcomes, told

RECORDED = HERE / "mlflow"
JSON = ("--format", "json")
SECRET = "s3cr3t-t0ken-9f8e7d"


def said(data: Any, status: int = 200) -> Said:
    body = data if isinstance(data, bytes) else json.dumps(data).encode()
    return Said(status, body, {"Content-Type": "application/json"})


def recorded(name: str) -> Any:
    return json.loads((RECORDED / f"{name}.json").read_text())


@pytest.fixture
def keys(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """No credentials but those that a test gives."""
    for name in ("TOKEN", "USERNAME", "PASSWORD", "INSECURE_TLS", "SERVER_CERT_PATH"):
        monkeypatch.delenv(f"MLFLOW_TRACKING_{name}", raising=False)
    for name in ("LANGSMITH_ENDPOINT", "LANGCHAIN_ENDPOINT", "LANGSMITH_WORKSPACE_ID", "WF_TRACE_SERVER_URL"):
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


def mlflow(asked: Asked) -> Said:
    """A tracking server with the recorded answers; a filter leaves the run that finished."""
    if asked.path.endswith("get-by-name"):
        name = asked.form["experiment_name"]
        return said(recorded("experiment")) if name == "support-bot-eval" else said(recorded("missing"), 404)
    if asked.path.endswith("experiments/search"):
        return said(recorded("experiments"))
    runs = recorded("runs-search")["runs"]
    if asked.path.endswith("runs/get"):
        found = [run for run in runs if run["info"]["run_id"] == asked.form["run_id"]]
        return said({"run": found[0]}) if found else said(recorded("missing"), 404)
    body = json.loads(asked.body)
    if "=" not in body["filter"] and body["filter"]:
        return said({"error_code": "INVALID_PARAMETER_VALUE", "message": "Invalid clause"}, 400)
    kept = [run for run in runs if "FINISHED" not in body["filter"] or run["info"]["status"] == "FINISHED"]
    return said({"runs": kept[: body["max_results"]]})


def asks(url: str, *args: str) -> tuple[str, ...]:
    return ("--mlflow", url, "--experiment", "support-bot-eval", "--suite", "support", *args, *JSON)


@pytest.mark.usefixtures("keys")
def test_the_latest_run_of_mlflow_whatever_came_of_it(run):
    with serving(mlflow) as fake:
        done = run(*asks(fake.url))
    assert (done.exit_code, told(done)["broken"]) == (5, "the run is FAILED, not FINISHED")
    search = json.loads(fake.asked[-1].body)
    assert search["order_by"] == ["attributes.start_time DESC"]


@pytest.mark.usefixtures("keys")
def test_a_broken_run_needs_no_suite(run):
    """The one that failed is of a suite that no SLO reads: that it failed is what counts."""
    with serving(mlflow) as fake:
        done = run("--mlflow", fake.url, "--experiment", "support-bot-eval")
    assert (done.exit_code, "cannot tell: the run is FAILED, not FINISHED" in done.stdout) == (5, True)


@pytest.mark.usefixtures("keys")
def test_a_run_of_mlflow(run):
    wanted = ("--map", "response_time_p95_ms=latency")
    with serving(mlflow) as fake:
        done = run(*asks(fake.url, "--filter", "attributes.status = 'FINISHED'", *wanted))
        same = run("--mlflow", fake.url, "--run", told(done)["run"], *wanted, *JSON)
    assert outcomes(done) == outcomes(same) == {"accuracy": "met", "latency": "missed"}
    assert told(done)["unread"] == {"helpfulness": 0.82, "toxicity/v1/mean": 0.01}
    assert told(same)["suite"] == "support"


@pytest.mark.usefixtures("keys")
@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("--experiment", "support-bot-evl"), "did you mean `support-bot-eval`?"),
        (("--run", "abc"), "MLflow has no run `abc`"),
        (("--experiment", "support-bot-eval", "--filter", "nonsense"), "MLflow says Invalid clause"),
    ],
)
def test_names_of_nothing(run, args, words):
    with serving(mlflow) as fake:
        done = run("--mlflow", fake.url, *args)
    assert (done.exit_code, words in done.stderr) == (2, True), done.stderr


@pytest.mark.usefixtures("keys")
def test_an_experiment_without_runs(run):
    def empty(asked: Asked) -> Said:
        return said({}) if asked.path.endswith("runs/search") else mlflow(asked)

    with serving(empty) as fake:
        done = run(*asks(fake.url))
    assert (done.exit_code, "no run in `support-bot-eval`" in told(done)["broken"]) == (5, True)


@pytest.mark.parametrize(
    ("env", "header"),
    [
        ({"TOKEN": SECRET}, f"Bearer {SECRET}"),
        (
            {"USERNAME": "ci", "PASSWORD": SECRET},
            f"Basic {base64.b64encode(f'ci:{SECRET}'.encode()).decode()}",
        ),
    ],
)
def test_credentials_of_mlflow_go_there_alone_and_are_not_shown(run, keys, env, header):
    """And a server that repeats them is veiled; the push target gets none of them."""
    for name, value in env.items():
        keys.setenv(f"MLFLOW_TRACKING_{name}", value)
    with serving(mlflow) as fake, serving(lambda _: said({"status": "success", "data": []})) as gateway:
        args = asks(
            fake.url, "--filter", "attributes.status = 'FINISHED'", "--push", f"pushgateway={gateway.url}"
        )
        done = run(*args)
    assert {asked.headers["Authorization"] for asked in fake.asked} == {header}
    assert all("Authorization" not in asked.headers for asked in gateway.asked)
    with serving(lambda asked: said({"message": f"no: {asked.headers['Authorization']}"}, 403)) as fake:
        refused = run(*asks(fake.url))
    assert refused.exit_code == 4
    assert SECRET not in done.stdout + done.stderr + refused.stdout + refused.stderr


@pytest.mark.usefixtures("keys")
@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (Said(200, b"<!doctype html><html></html>"), "is this the address of a MLflow?"),
        (Said(404, b"not here"), "no MLflow API"),
        (Said(403, b"Invalid Host header - possible DNS rebinding attack detected"), "--allowed-hosts"),
        (Said(500, b"boom"), "it answers 500"),
        (Said(200, b'{"runs": ', cut=True), "a"),
    ],
)
def test_no_answer_is_4(run, answer, words):
    with serving(lambda _: answer) as fake:
        done = run(*asks(fake.url, "--retries", "0", "--timeout", "2s"))
    assert (done.exit_code, words in json.loads(done.stdout)["error"]["message"]) == (4, True), done.stdout


@pytest.mark.usefixtures("keys")
def test_a_file_store_of_mlflow(run):
    store = RECORDED / "mlruns"
    args = ("--filter", "attributes.status = 'FINISHED' and tags.suite = 'support'", "--require", "accuracy")
    for uri in (str(store), f"file://{store}"):
        done = run(*asks(uri, *args))
        accuracy = told(done)["slos"][0]
        assert (done.exit_code, accuracy["value"], accuracy["outcome"]) == (0, 0.9, "met")
        assert told(done)["unread"]["toxicity/v1/mean"] == 0.01
    latest = run(*asks(str(store)))
    assert (latest.exit_code, told(latest)["broken"]) == (5, "the run is FAILED, not FINISHED")
    by_id = run("--mlflow", str(store), "--run", told(done)["run"], "--require", "accuracy", *JSON)
    assert told(by_id)["suite"] == "support"
    assert told(by_id)["run"] == told(done)["run"]


@pytest.mark.usefixtures("keys")
@pytest.mark.parametrize(
    ("args", "words"),
    [
        (("--experiment", "support"), "did you mean `support-bot-eval`?"),
        (("--run", "abc"), "MLflow has no run `abc`"),
        (
            ("--experiment", "support-bot-eval", "--filter", "metrics.x > 1"),
            "a file store knows tags.NAME = 'x'",
        ),
    ],
)
def test_mistakes_about_a_file_store(run, args, words):
    done = run("--mlflow", str(RECORDED / "mlruns"), *args)
    assert (done.exit_code, words in done.stderr) == (2, True), done.stderr


@pytest.mark.usefixtures("keys")
def test_a_database_needs_mlflow(run, monkeypatch, tmp_path):
    """It is read by a Python that has MLflow; where there is none, what to do is said."""
    for name in ("python3", "python"):
        (tmp_path / name).write_text("#!/bin/sh\nexit 1\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr("sys.executable", str(tmp_path / "python"))
    done = run(*asks("sqlite:///mlflow.db"))
    assert (done.exit_code, "run `mlflow server --backend-store-uri sqlite:///mlflow.db`" in done.stderr) == (
        2,
        True,
    )


@pytest.mark.usefixtures("keys")
def test_a_database_is_read_by_mlflow(run, monkeypatch, tmp_path):
    """A stand-in for MLflow's client, in a Python's way: what is asked of it is what the real one has."""
    (tmp_path / "mlflow").mkdir()
    (tmp_path / "mlflow" / "__init__.py").write_text(CLIENT)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    args = ("--map", "response_time_p95_ms=latency")
    assert outcomes(run(*asks("sqlite:///x.db", *args))) == {"accuracy": "met", "latency": "cannot tell"}
    gone = run("--mlflow", "sqlite:///x.db", "--experiment", "suport", "--suite", "support")
    assert (gone.exit_code, "did you mean `support`?" in gone.stderr) == (2, True)
    failed = run("--mlflow", "sqlite:///x.db", "--run", "abc")
    assert (failed.exit_code, "MLflow says no run abc" in failed.stderr) == (2, True)


CLIENT = """
from types import SimpleNamespace as N
class MlflowClient:
    def __init__(self, uri):
        assert uri == "sqlite:///x.db"
    def get_experiment_by_name(self, name):
        return N(experiment_id="1") if name == "support-bot-eval" else None
    def search_experiments(self, max_results):
        return [N(name="support")]
    def get_run(self, run):
        raise ValueError("no run " + run)
    def search_runs(self, ids, filter, max_results, order_by):
        assert (ids, filter, max_results, order_by) == (["1"], "", 1, ["attributes.start_time DESC"])
        info = N(run_id="r", status="FINISHED", start_time=1795885500000, end_time=1795885600000)
        metrics = {"accuracy": 0.95, "response_time_p95_ms": float("nan")}
        return [N(info=info, data=N(metrics=metrics, tags={"suite": "support"}))]
"""

SESSION = {
    "id": "11111111-1111-1111-1111-111111111111",
    "name": "support-bot",
    "run_count": 1200,
    "error_rate": 0.004,
    "latency_p50": 0.8,
    "last_run_start_time": "2026-11-28T17:05:00+00:00",
    "feedback_stats": {"accuracy": {"n": 400, "avg": 0.93, "errors": 0}, "p95_ms": {"n": 0, "avg": None}},
}


def langsmith(asked: Asked) -> Said:
    return said([SESSION, {**SESSION, "name": "support-bot-2"}] if asked.path == "/sessions" else {})


def test_langsmith(run, keys):
    keys.setenv("LANGSMITH_API_KEY", SECRET)
    with serving(langsmith) as fake:
        keys.setenv("LANGSMITH_ENDPOINT", fake.url)
        args = ("--langsmith", "support-bot", "--suite", "support", "--since", "7d", *JSON)
        done = run(*args)
        missing = run("--langsmith", "suport-bot", "--suite", "support")
    assert outcomes(done) == {"accuracy": "met", "latency": "cannot tell"}
    accuracy = told(done)["slos"][0]
    assert (accuracy["value"], accuracy["cases"], told(done)["time"]) == (0.93, 400, "2026-11-28T17:05:00Z")
    assert fake.asked[0].headers["x-api-key"] == SECRET
    assert fake.asked[0].form["name"] == "support-bot"
    assert "T" in fake.asked[0].form["stats_start_time"]
    assert (missing.exit_code, "did you mean `support-bot`?" in missing.stderr) == (2, True)
    assert SECRET not in done.stdout + done.stderr + missing.stderr


def test_a_key_that_langsmith_refuses(run, keys):
    keys.setenv("LANGSMITH_API_KEY", SECRET)
    with serving(lambda _: said({"detail": "Invalid token", "error": f"{SECRET} is wrong"}, 401)) as fake:
        keys.setenv("LANGSMITH_ENDPOINT", fake.url)
        done = run("--langsmith", "support-bot", "--suite", "support")
    assert (done.exit_code, SECRET in done.stderr) == (4, False)


def call(**fields: Any) -> dict[str, Any]:
    summary = {"accuracy": {"true_count": 9, "true_fraction": 0.9}, "p95_ms": {"mean": 1500.0}}
    inputs = {"self": "weave:///team/proj/object/support-eval:abc"}
    ended = "2026-11-28T17:05:00Z"
    return {"id": "c1", "output": summary, "ended_at": ended, "exception": None, "inputs": inputs, **fields}


@pytest.mark.parametrize(
    ("calls", "args", "wanted", "code"),
    [
        ([call(), call(output={})], (), {"accuracy": "met", "latency": "met"}, 0),
        ([call(exception="KeyError: x")], (), {"accuracy": "cannot tell", "latency": "cannot tell"}, 5),
        ([call(output=None, ended_at=None)], (), {"accuracy": "cannot tell", "latency": "cannot tell"}, 5),
        ([], (), {"accuracy": "cannot tell", "latency": "cannot tell"}, 5),
        (
            [call(inputs={"self": "weave:///t/p/object/other:1"}, output={}), call()],
            ("--evaluation", "support-eval"),
            {"accuracy": "met", "latency": "met"},
            0,
        ),
    ],
)
def test_weave(run, keys, calls, args, wanted, code):
    keys.setenv("WANDB_API_KEY", SECRET)
    lines = b"\n".join(json.dumps(each).encode() for each in calls)
    with serving(lambda _: said(lines)) as fake:
        keys.setenv("WF_TRACE_SERVER_URL", fake.url)
        done = run("--weave", "team/proj", "--suite", "support", *args, *JSON)
    assert (outcomes(done), done.exit_code) == (wanted, code)
    (asked,) = fake.asked
    body = json.loads(asked.body)
    assert (asked.path, body["project_id"]) == ("/calls/stream_query", "team/proj")
    assert body["filter"]["op_names"] == ["weave:///team/proj/op/Evaluation.evaluate:*"]
    assert asked.headers["Authorization"] == f"Basic {base64.b64encode(f'api:{SECRET}'.encode()).decode()}"
    assert SECRET not in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("project", "args", "words"),
    [
        ("proj", (), "--weave is ENTITY/PROJECT"),
        ("team/proj", ("--evaluation", "suport-eval"), "did you mean `support-eval`?"),
    ],
)
def test_mistakes_about_weave(run, keys, project, args, words):
    keys.setenv("WANDB_API_KEY", SECRET)
    with serving(lambda _: said(json.dumps(call()).encode())) as fake:
        keys.setenv("WF_TRACE_SERVER_URL", fake.url)
        done = run("--weave", project, "--suite", "support", *args)
    assert (done.exit_code, words in done.stderr) == (2, True), done.stderr


def test_recordings_name_nobody():
    """They are of a real server, and show no path of the machine that made them."""
    for path in Path(RECORDED).rglob("*"):
        assert not path.is_file() or "/tmp/" not in path.read_text()
