"""Texts that are kept small, or left where they are, until they are needed.

All files of a run are held until it is known that nothing is wrong with any, and those of a large project are
a gigabyte. They say the same again and again, so packed they take a fifteenth of that; processes pass them on
sooner, too.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_FASTEST: Final = 1
_HEAD: Final = 4096  # bytes


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


@dataclass(frozen=True, slots=True)
class Left:
    """The bytes of a file that is as it should be: they are read again if anybody asks for them."""

    path: Path

    @property
    def content(self) -> bytes:
        """The bytes."""
        return self.path.read_bytes()


Text = str | Packed | Left


def packed(text: Text) -> Text:
    """The text, packed; as it is, where UTF-8 can't write it."""
    if not isinstance(text, str):
        return text
    try:
        return Packed(zlib.compress(text.encode(), _FASTEST))
    except UnicodeEncodeError:
        return text


def unpacked(text: Text) -> str:
    """The text itself."""
    return text if isinstance(text, str) else text.content.decode()
