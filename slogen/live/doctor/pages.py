"""Dumps of /metrics from where they lie."""

from __future__ import annotations

import stat
import sys
from collections.abc import Iterable
from pathlib import Path

from slogen.diagnostics import Problem, Span
from slogen.live.doctor.exposition import MOST, Page, read_page
from slogen.reading import read_regular, why_unreadable


def read_pages(paths: Iterable[Path]) -> list[Page]:
    """The pages of these files, each a target; `-` is standard input. What is wrong is in their problems."""
    return [_read(path) for path in paths]


def _read(path: Path) -> Page:
    if str(path) == "-":
        return read_page("standard input", sys.stdin.buffer.read(MOST + 1))
    try:
        return read_page(path.as_posix(), _content(path))
    except FileNotFoundError as error:
        problem = Problem("no-such-path", why_unreadable(path, error), Span(path.as_posix()))
    except OSError as error:
        message = f"cannot read: {why_unreadable(path, error)}"
        problem = Problem("unreadable-file", message, Span(path.as_posix()))
    return Page(path.as_posix(), problems=[problem])


def _content(path: Path) -> bytes:
    """As much as may be and a byte more: from a pipe, too, as `<(curl ...)` is one."""
    if stat.S_ISFIFO(path.stat().st_mode):
        with path.open("rb") as file:
            return file.read(MOST + 1)
    return read_regular(path, MOST)
