"""`{{ window }}` in PromQL: what stands for a range, and nothing else of Jinja."""

from __future__ import annotations

import re
from datetime import timedelta
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Final

from slogen.promql.limits import without_strings
from slogen.promql.parse import PromqlError
from slogen.promql.written import duration
from slogen.units import format_duration

if TYPE_CHECKING:
    from jinja2.sandbox import SandboxedEnvironment

PLACEHOLDER: Final = re.compile(r"\{\{[-+]?\s*window\s*[-+]?\}\}")
_A_RANGE: Final = re.compile(r"(?:[\[:]|\boffset\s*-?)\s*$", re.IGNORECASE)
_JINJA: Final = ("{{", "{%", "{#")
PROBE_WINDOW: Final = (
    7 * 60 + 7
)  # a length nobody writes by hand: finds the ranges that are the placeholder's
_NO_RANGE: Final = "`{{ window }}` is not the range of a selector here"
_ONLY_WINDOW: Final = "only `{{ window }}` is known here"


def is_template(text: str) -> bool:
    """Whether the text has anything of Jinja in it."""
    return any(mark in text for mark in _JINJA)


def _check_places(text: str) -> None:
    """Raise PromqlError where the placeholder stands for something else than a range."""
    code = without_strings(text)
    places = [match.start() for match in PLACEHOLDER.finditer(code)]
    if len(places) < len(PLACEHOLDER.findall(text)):
        raise PromqlError(f"{_NO_RANGE}: it stands in a string", "write the label's value itself")
    if not all(_A_RANGE.search(code[:place]) for place in places):
        raise PromqlError(f"{_NO_RANGE}: it stands alone", "write `rate(x[{{ window }}])`")


@lru_cache(maxsize=4096)
def render(text: str, window: int) -> str:
    """Fill in the window (seconds). Raises PromqlError for a template that is broken or asks for more."""
    simple = PLACEHOLDER.sub(format_duration(window), text)
    if not is_template(simple):
        _check_places(text)
        return simple.strip()
    from jinja2 import TemplateError

    try:
        _check_tokens(text)
        return _environment().from_string(text).render(window=format_duration(window)).strip()
    except TemplateError as error:
        raise PromqlError(f"template error: {error}", _ONLY_WINDOW) from None


def with_placeholder(length: timedelta) -> str:
    """A range as text; the placeholder where it was filled in with PROBE_WINDOW."""
    return "{{ window }}" if length.total_seconds() == PROBE_WINDOW else duration(length)


def _check_tokens(text: str) -> None:
    """Let through text and `{{ window }}` alone: the sandbox bounds neither time nor memory."""
    harmless = {"data", "whitespace", "variable_begin", "variable_end"}
    tokens = _environment().lex(text)
    for _, kind, value in tokens:
        if kind not in harmless and (kind, value) != ("name", "window"):
            raise PromqlError(f"template error: unexpected `{value.strip()}`", _ONLY_WINDOW)


@cache
def _environment() -> SandboxedEnvironment:
    from jinja2 import StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined)
    environment.globals.clear()
    return environment
