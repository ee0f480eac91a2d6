"""Problems for scripts: one JSON object, whose fields are a contract."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from slogen.diagnostics import Problem
from slogen.report.summary import counts


def render(problems: Sequence[Problem]) -> str:
    """Return {"problems": [...], "summary": {"errors", "warnings", "infos"}}, in ASCII."""
    summary = {f"{severity}s": count for severity, count in counts(problems).items()}
    return json.dumps({"problems": [entry(problem) for problem in problems], "summary": summary}, indent=2)


def entry(problem: Problem) -> dict[str, Any]:
    """All fields, always; null where a problem has no place, or no SLO of its own."""
    from slogen.codes import link  # a run without problems shouldn't wait for it

    span = problem.span
    return {
        "code": problem.code,
        "severity": problem.severity.value,
        "message": problem.message,
        "hint": problem.hint,
        "help": link(problem.code),
        "slo": problem.slo or None,
        "path": span.path if span else None,
        "line": span.line if span else None,
        "column": span.column if span else None,
        "end_column": span.end_column if span else None,
    }
