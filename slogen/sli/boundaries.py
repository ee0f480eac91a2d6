"""An exact `le="10"`, or `le=~"5|10"`: Prometheus 3 stores that bucket as "10.0", so both are asked for."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import Final

from slogen.promql.selector import Matcher, Selector
from slogen.promql.text import STRING
from slogen.sli.counters import Doubt
from slogen.sli.threshold import boundary_matcher

_LE: Final = re.compile(rf"(?<![\w:.])le\s*=~?\s*(?P<value>{STRING.pattern})|{STRING.pattern}", re.DOTALL)
# What of a pattern makes no other boundary of it: `10(\.0)?` finds 10 and 10.0.
_SPELLING: Final = re.compile(r"\(\\?\.0\)\?|\\")


def tolerant(text: str) -> tuple[str, tuple[Doubt, ...]]:
    """The text with matchers that find the boundary however it is stored, and a warning for each that doesn't
    ask for all of that itself."""
    doubts: list[Doubt] = []

    def found(match: re.Match[str]) -> str:
        written = _matcher(match["value"][1:-1]) if match["value"] else ""
        if not written or written == match.group():
            return match.group()
        if not _asks_for_both(match["value"][1:-1]):
            doubts.append(_doubt(match.group(), match["value"][1:-1]))
        return written

    return _LE.sub(found, text), tuple(doubts)


def is_one_boundary(selector: Selector) -> bool:
    """Whether it asks for one bucket, however that is stored: not `le=~"0.3|1.2"`, which are two to add."""
    asked = [m for m in selector.only("le") if m.op in ("=", "=~")]
    found = [{_number(_SPELLING.sub("", each)) for each in m.value.split("|")} for m in asked]
    return any(len(numbers) == 1 and None not in numbers for numbers in found)


def _matcher(value: str) -> str:
    """The matcher that finds these boundaries; "" where one is none, or each is stored as it is written."""
    matchers = [_boundary(each) for each in value.split("|")]
    if not all(matchers) or all(each and each.op == "=" for each in matchers):
        return ""
    patterns = [each.value if each.op == "=~" else re.escape(each.value) for each in matchers if each]
    return str(Matcher("le", "=~", "|".join(dict.fromkeys(patterns))))


def _asks_for_both(value: str) -> bool:
    """Whether the pattern lists each boundary in both spellings already."""
    asked = value.split("|")
    return all({repr(float(each)).removesuffix(".0"), repr(float(each))} <= {*asked} for each in asked)


def _boundary(value: str) -> Matcher | None:
    number = _number(value)
    return boundary_matcher(number) if number is not None and number.is_finite() and number else None


def _number(value: str) -> Decimal | None:
    try:
        return Decimal(value)
    except InvalidOperation:
        return None


def _doubt(shown: str, value: str) -> Doubt:
    stored = "|".join(repr(float(each)) for each in value.split("|"))
    message = f"`{shown}` is stored as {stored} by Prometheus 3 and some clients; slogen asks for both"
    hint = (
        "write `latency` with `threshold` and, for what is good beside it, `good: 'status!~\"5..\"'`: "
        "it also tells when the bucket is missing"
    )
    return Doubt("exact-le", message, hint)
