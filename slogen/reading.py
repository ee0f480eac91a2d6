"""Reading what somebody else put there: regular files only, so that a pipe or a device never hangs a run."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

_KINDS = {
    stat.S_IFLNK: "a symbolic link",
    stat.S_IFDIR: "a folder",
    stat.S_IFREG: "a file",
    stat.S_IFIFO: "a named pipe",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a device",
    stat.S_IFBLK: "a device",
}


def kind_of(mode: int) -> str:
    """What lies there, in words, by its `st_mode`."""
    return _KINDS.get(stat.S_IFMT(mode), "a special file")


def read_regular(path: Path, most: int | None = None, *, follow: bool = True) -> bytes:
    """The content of a regular file. Raises OSError for anything else, and for one of more than `most`
    bytes; with `follow` false also for a symbolic link."""
    flags = os.O_NONBLOCK | os.O_NOCTTY | (0 if follow else os.O_NOFOLLOW)
    _refuse(os.stat(path, follow_symlinks=follow), path, most)
    with open(path, "rb", opener=lambda name, given: os.open(name, given | flags)) as file:
        _refuse(os.fstat(file.fileno()), path, most)
        return file.read()


def _refuse(state: os.stat_result, path: Path, most: int | None) -> None:
    if not stat.S_ISREG(state.st_mode):
        raise OSError(errno.EINVAL, f"it is {kind_of(state.st_mode)}", os.fspath(path))
    if most is not None and state.st_size > most:
        raise OSError(errno.EFBIG, f"it has {state.st_size / 1024**2:.1f} MiB", os.fspath(path))


def why_unreadable(path: Path, error: OSError) -> str:
    """What keeps a path from being read, in words."""
    if isinstance(error, FileNotFoundError) and os.path.islink(path):
        return f"it is a symbolic link to `{os.readlink(path)}`, where nothing lies"
    return error.strerror or str(error)
