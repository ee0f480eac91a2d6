"""Levels: plain thresholds on a value, here the p95 of a latency (target 2s, warning 3s, critical 5s)."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ..checks import Fires, Silent, Value
from ..engine import Story
from ..specs import one
from ..traffic import Target, Tick, World

NAME, ALERT = "response_time_seconds", "SLOLevelBreached"
BOUNDS = ("1", "2", "3", "5", "10")
SLI = f'latency:\n  histogram: {NAME}{{job="shop"}}\n  threshold: 2s\n  buckets: [1, 2, 3, 5, 10]\n'
LEVELS = "levels: {quantile: 0.95, warning: 3s, critical: 5s, for: 10m}\n"
SPEC = one("95", sli=SLI, extra=LEVELS)
P95 = 'slo:sli_value:current{slo_id="shop/availability"}'
Slowest = Callable[[Tick], Mapping[str, float]]
SILENT = Silent(alert=ALERT)


def _answers(slowest: Slowest) -> Callable[[World], None]:
    """One instance; so many answers a minute by the bucket they fall into."""

    def traffic(world: World) -> None:
        target = Target(world, "shop")
        for tick in world.ticks():
            target.observe(NAME, BOUNDS, slowest(tick))
            target.scrape(tick)

    return traffic


def _during(start: float, end: float, slow: Mapping[str, float]) -> Slowest:
    """A tenth of 600 answers is this slow between two minutes, else all are fast."""
    return lambda tick: slow if tick.within(start, end) else {"1": 600}


def _night(hits: tuple[int, ...], bucket: str) -> Slowest:
    """An answer every third minute; slow ones in these minutes."""
    return lambda tick: {bucket: 1} if tick.index in hits else {"1": int(tick.index % 3 == 0)}


def fires(severity: str, first: float, last: float, over: float) -> Fires:
    level = "critical" if severity == "page" else "warning"
    return Fires((first, last), over, 1, severity, ALERT, (("slo_level", level),))


STORIES: tuple[Story, ...] = (
    Story(
        "p95 between warning and critical: a ticket, no page",
        SPEC,
        120,
        _answers(_during(60, 90, {"1": 540, "5": 60})),
        # 6 % of the window are slow after 3 min; then 10m
        (
            fires("ticket", 72, 75, over=97),
            Silent("page", ALERT),
            Value(P95, 80, 3 + 2 * (0.95 - 0.9) / 0.1, 1e-3),
        ),
    ),
    Story(
        "p95 beyond critical: a page and a ticket",
        SPEC,
        120,
        _answers(_during(60, 90, {"1": 300, "10": 300})),
        (fires("page", 71, 73, over=97), fires("ticket", 71, 73, over=97), Silent(alert=ALERT, end=70)),
    ),
    Story(
        "all answers beyond the highest boundary read as that boundary",
        SPEC,
        120,
        _answers(_during(60, 90, {"+Inf": 600})),
        (fires("page", 71, 73, over=97), Value(P95, 80, 10)),
    ),
    Story(
        "a level at the highest boundary fires for what is beyond it",
        one("95", sli=SLI, extra=LEVELS.replace("5s", "10s")),
        120,
        _answers(_during(60, 90, {"+Inf": 600})),
        (fires("page", 71, 73, over=97),),
    ),
    Story(
        "slower than the SLO asks for, but within all levels",
        SPEC,
        120,
        _answers(_during(60, 120, {"3": 600})),
        (SILENT, Value(P95, 100, 2.95, 1e-3)),
    ),
    Story(
        "beyond critical for less than `for`", SPEC, 120, _answers(_during(60, 64, {"10": 600})), (SILENT,)
    ),
    Story(
        "one slow answer at night",
        SPEC,
        300,
        _answers(_night((150,), "10")),
        (SILENT, Value(P95, 152, 9.5, 0.6)),
    ),
    Story("two slow answers in a row at night", SPEC, 300, _answers(_night((150, 153), "10")), (SILENT,)),
    Story(
        "every answer at night is slow",
        SPEC,
        300,
        _answers(lambda tick: {"10" if tick.minute > 150 else "1": 1}),
        (fires("page", 161, 170, over=400),),
    ),
    Story(
        "no answers at all: no quantile, and nothing fires",
        SPEC,
        120,
        _answers(lambda tick: {"10": 0 if tick.minute > 20 else 600}),
        (Value(P95, 60, None), Silent(alert=ALERT, start=27)),
    ),
)


def _gone(world: World) -> None:
    """Slow until it crashes."""
    target = Target(world, "shop")
    for tick in world.ticks():
        target.up = tick.minute < 30
        target.observe(NAME, BOUNDS, {"10": 600})
        target.scrape(tick)


STORIES += (
    Story(
        "data that is gone ends a level: absence tells",
        SPEC,
        90,
        _gone,
        (
            fires("page", 11, 13, over=37),
            Value(P95, 60, None),
            Fires((44, 48), severity="page", alert="SLODataAbsent"),
        ),
    ),
)
