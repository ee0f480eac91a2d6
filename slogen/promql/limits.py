"""Bounds on PromQL that users write, checked on its text before it is parsed.

promql-parser has none: deep nesting overflows its stack, which ends the process, and looking at a tree
takes time cubic in its size. Nobody writes an SLI near these bounds.
"""

from __future__ import annotations

import re
from typing import Final

from slogen.promql.text import STRING, quote
from slogen.units import YEAR, parse_milliseconds

MOST_CHARACTERS: Final = 4000
MOST_NESTED: Final = 50
MOST_OPERATORS: Final = 100
LONGEST_RANGE: Final = YEAR

_SELECTOR: Final = re.compile(r"[\w:]+(?:\{[^(){}[\]]*\})?")  # nothing to count in it; most texts are one
_MATCHERS: Final = re.compile(r"\{[^{}]*\}")
_OPERATOR: Final = re.compile(r"[-+*/%^]|[<>=!]=?|\b(?:and|or|unless|atan2)\b", re.IGNORECASE)
_RANGE: Final = re.compile(r"\[([^]]*)\]")
# Prometheus writes a rule's strings anew and then takes this character for a broken one: the rule fails.
_BROKEN: Final = re.compile(r"\ufffd|\\u[fF]{3}[dD]|\\U0000[fF]{3}[dD]")
FUTURE: Final = "a negative offset reads samples that are not there yet"
_FUTURE: Final = re.compile(r"\boffset\s*-", re.IGNORECASE)
_BYTES: Final = re.compile(r"(?:\\(?:x[0-9a-fA-F]{2}|[0-3][0-7]{2}))+")
_OFFSET: Final = re.compile(r"\boffset\s*[-+]?\s*([^\s()[\]{},]+)", re.IGNORECASE)


def double_quoted(text: str) -> str:
    """The text with its raw strings (`...`) in double quotes: promql-parser reads escapes in them."""
    return text if "`" not in text else STRING.sub(_requoted, text)


def _requoted(match: re.Match[str]) -> str:
    string = match.group()
    return quote(string[1:-1]) if string.startswith("`") else string


def without_strings(text: str) -> str:
    """The text with every string literal emptied."""
    return STRING.sub('""', text)


def refusal(text: str) -> str:
    """Why this PromQL is beyond the bounds; "" when it isn't."""
    if _holds_broken(double_quoted(text)):
        return "U+FFFD stands for a broken character, and Prometheus can't evaluate rules that hold it"
    if len(text) < MOST_CHARACTERS and _SELECTOR.fullmatch(text):
        return ""
    if len(text) > MOST_CHARACTERS:
        return f"this PromQL has {len(text)} characters; {MOST_CHARACTERS} are the most"
    code = _MATCHERS.sub("{}", without_strings(text))
    if _nesting(code) > MOST_NESTED:
        return f"this PromQL is nested too deeply; {MOST_NESTED} brackets in each other are the most"
    if len(_OPERATOR.findall(code)) > MOST_OPERATORS:
        return f"this PromQL has too many operators; {MOST_OPERATORS} are the most"
    if _FUTURE.search(code):
        return FUTURE
    ranges = [part.strip() for inside in _RANGE.findall(code) for part in inside.split(":")]
    return next(filter(None, map(_bad_duration, [*ranges, *_OFFSET.findall(code)])), "")


def _holds_broken(text: str) -> bool:
    """Whether a string of it has the character that stands for a broken one, or escapes that are none. A
    backslash that is escaped itself, as in regular expressions, begins no escape."""
    if "\\" not in text and "\ufffd" not in text:
        return False
    plain = text.replace(r"\\", "")
    return _BROKEN.search(plain) is not None or any(map(_is_broken, _BYTES.findall(plain)))


def _is_broken(escapes: str) -> bool:
    """Whether escaped bytes are no UTF-8, or the character that stands for that."""
    codes = re.findall(r"\\(x..|...)", escapes)
    found = bytes(int(each[1:], 16) if each.startswith("x") else int(each, 8) for each in codes)
    return "\ufffd" in found.decode(errors="replace")


def _nesting(code: str) -> int:
    depth = deepest = 0
    for character in code:
        if character in "([{":
            depth += 1
            deepest = max(deepest, depth)
        elif character in ")]}":
            depth -= 1
    return deepest


def _bad_duration(text: str) -> str:
    """What is wrong with a duration; "" for a right one, and for the step that a subquery may lack."""
    if not text:
        return ""
    try:
        is_long = parse_milliseconds(text) > LONGEST_RANGE * 1000
    except ValueError:  # also for a number without a unit, which Prometheus 3 alone reads
        return f"`{text[:40]}` is not a duration with a unit, such as 5m"
    return f"the duration {text} is longer than a year" if is_long else ""
