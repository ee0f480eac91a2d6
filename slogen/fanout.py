"""Run a pure function over many items on all cores."""

from __future__ import annotations

import os
import pickle
from collections.abc import Callable, Sequence
from typing import Any, BinaryIO, TypeVar

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
    try:
        child = os.fork()
    except OSError:  # no memory or no process left
        os.close(reader)
        os.close(writer)
        return [work(item) for item in items]
    if not child:
        _be_the_child(work, items[1::2], reader, writer)
    os.close(writer)
    with os.fdopen(reader, "rb") as stream:
        pairs = [(work(item), _received(stream)) for item in items[::2]]
    os.waitpid(child, 0)
    outcomes: list[Outcome] = []
    for index, item in enumerate(items):
        outcome = pairs[index // 2][index % 2]
        outcomes.append(work(item) if isinstance(outcome, _Missing) else outcome)
    return outcomes


class _Missing:
    """What the child did not send."""


def _received(stream: BinaryIO) -> Any:
    """The child's next outcome; one at a time, so that all of them never lie in memory twice."""
    try:
        return pickle.load(stream)
    except (EOFError, pickle.UnpicklingError):
        return _Missing()


def _be_the_child(work: Callable[[Item], Outcome], items: Sequence[Item], reader: int, writer: int) -> None:
    """Send the outcomes one by one and end without running anything of the parent's."""
    try:
        os.close(reader)
        with os.fdopen(writer, "wb") as stream:
            for item in items:
                pickle.dump(work(item), stream, protocol=pickle.HIGHEST_PROTOCOL)
                stream.flush()
    finally:
        os._exit(0)


def _cores() -> int:
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1
