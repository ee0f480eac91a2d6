"""Something must happen again and again: builds that stop, and timestamps in the wrong unit."""

from __future__ import annotations

from collections.abc import Callable

from ..checks import NO_ABSENCE, Silent, page
from ..engine import Story
from ..specs import one
from ..traffic import World

FRESH = """freshness:
  timestamp: max(built_timestamp_seconds{job="shop"})
  max_age: 30m
"""
EVER = 1e9


def _builds(stops: float, *, unit: float = 1, first: float | None = None) -> Callable[[World], None]:
    """An index is built every ten minutes until a minute; `first` is what is read before the first one."""

    def traffic(world: World) -> None:
        for tick in world.ticks():
            last = min(tick.minute, stops) // 10 * 600 * unit
            value = last if first is None else first
            world.record(tick, "built_timestamp_seconds", {"job": "shop"}, value)
            world.record(tick, "up", {"job": "shop", "instance": "a"}, 1)

    return traffic


STORIES = (
    # The last success was at minute 60, its age is 30 min at 90; 14.4 % of an hour are 8.64 min.
    Story(
        "nothing is built any more",
        one("99", sli=FRESH),
        160,
        _builds(60),
        (page(94, 102, runs=1), Silent(end=91), NO_ABSENCE),
    ),
    Story(
        "an index that is built every ten minutes is fresh",
        one("99", sli=FRESH),
        160,
        _builds(EVER),
        (Silent(),),
    ),
    Story(
        "a timestamp of milliseconds is no fresh one of seconds",
        one("99", sli=FRESH),
        160,
        _builds(EVER, unit=1000),
        (page(5, 60, runs=1),),
    ),
    Story(
        "a timestamp of milliseconds that is said to be one",
        one("99", sli=FRESH + "  unit: milliseconds\n"),
        160,
        _builds(EVER, unit=1000),
        (Silent(),),
    ),
    Story(
        "nothing was ever built",
        one("99", sli=FRESH),
        120,
        _builds(EVER, first=0),
        (page(30, 45, runs=1),),  # at first the epoch itself is young enough
    ),
)
