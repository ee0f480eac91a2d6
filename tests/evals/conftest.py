"""Specs that read evaluations, and a run of `slogen eval` in a folder that has them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from slogen.cli import main

HERE = Path(__file__).parent
SAMPLES = HERE / "samples"
SPEC = """\
apiVersion: slogen/v1
kind: ServiceLevelObjectives
service: bot
owner: team-bot
slos:
  - name: accuracy
    objective: 95
    window: 7d
    sli:
      timeslices:
        good: avg(eval_score{job="evals", suite="support", metric="accuracy"}) >= 0.90
        missing: ignore
    levels: {warning: 0.85, critical: 0.75}
  - name: latency
    objective: 95
    window: 7d
    sli:
      timeslices:
        good: max(eval_score{job="evals", suite="support", metric="p95_ms"}) <= 2000
        missing: ignore
    levels: {warning: 3000, critical: 5000}
  - name: right
    objective: 90
    window: 7d
    sli:
      events:
        bad: eval_cases_total{job="evals", suite="golden", metric="right", outcome!="passed"}
        total: eval_cases_total{job="evals", suite="golden", metric="right"}
  - name: fresh
    objective: 99
    window: 7d
    sli:
      freshness:
        timestamp: max(eval_last_run_timestamp_seconds{job="evals", suite="support"})
        max_age: 26h
"""

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run `slogen eval` in a folder with SPEC; a mapping or list is written to a file, which is named."""
    (tmp_path / "specs").mkdir()
    (tmp_path / "specs" / "bot.yaml").write_text(SPEC)
    monkeypatch.chdir(tmp_path)

    def invoke(*args: Any, stdin: str | None = None) -> Result:
        words = []
        for number, arg in enumerate(args):
            if isinstance(arg, dict | list):
                path = tmp_path / f"results{number}.json"
                path.write_text(json.dumps(arg))
                words.append(path.name)
            else:
                words.append(str(arg))
        return CliRunner().invoke(main, ["eval", *words], input=stdin)

    return invoke


def told(done: Result) -> dict[str, Any]:
    """What `--format json` says of the first run."""
    found: dict[str, Any] = json.loads(done.stdout)["runs"][0]
    return found


def outcomes(done: Result) -> dict[str, str]:
    """How each SLO came out."""
    return {slo["id"].removeprefix("bot/"): slo["outcome"] for slo in told(done)["slos"]}
