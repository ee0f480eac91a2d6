"""Matchers that ask for a value which the label of that metric never has: `code="500"` where series have
classes, `verb="get"` where it is GET."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from slogen.promql.parse import PromqlError, parse_selector
from slogen.promql.selector import Matcher, Selector
from slogen.promql.solve import is_readable, matches
from slogen.promql.text import STRING, without_signs
from slogen.sli.counters import Doubt
from slogen.sli.facts import NUMBERS, Values, values_of

_SELECTOR: Final = re.compile(
    rf"{STRING.pattern}|(?<![\w:.])(?P<metric>[a-zA-Z_:][\w:]*)\s*"
    rf"\{{(?P<inside>{without_signs('{}')}*)\}}",
    re.DOTALL,
)
_OF_ALL: Final = {"=": "=~", "!=": "!~"}
_OF_ONE: Final = {"=~": "=", "!~": "!="}
_FIRST_CLASSES: Final = ("5xx", "5")
_SHOWN: Final = 5


def not_occurring(text: str) -> Iterator[tuple[Matcher, Doubt]]:
    """Each matcher in a text of PromQL that matches none of the values that there are, with its warning."""
    for found in _SELECTOR.finditer(text):
        known = values_of(found["metric"]) if found["metric"] else ()
        for matcher in _matchers(found["inside"]) if known else ():
            for each in known:
                if each.label == matcher.name and _selects_none(matcher, each):
                    yield matcher, _doubt(found["metric"], matcher, each)


def _matchers(inside: str) -> tuple[Matcher, ...]:
    """Matchers; none where they can't be read, which the kind tells."""
    try:
        return parse_selector(f"x{{{inside}}}").matchers
    except PromqlError:
        return ()


def _selects_none(matcher: Matcher, known: Values) -> bool:
    """Whether no series is asked for, or, of what is left out, none is."""
    asked = Matcher(matcher.name, "=~" if "~" in matcher.op else "=", matcher.value)
    if not is_readable(Selector("x", (asked,))):
        return False
    if any(matches(asked, {matcher.name: value}) for value in (*known.values, "")):
        return False
    return known.closed or bool(_in_other_case(matcher, known))


def _in_other_case(matcher: Matcher, known: Values) -> list[str]:
    """The values that are meant, but for their case."""
    words = {word.strip("^$()").casefold() for word in matcher.value.split("|")}
    return [value for value in known.values if value.casefold() in words]


def _doubt(metric: str, matcher: Matcher, known: Values) -> Doubt:
    kind = "selects no series" if matcher.op in ("=", "=~") else "leaves nothing out"
    if not known.values:
        message = f"`{metric}` has no label `{matcher.name}`, so `{matcher}` {kind}"
        return Doubt("no-such-status", message, f"ask for {known.instead}")
    listed = "one of " + ", ".join(known.values[:_SHOWN]) + (", ..." if len(known.values) > _SHOWN else "")
    listed = "a number, such as 503" if _are_numbers(known) else listed
    message = f"`{matcher}` {kind}: `{matcher.name}` of `{metric}` is {listed}"
    meant = _meant(matcher, known)
    hint = f"write `{meant}`" if meant else f"take {listed}"
    return Doubt("no-such-status", message, hint)


def _meant(matcher: Matcher, known: Values) -> Matcher | None:
    """The matcher in the values that there are: by their case, or by the first digits."""
    found = _in_other_case(matcher, known)
    digits = "".join(sorted(set(re.findall(r"(?:^|[|(])\^?([1-5])", matcher.value))))
    if not found and digits and _are_numbers(known):
        pattern = f"{digits}.." if len(digits) == 1 else f"[{digits}].."
        return Matcher(matcher.name, _OF_ALL.get(matcher.op, matcher.op), pattern)
    if not found and known.values[0] in _FIRST_CLASSES:
        found = [value for value in known.values if value.rstrip("x") in {*digits}]
    if not found:
        return None
    if len(found) == 1:
        return Matcher(matcher.name, _OF_ONE.get(matcher.op, matcher.op), found[0])
    return Matcher(matcher.name, _OF_ALL.get(matcher.op, matcher.op), "|".join(found))


def _are_numbers(known: Values) -> bool:
    return set(NUMBERS) <= {*known.values}
