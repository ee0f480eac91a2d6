"""Budgets: event-weighted, against the truth that the traffic counted; and the alerts on them."""

from __future__ import annotations

from collections.abc import Callable
from math import pi, sin
from random import Random

from ..checks import NO_PAGE, Fires, Silent, Value, page, remaining
from ..engine import Story
from ..specs import GOOD_TOTAL, SETTINGS, one
from ..traffic import Target, World
from .shop import NAME, during, serve, steady

REMAINING = "slo:period_error_budget_remaining:ratio"
BURNT = "SLOErrorBudgetConsumed"


def _value(budget: float, minute: float, within: float, days: float, window: float = 1e9) -> Value:
    """The true share of the budget of so many days that is left."""

    def burn(world: World) -> float:
        total, bad = world.truth(minute, window)
        return bad / total / budget

    return remaining(REMAINING, minute, days, burn, within)


def _night_burst(world: World) -> None:
    """At night 1/s, all of them fail for half an hour; by day 100/s."""
    target = Target(world, "shop")
    target.count(NAME, 0, code="500")
    for tick in world.ticks():
        total = 60 if tick.minute <= 300 else 6000
        serve(target, tick, total, total if tick.within(100, 130) else 0)
        target.scrape(tick)


def _day_burst(world: World) -> None:
    """The same share of time, but in the busy hours."""
    target = Target(world, "shop")
    target.count(NAME, 0, code="500")
    for tick in world.ticks():
        total = 60 if tick.minute <= 300 else 6000
        serve(target, tick, total, total * 0.5 if tick.within(400, 410) else 0)
        target.scrape(tick)


def _wild(world: World) -> None:
    """Diurnal, bursty, idle hours, two instances that restart now and then."""
    random = Random(11)
    targets = [Target(world, "shop", name) for name in "ab"]
    for target in targets:
        target.count(NAME, 0, code="500")
    for tick in world.ticks():
        for target in targets:
            if random.random() < 0.003:
                target.restart()
                target.count(NAME, 0, code="200")
                target.count(NAME, 0, code="500")
            idle = tick.within(200, 260)
            total = 0 if idle else round(1500 * (1.1 + sin(2 * pi * tick.minute / 720)))
            serve(target, tick, total, round(total * random.choice((0, 0, 0, 0.02, 0.002))))
            target.scrape(tick)


def _one_minute(world: World) -> None:
    target = Target(world, "shop")
    target.count(NAME, 0, code="500")
    for tick in world.ticks():
        serve(target, tick, 600, 600 if tick.within(100, 101) else 0)
        target.scrape(tick)


def _late(world: World) -> None:
    """Everything fails for 10 min at first, then the service is healthy: the window forgets after 6 h."""
    target = Target(world, "shop")
    target.count(NAME, 0, code="500")
    for tick in world.ticks():
        serve(target, tick, 600, 600 if tick.within(20, 30) else 0)
        target.scrape(tick)


def _consumed(percent: str) -> tuple[tuple[str, str], ...]:
    return (("slo_budget_consumed", percent),)


def _blip(at: int) -> Callable[[World], None]:
    """300 requests fail between two scrapes."""

    def traffic(world: World) -> None:
        target = Target(world, "shop")
        target.count(NAME, 0, code="500")
        for tick in world.ticks():
            serve(target, tick, 600, 300 if tick.minute == at else 0)
            target.scrape(tick)

    return traffic


def _counted_once(counted: str, at: int) -> tuple[Value, ...]:
    """Each minute from the next base window on, while the blip moves through the tiles, or from the base
    windows of the hour into the hour."""
    return tuple(Value(counted, minute, 300, 1) for minute in range(at + 6, at + 80))


