"""A real Prometheus with a past: samples are written as blocks before it starts."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.server.processes import ask, free_port, kill, start, wait_for

MINUTE, HOUR, DAY = 60, 3600, 86400


@dataclass(frozen=True)
class Past:
    """A series: its labels (`__name__` too) and its samples by Unix time."""

    labels: Mapping[str, str]
    samples: Iterable[tuple[float, float]]


def lately(labels: Mapping[str, str], value: float, now: float, minutes: int = 10) -> Past:
    """A series that has had one value for some minutes."""
    return Past(labels, [(now - MINUTE * m, value) for m in range(minutes, -1, -1)])


def open_metrics(series: Iterable[Past]) -> str:
    """The samples as OpenMetrics, each series after the other."""
    lines = []
    for each in series:
        name = each.labels["__name__"]
        inside = ",".join(f'{k}="{_escaped(v)}"' for k, v in each.labels.items() if k != "__name__")
        lines += [f"{name}{{{inside}}} {value!r} {at:.3f}" for at, value in each.samples]
    return "\n".join([*lines, "# EOF", ""])


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


@contextmanager
def prometheus(
    oracles: Path, folder: Path, series: Iterable[Past], config: Mapping[str, Any] | None = None
) -> Iterator[str]:
    """Start the Prometheus of a folder of oracles on this past; gives its address."""
    import yaml

    folder.mkdir(parents=True, exist_ok=True)
    (folder / "past.txt").write_text(open_metrics(series))
    create = ("tsdb", "create-blocks-from", "openmetrics", "--max-block-duration=162h")
    subprocess.run(
        [oracles / "promtool", *create, folder / "past.txt", folder / "data"],
        check=True,
        capture_output=True,
        timeout=280,
    )
    (folder / "prometheus.yml").write_text(yaml.safe_dump(dict(config or {})))
    port = free_port()
    command: list[str | Path] = [
        oracles / "prometheus",
        f"--config.file={folder / 'prometheus.yml'}",
        f"--storage.tsdb.path={folder / 'data'}",
        "--storage.tsdb.retention.time=20y",
        f"--web.listen-address=127.0.0.1:{port}",
    ]
    process = start(command, folder / "log.txt")
    url = f"http://127.0.0.1:{port}"
    try:
        wait_for("Prometheus", lambda: ask(f"{url}/-/ready") is None, 60)
        yield url
    finally:
        kill(process)


def now() -> float:
    """The Unix time, in whole seconds."""
    return float(int(time.time()))
