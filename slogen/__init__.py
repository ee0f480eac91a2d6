"""slogen: a compiler for service level objectives."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from slogen.pipeline import Result

__all__ = ["compile"]


def compile(specs: str | Mapping[str, str], settings: str | None = None) -> Result:
    """Compile SLO specs: YAML text, or texts by path, and the text of slogen.yaml, in; a Result out.

    `result.files` is `{path: text}`, empty when any of `result.problems` is an error. Reads and writes
    no file, and raises nothing for bad input.
    """
    from slogen.pipeline import compile_project

    sources = {"spec.yaml": specs} if isinstance(specs, str) else specs
    return compile_project(sources, settings)
