"""One call of a program, with an end: what it printed, or that it could not be run."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass

# A promtool lives for seconds: collecting garbage less often saves a fifth of its time.
_ENVIRONMENT = {"GOGC": "400"}
_CONTROL = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")


@dataclass(frozen=True, slots=True)
class Answer:
    """The outcome of a call; `code` is None where it hung or could not be started: `trouble` says why."""

    code: int | None
    stdout: str = ""
    stderr: str = ""
    trouble: str = ""

    @property
    def first_line(self) -> str:
        """The first line that was printed, errors first; "" when nothing was."""
        lines = [line.strip() for text in (self.stderr, self.stdout) for line in text.splitlines()]
        return next(filter(None, lines), "")

    @property
    def ending(self) -> str:
        """How it ended, in words."""
        if self.code is None:
            return self.trouble
        return f"was killed by signal {-self.code}" if self.code < 0 else f"ended with exit code {self.code}"


def call(command: Sequence[str], timeout: float) -> Answer:
    """Run a program for at most `timeout` seconds. Raises nothing for a program that doesn't work."""
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=timeout,
            check=False,
            env={**_ENVIRONMENT, **os.environ},
        )
    except subprocess.TimeoutExpired:
        return Answer(None, trouble=f"gave no answer within {timeout:g} s")
    except OSError as error:
        return Answer(None, trouble=f"could not be started: {error.strerror or error}")
    return Answer(done.returncode, _text(done.stdout), _text(done.stderr))


def _text(output: bytes) -> str:
    return _CONTROL.sub("", output.decode(errors="replace"))
