"""Take an expression apart at its outermost operator, in the user's own words: trees have no positions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from slogen.promql.text import STRING

# From the loosest to the tightest; operators of one line are taken from the right.
_LEVELS: Final = tuple(
    re.compile(pattern, re.IGNORECASE) for pattern in (r"\bor\b", r"\b(?:and|unless)\b", r"[=!<>]=|[<>]")
)
# Each with the one that says the same of the sides turned around.
FLIPPED: Final = {">": "<", "<": ">", ">=": "<=", "<=": ">=", "==": "==", "!=": "!="}
COMPARISONS: Final = frozenset(FLIPPED)


@dataclass(frozen=True, slots=True)
class Split:
    """An expression's sides, as written, and the operator between them, in lower case."""

    left: str
    operator: str
    right: str


def split(text: str) -> Split | None:
    """Split at the outermost `or`, `and`, `unless` or comparison; None where there is none.

    Parentheses around the whole are taken off. The text must be valid PromQL without comments.
    """
    text = bare_text(text)
    open_code = _outside(text)
    for level in _LEVELS:
        found = list(level.finditer(open_code))
        if found:
            last = found[-1]
            return Split(text[: last.start()].strip(), last.group().lower(), text[last.end() :].strip())
    return None


def halves(text: str, sign: str) -> Iterator[tuple[str, str]]:
    """Where an outermost `+` or `-` may stand: what is before and after each, from the right.

    Some are no operators (`1e+5`, `offset -5m`): who knows the tree compares the halves with it.
    """
    text = bare_text(text)
    open_code = _outside(text)
    for place in range(len(text) - 1, -1, -1):
        if open_code[place] == sign:
            yield text[:place].strip(), text[place + 1 :].strip()


def bare_text(text: str) -> str:
    """The expression without the parentheses around it."""
    text = text.strip()
    while text.startswith("(") and _closes_at(text) == len(text) - 1:
        text = text[1:-1].strip()
    return text


def _outside(text: str) -> str:
    """The text with everything in brackets or quotes blanked out, and of the same length."""
    depth, out = 0, list[str]()
    for character in _blanked(text):
        depth += character in "([{"
        out.append(character if depth == 0 else " ")
        depth -= character in ")]}"
    return "".join(out)


def _closes_at(text: str) -> int:
    """Where the first bracket is closed."""
    depth = 0
    for place, character in enumerate(_blanked(text)):
        depth += (character in "([{") - (character in ")]}")
        if depth == 0:
            return place
    return -1


def _blanked(text: str) -> str:
    return STRING.sub(lambda match: "_" * len(match.group()), text)
