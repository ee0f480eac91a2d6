"""Matchers of somebody's configuration: how they are read, and what they fit."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from slogen.emitted.routing import Matcher

# A label that has a value which only the metrics know: that of a group.
SOME: Final = None
Labels = Mapping[str, str | None]
_MATCHER: Final = re.compile(
    r"""\s*(?:"(?P<quoted>(?:\\.|[^"\\])*)"|(?P<name>[^\s"{}=!~,]+))\s*(?P<op>=~|!~|!=|=)\s*"""
    r"""(?:"(?P<text>(?:\\.|[^"\\])*)"|(?P<bare>[^\s",{}]*))\s*(?:,|$)"""
)
_ESCAPE: Final = re.compile(r"\\(.)")


class UnreadableError(Exception):
    """Something in a form that slogen doesn't read."""


def read_matchers(data: Mapping[str, Any], side: str = "") -> Iterator[Matcher]:
    """The matchers of a route, or of a `side` of an inhibition rule, in all their forms. Raises
    UnreadableError."""
    for field, op in ((f"{side}match", "="), (f"{side}match_re", "=~")):
        for name, value in (data.get(field) or {}).items():
            yield Matcher(str(name), op, str(value))
    for text in data.get(f"{side}matchers") or ():
        yield from _matchers(str(text))


def _matchers(text: str) -> Iterator[Matcher]:
    inside, place = text.strip().removeprefix("{").removesuffix("}"), 0
    while place < len(inside):
        found = _MATCHER.match(inside, place)
        if found is None:
            raise UnreadableError
        name = found["name"] if found["quoted"] is None else _ESCAPE.sub(r"\1", found["quoted"])
        value = found["bare"] if found["text"] is None else _ESCAPE.sub(r"\1", found["text"])
        yield Matcher(name, found["op"], value)
        place = found.end()


def fits(matchers: Iterable[Matcher], labels: Labels, *, surely: bool = False) -> bool:
    """Whether an alert with these labels fits all matchers, or may do. Raises UnreadableError."""
    return all(_fit(matcher, labels.get(matcher.name, ""), surely) for matcher in matchers)


def _fit(matcher: Matcher, value: str | None, surely: bool) -> bool:
    if value is SOME:
        return not surely and (matcher.op, matcher.value) != ("=", "")
    assert value is not None
    if matcher.op in ("=", "!="):
        return (value == matcher.value) == (matcher.op == "=")
    try:
        found = re.fullmatch(matcher.value, value) is not None
    except re.error:
        raise UnreadableError from None
    return found == (matcher.op == "=~")
