"""The nearest of what is there: names of metrics among a hundred thousand, values of a label, matchers."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from difflib import get_close_matches
from functools import lru_cache

from slogen.diagnostics import did_you_mean
from slogen.promql.selector import Matcher

_MOST_SHOWN = 8
_LONGEST = 40
_CLASS = re.compile(r"([1-5])[xX]{2}")
_CODE = re.compile(r"[1-5]\d\d")


def near_names(name: str, names: Collection[str]) -> list[str]:
    """Up to three names that are likely meant: of those that share half of their words."""
    words = _words(name)
    if name + "_total" in names:
        return [name + "_total"]
    shared = [each for each in names if 2 * len(words & _words(each)) >= len(words)]
    return get_close_matches(name, shared or _spelt_alike(name, names), 3, 0.6)


@lru_cache(maxsize=262_144)
def _words(name: str) -> frozenset[str]:
    return frozenset(re.split(r"[_:.]", name)) - {"", "total", "seconds", "bytes", "count", "bucket", "sum"}


def _spelt_alike(name: str, names: Iterable[str]) -> list[str]:
    return [each for each in names if each[:4] == name[:4] and abs(len(each) - len(name)) < 4]


def listed(values: Iterable[str]) -> str:
    """Values for people, a few of them: `200`, `404` and 3 more."""
    found = [value if len(value) <= _LONGEST else f"{value[: _LONGEST - 1]}…" for value in values]
    return some((f"`{value}`" for value in found), _MOST_SHOWN)


def near_matcher(matcher: Matcher, values: Sequence[str]) -> str:
    """What a matcher that no value passes is likely meant to be: "did you mean ...?", or ""."""
    asked = matcher.value
    written = _CLASS.fullmatch(asked)
    if written and any(map(_CODE.fullmatch, values)):
        return f'did you mean {matcher.name}=~"{written[1]}.."?'
    classes = [value for value in values if _CLASS.fullmatch(value) and value[0] == asked[:1]]
    if classes and matcher.op == "=~":
        return f'did you mean {matcher.name}="{classes[0]}"?'
    same = [value for value in values if value.casefold() == asked.casefold()]
    if same:
        return f"did you mean `{same[0]}`?"
    return did_you_mean(asked, values)


def some(names: Iterable[str], most: int = 5) -> str:
    """The first of these names, and how many more there are."""
    found = list(names)
    more = f" and {len(found) - most:,} more" if len(found) > most else ""
    return ", ".join(found[:most]) + more
