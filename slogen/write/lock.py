"""One run at a time below a root."""

from __future__ import annotations

import errno
import fcntl
import os
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

_POLL_SECONDS = 0.02


class BusyError(Exception):
    """Another run held the lock for the whole wait; carries the root."""

    def __init__(self, root: Path) -> None:
        super().__init__(str(root))
        self.root = root


@contextmanager
def locked(roots: Iterable[Path], wait: float) -> Iterator[dict[Path, int]]:
    """Hold an advisory lock on each folder, made if absent, and give a handle of each; wait at most `wait`
    seconds for all of them.

    The lock is on the folder itself: no lock file shows up in git, and the kernel drops the lock of a
    killed run. Raises BusyError, or OSError when a folder cannot be made or opened.
    """
    deadline = time.monotonic() + wait
    places = {root: os.path.realpath(root) for root in roots}
    handles: dict[str, int] = {}
    with ExitStack() as stack:
        for root, place in sorted(places.items(), key=lambda pair: pair[1]):  # one order: no deadlock
            if place in handles:
                continue
            root.mkdir(parents=True, exist_ok=True)
            handle = os.open(root, os.O_RDONLY | os.O_DIRECTORY)
            stack.callback(os.close, handle)
            handles[place] = handle
            while not _try_lock(handle):
                if time.monotonic() > deadline:
                    raise BusyError(root)
                time.sleep(_POLL_SECONDS)
        yield {root: handles[place] for root, place in places.items()}


def _try_lock(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        # Some network file systems cannot lock a folder; going on unlocked beats not working there.
        return error.errno not in (errno.EWOULDBLOCK, errno.EAGAIN, errno.EINTR)
    return True
