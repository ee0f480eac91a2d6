"""Data that is gone, or only looks like it: vanished, down, idle, restarted, never there."""

from __future__ import annotations

from collections.abc import Callable

from ..checks import NO_ABSENCE, NO_PAGE, Fires, Holds, Silent, Value, page
from ..engine import Check, Story
from ..specs import BAD_TOTAL, one
from ..traffic import Target, World
from .shop import serve

NO_JOB = """events:
  bad: http_requests_total{code=~"5.."}
  total: http_requests_total
"""
NEGATIVE_JOB = """events:
  bad: http_requests_total{job!="canary",code=~"5.."}
  total: http_requests_total{job!="canary"}
"""
MESH = """events:
  bad: mesh_requests_total{job="pods",to="checkout",code=~"5.."}
  total: mesh_requests_total{job="pods",to="checkout"}
"""
ABSENT = "SLODataAbsent"


def _vanishes(world: World, at: float = 120, back: float = 1e9, fails: float = 0) -> None:
    target = Target(world, "shop")
    for tick in world.ticks():
        if at < tick.minute <= back:
            continue
        serve(target, tick, 600, 600 * fails if tick.minute > at - 10 else 0)
        target.scrape(tick)


def _down(world: World, at: float = 120, back: float = 1e9) -> None:
    target = Target(world, "shop")
    for tick in world.ticks():
        target.up = not at < tick.minute <= back
        if target.up:
            serve(target, tick, 600, 0)
        target.scrape(tick)


def _shared_job(*, replaced: bool) -> Callable[[World], None]:
    """The pods of all services are one job. That of checkout ends at minute 120; with `replaced` there is a
    new one, which nobody calls before the morning."""

    def traffic(world: World) -> None:
        old, new = (Target(world, "pods", name, app="checkout") for name in ("10.0.0.1", "10.0.0.2"))
        other = Target(world, "pods", "10.0.0.3", app="cart")
        for tick in world.ticks():
            other.count("mesh_requests_total", 600, to="cart", code="200")
            other.scrape(tick)
            if tick.minute <= 120:
                old.count("mesh_requests_total", 0 if tick.minute > 100 else 600, to="checkout", code="200")
                old.scrape(tick)
            elif replaced:
                if tick.minute > 400:
                    new.count("mesh_requests_total", 600, to="checkout", code="200")
                new.scrape(tick)

    return traffic


def _idle(world: World) -> None:
    """Up, but nobody calls from minute 60 to 240."""
    target = Target(world, "shop")
    for tick in world.ticks():
        serve(target, tick, 0 if tick.within(60, 240) else 600, 0)
        target.scrape(tick)


def _restarted_idle(world: World) -> None:
    """At night it restarts; its counters come back with the first request in the morning."""
    target = Target(world, "shop")
    for tick in world.ticks():
        if tick.minute == 120:
            target.restart()
        target.up = not tick.within(119, 121)
        if not tick.within(100, 300):
            serve(target, tick, 600, 0)
        target.scrape(tick)


def _never(world: World) -> None:
    """Another service runs; ours never existed."""
    target = Target(world, "other")
    for tick in world.ticks():
        serve(target, tick, 600, 0)
        target.scrape(tick)


def _one_of_three(world: World) -> None:
    targets = [Target(world, "shop", name) for name in "abc"]
    for tick in world.ticks():
        for target in targets[: 2 if tick.minute > 90 else 3]:
            serve(target, tick, 200, 0)
            target.scrape(tick)


def _flapping(world: World) -> None:
    """The last scrapes before the end fail one by one: down, up, down; then it is gone for good."""
    target = Target(world, "shop")
    for tick in world.ticks():
        target.up = tick.minute <= 120 or (tick.minute < 125 and tick.index % 2 == 0)
        if target.up:
            serve(target, tick, 600, 0)
        target.scrape(tick)


def _one_scrape_missing(world: World) -> None:
    """Every fourth scrape fails."""
    target = Target(world, "shop")
    for tick in world.ticks():
        target.up = tick.index % 4 != 3
        serve(target, tick, 600, 0)
        target.scrape(tick)


