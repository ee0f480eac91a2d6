"""How long the command line takes, and how much memory: 1,000 SLOs in 50 files, and ten times that."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from benchmarks import specs
from benchmarks.measure import Usage, medians, of, slogen, table

FILES = 50
Measured = tuple[str, Usage, float | None, float | None]


def run() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        specs.write(folder / "small", FILES)
        specs.write(folder / "large", 10 * FILES)
        rows = [*_small(folder / "small"), *_large(folder / "large")]
    table(
        f"generation: {FILES * specs.SLOS_PER_FILE:,} SLOs in {FILES} files, medians of 5 whole processes",
        ("what", "wall s", "of target", "CPU s", "peak MB", "of target"),
        [
            (
                what,
                f"{used.wall:.2f}",
                of(used.wall, wall, "s"),
                f"{used.cpu:.2f}",
                f"{used.peak:.0f}",
                of(used.peak, peak, "MB"),
            )
            for what, used, wall, peak in rows
        ],
    )


def fresh(folder: Path, *arguments: str) -> Callable[[], Usage]:
    """A run of `generate` that finds nothing of an earlier one."""

    def once() -> Usage:
        for written in ("generated", "promtool-tests", ".slogen-cache"):
            shutil.rmtree(folder / written, ignore_errors=True)
        return slogen("generate", *arguments, cwd=folder)

    return once


def _small(folder: Path) -> list[Measured]:
    rows: list[Measured] = [
        ("generate, all targets", medians(fresh(folder)), 3, 300),
        (
            "generate, rules and objects",
            medians(fresh(folder, "--target", "prometheus", "--target", "kubernetes")),
            3,
            300,
        ),
        ("generate --target prometheus", medians(fresh(folder, "--target", "prometheus")), 0.6, None),
    ]
    slogen("generate", cwd=folder)
    rows += [
        ("generate again, nothing changed", medians(lambda: slogen("generate", cwd=folder)), 0.4, None),
        ("generate, one file of 50 changed", medians(lambda: one_changed(folder)), 0.5, None),
        ("validate", medians(lambda: slogen("validate", cwd=folder)), 0.6, None),
        ("check", medians(lambda: slogen("check", cwd=folder)), None, None),
        ("--help", medians(lambda: slogen("--help", cwd=folder)), 0.15, None),
    ]
    return rows


def one_changed(folder: Path) -> Usage:
    """Another objective in one file, back and forth."""
    path = folder / "specs" / "service-007.yaml"
    text = path.read_text()
    was, becomes = ("99.95", "99.96") if "99.95" in text else ("99.96", "99.95")
    path.write_text(text.replace(was, becomes))
    return slogen("generate", cwd=folder)


def _large(folder: Path) -> list[Measured]:
    return [
        (
            "ten times as many: --target prometheus",
            medians(fresh(folder, "--target", "prometheus"), 3),
            6,
            1024,
        ),
        ("ten times as many: all targets", fresh(folder)(), None, 1024),
    ]
