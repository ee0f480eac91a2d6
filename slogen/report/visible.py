"""Foreign text made safe for a terminal."""

from __future__ import annotations

_ZERO_WIDTH_JOINER = "\u200d"  # not printable by itself, but what holds many emoji together


def visible(text: str) -> str:
    """Write out whatever does not print as itself: control characters, text direction, odd spaces.

    "\\x1b[31m" becomes the eight characters that are typed here.
    """
    if text.isprintable():
        return text
    return "".join(map(_visible, text))


def _visible(char: str) -> str:
    if char.isprintable() or char == _ZERO_WIDTH_JOINER:
        return char
    return char.encode("unicode_escape").decode("ascii")
