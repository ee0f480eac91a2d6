"""Run a pure function over many items on all cores."""

from __future__ import annotations

import os
import pickle
from collections.abc import Callable, Sequence
from typing import TypeVar

Item = TypeVar("Item")
Outcome = TypeVar("Outcome")

_WORTH_IT = 8  # items; below that a second process costs more than it saves


def fan_out(work: Callable[[Item], Outcome], items: Sequence[Item]) -> list[Outcome]:
    """The outcomes in the order of the items. `work` must be pure, and its outcome picklable.

    Half of the items go to a forked process. Should that fail in any way, this one does its share too.
    """
    if len(items) < _WORTH_IT or not hasattr(os, "fork") or _cores() < 2:
        return [work(item) for item in items]
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        _be_the_child(work, items[1::2], reader, writer)
    os.close(writer)
    mine = [work(item) for item in items[::2]]
    with os.fdopen(reader, "rb") as stream:
        data = stream.read()
    status = os.waitpid(child, 0)[1]
    others = [work(item) for item in items[1::2]] if status else pickle.loads(data)
    outcomes: list[Outcome] = [*mine, *others]
    outcomes[::2], outcomes[1::2] = mine, others
    return outcomes


def _be_the_child(work: Callable[[Item], Outcome], items: Sequence[Item], reader: int, writer: int) -> None:
    """Send the outcomes and end without running anything of the parent's."""
    try:
        os.close(reader)
        with os.fdopen(writer, "wb") as stream:
            pickle.dump([work(item) for item in items], stream, protocol=pickle.HIGHEST_PROTOCOL)
        os._exit(0)
    finally:
        os._exit(1)


def _cores() -> int:
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1
