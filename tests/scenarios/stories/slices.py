"""Scores that drop, flap, vanish or are no number, under each policy for missing data."""

from __future__ import annotations

from collections.abc import Callable

from ..checks import NO_ABSENCE, NO_PAGE, Fires, Holds, Silent, Value, page, remaining
from ..engine import Story
from ..specs import one
from ..traffic import Target, Tick, World

SCORE = """timeslices:
  good: avg(eval_score{job="shop"}) >= 0.85
  slice: 5m
"""
COST = """timeslices:
  good: sum(rate(cost_total{job="shop"}[5m])) / sum(rate(queries_total{job="shop"}[5m])) <= 0.05
"""
THROUGHPUT = """timeslices:
  good: sum(rate(tokens_total{job="shop"}[10m])) >= 1.9
"""
NOT_ZERO = """timeslices:
  good: lag{job="shop"} / lag_of{job="shop"} != 1
"""
GROUPED = """timeslices:
  good: min by (model) (eval_score{job="shop"}) >= 0.85
  by: [model]
"""
ABSENT = "SLODataAbsent"
REMAINING = "slo:period_error_budget_remaining:ratio"
Score = Callable[[float], float | str | None]
EVER = 1e9


def _missing(sli: str, policy: str) -> str:
    return sli + f"  missing: {policy}\n"


def _scores(score: Score, *, up: Callable[[float], bool | None] = lambda _: True) -> Callable[[World], None]:
    """A gauge of one target; no score is no series. `up` None: the target isn't even there."""

    def traffic(world: World) -> None:
        for tick in world.ticks():
            value, state = score(tick.minute), up(tick.minute)
            if state is not None:
                world.record(tick, "up", {"job": "shop", "instance": "a"}, int(state))
            if value is not None:
                world.record(tick, "eval_score", {"job": "shop", "instance": "a"}, value)
                _happened(world, tick, isinstance(value, str) or value < 0.85)

    return traffic


def _happened(world: World, tick: Tick, bad: bool, slo: str = "", length: float = 5.0) -> None:
    """The time since the last scrape in slices of so many minutes."""
    share = world.step / 60 / length
    world.happened(tick, share, share if bad else 0, slo)


def _drops(start: float, end: float) -> Score:
    return lambda minute: 0.7 if start < minute <= end else 0.9


def _vanishes(at: float) -> Score:
    return lambda minute: 0.9 if minute <= at else None


def _flaps(minute: float) -> float:
    """Bad for a minute of every four, after an hour."""
    return 0.7 if minute > 60 and minute % 4 == 0 else 0.9


def _half_there(minute: float) -> float | None:
    """Ten minutes with data and ten without; of those with data two are bad, all night long."""
    return None if minute % 20 >= 10 else 0.7 if 5 <= minute % 20 < 7 else 0.9


def _night(world: World) -> None:
    """Queries stop from minute 60 to 180: cost per query is 0/0 then."""
    target = Target(world, "shop")
    for tick in world.ticks():
        busy = not tick.within(60, 180)
        target.count("queries_total", 100 if busy else 0)
        target.count("cost_total", 4 if busy else 0)
        target.scrape(tick)


def _born(*, at: float, falls: float) -> Callable[[World], None]:
    """A counter that begins at a minute with 2 a second, and falls to 0.5 later."""

    def traffic(world: World) -> None:
        target = Target(world, "shop")
        for tick in world.ticks():
            if tick.minute > at:
                target.count("tokens_total", (0.5 if tick.minute > falls else 2) * world.step)
            target.scrape(tick)

    return traffic


def _no_numbers(world: World) -> None:
    """Both gauges are 0 from minute 60 on: `NaN != 1` is true, and means nothing."""
    for tick in world.ticks():
        for name in ("lag", "lag_of"):
            value = 0 if tick.minute > 60 else 1 if name == "lag" else 2
            world.record(tick, name, {"job": "shop", "instance": "a"}, value)


def _models(gone: float, *, back: float = EVER) -> Callable[[World], None]:
    """Model b vanishes; model c comes at minute 50 and is fine."""

    def traffic(world: World) -> None:
        for tick in world.ticks():
            world.record(tick, "up", {"job": "shop", "instance": "a"}, 1)
            for model in "abc":
                here = not (model == "b" and gone < tick.minute <= back) and (
                    model != "c" or tick.minute > 50
                )
                if here:
                    world.record(tick, "eval_score", {"job": "shop", "model": model}, 0.9)

    return traffic


def _burn(budget: float) -> Callable[[World], float]:
    def burn(world: World) -> float:
        total, bad = world.truth(EVER)
        return bad / total / budget

    return burn


def _count(series: str, minutes: int, want: float | Callable[[World], float], hours: int = 6) -> Value:
    """Slices in the hours up to a minute."""
    return Value(f"slo:sli_{series}:rate{hours}h * {hours * 3600}", minutes, want)


