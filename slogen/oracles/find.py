"""Which promtools there are, and whether they can be used."""

from __future__ import annotations

import os
import re
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from slogen.diagnostics import Problem, Span
from slogen.oracles.call import call
from slogen.oracles.results import Promtool

OLDEST = (2, 42)
_VERSION = re.compile(r"promtool, version (\d+)\.(\d+)\S*")
_HINT = f"slogen works with promtool {OLDEST[0]}.{OLDEST[1]} and newer; it comes with Prometheus"


def candidates(folder: Path) -> list[Path]:
    """The promtools fetched into `.oracles` of the folder; else the one that the shell would find."""
    fetched = sorted(path for path in folder.glob(".oracles/prometheus-*/promtool") if path.is_file())
    found = shutil.which("promtool")
    return fetched or ([Path(found)] if found else [])


def usable(paths: Iterable[Path], timeout: float) -> tuple[list[Promtool], list[Problem]]:
    """Ask each promtool for its version; a problem for each that can't be used. The same one counts once."""
    once = {os.path.realpath(path): path for path in paths}
    answers = [_ask(path, timeout) for path in once.values()]
    promtools = [answer for answer in answers if isinstance(answer, Promtool)]
    return list(_named(promtools)), [answer for answer in answers if isinstance(answer, Problem)]


def _named(promtools: Sequence[Promtool]) -> Iterator[Promtool]:
    """Called by their versions, and by their paths too where two have the same version."""
    count = Counter(promtool.version for promtool in promtools)
    for tool in sorted(promtools, key=lambda tool: tuple(map(int, tool.version.split(".")))):
        yield replace(
            tool, name=tool.version if count[tool.version] == 1 else f"{tool.version} ({tool.path})"
        )


def _ask(path: Path, timeout: float) -> Promtool | Problem:
    answer = call([os.path.abspath(path), "--version"], timeout)
    match = _VERSION.match(answer.stdout) or _VERSION.match(answer.stderr)
    if answer.code != 0:
        said = f": `{answer.first_line[:200]}`" if answer.first_line else ""
        return _problem("promtool-broken", f"`{path} --version` {answer.ending}{said}", path)
    if match is None:
        said = f"`{answer.first_line[:200]}`" if answer.first_line else "nothing"
        return _problem(
            "promtool-unknown", f"`{path} --version` printed {said}, which names no version", path
        )
    if (int(match[1]), int(match[2])) < OLDEST:
        return _problem("promtool-too-old", f"`{path}` is too old: `{match[0]}`", path)
    status = os.stat(path)
    identity = f"{os.path.realpath(path)} {status.st_size} {status.st_mtime_ns} {match[0]}"
    return Promtool(path, f"{match[1]}.{match[2]}", identity)


def _problem(code: str, message: str, path: Path) -> Problem:
    return Problem(code, message, Span(path.as_posix()), _HINT)
