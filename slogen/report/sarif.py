"""Problems as SARIF 2.1.0, for code scanning."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from slogen.diagnostics import Problem, Severity, Span

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}


def render(problems: Sequence[Problem]) -> str:
    """Return a log with one run; its rules are the codes that occur."""
    codes = sorted({problem.code for problem in problems})
    run = {
        "tool": {"driver": {"name": "slogen", "rules": [_rule(code) for code in codes]}},
        "columnKind": "unicodeCodePoints",
        "results": [_result(problem, codes) for problem in problems],
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2)


def _rule(code: str) -> dict[str, Any]:
    """A code describes itself: "duplicate-key" is "Duplicate key". `helpUri` would have to be absolute, and
    nobody knows where a team keeps the docs."""
    from slogen.codes import CODES, link  # a run without problems shouldn't wait for it

    rule: dict[str, Any] = {"id": code, "shortDescription": {"text": code.replace("-", " ").capitalize()}}
    if known := CODES.get(code):
        rule["fullDescription"] = {"text": known.meaning}
        rule["help"] = {"text": f"{known.mend}\n{link(code)}", "markdown": f"{known.mend}\n\n`{link(code)}`"}
    return rule


def _result(problem: Problem, codes: Sequence[str]) -> dict[str, Any]:
    hint = f"\nhint: {problem.hint}" if problem.hint else ""
    return {
        "ruleId": problem.code,
        "ruleIndex": codes.index(problem.code),
        "level": _LEVELS[problem.severity],
        "message": {"text": problem.message + hint},
        "locations": [_location(problem.span)] if problem.span else [],
    }


def _location(span: Span) -> dict[str, Any]:
    region = {"startLine": span.line, "startColumn": span.column, "endColumn": span.end_column}
    return {"physicalLocation": {"artifactLocation": {"uri": _uri(span.path)}, "region": region}}


def _uri(path: str) -> str:
    """Encode a path; bytes of a file name that are no UTF-8 come out as they were."""
    encoded = quote(path.encode("utf-8", "surrogateescape"))
    return f"file://{encoded}" if path.startswith("/") else encoded
