"""Other versions of a project: with another objective, of another time, or with another spec."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from slogen.diagnostics import CallError, Problem
from slogen.model.slo import Slo
from slogen.project.difference.sides import Compared, opened
from slogen.project.select import Selection
from slogen.reading import read_regular, why_unreadable
from slogen.understand import Project, understand

_SCALAR: Final = re.compile(r"\"[^\"]*\"|'[^']*'|[^\s,}\]#]+")
_MOST: Final = 4 * 1024 * 1024


def with_objective(selection: Selection, slos: Iterable[Slo], objective: str) -> Project:
    """The project as if the specs of these SLOs said another objective. Raises CallError where they can't."""
    texts = {path: content.decode() for path, content in selection.sources.items()}
    spans = {slo.origin.at("objective").span() for slo in slos}
    for span in sorted(spans, key=lambda each: (each.path, each.line, each.column), reverse=True):
        lines = texts[span.path].splitlines(keepends=True)
        line, at = lines[span.line - 1], span.column - 1
        lines[span.line - 1] = line[:at] + _SCALAR.sub(lambda _: objective, line[at:], count=1)
        texts[span.path] = "".join(lines)
    return _sound(understand(texts, selection.settings), f"an objective of `{objective}`")


def other(word: str, selection: Selection, settings: Path | None) -> Project:
    """The project of a spec (with the settings of ours), of a folder, or of a revision of git; without what
    can't be understood there. Raises CallError where it is none of these."""
    path = Path(word)
    if path.is_file():
        try:
            content = read_regular(path, _MOST)
        except OSError as error:
            raise CallError(f"`{word}`: {why_unreadable(path, error)}") from None
        return _sound(understand({path.as_posix(): content}, selection.settings), f"`{word}`")
    paths = (selection.root,) if selection.root else ()
    with opened(Compared(word, paths, path if path.is_dir() else None), settings) as (side, _, _):
        return side.project


def _sound(project: Project, what: str) -> Project:
    wrong = next((problem for problem in project.all_problems if problem.is_error), None)
    if wrong is None:
        return project
    raise CallError(f"{what} can't be compared with: {_said(wrong)}")


def _said(problem: Problem) -> str:
    at = f"{problem.span.path}:{problem.span.line}: " if problem.span else ""
    return f"{at}{problem.message}"
