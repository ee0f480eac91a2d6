"""The standard streams of a run, where somebody closed them."""

from __future__ import annotations

import errno
import io
import os
import sys
from contextlib import suppress
from typing import IO, Any

import click


class ClosedOutput(io.TextIOWrapper):
    """Standard output that was closed: whatever is printed fails, so that nobody takes it for said."""

    def write(self, text: str, /) -> int:
        """Raises OSError, but for nothing."""
        return _refuse(text)


class _ClosedBytes(io.FileIO):
    """The same for bytes. It is the null device, so that no other file gets its number."""

    def write(self, data: object, /) -> int:
        return _refuse(data)


def _refuse(data: object) -> int:
    if data:
        raise OSError(errno.EBADF, "it is closed", "standard output")
    return 0


def open_streams() -> None:
    """Give each standard stream that is closed the null device. Else the next file that is opened would get
    its number, and what is printed would land in that file."""
    for number, (name, mode) in enumerate((("stdin", "r"), ("stdout", "w"), ("stderr", "w"))):
        if getattr(sys, name) is None:
            with suppress(OSError):
                os.close(number)
            opened = os.open(os.devnull, os.O_RDWR)  # the lowest number that is free
            if opened != number:
                os.dup2(opened, number)
            setattr(sys, name, _stream(number, mode))


def _stream(number: int, mode: str) -> IO[Any]:
    if number == 1:
        raw = _ClosedBytes(number, mode, closefd=False)
        return ClosedOutput(raw, encoding="utf-8", write_through=True)
    return open(number, mode, encoding="utf-8", closefd=False)


def say(text: str, *, nl: bool = True) -> None:
    """Print what a command did. What it was to do is done: where nobody listens, that is no failure."""
    if not isinstance(sys.stdout, ClosedOutput):
        click.echo(text, nl=nl)
