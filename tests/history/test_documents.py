"""The three examples of the documents, from a score to the alert: MLflow, Weave, LangSmith.

`slogen eval` asks each for a score that is too low, and writes it as a textfile; the generated rules of the
specs that ship are played over what a scrape makes of it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from click.testing import CliRunner

from slogen.cli import main
from slogen.evals.exposition import series_of
from slogen.history.blocks import Blocks
from slogen.history.engine import Span, database, play
from slogen.live.client import Client
from slogen.project.workspace import open_workspace
from slogen.settings import Settings
from slogen.units import HOUR, MINUTE
from tests.live.fake import Said, serving

SPECS = Path(__file__).parents[2] / "specs"
RUN = 1_795_885_500  # 2026-11-28 17:05 UTC, when scores become low
GOOD = 0.95
TIME = "2026-11-28T17:05:00Z"
MLFLOW = {
    "experiments/search": {"experiments": [{"experiment_id": "1", "name": "support"}]},
    "get-by-name": {"experiment": {"experiment_id": "1", "name": "support"}},
    "runs/search": {
        "runs": [
            {
                "info": {"run_id": "a", "status": "FINISHED", "end_time": RUN * 1000},
                "data": {"metrics": [{"key": "accuracy/mean", "value": 0.74}]},
            }
        ]
    },
}
WEAVE = {"id": "c", "output": {"accuracy": {"mean": 0.84}}, "ended_at": TIME, "exception": None, "inputs": {}}
SESSION = {
    "id": "1",
    "name": "support",
    "last_run_start_time": TIME,
    "feedback_stats": {"helpfulness": {"n": 400, "avg": 0.79, "errors": 0}},
}


def said(path: str) -> Said:
    """What each of the three servers answers at a path."""
    if path == "/sessions":
        found: object = [SESSION]
    elif path == "/calls/stream_query":
        found = WEAVE
    else:
        found = next((answer for end, answer in MLFLOW.items() if path.endswith(end)), {})
    return Said(200, json.dumps(found).encode(), {"Content-Type": "application/json"})


@contextmanager
def scraped(programs, folder: Path, metric: str, value: float) -> Iterator[Client]:
    """A Prometheus that scraped a good score for two hours, and then this one for as long."""
    (folder / "texts").mkdir()
    (folder / "data").mkdir()
    blocks = Blocks(programs.promtool, folder / "texts", folder / "data")
    moments = range(RUN - 2 * HOUR, RUN + 2 * HOUR + 1, 30)
    labels = {"job": "support-evals", "suite": "support", "metric": metric}
    blocks.add("eval_score", labels, [(at, value if at > RUN else GOOD) for at in moments])
    blocks.add("up", {"job": "support-evals"}, [(at, 1.0) for at in moments])
    blocks.make()
    with database(programs, Settings(), folder) as scratch:
        yield scratch.client


@pytest.mark.parametrize(
    ("call", "metric", "value", "level", "severity", "wait"),
    [
        (("--mlflow", "URL", "--experiment", "support"), "accuracy", 0.74, "critical", "page", 15),
        (("--weave", "team/proj"), "accuracy", 0.84, "warning", "ticket", 15),
        (("--langsmith", "support"), "helpfulness", 0.79, "warning", "ticket", 60),
    ],
    ids=("mlflow", "weave", "langsmith"),
)
def test_a_low_score_is_told(call, metric, value, level, severity, wait, newest, tmp_path, monkeypatch):
    specs = ("--specs", str(SPECS), "--settings", str(SPECS.parent / "slogen.yaml"))
    with serving(lambda asked: said(asked.path)) as fake:
        for name, text in (
            ("WANDB_API_KEY", "k"),
            ("WF_TRACE_SERVER_URL", fake.url),
            ("LANGSMITH_API_KEY", "k"),
            ("LANGSMITH_ENDPOINT", fake.url),
        ):
            monkeypatch.setenv(name, text)
        words = [fake.url if word == "URL" else word for word in call]
        push = ("--push", f"textfile={tmp_path / 'scores.prom'}")
        done = CliRunner().invoke(main, ["eval", *words, "--suite", "support", *specs, *push])
    row = next(line for line in done.stdout.splitlines() if line.startswith(metric))
    assert f"{level} below" in row, done.output
    written = series_of((tmp_path / "scores.prom").read_text())
    pushed = {
        dict(labels)["metric"]: found for (name, labels), found in written.items() if name == "eval_score"
    }
    assert pushed == {metric: value}
    project = open_workspace((SPECS / "support-bot.yaml",)).project
    [slo] = [
        each for service in project.services for each in service.slos if each.shown == f"support-bot/{metric}"
    ]
    with scraped(newest, tmp_path, metric, pushed[metric]) as source:
        history = play(project, [slo], Span(RUN - 10 * MINUTE, RUN + 80 * MINUTE), source, newest)
    alerts = [
        each for each in history.slos[0].firings if each.alert == "SLOLevelBreached" and each.tier == level
    ]
    [alert] = alerts
    assert (alert.severity, alert.end) == (severity, None)
    assert alert.start - RUN == pytest.approx(wait * MINUTE, abs=5 * MINUTE)
