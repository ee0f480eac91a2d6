"""Reading below one root without ever following a symbolic link inside it.

A link could lead a write or a removal out of the folder that slogen was given. The root itself may be a
link: that is the user's own choice.
"""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path

from slogen.diagnostics import Problem, Span
from slogen.reading import kind_of, read_regular
from slogen.write.outfile import ancestors, has_marker


class BlockedError(Exception):
    """Something lies where slogen cannot read or may not write; carries the Problem."""

    def __init__(self, code: str, message: str, path: str, hint: str = "") -> None:
        super().__init__(message)
        self.problem = Problem(code, message, Span(path), hint)


@dataclass(frozen=True, slots=True)
class Found:
    """A regular file's bytes and permission bits; both None when there is no file."""

    content: bytes | None = None
    mode: int | None = None


class Disk:
    """The files below `root`; folders once looked at are remembered for the life of this object."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._folders: dict[str, bool] = {}
        if root.exists() and not root.is_dir():
            raise BlockedError(
                "not-a-directory", "a file lies where the output folder should be", root.as_posix()
            )

    def show(self, path: str) -> str:
        """Return a path as people see it in a report."""
        return (self._root / path).as_posix()

    def read(self, path: str) -> Found:
        """Read one file. Raises BlockedError for anything that is neither a regular file nor absent."""
        if not all(self._is_folder(folder) for folder in ancestors(path)):
            return Found()
        status = self._status(path)
        if status is None:
            return Found()
        if not stat.S_ISREG(status.st_mode):
            raise self._blocked("not-a-file", path, status.st_mode, "a generated file")
        try:
            content = read_regular(self._root / path, follow=False)  # it may be another file by now
            return Found(content, stat.S_IMODE(status.st_mode))
        except FileNotFoundError:  # another run has taken it away since
            return Found()
        except OSError as error:
            raise BlockedError("cannot-read", f"cannot read: {error.strerror}", self.show(path)) from None

    def names(self, folder: str) -> list[str]:
        """Return the names in a folder, sorted; none when it is absent. Raises BlockedError like `read`."""
        if not all(self._is_folder(name) for name in [*ancestors(folder), *([folder] if folder else [])]):
            return []
        try:
            return sorted(os.listdir(self._root / folder))
        except FileNotFoundError:
            return []
        except OSError as error:
            raise BlockedError("cannot-read", f"cannot read: {error.strerror}", self.show(folder)) from None

    def _is_folder(self, folder: str) -> bool:
        if folder not in self._folders:
            status = self._status(folder)
            if status is not None and not stat.S_ISDIR(status.st_mode):
                raise self._blocked("not-a-directory", folder, status.st_mode, "a folder of generated files")
            self._folders[folder] = status is not None
        return self._folders[folder]

    def _status(self, path: str) -> os.stat_result | None:
        try:
            return os.lstat(self._root / path)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise BlockedError(
                "cannot-read", f"cannot use this path: {error.strerror}", self.show(path)
            ) from None

    def _blocked(self, code: str, path: str, mode: int, wanted: str) -> BlockedError:
        hint = "move it away or choose another output folder; slogen writes neither through nor over it"
        return BlockedError(code, f"{kind_of(mode)} lies where {wanted} should be", self.show(path), hint)


def is_generated(root: Path, path: str) -> bool:
    """Whether there is a file that says that slogen made it."""
    try:
        return has_marker(Disk(root).read(path).content or b"")
    except BlockedError:
        return False
