"""A store of MLflow that only MLflow itself can read (sqlite, other databases): by a Python that has it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from typing import Any, Final

from slogen.diagnostics import CallError
from slogen.evals.mlflow_runs import no_experiment, nothing, result_of
from slogen.evals.result import Result
from slogen.veil import veil

_PATIENCE: Final = 180  # seconds; MLflow takes some to be imported
_SCRIPT: Final = """
import json, sys, warnings
warnings.filterwarnings("ignore")
from mlflow import MlflowClient
asked = json.loads(sys.argv[1])
client = MlflowClient(asked["uri"])
def dumped(run):
    info, data = run.info, run.data
    return {
        "info": {
            name: getattr(info, name) for name in ("run_id", "status", "start_time", "end_time")
        },
        "data": {
            "metrics": [{"key": key, "value": repr(float(value))} for key, value in data.metrics.items()],
            "tags": [{"key": key, "value": value} for key, value in data.tags.items()],
        },
    }
def found():
    if asked["run"]:
        return {"runs": [dumped(client.get_run(asked["run"]))]}
    experiment = client.get_experiment_by_name(asked["experiment"])
    if experiment is None:
        return {"known": [each.name for each in client.search_experiments(max_results=100)]}
    runs = client.search_runs(
        [experiment.experiment_id],
        asked["filter"] or "",
        max_results=1,
        order_by=["attributes.start_time DESC"],
    )
    return {"runs": [dumped(run) for run in runs]}
try:
    print("slogen:" + json.dumps(found()))
except Exception as error:
    print("slogen:" + json.dumps({"error": str(error)}))
"""


def ask(uri: str, experiment: str | None, run: str | None, filter_: str | None) -> Result:
    """The run of an id, or the latest of an experiment. Raises CallError, also where no Python has MLflow."""
    asked = json.dumps({"uri": uri, "experiment": experiment, "run": run, "filter": filter_})
    shown = veil(uri) if "@" in uri else uri
    found = _answer([_python(shown), "-c", _SCRIPT, asked], shown)
    if "error" in found:
        raise CallError(f"--mlflow {shown}: MLflow says {veil(str(found['error']))[:300]}")
    if "known" in found:
        raise no_experiment(experiment or "", found["known"])
    if not found.get("runs"):
        return nothing(shown, f"in `{experiment}`{' like the filter' if filter_ else ''}")
    return result_of(found["runs"][0], shown)


def _python(shown: str) -> str:
    """A Python that has MLflow: our own, or that of the shell."""
    for python in dict.fromkeys(
        filter(None, (sys.executable, shutil.which("python3"), shutil.which("python")))
    ):
        script = "import importlib.util, sys; sys.exit(importlib.util.find_spec('mlflow') is None)"
        if subprocess.run([python, "-c", script], capture_output=True, timeout=_PATIENCE).returncode == 0:
            return python
    message = f"--mlflow {shown}: only MLflow itself reads this, and no Python here has it"
    raise CallError(f"{message}: run `mlflow server --backend-store-uri {shown}` and give its address")


def _answer(command: list[str], shown: str) -> dict[str, Any]:
    environment = {**os.environ, "PYTHONWARNINGS": "ignore"}
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_PATIENCE, env=environment)
    except subprocess.TimeoutExpired:
        raise CallError(f"--mlflow {shown}: MLflow gave no answer within {_PATIENCE} s") from None
    line = next((each for each in done.stdout.splitlines() if each.startswith("slogen:")), "")
    if not line:
        raise CallError(f"--mlflow {shown}: MLflow failed: {veil(done.stderr.strip()[-300:])}")
    found: dict[str, Any] = json.loads(line.removeprefix("slogen:"))
    return found
