"""Restarts and deployments: new instances, lost counters, releases that break."""

from __future__ import annotations

from ..checks import NO_ABSENCE, Silent, page
from ..engine import Story
from ..specs import GOOD_TOTAL, one
from ..traffic import Target, World
from .shop import serve


def _resets(world: World) -> None:
    """Healthy, restarts every 13 minutes with a few requests lost."""
    target = Target(world, "shop")
    for tick in world.ticks():
        if tick.index % 13 == 12:
            target.restart()
        serve(target, tick, 600, 0.12)
        target.scrape(tick)


def _rolling(world: World) -> None:
    """Three instances; from minute 120 each is replaced by one with a new name, 2 min apart."""
    running = [Target(world, "shop", f"old-{i}") for i in range(3)]
    for tick in world.ticks():
        place = (tick.minute - 120) / 2
        if place in (0, 1, 2):
            running[int(place)] = Target(world, "shop", f"new-{int(place)}")
        for target in running:
            serve(target, tick, 200, 0.02)
            target.scrape(tick)


def _broken_release(world: World) -> None:
    """The same, but the new version answers every request with an error; rolled back after 15 min."""
    running = [Target(world, "shop", f"old-{i}") for i in range(3)]
    for tick in world.ticks():
        for minute, name in ((70, "bad"), (85, "again")):
            place = (tick.minute - minute) / 2
            if place in (0, 1, 2):
                running[int(place)] = Target(world, "shop", f"{name}-{int(place)}")
        for target in running:
            serve(target, tick, 200, 200 if target.instance.startswith("bad") else 0)
            target.scrape(tick)


def _all_at_once(world: World) -> None:
    """Every instance is replaced in the same minute by one that fails every request."""
    targets = [Target(world, "shop", f"old-{i}") for i in range(3)]
    for tick in world.ticks():
        if tick.minute == 71:
            targets = [Target(world, "shop", f"new-{i}") for i in range(3)]
        for target in targets:
            serve(target, tick, 200, 200 if tick.minute >= 71 else 0)
            target.scrape(tick)


def _canary(world: World) -> None:
    """One instance of ten runs a version in which everything fails: 10 % errors."""
    targets = [Target(world, "shop", f"{i}") for i in range(9)]
    for tick in world.ticks():
        if tick.minute == 71:
            targets.append(Target(world, "shop", "canary"))
        for target in targets:
            serve(target, tick, 60, 60 if target.instance == "canary" else 0)
            target.scrape(tick)


def _crash_loop(world: World) -> None:
    """Every three minutes the process dies, half of its requests fail, and one scrape of three is lost."""
    target = Target(world, "shop")
    for tick in world.ticks():
        looping = tick.minute > 70
        if looping and tick.index % 3 == 0:
            target.restart()
        target.up = not (looping and tick.index % 3 == 0)
        if target.up:
            serve(target, tick, 600, 300 if looping else 0)
        target.scrape(tick)


def _gap(world: World) -> None:
    """Healthy; Prometheus cannot reach it for 7 min, in which the process restarts."""
    target = Target(world, "shop")
    for tick in world.ticks():
        target.up = not tick.within(150, 157)
        if tick.minute == 153:
            target.restart()
        serve(target, tick, 600, 0.1)
        target.scrape(tick)


REMAINING = "slo:period_error_budget_remaining:ratio"
STORIES = (
    Story("counter resets in a healthy service", one("99.9"), 300, _resets, (Silent(),)),
    Story(
        "counter resets in a healthy service, good/total",
        one("99.9", sli=GOOD_TOTAL),
        300,
        _resets,
        (Silent(),),
    ),
    Story("rolling restart of three instances", one("99.9"), 240, _rolling, (Silent(),)),
    Story(
        "rolling restart of three instances, good/total",
        one("99.9", sli=GOOD_TOTAL),
        240,
        _rolling,
        (Silent(),),
    ),
    # A third of the traffic fails from 71 on, 1.44 % of an hour is reached at once.
    Story(
        "a release that breaks is paged and the rollback ends it",
        one("99.9"),
        130,
        _broken_release,
        (page(71, 74, over=101, runs=1), NO_ABSENCE),
    ),
    Story(
        "a release that breaks everything at once", one("99.9"), 100, _all_at_once, (page(71, 74, runs=1),)
    ),
    # 10 % of 1h reach 1.44 % after 8.6 min, and 0.6 % of the 70 min that are known after 4.2 min.
    Story("a canary that fails: 10 % errors", one("99.9"), 110, _canary, (page(74, 81, runs=1), NO_ABSENCE)),
    Story(
        "a crash loop with half of the requests failing",
        one("99.9"),
        120,
        _crash_loop,
        (page(71, 77, runs=1),),
    ),
    Story("seven minutes without scrapes and a restart", one("99.9"), 300, _gap, (Silent(),)),
)
