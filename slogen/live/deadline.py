"""An end for what may wait for ever."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from threading import Thread
from typing import TypeVar

Found = TypeVar("Found")


def within(seconds: float, work: Callable[[], Found]) -> Found:
    """What the work gives or raises; TimeoutError after so many seconds, whatever it waits for.

    A socket's own timeout starts anew with every byte that comes: headers that drip, or names that nobody
    resolves, would hold us for ever. The thread is left behind, and keeps no program from ending.
    """
    future: Future[Found] = Future()
    Thread(target=_into, args=(future, work), daemon=True).start()
    return future.result(timeout=seconds)


def _into(future: Future[Found], work: Callable[[], Found]) -> None:
    try:
        future.set_result(work())
    except BaseException as error:  # it is raised where the work is waited for
        future.set_exception(error)