def _other_job_stays(world: World) -> None:
    ours, other = Target(world, "shop"), Target(world, "prometheus")
    for tick in world.ticks():
        other.scrape(tick)
        if tick.minute <= 120:
            serve(ours, tick, 600, 0)
            ours.scrape(tick)


def _idle_then_down(world: World) -> None:
    """Restarted without traffic (no counters), hours later the target goes down."""
    target = Target(world, "shop")
    for tick in world.ticks():
        if tick.minute == 60:
            target.restart()
        if tick.minute < 60:
            serve(target, tick, 600, 0)
        target.up = tick.minute <= 240
        target.scrape(tick)


def _story(
    name: str, minutes: int, traffic: Callable[[World], None], *expect: Check, sli: str = BAD_TOTAL
) -> Story:
    return Story(name, one("99.9", sli=sli), minutes, traffic, expect)


# The last rate lies 4 to 5 min behind the last scrape; then the data is absent for 10 min.
GONE = Fires((130, 136), severity="page", alert=ABSENT)
STORIES = (
    _story(
        "the target vanishes: absence pages, nothing else",
        300,
        _vanishes,
        GONE,
        Silent("ticket"),
        Silent("info"),
    ),
    _story("the target is down: absence pages", 300, _down, GONE, Silent("ticket")),
    _story(
        "absence is over when the data is back",
        260,
        lambda w: _vanishes(w, back=200),
        Fires((130, 136), over=203, runs=1, severity="page", alert=ABSENT),
        Silent(alert="SLOErrorBudgetBurn"),
    ),
    _story(
        "down for 7 min: nobody is woken",
        200,
        lambda w: _down(w, back=127),
        Silent(),
        Value("slo:period_error_budget_remaining:ratio", 190, 1),
    ),
    _story(
        "it fails, then it vanishes: paged all the time",
        240,
        lambda w: _vanishes(w, fails=1.0),
        page(111, 113),
        Holds(113, 240, "page"),
        Fires((130, 136), severity="page", alert=ABSENT),
    ),
    _story("idle for three hours", 300, _idle, Silent(), Value("slo:sli_error:ratio_rate5m", 150, None)),
    _story("an idle target restarts and creates its counters lazily", 360, _restarted_idle, Silent()),
    _story(
        "a service that never existed",
        200,
        _never,
        Fires((50, 52), severity="ticket", alert=ABSENT),
        NO_PAGE,
        Silent(end=49),
        Silent(alert="SLOErrorBudgetBurn"),
    ),
    _story("one of three instances vanishes", 200, _one_of_three, Silent()),
    _story(
        "the target flaps, then stays down", 200, _flapping, Fires((133, 141), severity="page", alert=ABSENT)
    ),
    _story("every fourth scrape fails", 300, _one_scrape_missing, Silent()),
    _story(
        "no job matcher: absence is a ticket",
        200,
        _vanishes,
        Fires((130, 136), severity="ticket", alert=ABSENT),
        NO_PAGE,
        sli=NO_JOB,
    ),
    _story("idle without a job matcher is no absence", 300, _idle, NO_ABSENCE, sli=NO_JOB),
    _story(
        "only a negative job matcher: vanishing is noticed",
        200,
        _other_job_stays,
        Fires((130, 136), alert=ABSENT),
        sli=NEGATIVE_JOB,
    ),
    _story(
        "idle after a restart, then down",
        300,
        _idle_then_down,
        Fires((249, 256), severity="page", alert=ABSENT),
        Silent(end=248),
    ),
    _story(
        "others of a shared job are up: the one that is gone pages, for as long as it is",
        360,
        _shared_job(replaced=False),
        Fires((130, 140), runs=1, severity="page", alert=ABSENT),
        Holds(140, 360, "page"),
        sli=MESH,
    ),
    _story(
        "a night's deployment in a shared job, of what nobody calls before the morning",
        500,
        _shared_job(replaced=True),
        NO_ABSENCE,
        sli=MESH,
    ),
)
