"""Regular expressions that Rust (promql-parser) reads but RE2 (Prometheus) refuses, or reads otherwise."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

MOST_REPEATS: Final = 1000
# General categories, and the scripts that people name; RE2 knows no further properties of Unicode.
_UNICODE: Final = r"\^?(?:[CLMNPSZ][a-z]?|Arabic|Cyrillic|Greek|Han|Hebrew|Hiragana|Katakana|Latin|Thai)"
_POSIX: Final = (
    r"\[:\^?(?:al(?:num|pha)|ascii|blank|cntrl|digit|graph|lower|print|punct|space|upper|word|xdigit):\]"
)
_ESCAPE: Final = (
    rf"\\(?:[pP](?:\{{{_UNICODE}\}}|[CLMNPSZ])|x(?:\{{[0-9a-fA-F]+\}}|[0-9a-fA-F]{{2}})"
    r"|[AzbBdDsSwWafnrtv]|[^\w<>])"
)
_TOKEN: Final = re.compile(
    rf"(?P<escape>{_ESCAPE})"
    rf"|(?P<set>\[\^?\]?(?:{_ESCAPE}|{_POSIX}|(?!&&|--|~~)[^\[\]\\])*\])"
    r"|(?P<open>\((?:\?(?:[imsU]*(?:-[imsU]+)?:|P<\w+>))?(?!\?))"
    r"|(?P<flags>\(\?(?:[imsU]+(?:-[imsU]+)?|-[imsU]+)\))"
    r"|(?P<close>\))"
    r"|(?P<repeat>(?:[*+?]|\{(?P<low>[0-9]+)(?P<high>,[0-9]*)?\})\??)"
    r"|(?P<bad>\\[pP]\{[^}]*\}|\\.|\(\?.?|\[[^]]*\]?|\{,[0-9]+\})"
    r"|(?P<plain>.)",
    re.DOTALL,
)
_NEEDS_A_LOOK: Final = re.compile(r"[\\\[{]|\(\?|[*+?]{2}")


@lru_cache(maxsize=4096)
def refusal(pattern: str) -> str:
    """Why Prometheus would not read the pattern as it is meant; "" when it would."""
    if not _NEEDS_A_LOOK.search(pattern):
        return ""
    most, last, before = [1], 1, ""  # `most` repeated part of each open group, the part before, its kind
    for token in _TOKEN.finditer(pattern):
        kind = str(token.lastgroup)
        if kind == "bad" or (kind == "repeat" and before == "repeat"):
            return (
                f"`{token.group()}` in a regular expression is nothing or something else to Prometheus (RE2)"
            )
        if kind == "open":
            most.append(1)
        elif kind == "repeat":
            last *= _times(token)
        else:
            last = most.pop() if kind == "close" and len(most) > 1 else 1
        if last > MOST_REPEATS:
            return f"Prometheus (RE2) repeats a part of a regular expression {MOST_REPEATS} times at most"
        most[-1] = max(most[-1], last)
        before = kind
    return ""


def _times(repeat: re.Match[str]) -> int:
    """The largest number of a counted repeat; 1 for `*`, `+` and `?`."""
    numbers = (repeat["low"] or "1", (repeat["high"] or "").removeprefix(",") or "1")
    return max(1, *(int(number[:9]) for number in numbers))
