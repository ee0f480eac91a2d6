"""Slow leaks and noise: who is told, when, and how often."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from ..checks import NO_PAGE, NO_TICKET, Fires, Silent, page
from ..engine import Check, Story
from ..specs import one
from ..traffic import Target, World
from .shop import during, serve, steady

HISTORY = 370


def _leak(objective: str, burn: float, minutes: int, *expect: Check, from_start: bool = False) -> Story:
    budget = 1 - float(objective) / 100
    start = 0 if from_start else HISTORY
    return Story(
        f"leak of {burn:g}x at {objective} %",
        one(objective),
        minutes=minutes,
        traffic=steady(100, during(start, minutes, burn * budget)),
        expect=expect,
        watch_from=60,
        known=from_start,
    )


def _noisy(objective: str, burn: float, rps: float, seed: int) -> Callable[[World], None]:
    """Failures fall at random (binomial by minute) at a mean of `burn` times the budget."""

    def traffic(world: World) -> None:
        random, target = Random(seed), Target(world, "shop")
        share = burn * (1 - float(objective) / 100)
        for tick in world.ticks():
            total = round(rps * world.step)
            bad = sum(random.random() < share for _ in range(total))
            serve(target, tick, total, bad)
            target.scrape(tick)

    return traffic


def _noisy_story(objective: str, burn: float, rps: float, minutes: int, *expect: Check) -> Story:
    return Story(
        f"noisy leak of {burn:g}x at {objective} %, {rps:g} requests/s",
        one(objective),
        minutes=minutes,
        traffic=_noisy(objective, burn, rps, seed=7),
        expect=expect,
        watch_from=120,
        known=True,
    )


def _pulsed(world: World) -> None:
    """Every third minute 12 % fail, else nothing: 4 % on average, 4x at 99 %."""
    target = Target(world, "shop")
    for tick in world.ticks():
        serve(target, tick, 600, 72 if tick.index % 3 == 0 and tick.minute > HISTORY else 0)
        target.scrape(tick)


STORIES = (
    # 6x over 6h is reached after 6/8 of 6h = 270 min.
    _leak("99", 8, 680, page(HISTORY + 268, HISTORY + 273)),
    # 14.4x over 1h: 14.4/20 of 1h = 43 min.
    _leak("99.9", 20, 450, page(HISTORY + 42, HISTORY + 45)),
    _leak(
        "99.9",
        2,
        300,
        NO_PAGE,
        Fires((60, 200), severity="ticket", alert="SLOErrorBudgetBurn"),
        from_start=True,
    ),
    _leak("99.9", 0.7, 300, NO_PAGE, Silent(alert="SLOErrorBudgetBurn"), from_start=True),
    _leak("90", 1.4, 300, NO_PAGE, from_start=True),
    Story(
        "a leak that met the objective for ever is silent but for its budget",
        one("99.9"),
        minutes=300,
        traffic=steady(100, during(0, 300, 0.0004)),
        expect=(NO_PAGE, NO_TICKET, Silent("info")),
        known=True,
    ),
    _noisy_story("99.9", 8, 10, 500, page(120, 400, runs=2)),
    _noisy_story("99", 8, 1, 500, page(120, 400, runs=2)),
    _noisy_story("99.9", 20, 10, 300, page(120, 200, runs=2)),
    _noisy_story("99.9", 16, 10, 400, page(120, 200, runs=2)),
    _noisy_story("99.9", 3, 10, 300, NO_PAGE),
    _noisy_story("99", 10, 0.2, 500, page(120, 400, runs=3)),
    Story(
        "errors in pulses, 4x at 99 %, open a ticket", one("99"), 700, _pulsed, (NO_PAGE,), watch_from=HISTORY
    ),
)
