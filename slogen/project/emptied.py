"""Inputs that are there and say nothing: they may have lost it, and what came of them must not be removed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from slogen.diagnostics import Problem, Span
from slogen.load.reader import read

_MAY_SAY_SOMETHING: Final = re.compile(rb"^[^#\n]*:", re.MULTILINE)  # quicker than to read all twice
SPEC: Final = "delete the file if its SLOs are to go, or bring back what it said"
NOTIFICATIONS: Final = "delete the file if nobody is to be told, or bring back what it said"
SETTINGS: Final = "delete the file if the defaults are to hold, or bring back what it said"


def emptied(texts: Mapping[str, bytes], code: str, hint: str) -> Iterator[tuple[str, Problem]]:
    """A problem for each of the files (by path) in which no document stands."""
    for path, content in texts.items():
        if not _MAY_SAY_SOMETHING.search(content) and _is_empty(path, content):
            yield path, Problem(code, "there is no document in this file", Span(path), hint)


def _is_empty(path: str, content: bytes) -> bool:
    return any(problem.code == "empty-file" for problem in read(path, content)[1])
