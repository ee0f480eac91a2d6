"""Probes of regions and replicas, and ratios that are ready."""

from __future__ import annotations

from collections.abc import Callable

from ..checks import NO_ABSENCE, Fires, Silent, Value, page, remaining
from ..engine import Story
from ..specs import one
from ..traffic import World

PROBE = "probe: {metric: 'probe_success{job=\"shop\"}', by: [region]}\n"
UP = "probe: {metric: 'up{job=\"shop\"}'}\n"
RATIO = "ratio: {error: 'errors:ratio5m{job=\"shop\"}'}\n"
ABSENT = "SLODataAbsent"
REMAINING = "slo:period_error_budget_remaining:ratio"
EVER = 1e9


def _regions(fails: Callable[[str, float], bool]) -> Callable[[World], None]:
    """Two probers for each of two regions, scraped with the probe's own job; they are always up."""

    def traffic(world: World) -> None:
        for tick in world.ticks():
            for region in ("eu", "us"):
                for target in "ab":
                    labels = {"job": "shop", "instance": target, "region": region}
                    world.record(tick, "probe_success", labels, int(not fails(region + target, tick.minute)))
                    world.record(tick, "up", labels, 1)

    return traffic


def _replicas(
    count: int, down: int, start: float, end: float = EVER, *, gone: bool = False
) -> Callable[[World], None]:
    """So many replicas, some of which are down, or leave service discovery, for a while."""

    def traffic(world: World) -> None:
        for tick in world.ticks():
            for replica in range(count):
                out = replica < down and start < tick.minute <= end
                if not (out and gone):
                    world.record(tick, "up", {"job": "shop", "instance": f"{replica}"}, int(not out))

    return traffic


def _ready(ratio: Callable[[float], float | str | None]) -> Callable[[World], None]:
    """An error ratio that somebody else records, with the truth as time weighs it."""

    def traffic(world: World) -> None:
        for tick in world.ticks():
            value = ratio(tick.minute)
            if value is not None:
                world.record(tick, "errors:ratio5m", {"job": "shop"}, value)
            if isinstance(value, float):
                world.happened(tick, world.step, world.step * min(value, 1.0))
            world.record(tick, "up", {"job": "shop", "instance": "a"}, 1)

    return traffic


def _burn(budget: float) -> Callable[[World], float]:
    def burn(world: World) -> float:
        total, bad = world.truth(EVER)
        return bad / total / budget

    return burn


STORIES = (
    Story(
        "one probe that fails wakes nobody",
        one("99.9", sli=PROBE),
        120,
        _regions(lambda target, minute: target == "eua" and minute == 60),
        (Silent(),),
        step=30,
    ),
    Story(
        "a region that can't be reached pages for itself",
        one("99.9", sli=PROBE),
        100,
        _regions(lambda target, minute: target.startswith("eu") and minute > 60),
        (
            Fires((61, 63), runs=1, severity="page", labels=(("region", "eu"),)),
            Silent(labels=(("region", "us"),)),
            Value('slo:sli_error:ratio_rate5m{region="eu"}', 70, 1.0),
        ),
        step=30,
    ),
    Story(
        "one of two probers fails: half of the time is bad",
        one("99.9", sli=PROBE),
        100,
        _regions(lambda target, minute: target == "eua" and minute > 60),
        (
            Fires((61, 65), runs=1, severity="page", labels=(("region", "eu"),)),
            Value('slo:sli_error:ratio_rate5m{region="eu"}', 70, 0.5),
        ),
        step=30,
    ),
    Story(
        "one of a hundred replicas restarts",
        one("99.9", sli=UP),
        120,
        _replicas(100, 1, 60, 61),
        (Silent(), Value("slo:sli_bad:rate1h * 3600", 100, 0.02, within=0.011)),
    ),
    Story(
        "all replicas are down: the burn pages, and absence doesn't",
        one("99.9", sli=UP),
        120,
        _replicas(3, 3, 60),
        (page(61, 64, runs=1), NO_ABSENCE),
    ),
    Story(
        "all replicas are gone from service discovery: absence pages",
        one("99.9", sli=UP),
        120,
        _replicas(3, 3, 60, gone=True),
        (Fires((74, 78), severity="page", alert=ABSENT), Silent(alert="SLOErrorBudgetBurn")),
    ),
    # 5 bad minutes are less than 14.4 % of an hour (8.64) and 6 % of six (21.6).
    Story(
        "a ready ratio weighs time, not events",
        one("99", sli=RATIO),
        300,
        _ready(lambda minute: 0.5 if 60 < minute <= 70 else 0.001),
        (remaining(REMAINING, 300, 30, _burn(0.01), 0.02), NO_ABSENCE, Silent()),
    ),
    Story(
        "a ready ratio that is above 1 is all bad, and no number is no data",
        one("99", sli=RATIO),
        120,
        _ready(lambda minute: "NaN" if minute > 80 else 7.0 if minute > 60 else 0.0),
        (
            Value("slo:sli_error:ratio_rate5m", 70, 1.0),
            Value("slo:sli_total:rate5m", 70, 1.0),
            Value("slo:sli_total:rate5m", 90, None),
            NO_ABSENCE,
        ),
    ),
)
