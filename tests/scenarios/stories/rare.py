"""Rare events are counted one by one: deployments, batch jobs, nightly imports."""

from __future__ import annotations

from collections.abc import Callable

from ..checks import NO_PAGE, Silent, Value
from ..engine import Story
from ..specs import one
from ..traffic import Target, Tick, World

RARE = """events:
  bad: deployments_total{job="ci",result="failed"}
  total: deployments_total{job="ci"}
  rare: true
"""
NAME = "deployments_total"
COUNT5 = "slo:sli_total:rate5m * 300"
RATIO, WHOLE = "slo:sli_error:ratio_rate7d", "slo:sli_total:rate7d * 7 * 86400"


def _deploy(target: Target, tick: Tick, failed: bool) -> None:
    target.count(NAME, 1, result="failed" if failed else "ok")
    target.world.happened(tick, 1, float(failed))


def _ten(world: World) -> None:
    """One deployment an hour, the fifth and ninth fail; the failed series is born with its first event."""
    target = Target(world, "ci")
    target.count(NAME, 0, result="ok")
    for tick in world.ticks():
        hour, minute = divmod(tick.index, 60)
        if minute == 37:
            _deploy(target, tick, hour in (4, 8))
        target.scrape(tick)


def _seen_first(world: World) -> None:
    """Prometheus meets a process that has counted 5000 already; at 120 it meets another one."""
    first, second = Target(world, "ci", "a"), Target(world, "ci", "b")
    for target in (first, second):
        target.count(NAME, 5000, result="ok")
        target.count(NAME, 70, result="failed")
    for tick in world.ticks():
        if tick.minute == 60:
            _deploy(first, tick, False)
        first.scrape(tick)
        if tick.minute >= 120:
            second.scrape(tick)


def _gap(world: World) -> None:
    """Not scraped for 20 min, in which one deployment happens."""
    target = Target(world, "ci")
    target.count(NAME, 5000, result="ok")
    for tick in world.ticks():
        if tick.minute == 110:
            _deploy(target, tick, False)
        target.up = not tick.within(100, 120)
        target.scrape(tick)


def _restart(world: World) -> None:
    """The process restarts and counts from zero; its start time is exposed."""
    target, start = Target(world, "ci"), -86400
    target.count(NAME, 40, result="ok")
    for tick in world.ticks():
        if tick.minute == 100:
            target.restart()
            start = 99 * 60
            _deploy(target, tick, True)
        if tick.minute in (150, 200):
            _deploy(target, tick, False)
        target.scrape(tick)
        world.record(tick, "process_start_time_seconds", {"job": "ci", "instance": "a"}, start)


def _new_pod(world: World) -> None:
    """Every deployment is done by a new process that lives for 10 min and exposes its start time."""
    ci = Target(world, "ci", "long")
    for tick in world.ticks():
        ci.scrape(tick)
        hour, minute = divmod(tick.index, 60)
        if minute == 20:
            pod = Target(world, "ci", f"pod-{hour}")
            _deploy(pod, tick, hour == 2)
        if 20 <= minute <= 30:
            pod.scrape(tick)
            stamp = {"job": "ci", "instance": pod.instance}
            world.record(tick, "process_start_time_seconds", stamp, (hour * 60 + 19) * 60 + 30)


def _share(minute: float) -> Callable[[World], float]:
    def truth(world: World) -> float:
        total, bad = world.truth(minute)
        return bad / total

    return truth


def _total(minute: float) -> Callable[[World], float]:
    return lambda world: world.truth(minute)[0]


STORIES = (
    Story(
        "ten deployments, two fail",
        one("90", "7d", RARE),
        660,
        _ten,
        (
            NO_PAGE,
            *(Value(RATIO, minute, _share(minute), 1e-9) for minute in (200, 281, 303, 540, 650, 652)),
            *(Value(WHOLE, minute, _total(minute), 1e-6) for minute in (39, 60, 203, 281, 650, 653)),
        ),
    ),
    Story(
        "a counter seen for the first time with 5000 is no burst",
        one("99", "7d", RARE),
        200,
        _seen_first,
        (
            Silent(),
            Value(COUNT5, 10, 0),
            Value(COUNT5, 62, 1),
            Value(COUNT5, 122, 0),
            Value(WHOLE, 190, 1, 1e-6),
        ),
    ),
    Story(
        "a gap of 20 min is no burst, and what happened in it is counted",
        one("99", "7d", RARE),
        200,
        _gap,
        (
            Silent(end=110),
            Silent("ticket"),
            Value(COUNT5, 122, 1),
            Value(COUNT5, 130, 0),
            Value(WHOLE, 190, 1, 1e-6),
        ),
    ),
    Story(
        "a restart: what the new process counted is new",
        one("50", "7d", RARE),
        240,
        _restart,
        (Value(WHOLE, 230, 3, 1e-6), Value(RATIO, 230, 1 / 3, 1e-9)),
    ),
    Story(
        "every deployment is a process of its own",
        one("50", "7d", RARE),
        400,
        _new_pod,
        (Value(WHOLE, 390, 7, 1e-6), Value(RATIO, 390, 1 / 7, 1e-9), Silent("page")),
    ),
)
