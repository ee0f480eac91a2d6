"""Matchers that users write without a metric: `status!~"5..",method="GET"`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from slogen.promql.limits import without_strings
from slogen.promql.parse import PromqlError, check_version, parse_selector
from slogen.promql.selector import Matcher, Selector
from slogen.promql.text import STRING

_FILLED: Final = re.compile(r"\{\{[^{}]*\}\}")
_NAME: Final = re.compile(r'\s*(?:[a-zA-Z_][a-zA-Z0-9_]*|"(?:\\.|[^"\\])+")')
_OPERATOR: Final = re.compile(r"\s*(?:=~|!~|!=|=)")
_VALUE: Final = re.compile(rf"\s*(?:{STRING.pattern})", re.DOTALL)
_END: Final = re.compile(r"\s*(?:,\s*|$)")
_SUCH_AS: Final = 'such as `version="v2"`'
_PARTS: Final = (
    (_NAME, "a label's name"),
    (_OPERATOR, "one of = != =~ !~"),
    (_VALUE, "a value in quotes"),
    (_END, "a comma or the end"),
)


class MatchersError(PromqlError):
    """Text that is no list of matchers; `column` is where, from 1."""

    def __init__(self, message: str, hint: str, column: int = 1) -> None:
        super().__init__(message, hint)
        self.column = column


def read_matchers(text: str, hint: str) -> tuple[Matcher, ...]:
    """The matchers of a text. Raises PromqlError, with `hint` where the parser has none of its own."""
    if set("{}") & set(without_strings(text)):
        raise PromqlError("matchers stand here without braces and without a metric's name", hint)
    try:
        return parse_selector(f"x{{{text}\n}}").matchers
    except PromqlError as error:
        raise PromqlError(str(error), error.hint or hint) from None


def added_matchers(text: str, min_version: tuple[int, int]) -> tuple[Matcher, ...]:
    """Matchers that are to narrow the selectors of an SLI: one or more, such as `version="v2"`. Raises
    MatchersError, which says where, and PromqlError for names that `min_version` can't read."""
    column, expected = _first_fault(text)
    if expected:
        raise MatchersError(f"{expected} was expected here", _mended(text, column, expected), column)
    if re.search(r"\b__name__\b", without_strings(text)):
        raise MatchersError("the metrics' names are those of the SLI", "select on other labels")
    try:
        found = read_matchers(text, _SUCH_AS)
    except PromqlError as error:
        raise MatchersError(str(error), _SUCH_AS) from None
    check_version([Selector("x", found)], min_version)
    return found


def with_marks(text: str, number: int = 0) -> tuple[str, dict[str, str]]:
    """The text with a mark, a word of the same length, for each `{{...}}` that another program fills in; and
    what each mark stands for, to be put back by `without_marks`. Texts of different `number` share none."""
    marks: dict[str, str] = {}

    def marked(match: re.Match[str]) -> str:
        mark = f"q{number}{len(marks)}".ljust(len(match[0]), "z")
        marks[mark] = match[0]
        return mark

    return _FILLED.sub(marked, text), marks


def without_marks(text: str, marks: Mapping[str, str]) -> str:
    """The text with what the marks stand for."""
    for mark, filled in marks.items():
        text = text.replace(mark, filled)
    return text


def _first_fault(text: str) -> tuple[int, str]:
    """The column at which a list of matchers ends to be one, and what was expected there; "" if it is."""
    place = 0
    while True:
        for pattern, expected in _PARTS:
            match = pattern.match(text, place)
            if match is None:
                blanks = len(text[place:]) - len(text[place:].lstrip())
                return place + blanks + 1, expected
            place = match.end()
        if place >= len(text):
            return 1, ""


def _mended(text: str, column: int, expected: str) -> str:
    """The nearest text that would be right."""
    rest = text[column - 1 :]
    word = re.split(r"[,\s]", rest, maxsplit=1)[0]
    if expected == "a value in quotes" and word and not set("\"'`=") & set(word):
        return f'write `{text[: column - 1]}"{word}"`, in single quotes for the shell'
    if text.strip().startswith("{"):
        return f"drop the braces: `{text.strip().strip('{}')}`"
    if rest and not rest[0].isascii():
        return 'names of other scripts stand in quotes: `"größe"="x"` (Prometheus 3)'
    return _SUCH_AS
