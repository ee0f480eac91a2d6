"""The Prometheus and the promtool that a history is played with."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from slogen.diagnostics import CallError, Problem
from slogen.oracles.find import PROMTOOL, Program, candidates, usable
from slogen.oracles.results import Promtool

PROMETHEUS: Final = Program("prometheus", "prometheus", (2, 42))
_ANSWERS: Final = 60.0  # seconds, on a busy machine


@dataclass(frozen=True, slots=True)
class Programs:
    """Both of one version."""

    prometheus: Path
    promtool: Path
    version: str

    @property
    def engine(self) -> str:
        """What evaluates, in words."""
        return f"Prometheus {self.version}"


def programs(prometheus: Path | None, promtool: Path | None, folder: Path | None = None) -> Programs:
    """Those that are named, else the newest of a folder (as DIR/prometheus-3.5/...), else those on PATH; a
    promtool lies beside its Prometheus. Raises CallError where none can be used."""
    server = _newest(PROMETHEUS, [prometheus] if prometheus else candidates(folder, PROMETHEUS))
    beside = server.path.parent / "promtool"
    if promtool is None and beside.is_file():
        promtool = beside
    tool = _newest(PROMTOOL, [promtool] if promtool else candidates(folder, PROMTOOL))
    return Programs(server.path.absolute(), tool.path.absolute(), server.version)


def _newest(program: Program, paths: list[Path]) -> Promtool:
    if not paths:
        option = f"--{program.name}, or --oracles"
        message = f"{program.name} was not found: rules are played by a real one; name it with {option}"
        raise CallError(message)
    found, problems = usable(paths, _ANSWERS, program)
    if not found:
        raise CallError(_said(problems[0]))
    return found[-1]


def _said(problem: Problem) -> str:
    return f"{problem.message}; {problem.hint}" if problem.hint else problem.message
