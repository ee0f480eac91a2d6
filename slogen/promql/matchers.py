"""Matchers that users write without a metric: `status!~"5..",method="GET"`."""

from __future__ import annotations

from slogen.promql.limits import without_strings
from slogen.promql.parse import PromqlError, parse_selector
from slogen.promql.selector import Matcher


def read_matchers(text: str, hint: str) -> tuple[Matcher, ...]:
    """The matchers of a text. Raises PromqlError, with `hint` where the parser has none of its own."""
    if set("{}") & set(without_strings(text)):
        raise PromqlError("matchers stand here without braces and without a metric's name", hint)
    try:
        return parse_selector(f"x{{{text}\n}}").matchers
    except PromqlError as error:
        raise PromqlError(str(error), error.hint or hint) from None
