"""Calls of programs, in parallel over the cores, the longest first; known passes aren't run again."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import as_completed
from dataclasses import dataclass
from pathlib import Path

from slogen.oracles.cache import Cache
from slogen.oracles.call import Answer, call, callers
from slogen.oracles.output import Finding, judge_check, judge_test
from slogen.oracles.results import Promtool


@dataclass(frozen=True, slots=True)
class Question:
    """What a program is asked about a file: the words before and after its path, and what may be objected
    to in its answer. `expected` is all that `judge` depends on besides."""

    before: tuple[str, ...]
    judge: Callable[[Answer], tuple[Finding, ...]]
    after: tuple[str, ...] = ()
    expected: str = ""


TEST = Question(("test", "rules"), judge_test)


def check_rules(count: int) -> Question:
    """Whether a rule file is right and holds so many rules."""
    before = ("check", "rules", "--lint=all", "--lint-fatal")
    return Question(before, lambda answer: judge_check(answer, count), expected=str(count))


@dataclass(frozen=True, slots=True)
class Task:
    """A question about one file to one program.

    `reads` is all that the answer depends on, None where that isn't known. `cost` only orders. `copy` is what
    the program reads in its place, in words of its own.
    """

    promtool: Promtool
    path: Path
    reads: tuple[Path, ...] | None
    cost: float
    question: Question = TEST
    copy: Path | None = None


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
    try:
        with callers(jobs) as pool:
            # here, as the first ones run already while the last are submitted, and may be interrupted
            for future in as_completed([pool.submit(_run, task, timeout) for task in todo]):
                outcomes.append(future.result())
                done()
    finally:
        passed = [keys[outcome.task] for outcome in outcomes if not outcome.findings]
        cache.save([key for key in passed if key is not None])
    return outcomes


def _key(task: Task, cache: Cache) -> str | None:
    """None: can't be known from an earlier run."""
    if task.reads is None:
        return None
    try:
        asked = task.question
        words = (*asked.before, *asked.after, asked.expected)
        return cache.key(task.promtool.identity, words, task.reads)
    except OSError:
        return None


def _run(task: Task, timeout: float) -> Outcome:
    asked = task.question
    program = os.path.abspath(task.promtool.path)
    command = [program, *asked.before, os.path.abspath(task.copy or task.path), *asked.after]
    return Outcome(task, asked.judge(call(command, timeout)))
