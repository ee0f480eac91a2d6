"""Which promtools and amtools there are, and whether they can be used."""

from __future__ import annotations

import os
import re
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from slogen.diagnostics import Problem, Span
from slogen.oracles.call import call
from slogen.oracles.results import Promtool


@dataclass(frozen=True, slots=True)
class Program:
    """A program that slogen runs: its name, the server it comes with, and the oldest that works; None if it
    doesn't say which version it is, and then it is asked for its `help` instead."""

    name: str
    server: str
    oldest: tuple[int, int] | None
    help: tuple[str, ...] = ("--version",)

    @property
    def hint(self) -> str:
        """What to do about one that can't be used."""
        if self.oldest is None:
            return f"{self.name} comes with VictoriaMetrics"
        oldest = f"{self.oldest[0]}.{self.oldest[1]}"
        return f"slogen works with {self.name} {oldest} and newer; it comes with {self.server.capitalize()}"


OLDEST: Final = (2, 42)
PROMTOOL = Program("promtool", "prometheus", OLDEST)
OLDEST_AMTOOL: Final = (0, 25)
AMTOOL = Program("amtool", "alertmanager", OLDEST_AMTOOL)
VMALERT_TOOL = Program("vmalert-tool", "victoriametrics", None, ("unittest", "--help"))


FETCHED = ".oracles"


def candidates(folder: Path | None, program: Program = PROMTOOL) -> list[Path]:
    """Those fetched into a folder that was named, as `<server>-<version>/<program>`; else the one on PATH.

    What lies in a repository isn't started only because it lies there: whoever wrote it may be anybody. So
    places of PATH that are relative to the current folder don't count.
    """
    if folder is not None:
        return sorted(path for path in folder.glob(f"{program.server}-*/{program.name}") if path.is_file())
    places = [place for place in os.get_exec_path() if os.path.isabs(place)]
    on_path = shutil.which(program.name, path=os.pathsep.join(places)) if places else None
    return [Path(on_path)] if on_path else []


def lies_unused(base: Path, program: Program = PROMTOOL) -> bool:
    """Whether a program was fetched into a project, where it is used only if that is asked for."""
    return bool(candidates(base / FETCHED, program))


def usable(
    paths: Iterable[Path], timeout: float, program: Program = PROMTOOL
) -> tuple[list[Promtool], list[Problem]]:
    """Ask each for its version; a problem for each that can't be used. The same one counts once."""
    once = {os.path.realpath(path): path for path in paths}
    answers = [_ask(path, timeout, program) for path in once.values()]
    promtools = [answer for answer in answers if isinstance(answer, Promtool)]
    return list(_named(promtools)), [answer for answer in answers if isinstance(answer, Problem)]


def _named(promtools: Sequence[Promtool]) -> Iterator[Promtool]:
    """Called by their versions, and by their paths too where two have the same version."""
    count = Counter(promtool.version for promtool in promtools)
    for tool in sorted(promtools, key=lambda tool: tool.number):
        yield replace(
            tool, name=tool.version if count[tool.version] == 1 else f"{tool.version} ({tool.path})"
        )


def _ask(path: Path, timeout: float, program: Program) -> Promtool | Problem:
    answer = call([os.path.abspath(path), *program.help], timeout)
    version = re.compile(rf"{program.name}, version (\d+)\.(\d+)\S*")
    match = version.match(answer.stdout) or version.match(answer.stderr)
    if answer.code != 0:
        said = f": `{answer.first_line[:200]}`" if answer.first_line else ""
        shown = f"{path} {' '.join(program.help)}"
        return _problem(program, "broken", f"`{shown}` {answer.ending}{said}", path)
    if program.oldest is None:
        return Promtool(path, "", _identity(path, answer.first_line))
    if match is None:
        said = f"`{answer.first_line[:200]}`" if answer.first_line else "nothing"
        message = f"`{path} --version` printed {said}, which names no version"
        return _problem(program, "unknown", message, path)
    if (int(match[1]), int(match[2])) < program.oldest:
        return _problem(program, "too-old", f"`{path}` is too old: `{match[0]}`", path)
    return Promtool(path, f"{match[1]}.{match[2]}", _identity(path, match[0]))


def _identity(path: Path, said: str) -> str:
    """What tells this program from any other, and from itself after an upgrade."""
    status = os.stat(path)
    return f"{os.path.realpath(path)} {status.st_size} {status.st_mtime_ns} {said}"


def _problem(program: Program, what: str, message: str, path: Path) -> Problem:
    return Problem(f"{program.name}-{what}", message, Span(path.as_posix()), program.hint)
