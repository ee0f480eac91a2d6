"""A real Prometheus with a month of history, and the boards as they ship."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

import slogen
from slogen.emitted.rules import Recording
from slogen.pipeline import Result
from tests.server.processes import ask, free_port, kill, start, wait_for

from .grafana import choose
from .history import NOW, openmetrics
from .specs import SETTINGS, SPECS


@dataclass(frozen=True)
class Server:
    """A Prometheus on loopback; times are those of the history."""

    port: int

    def get(self, path: str, **query: object) -> Any:
        """The data of an answer. Raises AssertionError with the server's words when it refuses."""
        try:
            return ask(f"http://127.0.0.1:{self.port}{path}?{urlencode(query, doseq=True)}")["data"]
        except OSError as error:
            said = getattr(error, "read", lambda: b"")().decode()
            raise AssertionError(f"{query}: {said or error}") from None

    def instant(self, expr: str) -> list[tuple[dict[str, str], float]]:
        """A vector now."""
        found = self.get("/api/v1/query", query=expr, time=NOW)["result"]
        return [(one["metric"], float(one["value"][1])) for one in found]

    def over(self, expr: str, span: int, step: int) -> list[tuple[dict[str, str], dict[int, float]]]:
        """Series over the time range that ends now."""
        asked = {"query": expr, "start": NOW - span, "end": NOW, "step": step}
        found = self.get("/api/v1/query_range", **asked)["result"]
        return [(one["metric"], {int(t): float(v) for t, v in one["values"]}) for one in found]

    def label_values(self, selector: str, label: str) -> list[str]:
        """As Grafana lists the values of a label; without one, the series of an expression."""
        if not label:
            found = [(labels, f"{value:g}") for labels, value in self.instant(selector)]
            return [
                f"{{{','.join(f'{k}={json.dumps(v)}' for k, v in own.items())}}} {text} {NOW}000"
                for own, text in found
            ]
        found = self.get("/api/v1/series", **{"match[]": selector, "start": NOW - 3600, "end": NOW})
        return sorted({one[label] for one in found if label in one})


@pytest.fixture(scope="session")
def result() -> Result:
    """The compiled SLOs."""
    compiled = slogen.compile(SPECS, SETTINGS)
    assert compiled.ok, compiled.problems
    return compiled


@pytest.fixture(scope="session")
def boards(result: Result) -> dict[str, dict[str, Any]]:
    """Boards by uid, as they ship."""
    texts = [text for path, text in result.files.items() if path.endswith(".json")]
    return {board["uid"]: board for board in map(json.loads, texts)}


@pytest.fixture(scope="session")
def blocks(result: Result, oracles: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The history as data of a Prometheus; the oldest writes it, as newer ones read that."""
    folder = tmp_path_factory.mktemp("history")
    rules = [rule for each in result.compiled for group in each.rules.groups for rule in group.rules]
    info = [r.labels for r in rules if isinstance(r, Recording) and r.record == "slogen_slo_info"]
    (folder / "history.om").write_text("".join(openmetrics(info)))
    promtool = oracles("prometheus-2.42", "promtool")
    command = [promtool, "tsdb", "create-blocks-from", "openmetrics", "--quiet"]
    command += ["--max-block-duration", "960h", folder / "history.om", folder / "data"]
    subprocess.run(command, check=True, capture_output=True, timeout=600)
    return folder / "data"


@pytest.fixture(scope="session", params=["2.42", "3.5"])
def server(
    request: pytest.FixtureRequest, blocks: Path, oracles: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """A Prometheus filled with the history."""
    programs = oracles(f"prometheus-{request.param}", "prometheus").parent
    folder = tmp_path_factory.mktemp("boards")
    shutil.copytree(blocks, folder / "data")
    (folder / "prometheus.yml").write_text("{}\n")
    port = free_port()
    flags: Mapping[str, object] = {
        "config.file": folder / "prometheus.yml",
        "storage.tsdb.path": folder / "data",
        "storage.tsdb.retention.time": "50y",
        "web.listen-address": f"127.0.0.1:{port}",
    }
    process = start([programs / "prometheus", *(f"--{k}={v}" for k, v in flags.items())], folder / "log.txt")
    try:
        ready = f"http://127.0.0.1:{port}/-/ready"
        wait_for(f"ready, see {folder}/log.txt", lambda: ask(ready) is None, 30)
        yield Server(port)
    finally:
        kill(process)


@pytest.fixture(scope="session")
def values(server: Server) -> Any:
    """Values of a board's variables."""
    return lambda board, **chosen: choose(board, server.label_values, **chosen)


def folder_of(path: str) -> Path:
    """A folder of the repository."""
    return Path(__file__).parents[2] / path
