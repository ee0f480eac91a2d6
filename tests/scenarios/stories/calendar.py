"""Calendar periods: with a UTC offset of -01:00 a new month, quarter and year begin at minute 60."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from ..checks import Fires, Silent, Value
from ..engine import SINCE, Story
from ..specs import one
from ..traffic import Target, World
from .shop import NAME, serve

REMAINING = "slo:period_error_budget_remaining:ratio"
BURNT = "SLOErrorBudgetConsumed"
MIDNIGHT = 60
YEAR_1969 = {"month": 31, "quarter": 92, "year": 365}


def _traffic(*bursts: tuple[float, float], share: float = 0.02) -> Callable[[World], None]:
    """Busy and quiet quarters of an hour; a share fails in the bursts."""

    def traffic(world: World) -> None:
        random, target = Random(5), Target(world, "shop")
        target.count(NAME, 0, code="500")
        for tick in world.ticks():
            total = (120 if tick.index // 15 % 2 else 1800) + random.randrange(60)
            failing = any(tick.within(*burst) for burst in bursts)
            serve(target, tick, total, total * share if failing else 0)
            target.scrape(tick)

    return traffic


def _left(budget: float, minute: float, start: float, days: float) -> Value:
    """The budget of a period of so many days, spent by what happened since `start`, or since minute 0."""

    def truth(world: World) -> float:
        total, bad = world.truth(minute, minute - max(start, 0))
        return 1 - bad / total / budget * (minute - max(start, 0)) / (days * 1440)

    return Value(REMAINING, minute, truth, 0.0001)


def _month(offset: str, period: str = "month", extra: str = "") -> str:
    return one("99", f'{{calendar: {period}, utc_offset: "{offset}"}}', extra=extra)


def _ends(period: str, days: int) -> Story:
    begun = MIDNIGHT - YEAR_1969[period] * 1440
    return Story(
        f"a {period} ends at local midnight",
        _month("-01:00", period),
        240,
        _traffic((20, 35), (100, 120)),
        (
            _left(0.01, 15, begun, YEAR_1969[period]),
            _left(0.01, 40, begun, YEAR_1969[period]),
            _left(0.01, 55, begun, YEAR_1969[period]),
            Value(REMAINING, 60, 1),
            Value(REMAINING, 64, 1),
            Value(REMAINING, 95, 1),
            _left(0.01, 125, MIDNIGHT, days),
            _left(0.01, 235, MIDNIGHT, days),
            Value("slo:time_period:days", 59, YEAR_1969[period]),
            Value("slo:time_period:days", 60, days),
            Value('slo:period_error:ratio{slo_window="' + period + '"}', 230, _ratio(230), 1e-4),
        ),
    )


def _ratio(minute: float) -> Callable[[World], float]:
    def truth(world: World) -> float:
        total, bad = world.truth(minute, minute - MIDNIGHT)
        return bad / total

    return truth


def _vanishing(world: World) -> None:
    """Two groups; the one that fails is retired later."""
    targets = {name: Target(world, "shop", name) for name in ("stays", "goes")}
    for name, target in targets.items():
        target.count(NAME, 0, code="500", model=name)
    for tick in world.ticks():
        for name, target in targets.items():
            if name == "goes" and tick.minute > 120:
                continue
            bad = 60 if name == "goes" and tick.within(80, 100) else 0
            serve(target, tick, 600, bad, slo=name, model=name)
            target.scrape(tick)


GROUPED = """events:
  bad: http_requests_total{job="shop",code=~"5.."}
  total: http_requests_total{job="shop"}
  by: [model]
"""
STORIES = (
    _ends("month", 31),
    _ends("quarter", 90),
    _ends("year", 365),
    Story(
        "an outage early in a month is no spent month",
        _month("-01:00"),
        200,
        _traffic((75, 100), share=0.5),
        (
            Silent(alert="SLOErrorBudgetExhausted"),
            Silent(alert=BURNT),
            Value("slo:period_burn_rate:ratio", 190, lambda world: _ratio(190)(world) / 0.01, 0.3),
        ),
    ),
    Story(
        "the month's budget alerts come, and end with the month",
        _month("-01:00"),
        120,
        _traffic((0, 50)),
        (
            # They wait for 10 min, and keep firing for 30.
            Fires((15, 18), over=92, runs=1, severity="ticket", alert="SLOErrorBudgetExhausted"),
            Silent(alert="SLOErrorBudgetExhausted", start=92),
            Silent(alert=BURNT, start=92),
        ),
        known=True,
    ),
    Story(
        "a group that vanished keeps what it spent in the month",
        one("99", '{calendar: month, utc_offset: "-01:00"}', GROUPED),
        300,
        _vanishing,
        (
            Value('slo:period_bad:count{model="goes"}', 115, 1200, 10),
            Value('slo:period_bad:count{model="goes"}', 290, 1200, 10),
            Value('slo:period_bad:count{model="stays"}', 290, 0),
            Silent(alert="SLODataAbsent"),
        ),
    ),
    Story(
        "hours that don't begin with UTC's",
        _month("-00:30"),
        200,
        _traffic((15, 25), (40, 55), (100, 130)),
        (
            Value(REMAINING, 30, 1),
            _left(0.01, 60, 30, 31),
            _left(0.01, 135, 30, 31),
            _left(0.01, 195, 30, 31),
        ),
    ),
    Story(
        "a budget since a date that is still to come counts nothing",
        one("99", "30d", extra="since: 2026-11-01\n"),
        150,
        _traffic((50, 100)),
        (
            Value(REMAINING, 140, 1),
            Value("slo:period_bad:count", 140, 0),
            Silent(alert="SLOErrorBudgetExhausted"),
        ),
    ),
    # Its first day is that of the story, so only events from midnight on count.
    Story(
        "a budget since a date in the running month",
        _month("-01:00", extra=f"since: {SINCE}\n"),
        200,
        _traffic((20, 50), (100, 120)),
        (Value(REMAINING, 55, 1), _left(0.01, 125, 60, 31), _left(0.01, 195, 60, 31)),
        moved=True,
    ),
    Story(
        "a rolling budget since a date",
        one("99", "2h", extra=f"since: {SINCE}\n"),
        300,
        _traffic((30, 60), (100, 110)),
        (
            Value(REMAINING, 90, lambda world: _rolling(world, 90, 90), 0.05),
            Value(REMAINING, 160, lambda world: _rolling(world, 160, 120), 0.05),
            Value(REMAINING, 290, 1, 0.001),
        ),
        moved=True,
    ),
)


def _rolling(world: World, minute: float, window: float) -> float:
    total, bad = world.truth(minute, window)
    return 1 - bad / total / 0.01 * min(minute / 120, 1)