STORIES = (
    *(
        Story(
            f"a blip counts once {where}, where the {order[0]}s are evaluated first",
            one("99.9", window),
            at + 80,
            _blip(at),
            _counted_once(counted, at),
            order=order,
        )
        for order in (("page", "budget"), ("budget", "page"))
        for where, window, counted, at in (  # `at`: where tiles would meet if they were a minute apart
            ("in a day", "1d", "slo:sli_bad:rate1d * 86400", 93),
            ("since the start of the month", "{calendar: month}", "slo:period_bad:count", 90),
        )
    ),
    Story(
        "a burst at night costs few events",
        one("99", "1d"),
        600,
        _night_burst,
        (
            _value(0.01, 200, 0.2, 1),
            _value(0.01, 590, 0.005, 1),
            Silent(alert="SLOErrorBudgetExhausted", start=400),
        ),
    ),
    Story(
        "a burst in the busy hour costs many", one("99", "1d"), 600, _day_burst, (_value(0.01, 590, 0.02, 1),)
    ),
    Story(
        "wild traffic over half a day",
        one("99", "30d"),
        720,
        _wild,
        (_value(0.01, 190, 0.05, 30), _value(0.01, 715, 0.02, 30), Silent(alert="SLODataAbsent")),
    ),
    Story(
        "wild traffic, good/total", one("99", "30d", GOOD_TOTAL), 720, _wild, (_value(0.01, 715, 0.02, 30),)
    ),
    # 5 % fail from 370 on, over 6 h: 0.5, 0.8 and 1 % of 360 min are reached after 36, 58 and 72 min.
    # The alerts wait for 10 min, and keep firing for 30.
    Story(
        "budget alerts at 50, 80 and 100 % over 6h",
        one("99", "6h"),
        840,
        steady(10, during(370, 450, 0.05)),
        (
            Fires((415, 418), over=808, runs=1, severity="info", alert=BURNT, labels=_consumed("50%")),
            Fires((436, 440), runs=1, severity="ticket", alert=BURNT, labels=_consumed("80%")),
            Fires((451, 455), over=772, runs=1, severity="ticket", alert="SLOErrorBudgetExhausted"),
            _value(0.01, 445, 0.06, 0.25, 360),
            _value(0.01, 700, 0.06, 0.25, 360),
        ),
        watch_from=300,
    ),
    Story(
        "the window forgets: 6h later the budget is whole",
        one("99", "6h"),
        420,
        _late,
        (
            _value(0.01, 300, 0.05, 0.25),
            _value(0.01, 380, 0.05, 0.25, 360),
            _value(0.01, 415, 1e-6, 0.25, 360),
        ),
    ),
    Story(
        "a burst of one minute costs the same at every look",
        one("99", "30d"),
        220,
        _one_minute,
        tuple(_value(0.01, minute, 0.15, 30) for minute in range(205, 216)),
    ),
    Story("25h window", one("99", "25h"), 300, _late, (_value(0.01, 290, 0.05, 25 / 24),)),
    Story(
        "65m window",
        one("99", "1h5m"),
        200,
        _late,
        # At minute 80 the window still holds the first minutes of the total counter, which starts at zero.
        (_value(0.01, 80, 0.15, 65 / 1440, 65), _value(0.01, 190, 1e-6, 65 / 1440, 65)),
    ),
    Story(
        "an identity label on everything",
        one("99.9"),
        100,
        steady(10, during(65, 100)),
        (page(66, 67, cluster="eu-1"), Value('slo:sli_error:ratio_rate5m{cluster="eu-1"}', 60, 0)),
        settings=SETTINGS + "labels: {cluster: eu-1}\n",
    ),
    Story(
        "twenty rules a group: the page is at most a few minutes later",
        one("99.9"),
        100,
        steady(10, during(65, 100)),
        (page(66, 69), Silent(end=65)),
        settings=SETTINGS + "prometheus: {max_rules_per_group: 20}\n",
    ),
    Story(
        "budget group with a leak below the objective",
        one("99.9", "1d"),
        400,
        steady(10, during(0, 400, 0.0003)),
        (Silent(), NO_PAGE, _value(0.001, 390, 0.01, 1)),
    ),
)
