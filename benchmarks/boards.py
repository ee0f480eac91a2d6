"""What a look at the boards of a whole project costs: samples read, by panel, of 1,000 SLOs."""

from __future__ import annotations

import json
import re
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import slogen
from benchmarks import many
from benchmarks.history import blocks
from benchmarks.measure import of, table
from benchmarks.server import Server, prometheus
from slogen.units import DAY, parse_duration

SLOS = 1000
TARGET_SAMPLES = 300  # of an SLO, each time the fleet is shown
BOARDS = ("fleet", "wall")
_VARIABLE = re.compile(r"\$(\w+)")


def run() -> None:
    """Print a table for each board."""
    now = int(time.time()) // DAY * DAY
    ones = many.fleet(SLOS)
    files = slogen.compile(many.specs(ones), many.SETTINGS).files
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "raw.om").write_text("".join(many.lines(many.series(ones, now))))
        blocks(folder)
        with prometheus(folder, "{}\n") as server:
            for board in BOARDS:
                _print(board, dict(_costs(json.loads(files[f"grafana/slogen-{board}.json"]), server, now)))


def _costs(board: Mapping[str, Any], server: Server, now: int) -> Iterator[tuple[str, tuple[int, float]]]:
    """Samples and seconds of each panel that is open, and of each list that it waits for."""
    values: dict[str, str] = {}
    for variable in board["templating"]["list"]:
        name, asked = variable["name"], str(variable.get("definition", ""))
        values[name] = variable.get("allValue") or variable["current"].get("value", "")
        if asked.startswith("query_result("):
            answer = server.ask(_filled(asked.removeprefix("query_result(")[:-1], values), now)
            listed = [next(iter(labels.values())) for labels, _ in answer.vector]
            values[name] = f"({'|'.join(listed)})"
            yield f"${name}", (answer.samples, answer.seconds)
    for panel in board["panels"]:
        answers = [_ask(target, values, server, now) for target in panel.get("targets", ())]
        if answers:
            samples, seconds = (sum(column) for column in zip(*answers, strict=True))
            yield panel["title"], (int(samples), seconds)


def _ask(target: Mapping[str, Any], values: Mapping[str, str], server: Server, now: int) -> tuple[int, float]:
    expr = _filled(target["expr"], values)
    if target.get("instant"):
        answer = server.ask(expr, now)
        return answer.samples, answer.seconds
    step = parse_duration(target["interval"])
    asked = {"query": expr, "start": now - many.WINDOW * DAY, "end": now, "step": step, "stats": "all"}
    stats = json.loads(server.get("/api/v1/query_range", **asked))["data"]["stats"]
    return stats["samples"]["totalQueryableSamples"], stats["timings"]["evalTotalTime"]


def _filled(expr: str, values: Mapping[str, str]) -> str:
    return _VARIABLE.sub(lambda match: values.get(match[1], match[0]), expr)


def _print(board: str, costs: Mapping[str, tuple[int, float]]) -> None:
    whole = sum(samples for samples, _ in costs.values()), sum(seconds for _, seconds in costs.values())
    rows = [
        (
            title,
            f"{samples:,}",
            f"{samples / SLOS:.1f}",
            of(samples / SLOS, TARGET_SAMPLES) if title == "all" and board == "fleet" else "",
            f"{1000 * seconds:.0f}",
        )
        for title, (samples, seconds) in {**costs, "all": whole}.items()
    ]
    head = ("panel", "samples read", "an SLO", "of target", "ms")
    table(f"a look at the {board} board of {SLOS:,} SLOs", head, rows)
