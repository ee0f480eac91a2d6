"""Calls of promtool, in parallel over the cores, the longest first; known passes aren't run again."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path

from slogen.oracles.cache import Cache
from slogen.oracles.call import Answer, call
from slogen.oracles.output import Finding, judge_check, judge_test
from slogen.oracles.results import Promtool

_ARGUMENTS = {"check": ("check", "rules", "--lint=all", "--lint-fatal"), "test": ("test", "rules")}


@dataclass(frozen=True, slots=True)
class Task:
    """One file for one promtool: a test, or where `rules` says how many it must find, a check of rules.

    `reads` is all that the answer depends on, None where that isn't known. `cost` only orders.
    """

    promtool: Promtool
    path: Path
    reads: tuple[Path, ...] | None
    cost: float
    rules: int | None = None

    @property
    def arguments(self) -> tuple[str, ...]:
        """What promtool is asked, without the file."""
        return _ARGUMENTS["test" if self.rules is None else "check"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a task: nothing to object to is a pass."""

    task: Task
    findings: tuple[Finding, ...]
    reused: bool = False


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def run(
    tasks: Sequence[Task], cache: Cache, *, jobs: int, timeout: float, rerun: bool, done: Callable[[], None]
) -> list[Outcome]:
    """Run all tasks but those that passed before (all with `rerun`), `timeout` seconds each at most.

    `done` is called after each. Passes are saved also when the run is interrupted.
    """
    keys = {task: _key(task, cache) for task in tasks}
    known = frozenset() if rerun else frozenset(cache.passes)
    outcomes = [Outcome(task, (), reused=True) for task in tasks if keys[task] in known]
    todo = sorted((t for t in tasks if keys[t] not in known), key=lambda task: task.cost, reverse=True)
    for _ in outcomes:
        done()
    pool = ThreadPoolExecutor(max_workers=jobs)
    try:
        for future in as_completed([pool.submit(_run, task, timeout) for task in todo]):
            outcomes.append(future.result())
            done()
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
        passed = [keys[outcome.task] for outcome in outcomes if not outcome.findings]
        cache.save([key for key in passed if key is not None])
    return outcomes


def _key(task: Task, cache: Cache) -> str | None:
    """None: can't be known from an earlier run."""
    if task.reads is None:
        return None
    try:
        return cache.key(task.promtool.identity, (*task.arguments, str(task.rules)), task.reads)
    except OSError:
        return None


def _run(task: Task, timeout: float) -> Outcome:
    command = [os.path.abspath(task.promtool.path), *task.arguments, os.path.abspath(task.path)]
    return Outcome(task, _judge(task, call(command, timeout)))


def _judge(task: Task, answer: Answer) -> tuple[Finding, ...]:
    return judge_test(answer) if task.rules is None else judge_check(answer, task.rules)
