"""Little traffic: single failures, first failures, services that never failed."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ..checks import Silent, Value, page, remaining
from ..engine import Story
from ..specs import BAD_TOTAL, GOOD_TOTAL, one
from ..traffic import Target, World
from .shop import NAME, serve

HOURLY = 6  # a request every 6 minutes: 10 an hour


def _single(failures: Sequence[int], born: bool = True) -> Callable[[World], None]:
    """One request every few minutes, and a failed one at each of `failures`; `born`: their series exists."""

    def traffic(world: World) -> None:
        target = Target(world, "shop")
        if born:
            target.count(NAME, 0, code="500")
        for tick in world.ticks():
            bad = failures.count(int(tick.minute))
            serve(target, tick, max(bad, int(tick.index % HOURLY == 0)), bad)
            target.scrape(tick)

    return traffic


def _always(world: World) -> None:
    target = Target(world, "shop")
    for tick in world.ticks():
        serve(target, tick, 600, 0)
        target.scrape(tick)


def _first_ever(world: World) -> None:
    """The error series appears with its first error, in a total outage."""
    target = Target(world, "shop")
    for tick in world.ticks():
        out = tick.within(120, 140)
        serve(target, tick, 600, 600 if out else 0)
        target.scrape(tick)


def _no_success(world: World) -> None:
    """A service that only ever failed: no good series at all."""
    target = Target(world, "shop")
    for tick in world.ticks():
        serve(target, tick, 600, 600)
        target.scrape(tick)


def _dead_at_night(world: World) -> None:
    """20 requests an hour; from minute 370 on all fail."""
    target = Target(world, "shop")
    target.count(NAME, 0, code="500")
    for tick in world.ticks():
        hit = int(tick.index % 3 == 0)
        serve(target, tick, hit, hit if tick.minute > 370 else 0)
        target.scrape(tick)


def _silent(name: str, minutes: int, traffic: Callable[[World], None], objective: str = "99.9") -> Story:
    return Story(name, one(objective), minutes, traffic, (Silent(),))


STORIES = (
    _silent("one failure among 10 requests an hour", 480, _single([300])),
    _silent("two failures within a minute at 10 requests an hour", 480, _single([300, 301])),
    _silent("two failures in one scrape at 10 requests an hour", 480, _single([300, 300])),
    _silent("two failures an hour apart", 480, _single([300, 353])),
    _silent("the first failure ever, series born with it", 480, _single([300], born=False)),
    _silent("one failure at 99 %", 480, _single([300]), "99"),
    Story("two failures 3 min apart, every phase", one("99.9"), 480, _single([300, 303]), (Silent(),)),
    Story(
        "a service that never failed has a ratio of 0 and its whole budget",
        one("99.9"),
        120,
        _always,
        (
            Silent(),
            Value("slo:sli_error:ratio_rate5m", 60, 0),
            Value("slo:sli_error:ratio_rate1h", 60, 0),
            Value("slo:period_error_budget_remaining:ratio", 60, 1),
            Value("slo:current_burn_rate:ratio", 60, 0),
        ),
    ),
    Story(
        "good/total: a service that never failed",
        one("99.9", sli=GOOD_TOTAL),
        120,
        _always,
        (Silent(), Value("slo:sli_error:ratio_rate5m", 60, 0, 1e-9)),
    ),
    Story(
        "the error series appears for the first time in the outage",
        one("99.9"),
        200,
        _first_ever,
        (
            page(121, 123, over=150, runs=1),
            remaining("slo:period_error_budget_remaining:ratio", 190, 30, lambda _: 1000 * 20 / 190, 8),
        ),
    ),
    Story(
        "good/total: nothing ever succeeded",
        one("99.9", sli=GOOD_TOTAL),
        60,
        _no_success,
        (page(1, 3), Value("slo:sli_error:ratio_rate5m", 30, 1)),
    ),
    Story(
        "bad/total: nothing ever succeeded",
        one("99.9", sli=BAD_TOTAL),
        60,
        _no_success,
        (page(1, 3), Value("slo:sli_error:ratio_rate5m", 30, 1)),
    ),
    # Three failures are enough, one every 3 min; the page must hold while it lasts.
    Story(
        "everything fails at 20 requests an hour",
        one("99.9"),
        520,
        _dead_at_night,
        (page(376, 384, runs=1), Silent(end=370)),
    ),
)
