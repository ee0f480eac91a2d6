"""An exact `le="10"` in a side: Prometheus 3 stores that bucket as "10.0", so both are asked for."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import Final

from slogen.promql.text import STRING
from slogen.sli.counters import Doubt
from slogen.sli.threshold import boundary_matcher

_LE: Final = re.compile(rf"(?<![\w:.])le\s*=\s*(?P<value>{STRING.pattern})|{STRING.pattern}", re.DOTALL)


def tolerant(text: str) -> tuple[str, tuple[Doubt, ...]]:
    """The text with matchers that find the boundary however it is stored, and a warning for each."""
    doubts: list[Doubt] = []

    def found(match: re.Match[str]) -> str:
        written = _matcher(match["value"][1:-1]) if match["value"] else ""
        if not written or written == match.group():
            return match.group()
        doubts.append(_doubt(match.group(), match["value"][1:-1]))
        return written

    return _LE.sub(found, text), tuple(doubts)


def _matcher(value: str) -> str:
    """The matcher that finds a boundary; "" where this is none, or only ever stored as it is written."""
    try:
        number = Decimal(value)
    except InvalidOperation:
        return ""
    if not number.is_finite() or not number:
        return ""
    matcher = boundary_matcher(number)
    return str(matcher) if matcher.op == "=~" else ""


def _doubt(shown: str, value: str) -> Doubt:
    message = (
        f"`{shown}` is stored as {float(value)!r} by Prometheus 3 and some clients; slogen asks for both"
    )
    hint = (
        "write `latency` with `threshold` and, for what is good beside it, `good: 'status!~\"5..\"'`: "
        "it also tells when the bucket is missing"
    )
    return Doubt("exact-le", message, hint)
