"""What the commands that ask a server cost: whole commands, and the requests that the server counted.

`status`, `gate` and `report` are asked of what rules recorded of 100 and 1,000 SLOs in every state, and of
one SLO of 10,000 groups; `doctor` of a server that scrapes 1,000 SLOs and evaluates their rules.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from multiprocessing import get_context
from pathlib import Path
from typing import Final

from benchmarks import fleet, many
from benchmarks.history import blocks
from benchmarks.measure import medians, of, slogen, table
from benchmarks.server import Server, prometheus
from slogen.units import DAY

GROUPS: Final = 10_000
TARGET: Final = 2.0  # seconds of 1,000 SLOs, with Python's start
RUNS: Final = 5
REQUESTS: Final = "prometheus_http_requests_total"
ANSWERS: Final = (0, 1, 5)  # whatever is found
STANDING: Final = ("status", "status --window 7d", "gate")
Row = tuple[str, ...]


def run() -> None:
    """Print the table."""
    groups = [many.One("models", "answers", "young", group={"model": f"m{n}"}) for n in range(GROUPS)]
    worlds = {"100 SLOs": many.fleet(100), "1,000 SLOs": many.fleet(1000), "1 SLO of 10,000 groups": groups}
    rows = [row for what, ones in worlds.items() for row in _recorded(what, ones)]
    head = ("of", "command", "wall s", "of target", "CPU s", "peak MB", "requests")
    table("asking a server", head, [*rows, *_live()])


def _recorded(what: str, ones: Sequence[many.One]) -> Iterator[Row]:
    """The commands that need no specs, of what was recorded until the last midnight."""
    now = int(time.time()) // DAY * DAY
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        # on its own, for the memory of who starts a command would count as that of the command
        writing = get_context("fork").Process(target=_write, args=(folder, ones, now))
        writing.start()
        writing.join()
        with prometheus(folder, "{}\n") as server:
            for command in STANDING:
                target = TARGET if what == "1,000 SLOs" else None
                yield _asked(what, command, server, folder, "--at", str(now), target=target)
            yield _asked(what, "report --period 30d", server, folder)


def _write(folder: Path, ones: Sequence[many.One], now: int) -> None:
    (folder / "raw.om").write_text("".join(many.lines(many.series(ones, now))))
    blocks(folder)


def _live() -> Iterator[Row]:
    """The doctor, of the fleet that is scraped, when all of its series are there."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        (folder / "specs").mkdir()
        for name, text in fleet.specs().items():
            (folder / "specs" / name).write_text(text)
        port = stack.enter_context(fleet.exporter())
        server = stack.enter_context(fleet.served(folder / "server", fleet.generated(), port))
        time.sleep(fleet.WARM)
        yield _asked("1,000 SLOs, live", "doctor", server, folder, runs=3)


def _asked(
    what: str,
    command: str,
    server: Server,
    folder: Path,
    *more: str,
    target: float | None = None,
    runs: int = RUNS,
) -> Row:
    """Medians of several runs, and the requests of one."""
    words = (*command.split(), *more, "--url", f"http://127.0.0.1:{server.port}")
    before = server.own(REQUESTS)[REQUESTS]
    used = medians(lambda: slogen(*words, cwd=folder, fine=ANSWERS), runs)
    requests = server.own(REQUESTS)[REQUESTS] - before - 1  # one is that of `own`
    figures = (f"{used.wall:.2f}", of(used.wall, target, "s"), f"{used.cpu:.2f}", f"{used.peak:.0f}")
    return (what, command, *figures, f"{requests / runs:.0f}")
