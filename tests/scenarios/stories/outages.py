"""Total outages: how many minutes until somebody is paged, and when the page is over."""

from __future__ import annotations

from ..checks import NO_ABSENCE, NO_PAGE, Silent, page
from ..engine import Story
from ..specs import BAD_TOTAL, GOOD_TOTAL, SLOW_SCRAPES, one
from ..traffic import Target, Tick, World
from .shop import during, serve, steady


def _outage(
    objective: str, history: int, due: tuple[int, int], window: str = "30d", rps: float = 10
) -> Story:
    """A total outage after `history` healthy minutes; the page comes `due` minutes after its start."""
    first, last = history + due[0], history + due[1]
    return Story(
        f"total outage at {objective} % over {window}",
        one(objective, window),
        minutes=last + 10,
        traffic=steady(rps, during(history, last + 10)),
        expect=(page(first, last), Silent(end=history), Silent(alert="SLODataAbsent")),
        watch_from=max(0, history - 30),
    )


# A page is due when bad minutes / window exceed the threshold; 1h * 1.44 % is 52 s, and so on.
OBJECTIVES = (
    _outage("99.9", 65, (1, 2)),
    _outage("99", 370, (9, 10)),
    _outage("95", 370, (43, 45)),
    _outage("90", 125, (86, 88)),
    _outage("80", 245, (172, 175)),
    _outage("50", 490, (431, 434)),
)
WINDOWS = tuple(_outage("99.9", 65, (1, 3), w) for w in ("1h", "1d", "7d", "14d", "28d", "90d"))
ODD_WINDOWS = tuple(_outage("99.9", 65, (1, 3), w) for w in ("1h5m", "25h"))


def _twenty_minutes(objective: str, due: tuple[int, int], sli: str = BAD_TOTAL, rps: float = 10) -> Story:
    """Healthy, out for 20 min, healthy again: paged once, over within 10 min."""
    start = 70 if objective == "99.9" else 370
    return Story(
        f"20 min outage at {objective} % ({sli.split(':')[0]}, {sli[10:14].strip()})",
        one(objective, sli=sli),
        minutes=start + 70,
        traffic=steady(rps, during(start, start + 20)),
        expect=(page(start + due[0], start + due[1], over=start + 30, runs=1), Silent(end=start)),
    )


RECOVERY = (
    _twenty_minutes("99.9", (1, 2)),
    _twenty_minutes("99", (9, 10)),
    _twenty_minutes("99.9", (1, 2), GOOD_TOTAL),
    _twenty_minutes("99.5", (4, 6)),
)
BLIPS = (
    Story(
        "a blip of 2 min at 99 % is no incident",
        one("99"),
        minutes=420,
        traffic=steady(10, during(370, 372)),
        expect=(NO_PAGE,),
        watch_from=340,
    ),
    Story(
        "a blip of 2 min at 99.9 % pages once and is over soon",
        one("99.9"),
        minutes=120,
        traffic=steady(10, during(70, 72)),
        expect=(page(71, 73, over=83, runs=1),),
    ),
)


def _on_off(
    objective: str, on: int, off: int, first: tuple[int, int], runs: int, cycles: int = 6, over: int = 10
) -> Story:
    """Total failure for `on` minutes, healthy for `off`, again and again. Who has recovered twice and burns
    again is not believed: the page goes on until the short window is free, `over` minutes after the end."""
    start = 70 if objective == "99.9" else 370
    end = start + cycles * (on + off)

    def share(tick: Tick) -> float:
        if not tick.within(start, end):
            return 0.0
        return 1.0 if (tick.minute - start - 0.01) % (on + off) < on else 0.0

    return Story(
        f"on-off fault at {objective} %, {on} min on, {off} min off",
        one(objective),
        minutes=end + 30,
        traffic=steady(10, share),
        expect=(page(start + first[0], start + first[1], over=end + over, runs=runs),),
        watch_from=start - 30,
    )


ON_OFF = (
    _on_off("99.9", 5, 5, (1, 2), 1),
    _on_off("99", 5, 5, (13, 15), 1),
    _on_off("95", 10, 5, (158, 166), 1, cycles=12),
    _on_off("99.9", 10, 15, (1, 2), 3, over=20),
    _on_off("99", 2, 5, (25, 35), 1),
)


def _thin(world: World) -> None:
    """Nobody can log in: everything fails, and only 5 % of the traffic is left."""
    target = Target(world, "shop")
    for tick in world.ticks():
        out = tick.within(70, 130)
        total = 600 * (0.05 if out else 1)
        serve(target, tick, total, total if out else 0)
        target.scrape(tick)


def _retries(world: World) -> None:
    """Half of the requests fail and are tried again: the traffic doubles."""
    target = Target(world, "shop")
    for tick in world.ticks():
        out = tick.within(70, 100)
        serve(target, tick, 1200 if out else 600, 600 if out else 0)
        target.scrape(tick)


def _resets(world: World) -> None:
    """The process restarts every 17 minutes; for 20 minutes everything fails."""
    target = Target(world, "shop")
    for tick in world.ticks():
        if tick.index % 17 == 16:
            target.restart()
        serve(target, tick, 600, 600 if tick.within(70, 90) else 0)
        target.scrape(tick)


ODD = (
    # bad / total over 1h: 30 m / (600 (60 - m) + 30 m) > 1.44 % from m = 13.7 on.
    Story(
        "total outage with 5 % of the traffic left",
        one("99.9"),
        minutes=160,
        traffic=_thin,
        expect=(page(71, 84, over=140, runs=1),),
    ),
    Story(
        "retries double the traffic of an outage",
        one("99.9"),
        minutes=150,
        traffic=_retries,
        expect=(page(71, 73, over=110, runs=1),),
    ),
    Story(
        "an outage between counter resets",
        one("99.9"),
        minutes=150,
        traffic=_resets,
        expect=(page(71, 73, over=100, runs=1), NO_ABSENCE),
    ),
    Story(
        "budget group first: the page is the same",
        one("99"),
        minutes=400,
        traffic=steady(10, during(370, 390)),
        expect=(page(379, 380, over=400),),
        order=("budget", "page"),
        watch_from=340,
    ),
    Story(
        "outage with scrapes and rules every 15 s",
        one("99.9"),
        minutes=110,
        step=15,
        traffic=steady(10, during(65, 85)),
        expect=(page(65.5, 67, over=95, runs=1),),
    ),
    Story(
        "outage with scrapes and rules every 30 s",
        one("99"),
        minutes=410,
        step=30,
        traffic=steady(10, during(370, 390)),
        expect=(page(378.5, 380, over=400, runs=1),),
        watch_from=340,
    ),
    Story(
        "base window of 10m, scrapes every 60 s",
        one("99.9"),
        minutes=130,
        traffic=steady(10, during(70, 90)),
        expect=(page(71, 73, over=105, runs=1),),
        settings=SLOW_SCRAPES,
    ),
)

STORIES = (*OBJECTIVES, *WINDOWS, *ODD_WINDOWS, *RECOVERY, *BLIPS, *ON_OFF, *ODD)
