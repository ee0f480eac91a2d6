"""What a run of the proof found out, as data: shown by `report`."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from slogen.diagnostics import Problem, has_errors


class Verdict(StrEnum):
    """Whether something is proven."""

    YES = "yes"
    NO = "no"
    NOT_RUN = "not run"


@dataclass(frozen=True, slots=True)
class Promtool:
    """A promtool, amtool or vmalert-tool that can be used. `version` is "2.42", or "" where it says none;
    `name` tells it from others in a report."""

    path: Path
    version: str
    identity: str
    name: str = ""

    @property
    def number(self) -> tuple[int, ...]:
        """The version, to compare; () where it says none."""
        return tuple(int(part) for part in self.version.split(".") if part)


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something isn't proven: the names of the promtools that say so, and their words, shortened.

    `program` is who they are: promtools, or amtools.
    """

    promtools: tuple[str, ...]
    text: str
    program: str = "promtool"


@dataclass(frozen=True, slots=True)
class Statement:
    """One claim of one SLO. `path` is the test file, `block` the test in it."""

    slo_id: str
    words: str
    path: str
    block: str
    verdict: Verdict
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class FileResult:
    """The verdict on a test file that people wrote."""

    path: str
    verdict: Verdict
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Proof:
    """Everything that is known after a run. `not_proven` are statements that no test can be made for,
    `not_run` what could not be run and why; `reused` of `calls` of programs were known from earlier runs.
    """

    promtools: tuple[Promtool, ...] = ()
    slo_count: int = 0
    statements: tuple[Statement, ...] = ()
    handwritten: tuple[FileResult, ...] = ()
    problems: tuple[Problem, ...] = ()
    not_proven: tuple[Problem, ...] = ()
    not_run: tuple[str, ...] = ()
    calls: int = 0
    reused: int = 0
    seconds: float = 0.0
    amtools: tuple[Promtool, ...] = ()
    vmalert_tools: tuple[Promtool, ...] = ()

    @property
    def verdicts(self) -> frozenset[Verdict]:
        """The verdicts that there are, on generated and on handwritten tests."""
        return frozenset([*(s.verdict for s in self.statements), *(f.verdict for f in self.handwritten)])

    @property
    def ok(self) -> bool:
        """Whether nothing that was looked at or run is wrong."""
        return not has_errors(self.problems) and Verdict.NO not in self.verdicts

    @property
    def is_complete(self) -> bool:
        """Whether everything could be run."""
        return not self.not_run and Verdict.NOT_RUN not in self.verdicts

    def count(self, verdict: Verdict) -> int:
        """How many statements have this verdict."""
        return sum(statement.verdict is verdict for statement in self.statements)
