"""The changes of one run on disk: staged beside their targets, published, and taken back after a failure."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from slogen.write.folders import Folders
from slogen.write.outfile import TEMP_PREFIX
from slogen.write.plans import Change


class WriteError(Exception):
    """An OSError and the path that people know, in place of the temporary one. `left` are files that could
    not be brought back to what they were."""

    def __init__(self, path: Path, error: OSError) -> None:
        super().__init__(str(error))
        self.path, self.reason = path, error.strerror or str(error)
        self.left: tuple[Path, ...] = ()


class Batch:
    """Temporary files and new folders of one run, and what of it is done."""

    def __init__(self, folders: Folders) -> None:
        self._folders = folders
        self._prefix = f"{TEMP_PREFIX}{os.getpid()}-{secrets.token_hex(4)}-"
        self._count = 0
        self._staged: dict[Path, str] = {}  # target -> name of its temporary file
        self._done: dict[Path, Change] = {}  # the first change of each path

    def stage(self, changes: Iterable[Change]) -> None:
        """Write each new content beside its target. Raises WriteError."""
        for change in changes:
            if (content := change.new) is not None:
                with _named(change.path):
                    self._stage_one(change, content)

    def publish(self, changes: Iterable[Change]) -> None:
        """Rename the staged contents of these changes over their targets. Raises WriteError."""
        for change in changes:
            if change.wanted is not None:
                with _named(change.path):
                    folder, staged = self._folders.handle(change.path.parent), self._staged[change.path]
                    os.replace(staged, change.path.name, src_dir_fd=folder, dst_dir_fd=folder)
                    self._done.setdefault(change.path, change)
                del self._staged[change.path]

    def remove(self, changes: Iterable[Change]) -> None:
        """Remove the files of those changes that have no new content. Raises WriteError."""
        for change in changes:
            if change.wanted is None:
                with _named(change.path), suppress(FileNotFoundError):
                    os.unlink(change.path.name, dir_fd=self._folders.handle(change.path.parent))
                    self._done.setdefault(change.path, change)

    def remove_empty(self, folders: Iterable[Path]) -> None:
        """Remove those of these folders that are empty."""
        for folder in folders:
            with suppress(OSError):
                self._folders.remove(folder)

    def discard(self) -> None:
        """Take back what is staged and not yet published."""
        for path, staged in self._staged.items():
            with suppress(OSError):
                os.unlink(staged, dir_fd=self._folders.handle(path.parent))
        self._staged.clear()

    def take_back(self) -> tuple[Path, ...]:
        """Put everything back to what it was; the files for which that failed."""
        self.discard()
        done, self._done = self._done, {}
        left = [path for path, change in reversed(done.items()) if not self._revert(change)]
        self.discard()
        self.remove_empty(self._folders.made())
        return tuple(sorted(left))

    def _revert(self, change: Change) -> bool:
        back = [Change(change.path, change.new, change.old, change.mode)]
        try:
            self.stage(back)
            self.publish(back)
            self.remove(back)
        except WriteError:
            return False
        return True

    def _stage_one(self, change: Change, content: bytes) -> None:
        folder = self._folders.handle(change.path.parent, make=True)
        self._count += 1
        name = self._staged[change.path] = f"{self._prefix}{self._count}"
        # A new file's mode is 0666 less the umask.
        with open(name, "xb", opener=lambda path, flags: os.open(path, flags, 0o666, dir_fd=folder)) as out:
            if change.mode is not None:
                os.fchmod(out.fileno(), change.mode)
            out.write(content)


@contextmanager
def _named(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise WriteError(path, error) from error
