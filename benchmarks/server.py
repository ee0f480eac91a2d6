"""A Prometheus on loopback for measuring: its own data folder, ended when the block ends."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from benchmarks.measure import REPOSITORY

ORACLE = REPOSITORY / ".oracles" / "prometheus-3.5"
SELF = "SELF"
_SAMPLE = re.compile(r"^(?P<name>\w+)(?:\{.*\})? (?P<value>\S+)$", re.MULTILINE)


@dataclass(frozen=True)
class Answer:
    """A vector by its labels, what it cost to compute: samples read and seconds of evaluation."""

    vector: list[tuple[Mapping[str, str], float]]
    samples: int
    seconds: float


@dataclass(frozen=True)
class Server:
    """A running Prometheus."""

    port: int

    def get(self, path: str, **query: object) -> str:
        """The text of an answer. Raises OSError."""
        url = f"http://127.0.0.1:{self.port}{path}?{urlencode(query)}"
        with urllib.request.urlopen(url, timeout=300) as answer:
            text: str = answer.read().decode()
        return text

    def ask(self, expr: str, time: float) -> Answer:
        """Evaluate an expression as a rule does, with the server's own statistics."""
        data = json.loads(self.get("/api/v1/query", query=expr, time=time, stats="all"))["data"]
        found = (
            data["result"] if data["resultType"] == "vector" else [{"metric": {}, "value": data["result"]}]
        )
        vector = [(one["metric"], float(one["value"][1])) for one in found]
        stats = data["stats"]
        return Answer(vector, stats["samples"]["totalQueryableSamples"], stats["timings"]["evalTotalTime"])

    def over(self, expr: str, start: int, end: int, step: int) -> dict[int, float]:
        """The values of an expression of one series at many times."""
        text = self.get("/api/v1/query_range", query=expr, start=start, end=end, step=step)
        found: list[dict[str, Any]] = json.loads(text)["data"]["result"]
        return {int(at): float(value) for one in found for at, value in one["values"]}

    def own(self, *names: str) -> dict[str, float]:
        """The server's metrics about itself, summed over their labels."""
        sums = dict.fromkeys(names, 0.0)
        for sample in _SAMPLE.finditer(self.get("/metrics")):
            if sample["name"] in sums:
                sums[sample["name"]] += float(sample["value"])
        return sums


@contextmanager
def prometheus(folder: Path, config: str) -> Iterator[Server]:
    """Start a Prometheus in a folder (its data may be there already). Raises RuntimeError.

    SELF in the configuration becomes its own address.
    """
    port = free_port()
    (folder / "prometheus.yml").write_text(config.replace(SELF, f"127.0.0.1:{port}"))
    flags = {
        "config.file": folder / "prometheus.yml",
        "storage.tsdb.path": folder / "data",
        "storage.tsdb.retention.time": "90d",
        "web.listen-address": f"127.0.0.1:{port}",
        "log.level": "error",
    }
    with (folder / "log.txt").open("ab") as log:
        process = subprocess.Popen(
            ["timeout", "1500", ORACLE / "prometheus", *(f"--{name}={flags[name]}" for name in flags)],
            stdout=log,
            stderr=log,
        )
    try:
        server = Server(port)
        _wait_until_ready(server, process)
        yield server
    finally:
        process.terminate()
        process.wait(timeout=60)


def _wait_until_ready(server: Server, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline and process.poll() is None:
        try:
            server.get("/-/ready")
            return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError("Prometheus does not become ready")


def free_port() -> int:
    """A port of the loopback interface that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
