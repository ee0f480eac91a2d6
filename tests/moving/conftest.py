"""Foreign documents that were written for these tests, and what comes of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from slogen.moving.dialect import Options
from slogen.moving.importing import move_all
from slogen.moving.judge import Judge
from slogen.moving.outcome import Import, Moved

FOLDER = Path(__file__).parent
FILES = sorted(path.relative_to(FOLDER).as_posix() for path in FOLDER.rglob("*.yaml"))
Move = Callable[..., Import]
One = Callable[..., Moved]


def move(text: str | bytes, dialect: str = "", **options: object) -> Import:
    """Import one text."""
    raw = text if isinstance(text, bytes) else text.encode()
    return move_all({"foreign.yaml": raw}, Options(Judge(), **options), dialect)  # type: ignore[arg-type]


def dialect_of(name: str) -> str:
    """The dialect that has to be said for one of the files: rules are not looked for."""
    return "rules" if name.startswith("rules/") else ""


def moved(name: str, **options: object) -> Import:
    """Import one of the files beside this."""
    return move((FOLDER / name).read_bytes(), dialect_of(name), **options)


def codes(slo: Moved) -> list[str]:
    """Of the problems of an SLO."""
    return [problem.code for problem in slo.problems]


@pytest.fixture(params=FILES)
def file(request: pytest.FixtureRequest) -> str:
    """Each of the files."""
    name: str = request.param
    return name
