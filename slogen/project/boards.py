"""The boards of a project, by what they ask: to see whether a Grafana has them."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Any, Final

from slogen.pipeline import compile_understood
from slogen.understand import Project

Queries = frozenset[str]
_TARGET: Final = "grafana"


def boards_of(project: Project, owners: Collection[str]) -> Mapping[str, Queries]:
    """The expressions of each board of these owners, by its uid; of a project without errors. None where it
    writes no boards."""
    if _TARGET not in project.settings.targets:
        return {}
    files = replace(project.settings.grafana, forms=("files",))
    settings = replace(project.settings, grafana=files)
    made = compile_understood(replace(project, settings=settings), targets=(_TARGET,)).artifacts
    boards = (each for each in made if each.owner in owners and each.path.endswith(".json"))
    return {PurePosixPath(each.path).stem: queries_of(json.loads(each.text)) for each in boards}


def queries_of(board: Any) -> Queries:
    """All that the panels of a board ask."""
    return frozenset(_expressions(board))


def _expressions(found: Any) -> Iterator[str]:
    if isinstance(found, dict):
        if isinstance(found.get("expr"), str):
            yield found["expr"]
        for value in found.values():
            yield from _expressions(value)
    elif isinstance(found, list):
        for value in found:
            yield from _expressions(value)
