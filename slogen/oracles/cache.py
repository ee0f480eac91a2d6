"""Which calls of promtool are known to pass: a key holds the content of all that a call reads.

Only passes are kept. A damaged cache counts as absent.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Final

from slogen.write.cache import load_cache, save_cache

_NAME: Final = "proof"
_FORMAT: Final = 1  # of what counts as a pass
_MOST: Final = 50_000


class Cache:
    """The passes of earlier runs, and digests of files that were looked at in this one."""

    def __init__(self, base: Path) -> None:
        self._base = base
        self._digests: dict[Path, str] = {}
        found = load_cache(base, _NAME).get("passes")
        self.passes = [key for key in found if isinstance(key, str)] if isinstance(found, list) else []

    def key(self, identity: str, arguments: Iterable[str], reads: Iterable[Path]) -> str:
        """A key for a call of the program with this identity. Raises OSError if a file can't be read."""
        parts = [str(_FORMAT), identity, *arguments, *map(self._digest, reads)]
        return hashlib.sha256("\0".join(parts).encode(errors="surrogateescape")).hexdigest()

    def _digest(self, path: Path) -> str:
        if path not in self._digests:
            self._digests[path] = hashlib.sha256(path.read_bytes()).hexdigest()
        return self._digests[path]

    def save(self, passed: Collection[str]) -> None:
        """Remember these passes besides the older ones, the oldest of which are forgotten in the end."""
        if set(passed) <= set(self.passes):
            return
        older = set(self.passes) - set(passed)
        kept = [*(key for key in self.passes if key in older), *passed]
        save_cache(self._base, _NAME, {"passes": kept[-_MOST:]})
