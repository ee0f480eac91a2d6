"""How long `slogen test` takes: 20 SLOs on one core, a service of 200, and 1,000 SLOs in 50 services."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from benchmarks import specs
from benchmarks.measure import REPOSITORY, Usage, of, slogen, table
from benchmarks.measure import run as measured

VERSIONS = ("2.42", "2.53", "3.5")
ONE_CORE = ("taskset", "--cpu-list", "0")
SETTINGS = "apiVersion: slogen/v1\nkind: Settings\nprometheus: {retention: 90d}\n"


def run() -> None:
    """Print the table."""
    rows = []
    with tempfile.TemporaryDirectory() as name:
        small, wide, fleet = (Path(name) / each for each in ("small", "wide", "fleet"))
        _generate(small, 1, 20)
        rows += [(f"20 SLOs, one core, {v}", _proven(small, v, *ONE_CORE), 10) for v in VERSIONS]
        _generate(wide, 1, 200)
        rows.append((f"one service of 200 SLOs, {VERSIONS[-1]}", _proven(wide, VERSIONS[-1]), None))
        _generate(fleet, 50, 20)
        rows += [(f"1,000 SLOs in 50 services, {v}", _proven(fleet, v), 300) for v in VERSIONS[::2]]
    table(
        "proof: `slogen test --all`, from the start of the command to its end",
        ("what", "wall s", "of target", "CPU s", "peak MB"),
        [
            (what, f"{used.wall:.1f}", of(used.wall, target, "s"), f"{used.cpu:.1f}", f"{used.peak:.0f}")
            for what, used, target in rows
        ],
    )


def _generate(folder: Path, files: int, slos: int) -> None:
    specs.write(folder, files, slos)
    (folder / "slogen.yaml").write_text(SETTINGS)
    slogen("generate", cwd=folder)


def _proven(folder: Path, version: str, *prefix: str) -> Usage:
    """One run of the proof with a promtool. Raises RuntimeError when something is not proven."""
    promtool = REPOSITORY / ".oracles" / f"prometheus-{version}" / "promtool"
    command = (sys.executable, "-m", "slogen", "test", "--all", "--strict", "--promtool", promtool)
    return measured([*prefix, *command], folder)
