"""Run a pure function over many items on several cores."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, Final, TypeVar

Item = TypeVar("Item")
Outcome = TypeVar("Outcome")

_WORTH_IT: Final = 8  # items; below that a second process costs more than it saves
_here: Callable[[int], Any]  # in a worker: the outcome of an item, by its number


def fan_out(work: Callable[[Item], Outcome], items: Sequence[Item], jobs: int = 1) -> list[Outcome]:
    """The outcomes in the order of the items. `work` must be pure, and its outcome picklable.

    With several `jobs`, so many processes are forked where that is worth it and can be done. What they don't
    get done, for whatever reason, is done here.
    """
    outcomes: list[Outcome] = []
    if jobs > 1 and len(items) >= _WORTH_IT and hasattr(os, "fork"):
        with suppress(Exception):  # what is wrong with the work itself shows below
            _fork(work, items, min(jobs, len(items)), outcomes)
    return outcomes + [work(item) for item in items[len(outcomes) :]]


def cores() -> int:
    """How many this process may use."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1


def _fork(work: Callable[[Item], Outcome], items: Sequence[Item], jobs: int, outcomes: list[Outcome]) -> None:
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor

    # Forked, so that the items needn't be pickled.
    context = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(jobs, context, _begin, (lambda number: work(items[number]),)) as pool:
        outcomes.extend(pool.map(_outcome, range(len(items))))


def _begin(here: Callable[[int], Any]) -> None:
    """In a worker: the parent tells when to end, also by ending itself."""
    global _here
    _here = here
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    threading.Thread(target=_end_with_the_parent, daemon=True).start()


def _end_with_the_parent() -> None:
    import multiprocessing

    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(0)


def _outcome(number: int) -> Any:
    return _here(number)
