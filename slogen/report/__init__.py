"""Problems and results -> text for people and machines. Nothing here prints."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from slogen.diagnostics import Problem, sort_key
from slogen.report import as_json, github, sarif, text

FORMATS: dict[str, Callable[[Sequence[Problem]], str]] = {
    "text": text.render,
    "json": as_json.render,
    "github": github.render,
    "sarif": sarif.render,
}


def render(
    problems: Sequence[Problem], format: str, *, colour: bool = False, left: Sequence[Problem] = ()
) -> str:
    """Return the report of all problems, ordered by place, without a newline at its end.

    `format` is a key of `FORMATS` (KeyError otherwise); only "text" knows colour, and only counts those
    that are `left` out for brevity.
    """
    if format == "text":
        return text.render(sorted(problems, key=sort_key), colour=colour, left=left)
    return FORMATS[format](sorted([*problems, *left], key=sort_key))
