"""Problems as data: found anywhere, collected by the pipeline, shown by `report`.

Nothing below `cli` prints or exits: it yields Problems.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum


class Severity(StrEnum):
    """How bad a problem is. Only ERROR stops the compiler."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class CallError(Exception):
    """A mistake in the call, not in a spec: paths that no run could be about, say."""


@dataclass(frozen=True, slots=True)
class Span:
    """Where in a source file: lines and columns count from 1; `text` is the whole source line."""

    path: str
    line: int = 1
    column: int = 1
    end_column: int = 2
    text: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding. `code` is one of the register (`slogen.codes`); `hint` says what was expected or the
    nearest fix; `slo` is the identity of the SLO that has it, "" where that is none or are several."""

    code: str
    message: str
    span: Span | None = None
    hint: str = ""
    severity: Severity = Severity.ERROR
    slo: str = ""

    @property
    def is_error(self) -> bool:
        """Whether this problem stops the compiler."""
        return self.severity is Severity.ERROR


def sort_key(problem: Problem) -> tuple[str, int, int, str, str]:
    """Order of a report: by file, line, column, then code and message."""
    span = problem.span or Span("")
    return (span.path, span.line, span.column, problem.code, problem.message)


def once(problems: Iterable[Problem]) -> list[Problem]:
    """Each problem once: what SLOs have inherited from one place they may all complain of."""
    found: dict[Problem, Problem] = {}
    for problem in problems:
        shared = replace(problem, slo="")
        known = found.setdefault(shared, problem)
        if known.slo != problem.slo:
            found[shared] = shared
    return list(found.values())


def has_errors(problems: Iterable[Problem]) -> bool:
    """Whether any of the problems stops the compiler."""
    return any(problem.is_error for problem in problems)


def did_you_mean(word: str, candidates: Iterable[str]) -> str:
    """Return "did you mean `x`?" for the nearest candidate, or "" when none is near."""
    near = difflib.get_close_matches(word, list(candidates), n=1, cutoff=0.6)
    return f"did you mean `{near[0]}`?" if near else ""
