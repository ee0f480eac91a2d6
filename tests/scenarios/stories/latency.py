"""Histograms: the threshold on a boundary, how `le` is written, and buckets that are not there."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ..checks import NO_ABSENCE, NO_PAGE, Fires, Silent, Value, page
from ..engine import Story
from ..specs import one
from ..traffic import Target, World

NAME = "rpc_duration_seconds"
BUCKET_MISSING = "SLOMetaBucketMissing"


def _sli(threshold: str) -> str:
    return f'latency:\n  histogram: {NAME}{{job="shop"}}\n  threshold: {threshold}\n'


def _calls(
    bounds: Sequence[str], fast: str, slow: str, start: float, end: float = 1e9
) -> Callable[[World], None]:
    """600 calls a minute in bucket `fast`; in `slow` between two minutes."""

    def traffic(world: World) -> None:
        target = Target(world, "shop")
        for tick in world.ticks():
            late = tick.within(start, end)
            target.observe(NAME, bounds, {slow if late else fast: 600})
            world.happened(tick, 600, 600 if late else 0)
            target.scrape(tick)

    return traffic


def _mixed_texts(world: World) -> None:
    """During an update one instance writes le="1", the other le="1.0"; all calls are fast."""
    old, new = Target(world, "shop", "old"), Target(world, "shop", "new")
    for tick in world.ticks():
        old.observe(NAME, ("0.5", "1", "2.5"), {"0.5": 300})
        new.observe(NAME, ("0.5", "1.0", "2.5"), {"0.5": 300})
        old.scrape(tick)
        new.scrape(tick)


def _one_without(world: World) -> None:
    """One instance of two has other buckets: its calls cannot be judged and must not count as slow."""
    ours, other = Target(world, "shop", "a"), Target(world, "shop", "b")
    for tick in world.ticks():
        ours.observe(NAME, ("0.5", "1", "2.5"), {"0.5": 300})
        other.observe(NAME, ("0.3", "3"), {"0.3": 300})
        ours.scrape(tick)
        other.scrape(tick)


def _idle_night(world: World) -> None:
    target = Target(world, "shop")
    for tick in world.ticks():
        target.observe(NAME, ("0.5", "1"), {"0.5": 0 if tick.within(60, 200) else 600})
        target.scrape(tick)


BOUNDS = ("0.1", "0.5", "1", "2.5")
FLOATS = ("0.1", "0.5", "1.0", "2.5")
STORIES = (
    Story(
        "p95 below 500ms, everything slow for 60 min",
        one("95", sli=_sli("500ms")),
        470,
        _calls(BOUNDS, "0.1", "1", 370, 430),
        (page(412, 415, over=440, runs=1), Silent(end=370), NO_ABSENCE),
        watch_from=300,
    ),
    Story(
        'threshold 1s, written le="1"',
        one("99.9", sli=_sli("1s")),
        90,
        _calls(BOUNDS, "0.5", "2.5", 65),
        (page(66, 67), Silent(end=65)),
    ),
    Story(
        'threshold 1s, written le="1.0"',
        one("99.9", sli=_sli("1s")),
        90,
        _calls(FLOATS, "0.5", "2.5", 65),
        (page(66, 67), Silent(end=65)),
    ),
    Story(
        "exactly on the boundary is good",
        one("99.9", sli=_sli("1s")),
        90,
        _calls(BOUNDS, "1", "1", 65),
        (Silent(),),
    ),
    Story(
        "everything above the last bucket",
        one("99.9", sli=_sli("2500ms")),
        90,
        _calls(BOUNDS, "1", "+Inf", 65),
        (page(66, 67),),
    ),
    Story("le as 1 and 1.0 at the same time", one("99.9", sli=_sli("1s")), 120, _mixed_texts, (Silent(),)),
    Story(
        "no bucket at the threshold: somebody is told, nothing perfect is recorded",
        one("99.9", sli=_sli("2s")),
        120,
        _calls(BOUNDS, "0.5", "2.5", 65),
        (
            Fires((10, 14), severity="ticket", alert=BUCKET_MISSING),
            NO_PAGE,
            Value("slo:sli_error:ratio_rate5m", 60, None),
            Value("slo:sli_error:ratio_rate1h", 60, None),
            Value("slo:period_error_budget_remaining:ratio", 60, None),
        ),
    ),
    Story(
        "one instance of two has no bucket at the threshold",
        one("99.9", sli=_sli("1s")),
        120,
        _one_without,
        (NO_PAGE,),
    ),
    Story("idle at night, latency", one("99.9", sli=_sli("500ms")), 300, _idle_night, (Silent(),)),
)
