"""Plain scalars by the YAML 1.2 core schema: `on`, `1:30` and dates are text, `012` is 12."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

Scalar = str | int | Decimal | bool | None

_WORDS: dict[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}

_INT = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_INFINITY = re.compile(r"[-+]?\.(?:inf|Inf|INF)")
_NAN = (".nan", ".NaN", ".NAN")
_FIRST = frozenset("+-.0123456789")
_BASES = {"0o": 8, "0x": 16}

# Beyond these a number is a slip or an attack: 1e999999999 is a gigabyte once written out.
_MAX_LENGTH = 100
_MAX_EXPONENT = 300


def resolve(text: str) -> Scalar:
    """Return what an untagged plain scalar means; whole numbers as int, others exactly, as Decimal.

    Raises ValueError for not-a-number (nothing can be compared with it) and for numbers of absurd size.
    """
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in _FIRST:
        return text
    if _INT.fullmatch(text):
        return int(_bounded(text), _BASES.get(text[:2], 10))
    if _FLOAT.fullmatch(text):
        return _decimal(_bounded(text))
    if _INFINITY.fullmatch(text):
        return Decimal(text.replace(".", ""))
    if text in _NAN:
        raise ValueError("not-a-number cannot be compared with anything")
    return text


def _bounded(text: str) -> str:
    if len(text) > _MAX_LENGTH:
        raise ValueError(f"a number of {len(text)} digits is too long")
    return text


def _decimal(text: str) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = Decimal("Infinity")
    if not number.is_finite() or abs(number.adjusted()) > _MAX_EXPONENT:
        raise ValueError(f"`{text}` is too large or too small for a number")
    return number
