"""What commands print. Problems go through `report`, which is imported only when there are any."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import TextIO

import click

from slogen.diagnostics import Problem


def show(
    problems: Sequence[Problem],
    format: str = "text",
    *,
    err: bool = False,
    left: Sequence[Problem] = (),
) -> None:
    """Print a report of problems, in which people see only how many are `left` out; an empty one prints
    nothing."""
    from slogen.report import render

    stream = sys.stderr if err else sys.stdout
    if text := render(problems, format, colour=wants_colour(stream), left=left):
        click.echo(text, err=err)


def wants_colour(stream: TextIO) -> bool:
    """Whether colour belongs there: on a terminal, unless the person says no."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def plural(count: int, noun: str) -> str:
    """ "1 file", "2 files"."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