STORIES = (
    Story(
        "40 bad minutes are 8 of the 72 slices of 6 hours",
        one("99", sli=SCORE),
        360,
        _scores(_drops(120, 160)),
        (
            _count("bad", 360, 8.0),
            _count("total", 360, 72.0),
            _count("bad", 360, lambda world: round(world.truth(360, 360)[1], 6)),
            page(129, 133, over=171, runs=1),
            NO_ABSENCE,
        ),
    ),
    Story(
        "an hour-long slice counts by parts",
        one("95", sli=SCORE.replace("5m", "1h")),
        360,
        _scores(_drops(120, 150)),
        (_count("bad", 360, 0.5), _count("total", 360, 6.0)),
    ),
    Story(
        "a score that drops for two minutes wakes nobody",
        one("99.5", sli=SCORE),
        200,
        _scores(_drops(100, 102)),
        (Silent(),),
    ),
    # A minute of every four is bad: 14.4 % of an hour, 8.64 min, are reached by the ninth, at 96.
    Story(
        "a score that flaps burns by its share of time",
        one("99", sli=SCORE),
        240,
        _scores(_flaps),
        (page(95, 99, runs=2), remaining(REMAINING, 240, 30, _burn(0.01), 0.6), Holds(100, 240, "page")),
    ),
    Story(
        "missing data is ignored: only the time with data counts",
        one("50", sli=SCORE),
        360,
        _scores(_half_there),
        (NO_PAGE, NO_ABSENCE, Value("slo:sli_error:ratio_rate6h", 360, 0.2, within=0.03)),
    ),
    Story(
        "missing data is ignored while the target is up, and told when it is down",
        one("99", sli=SCORE),
        300,
        _scores(_vanishes(60), up=lambda minute: minute <= 200),
        (
            Silent(end=205),
            Fires((210, 214), severity="page", alert=ABSENT),
            Silent(alert="SLOErrorBudgetBurn"),
        ),
    ),
    Story(
        "missing data is bad: it pages like an outage, until it is back",
        one("99", sli=_missing(SCORE, "bad")),
        360,
        _scores(lambda minute: None if 120 < minute <= 150 else 0.9),
        (page(129, 133, over=161, runs=1), NO_ABSENCE, _count("bad", 360, 6.0), _count("total", 360, 72.0)),
    ),
    Story(
        "missing data is bad, but what was never there is not missing",
        one("99", sli=_missing(SCORE, "bad")),
        120,
        _scores(lambda _: None, up=lambda _: None),
        (
            NO_PAGE,
            Fires((50, 52), severity="ticket", alert=ABSENT),
            Silent(alert="SLOErrorBudgetBurn"),
            Value("slo:sli_total:rate5m", 100, None),
        ),
    ),
    Story(
        "missing data is bad where its target is there and has never shown it",
        one("99", sli=_missing(SCORE, "bad")),
        120,
        _scores(lambda _: None),
        (page(8, 13, runs=1), NO_ABSENCE),
    ),
    Story(
        "missing data is good, but what was never there is told",
        one("99", sli=_missing(SCORE, "good")),
        120,
        _scores(lambda _: None),
        (NO_PAGE, Fires((50, 52), severity="ticket", alert=ABSENT)),
    ),
    Story(
        "missing data is good while the target is up",
        one("99", sli=_missing(SCORE, "good")),
        300,
        _scores(_vanishes(60), up=lambda minute: minute <= 200),
        (
            Silent(end=205),
            Fires((210, 214), severity="page", alert=ABSENT),
            Silent(alert="SLOErrorBudgetBurn"),
            _count("total", 180, 12.0, hours=1),
        ),
    ),
    Story(
        "cost per query without queries is not known, and not bad",
        one("99", sli=COST),
        300,
        _night,
        (Silent(), Value("slo:sli_error:ratio_rate5m", 150, None), Value(REMAINING, 290, 1.0)),
    ),
    Story(
        "a throughput that was just born pages nobody, and one that falls does",
        one("99.9", sli=THROUGHPUT),
        300,
        _born(at=30, falls=200),
        (page(202, 212), Silent(end=202, severity="page"), NO_ABSENCE),
        known=False,
    ),
    Story(
        "a value that is no number is not good by accident",
        one("99", sli=NOT_ZERO),
        120,
        _no_numbers,
        (Value("slo:sli_total:rate5m", 50, 1 / 300), Value("slo:sli_total:rate5m", 100, None)),
    ),
    Story(
        "missing data is bad, and no number is missing data",
        one("99", sli=_missing(COST, "bad")),
        200,
        _night,
        (page(66, 80, runs=1),),
    ),
    Story(
        "a group that vanishes is bad for itself alone",
        one("99", sli=_missing(GROUPED, "bad")),
        140,
        _models(90),
        (
            Fires((96, 104), runs=1, severity="page", labels=(("model", "b"),)),
            Silent(labels=(("model", "a"),)),
            Silent(labels=(("model", "c"),)),
        ),
    ),
    Story(
        "a group that was retired is forgotten",
        one("99", sli=_missing(GROUPED, "bad"), extra="alerting: {absent: {forget: 1h}}\n"),
        220,
        _models(60),
        (
            Fires((64, 76), over=160, runs=1, severity="page", labels=(("model", "b"),)),
            Value('slo:sli_total:rate5m{model="b"}', 120, 1 / 300),
            Value('slo:sli_total:rate5m{model="b"}', 140, None),
        ),
    ),
    Story(
        "a group that vanishes is left out where missing data is ignored",
        one("99", sli=GROUPED),
        200,
        _models(90),
        (Silent(),),
    ),
)
