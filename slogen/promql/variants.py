"""Selectors that are almost the same: each alternative that a matcher names for itself, and its opposite."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Final

from slogen.promql.selector import Matcher, Selector
from slogen.promql.solve import examples, matches

_OPPOSITE: Final = {"=": "!=", "!=": "=", "=~": "!~", "!~": "=~"}
_IN_PARENTHESES: Final = re.compile(r"\((?:\?:)?([^()]*)\)")
OTHER: Final = "other"
_TOKEN: Final = re.compile(r"\\.|\[\^?\]?[^\]]*\]|.", re.DOTALL)


def variants(selector: Selector) -> Iterator[Selector]:
    """What differs from the selector in one matcher: what selects less first, then what it leaves out."""
    yield from _changed(selector, named_values)
    yield from without_a_matcher(selector)


def without_a_matcher(selector: Selector) -> Iterator[Selector]:
    """What just one of the selector's matchers leaves out."""
    yield from _changed(selector, left_out)


def _changed(selector: Selector, others: Callable[[Matcher], Iterable[Matcher]]) -> Iterator[Selector]:
    for place, matcher in enumerate(selector.matchers):
        for other in others(matcher):
            kept = (*selector.matchers[:place], other, *selector.matchers[place + 1 :])
            yield Selector(selector.metric, kept)


def left_out(matcher: Matcher) -> Iterator[Matcher]:
    """Matchers for what a matcher leaves out: each value that it excludes, or any other than it asks for. Of
    a boundary that is the bucket of all events."""
    if matcher.name == "le":
        yield Matcher("le", "=", "+Inf")
        return
    opposite = Matcher(matcher.name, _OPPOSITE[matcher.op], matcher.value)
    if opposite.op == "=~":
        yield from named_values(opposite)
    else:
        other = Matcher(matcher.name, "=", OTHER)
        yield other if matches(opposite, {matcher.name: OTHER}) else opposite


def named_values(matcher: Matcher) -> Iterator[Matcher]:
    """One value for each alternative of a pattern that selects, and where case doesn't matter another in the
    other case; not of boundaries, which have several names."""
    if matcher.op != "=~" or matcher.name == "le":
        return
    for alternative in alternatives(matcher.value):
        found = (value for value in examples(alternative) if matches(matcher, {matcher.name: value}))
        for value in islice(found, 1):
            cases = dict.fromkeys([value, value.swapcase()] if "(?i" in matcher.value else [value])
            yield from (
                Matcher(matcher.name, "=", one) for one in cases if matches(matcher, {matcher.name: one})
            )


def alternatives(pattern: str) -> list[str]:
    """The patterns that stand at the outermost `|` of a pattern, or of the parentheses around all of it."""
    whole = _IN_PARENTHESES.fullmatch(pattern)
    found, depth = [""], 0
    for token in _TOKEN.findall(whole[1] if whole else pattern):
        depth += (token == "(") - (token == ")")
        if token == "|" and not depth:
            found.append("")
        else:
            found[-1] += token
    return found
