"""Durations (whole seconds) and exact decimals: the only place that knows how they are written."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from functools import lru_cache

MINUTE = 60
HOUR = 60 * MINUTE
DAY = 24 * HOUR
WEEK = 7 * DAY
YEAR = 365 * DAY

_UNITS = {"y": YEAR, "w": WEEK, "d": DAY, "h": HOUR, "m": MINUTE, "s": 1}
_PARTS = (rf"(?:([0-9]{{1,12}}){unit})?" for unit in ("y", "w", "d", "h", "m(?!s)", "s", "ms"))
_DURATION = re.compile("".join(_PARTS))


def parse_milliseconds(text: str) -> int:
    """Read a Prometheus duration ("500ms", "1h30m") as whole milliseconds.

    Raises ValueError when the text is not a duration as Prometheus writes it.
    """
    match = _DURATION.fullmatch(text)
    if not text or match is None:
        raise ValueError(f"`{text}` is not a duration; write it as Prometheus does: 30s, 5m, 1h30m, 30d")
    *parts, millis = match.groups()
    seconds = sum(int(n) * size for n, size in zip(parts, _UNITS.values(), strict=True) if n)
    return seconds * 1000 + int(millis or 0)


@lru_cache(maxsize=4096)
def parse_duration(text: str) -> int:
    """Read a Prometheus duration as whole seconds. Raises ValueError for anything else."""
    millis = parse_milliseconds(text)
    if millis % 1000:
        raise ValueError(f"`{text}` is not a whole number of seconds")
    return millis // 1000


@lru_cache(maxsize=4096)
def format_duration(seconds: int) -> str:
    """Write whole seconds the short way people do: 300 -> "5m", 129600 -> "36h", 604800 -> "7d".

    Weeks and years are never used, so that the name of a series doesn't depend on how its window was
    written. One unit where that stays readable (at most 90 of it), else several: 87900 -> "1d25m".
    """
    for unit, size, most in (("d", DAY, seconds), ("h", HOUR, 90), ("m", MINUTE, 90)):
        if seconds and seconds % size == 0 and seconds // size <= most:
            return f"{seconds // size}{unit}"
    out, rest = "", seconds
    for unit, size in (("d", DAY), ("h", HOUR), ("m", MINUTE), ("s", 1)):
        count, rest = divmod(rest, size)
        out += f"{count}{unit}" if count else ""
    return out or "0s"


@lru_cache(maxsize=4096)
def roughly(seconds: float) -> str:
    """A finite span as people say it: 10620.4 -> "2h57m", in its two largest units."""
    sign, left = "-" if seconds < 0 else "", round(abs(seconds))
    parts = []
    for size, unit in ((DAY, "d"), (HOUR, "h"), (MINUTE, "m"), (1, "s")):
        if left >= size:
            parts.append((left // size, unit))
            left %= size
        elif parts:
            parts.append((0, unit))
    return sign + ("".join(f"{n}{unit}" for n, unit in parts[:2] if n) or "0s")


@lru_cache(maxsize=4096)
def to_text(value: Fraction, digits: int = 6) -> str:
    """Write an exact number as a plain decimal with at most `digits` significant digits.

    Never through float: 14.4 * 0.001 is "0.0144".
    """
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return plain(rounded(exact, digits))


def plain(value: Decimal) -> str:
    """Write a decimal without exponent and without trailing zeros: Decimal("99.90") -> "99.9"."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def rounded(value: Decimal, digits: int = 6) -> Decimal:
    """Round to `digits` significant digits (thresholds in rules are for people too)."""
    if not value:
        return Decimal(0)
    return +value.quantize(Decimal(1).scaleb(value.adjusted() - digits + 1)).normalize()


def to_decimal(value: object) -> Decimal:
    """Turn a YAML scalar ("99.9", "99.9%", 99) into a Decimal without passing through float.

    Raises ValueError for text that is not a number.
    """
    text = str(value).strip().removesuffix("%").strip()
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise ValueError(f"`{value}` is not a number") from None
    if not number.is_finite() or abs(number.adjusted()) > 300:
        raise ValueError(f"`{value}` is not a number that can be computed with")
    return number
