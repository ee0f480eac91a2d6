"""Asking git: it changes nothing then, runs nothing that a repository names, and waits for nobody.

In a hook git itself says by GIT_DIR and GIT_INDEX_FILE which repository is meant, seen from the current
folder; else it is the one around the `place` that is asked about.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Collection
from pathlib import Path
from typing import Final

_GIT: Final = (
    "git",
    "--no-optional-locks",  # `status` leaves the index alone
    "--literal-pathspecs",
    "--no-pager",
    "--no-replace-objects",
    *("-c", "core.fsmonitor=false"),  # else it is a program that `status` runs
)
_ALONE: Final = {"LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0", "GIT_NO_LAZY_FETCH": "1"}


class GitError(Exception):
    """Git is missing or refuses to answer; the text says why."""

    @property
    def hint(self) -> str:
        """What helps, where that is known; else ""."""
        if "dubious ownership" in str(self):
            return 'in CI, let `git config --global --add safe.directory "$PWD"` run before'
        if "promisor remote" in str(self):
            return "this clone is a partial one: `git fetch --refetch` brings what it lacks"
        return ""


def ask(
    *arguments: str, place: Path | None = None, given: bytes | None = None, fine: Collection[int] = (0,)
) -> bytes:
    """Run git, with what is `given` as its input, and return its output. Raises GitError where it ends with
    a code that isn't `fine`."""
    there = ("-C", os.fspath(place)) if place is not None and "GIT_DIR" not in os.environ else ()
    try:
        run = subprocess.run(
            [*_GIT, *there, *arguments],
            capture_output=True,
            check=False,
            env={**os.environ, **_ALONE},
            input=given,
            stdin=subprocess.DEVNULL if given is None else None,
        )
    except OSError as error:
        raise GitError(f"it can't be started: {error.strerror}") from error
    if run.returncode not in fine:
        raise GitError(_said(run.stderr) or f"it ended with exit code {run.returncode}")
    return run.stdout


def _said(errors: bytes) -> str:
    """What git says is wrong: its first line that is no warning."""
    lines = errors.decode(errors="replace").strip().split("\n")
    said = next((line for line in lines if not line.startswith("warning: ")), lines[0])
    return said.removeprefix("fatal: ")[:200]
