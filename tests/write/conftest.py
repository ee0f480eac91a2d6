"""Helpers: outputs with the marker, and a picture of what lies below a folder."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from slogen.write import MARKER, OutFile, apply, plan

Make = Callable[..., OutFile]
Run = Callable[..., list[str]]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "generated"


@pytest.fixture
def out(root: Path) -> Make:
    def make(path: str, body: str = "x", owner: str = "chat", target: str = "prometheus") -> OutFile:
        return OutFile(root, path, owner, target, f"# {MARKER}\n{body}\n")

    return make


@pytest.fixture
def run(root: Path) -> Run:
    """Plan and apply; return the codes of all problems."""

    def generate(*files: OutFile, **covered: Any) -> list[str]:
        made = plan(files, [root], **covered)
        return [problem.code for problem in dict.fromkeys([*made.problems, *apply(made, wait=5)])]

    return generate


@pytest.fixture
def tree(root: Path) -> Callable[[], dict[str, str]]:
    """Return {relative path: text} of all files below the root."""

    def read() -> dict[str, str]:
        found = (path for path in root.rglob("*") if path.is_file())
        return {path.relative_to(root).as_posix(): path.read_text() for path in found}

    return read


def written(path: Path) -> tuple[int, int, int, int]:
    """Changes when somebody writes the file or puts another in its place, and not when it is only read."""
    stat = path.stat()
    return stat.st_ino, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_size
