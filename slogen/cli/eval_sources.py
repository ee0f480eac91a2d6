"""Which results `slogen eval` is asked about."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from slogen.cli.eval_options import SourceOptions
from slogen.cli.server import HttpOptions
from slogen.diagnostics import CallError, Problem
from slogen.evals.content import MOST_BYTES
from slogen.evals.files import read_bytes, read_file
from slogen.evals.result import Result

STDIN: Final = "-"
# Which options belong to which source.
_OF: Final = {
    "mlflow": ("experiment", "run", "latest", "filter_"),
    "langsmith": ("since",),
    "weave": ("evaluation",),
}


def results_of(files: Sequence[str], asked: SourceOptions, http: HttpOptions) -> list[Result | Problem]:
    """The results, and what is wrong with those that can't be read. Raises CallError for options that don't
    fit each other, ServerError where a server gives none."""
    servers = [name for name in _OF if getattr(asked, name) is not None]
    if len(servers) + bool(files) != 1:
        named = [*(f"--{name}" for name in servers), *(["FILE"] if files else [])]
        said = (
            f"only one of {' and '.join(named)}"
            if named
            else "where: a FILE, --mlflow, --langsmith or --weave"
        )
        raise CallError(f"say {said}")
    _check(asked, servers)
    if files:
        return _of_files(files, asked.source)
    from slogen.cli.eval_servers import ask

    return [ask(servers[0], asked, http)]


def _check(asked: SourceOptions, servers: Sequence[str]) -> None:
    for server, options in _OF.items():
        for option in options:
            if getattr(asked, option) and server not in servers:
                raise CallError(f"--{option.strip('_')} belongs to --{server}")
    if servers and asked.source:
        raise CallError("--source is the format of a FILE")


def _of_files(files: Sequence[str], source: str | None) -> list[Result | Problem]:
    if twice := next((name for name in files if files.count(name) > 1), None):
        raise CallError(f"`{twice}` is named twice")
    return [_of_stdin(source) if name == STDIN else read_file(Path(name), source) for name in files]


def _of_stdin(source: str | None) -> Result | Problem:
    return read_bytes("<stdin>", sys.stdin.buffer.read(MOST_BYTES + 1), source)
