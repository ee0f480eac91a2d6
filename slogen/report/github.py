"""Problems as workflow commands, which GitHub shows beside the changed lines."""

from __future__ import annotations

from collections.abc import Sequence

from slogen.diagnostics import Problem, Severity
from slogen.report.visible import visible

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}
_DATA = {"%": "%25", "\r": "%0D", "\n": "%0A"}


def render(problems: Sequence[Problem]) -> str:
    """Return one command a line; nothing at all when there are no problems."""
    return "\n".join(_command(problem) for problem in problems)


def _command(problem: Problem) -> str:
    properties: dict[str, object] = {}
    if span := problem.span:
        properties = {"file": span.path, "line": span.line, "col": span.column, "endColumn": span.end_column}
    message = problem.message + (f"\nhint: {problem.hint}" if problem.hint else "")
    return annotation(problem.severity, message, **properties, title=problem.code)


def annotation(severity: Severity, message: str, **properties: object) -> str:
    """A message that GitHub shows beside a run, or beside a line of a file."""
    listed = ",".join(f"{name}={_property(str(value))}" for name, value in properties.items())
    return f"::{_COMMANDS[severity]} {listed}::{_data(message)}"


def _data(text: str) -> str:
    return "".join(_DATA.get(char) or visible(char) for char in text)


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
