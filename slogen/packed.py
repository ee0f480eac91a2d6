"""Texts that are kept small until they are needed.

All files of a run are held until it is known that nothing is wrong with any, and those of a large project are
a gigabyte. They say the same again and again, so packed they take a fifteenth of that; processes pass them on
sooner, too.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

_FASTEST: Final = 1
_HEAD: Final = 65_536  # bytes


@dataclass(frozen=True, slots=True)
class Packed:
    """The bytes of a text in UTF-8, compressed."""

    data: bytes

    @property
    def content(self) -> bytes:
        """The bytes."""
        return zlib.decompress(self.data)

    def holds_any(self, words: Iterable[str]) -> bool:
        """Whether one of these words stands in the text; most texts say at the head what is looked for."""
        wanted = [word.encode() for word in words]
        head = zlib.decompressobj().decompress(self.data, _HEAD)
        return any(word in head for word in wanted) or any(word in self.content for word in wanted)


Text = str | Packed


def packed(text: Text) -> Text:
    """The text, packed; as it is, where UTF-8 can't write it."""
    if isinstance(text, Packed):
        return text
    try:
        return Packed(zlib.compress(text.encode(), _FASTEST))
    except UnicodeEncodeError:
        return text


def unpacked(text: Text) -> str:
    """The text itself."""
    return text.content.decode() if isinstance(text, Packed) else text
