"""Traffic that there always is, and isn't: a trickle, silence, deployments, outages, and what is new."""

from __future__ import annotations

from collections.abc import Callable

from ..checks import NO_ABSENCE, NO_PAGE, Fires, Holds, Silent
from ..engine import Check, Story
from ..specs import one
from ..traffic import Target, Tick, World
from .shop import serve

LOW = "SLOTrafficLow"
SILENT = Silent(alert=LOW)
USUAL, LEAST = 600, 1000  # a minute; in 30 minutes


def _spec(least: int = LEAST, more: str = "") -> str:
    return one("99.9", extra=f"alerting: {{traffic: {{min: {least}, for: 30m}}{more}}}\n")


def _served(
    rate: Callable[[Tick], float],
    *,
    up: Callable[[Tick], bool] = lambda _: True,
    restarts: tuple[int, ...] = (),
    begins: float = 0,
) -> Callable[[World], None]:
    """One target with so many requests a minute."""

    def traffic(world: World) -> None:
        target = Target(world, "shop")
        for tick in (tick for tick in world.ticks() if tick.minute >= begins):
            if tick.minute in restarts:
                target.restart()
            target.up = up(tick)
            if rate(tick):
                serve(target, tick, rate(tick), 0)
            target.scrape(tick)

    return traffic


def _falls(to: float, start: float = 120, end: float = 360) -> Callable[[Tick], float]:
    return lambda tick: to if tick.within(start, end) else USUAL


def _low(first: float, last: float, over: float) -> Fires:
    return Fires((first, last), over, 1, "ticket", LOW)


def _story(
    name: str, minutes: int, traffic: Callable[[World], None], *expect: Check, spec: str = ""
) -> Story:
    return Story(f"idle: {name}", spec or _spec(), minutes, traffic, (NO_PAGE, *expect))


STORIES = [
    _story("a trickle at night", 480, _served(_falls(1)), _low(148, 156, 400), NO_ABSENCE),
    _story(
        "a restart at night, and no counters until the morning",
        420,
        _served(_falls(0, 100, 300), restarts=(120,), up=lambda tick: not tick.within(119, 121)),
        _low(128, 136, 340),
        NO_ABSENCE,
    ),
    _story(
        "a scrape is missed while it is idle",
        420,
        _served(_falls(1), up=lambda tick: tick.minute not in (200, 260)),
        Holds(160, 360, alert=LOW),
    ),
    _story(
        "a deployment restarts everything",
        300,
        _served(lambda _: USUAL, restarts=(120, 180), up=lambda tick: not tick.within(119, 121)),
        SILENT,
        spec=_spec(USUAL * 25),
    ),
    _story("a new service with few calls", 240, _served(lambda _: 1, begins=60), _low(90, 98, 1e9)),
    Story(
        "idle: its targets are down, and back",
        _spec(),
        420,
        _served(_falls(0, 120, 240), up=lambda tick: not tick.within(120, 240)),
        (SILENT, Fires((130, 140), 260, 1, "page", "SLODataAbsent")),
    ),
    _story(
        "its targets are down every night, which nobody minds",
        420,
        _served(_falls(0, 120, 240), up=lambda tick: not tick.within(120, 240)),
        SILENT,
        spec=_spec(more=", absent: {for: 14h}"),
    ),
    _story(
        "a count around its line",
        480,
        _served(lambda tick: (30 if tick.index % 20 < 10 else 37) if tick.minute > 60 else USUAL),
        _low(88, 130, 1e9),
    ),
    _story("a quarter of an hour without calls", 300, _served(_falls(0, 120, 135)), SILENT),
]
