"""Excluded time: an outage inside it costs nothing and is silent; one that outlasts it pages."""

from __future__ import annotations

from collections.abc import Callable

from ..checks import NO_ABSENCE, NO_PAGE, NO_TICKET, Fires, Silent, Value, page, remaining
from ..engine import Story
from ..specs import GOOD_TOTAL, one
from ..traffic import Target, World
from .shop import NAME, serve

REMAINING = "slo:period_error_budget_remaining:ratio"
EXCLUDE = """exclude: [{when: 'maintenance{service="shop"} == 1'}]
"""


def _maintained(
    work: tuple[float, float], failing: tuple[float, float], down: tuple[float, float] = (0, 0)
) -> Callable[[World], None]:
    """Everything fails from and to these minutes; in `down` the target doesn't answer. A gauge says work."""

    def traffic(world: World) -> None:
        target = Target(world, "shop")
        target.count(NAME, 0, code="500")
        for tick in world.ticks():
            at_work = work[0] <= tick.minute < work[1]
            target.up = not tick.within(*down)
            bad = tick.within(*failing)
            target.happen(NAME, 0 if bad else 600, code="200")
            target.happen(NAME, 600 if bad else 0, code="500")
            if not (at_work or work[1] <= tick.minute < work[1] + 6):
                world.happened(tick, 600, 600 if bad else 0)
            target.scrape(tick)
            world.record(tick, "maintenance", {"service": "shop", "zone": "a"}, 1 if at_work else 0)
            world.record(tick, "maintenance", {"service": "shop", "zone": "b"}, 0)

    return traffic


def _left(minute: float) -> Value:
    def burn(world: World) -> float:
        total, bad = world.truth(minute)
        return bad / total / 0.001

    return remaining(REMAINING, minute, 30, burn, 20)


def _overnight(world: World) -> None:
    """A service without the condition's series."""
    target = Target(world, "shop")
    for tick in world.ticks():
        serve(target, tick, 600, 600 if tick.within(65, 80) else 0)
        target.scrape(tick)


STORIES = (
    Story(
        "an outage within maintenance is silent and costs nothing",
        one("99.9", extra=EXCLUDE),
        240,
        _maintained((60, 121), (62, 119)),
        (
            Silent(),
            Value(REMAINING, 130, 1),
            Value(REMAINING, 235, 1),
            Value("slogen_excluded", 59, None),
            Value("slogen_excluded", 60, 1),
            Value("slogen_excluded", 125, 1),
            Value("slogen_excluded", 128, None),
            Value("slogen_exclusion_active", 121, None),
            Value("slo:sli_total:rate5m", 90, 0),
            Value("slo:sli_error:ratio_rate5m", 90, None),
            Value("slo:sli_total:rate5m", 135, 10, 0.01),
        ),
    ),
    Story(
        "the same, good/total",
        one("99.9", sli=GOOD_TOTAL, extra=EXCLUDE),
        240,
        _maintained((60, 121), (62, 119)),
        (Silent(), Value(REMAINING, 235, 1)),
    ),
    Story(
        "an outage that outlasts its maintenance pages",
        one("99.9", extra=EXCLUDE),
        240,
        _maintained((60, 121), (62, 180)),
        (page(126, 130, over=191, runs=1), Silent(end=125.9), _left(235)),
    ),
    Story(
        "an outage before maintenance stops paging when it begins",
        one("99.9", extra=EXCLUDE),
        200,
        _maintained((80, 121), (65, 119)),
        (page(66, 67, over=80), Silent("page", start=80)),
    ),
    Story(
        "targets that are down for maintenance are not missed",
        one("99.9", extra=EXCLUDE),
        240,
        _maintained((60, 121), (0, 0), down=(61, 120)),
        (NO_ABSENCE, NO_PAGE, NO_TICKET, Value(REMAINING, 235, 1)),
    ),
    Story(
        "targets that don't come back after it are",
        one("99.9", extra=EXCLUDE),
        240,
        _maintained((60, 121), (0, 0), down=(61, 300)),
        (Fires((136, 140), severity="page", alert="SLODataAbsent"), Silent(end=135)),
    ),
    Story(
        "without the condition's series nothing is excluded",
        one("99.9", extra=EXCLUDE),
        120,
        _overnight,
        (page(66, 67), Value("slogen_excluded", 70, None)),
    ),
)
