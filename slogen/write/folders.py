"""Folders below roots, opened without ever following a link below a root.

A folder may become a link while slogen runs. A path would then lead out of the root; a handle doesn't.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType

_BELOW = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW


class Folders:
    """Gives handles of folders below those of `roots`, and knows which of them it made. The last one stays
    open: changes come in the order of their paths."""

    def __init__(self, roots: Mapping[Path, int]) -> None:
        self._handles = roots
        self._roots = sorted(roots, key=lambda root: len(root.parts), reverse=True)
        self._open: tuple[Path, int] | None = None
        self._made: list[Path] = []

    def __enter__(self) -> Folders:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    def handle(self, folder: Path, *, make: bool = False) -> int:
        """A handle that is good until the next call. Raises OSError where a link or a file lies."""
        if self._open is None or self._open[0] != folder:
            self._close()
            self._open = folder, self._descend(folder, make)
        return self._open[1]

    def remove(self, folder: Path) -> None:
        """Remove an empty folder. Raises OSError where it isn't."""
        os.rmdir(folder.name, dir_fd=self.handle(folder.parent))

    def made(self) -> list[Path]:
        """The folders that were made, innermost first."""
        return self._made[::-1]

    def _close(self) -> None:
        if self._open is not None:
            os.close(self._open[1])
            self._open = None

    def _descend(self, folder: Path, make: bool) -> int:
        place = next(root for root in self._roots if folder.is_relative_to(root))
        handle = os.dup(self._handles[place])
        try:
            for part in folder.relative_to(place).parts:
                place /= part
                if make:
                    self._make(place, handle)
                below = os.open(part, _BELOW, dir_fd=handle)
                os.close(handle)
                handle = below
        except BaseException:
            os.close(handle)
            raise
        return handle

    def _make(self, place: Path, above: int) -> None:
        try:
            os.mkdir(place.name, dir_fd=above)
        except FileExistsError:
            return
        self._made.append(place)
