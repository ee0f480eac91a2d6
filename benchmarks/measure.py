"""Whole processes, measured by the kernel, and tables of what came out."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import median

REPOSITORY = Path(__file__).parents[1]


@dataclass(frozen=True)
class Usage:
    """Wall and CPU seconds of a process and its children, and the most memory they held at once in MB.

    Memory is the larger of the largest process (exact) and of all together (proportional, seen in samples).
    """

    wall: float
    cpu: float
    peak: float


def run(command: Sequence[str | Path], cwd: Path, fine: Collection[int] = (0,)) -> Usage:
    """Run a process to its end. Raises RuntimeError when its exit code isn't one of the `fine` ones."""
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY), "NO_COLOR": "1"}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # what is installed has its bytecode
    started = time.perf_counter()
    with (cwd / ".output").open("wb") as out:
        process = subprocess.Popen(
            command, cwd=cwd, env=environment, stdout=out, stderr=subprocess.STDOUT, start_new_session=True
        )
        ended, together = threading.Event(), [0.0]
        sampler = threading.Thread(target=_sample, args=(process.pid, ended, together))
        sampler.start()
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - started
        ended.set()
        sampler.join()
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in fine:
        raise RuntimeError(
            f"{command} ended with {process.returncode}:\n{(cwd / '.output').read_text()[-2000:]}"
        )
    return Usage(wall, used.ru_utime + used.ru_stime, max(used.ru_maxrss / 1024, *together))


def _sample(session: int, ended: threading.Event, most: list[float]) -> None:
    """Keep in `most` the largest memory of a session's processes together, in MB."""
    while not ended.wait(0.25):
        most[0] = max(most[0], sum(_proportional(pid) for pid in _processes(session)))


def _processes(session: int) -> list[int]:
    found = []
    for pid in (int(entry) for entry in os.listdir("/proc") if entry.isdigit()):
        with suppress(OSError):
            if os.getsid(pid) == session:
                found.append(pid)
    return found


def _proportional(pid: int) -> float:
    """Memory of a process in MB, shared pages divided by how many share them; 0 when it is gone."""
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) / 1024
    return 0.0


def slogen(*arguments: str, cwd: Path, fine: Collection[int] = (0,)) -> Usage:
    """One run of the command line, as a user starts it."""
    return run([sys.executable, "-m", "slogen", *arguments], cwd, fine)


def medians(once: Callable[[], Usage], times: int = 5) -> Usage:
    """The medians of several runs, each value for itself."""
    runs = [once() for _ in range(times)]
    return Usage(*(median(getattr(r, name) for r in runs) for name in ("wall", "cpu", "peak")))


def table(title: str, head: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print a Markdown table."""
    lines = [[str(cell) for cell in row] for row in (head, *rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    lines.insert(1, ["-" * width for width in widths])
    print(f"\n{title}\n")
    for line in lines:
        print("| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) + " |")
    sys.stdout.flush()


def of(value: float, target: float | None, unit: str = "") -> str:
    """A target and the share of it that was used: "0.6 s (1.25)"."""
    return "" if target is None else f"{target:g}{unit and ' ' + unit} ({value / target:.2f})"
