"""Counting problems."""

from __future__ import annotations

from collections.abc import Sequence

from slogen.diagnostics import Problem, Severity


def counts(problems: Sequence[Problem]) -> dict[Severity, int]:
    """Return how many problems there are of each severity, worst first."""
    return {severity: sum(p.severity is severity for p in problems) for severity in Severity}


def summary(problems: Sequence[Problem]) -> str:
    """Return a closing line: "3 problems (2 errors, 1 warning) in 2 files"."""
    if not problems:
        return "no problems"
    parts = ", ".join(_plural(count, severity) for severity, count in counts(problems).items() if count)
    files = len({problem.span.path for problem in problems if problem.span})
    where = f" in {_plural(files, 'file')}" if files else ""
    return f"{_plural(len(problems), 'problem')} ({parts}){where}"


def _plural(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
