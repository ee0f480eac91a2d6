"""Plain Prometheus rule files: one document, one service."""

from __future__ import annotations

from collections.abc import Iterator

from slogen.emitted.proof import Compiled
from slogen.model.rulers import PROMETHEUS
from slogen.render.artifact import Artifact
from slogen.render.rulers.files import ENDING, rule_file
from slogen.settings import Settings

__all__ = ["ENDING", "path_of", "render"]


def path_of(owner: str) -> str:
    """Where the rule file of an owner lies below the output."""
    return f"prometheus/{owner}{ENDING}"


def render(compiled: Compiled, settings: Settings) -> Iterator[Artifact]:
    """The rule file of one owner."""
    yield rule_file(compiled, PROMETHEUS, settings)
