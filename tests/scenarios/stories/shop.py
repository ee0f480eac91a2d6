"""A plain HTTP service, for most stories."""

from __future__ import annotations

from collections.abc import Callable

from ..traffic import Target, Tick, World

Share = Callable[[Tick], float]
NAME = "http_requests_total"


def serve(target: Target, tick: Tick, total: float, bad: float, slo: str = "", **labels: str) -> None:
    """Requests since the last scrape: counted by the process and in the truth."""
    target.happen(NAME, total - bad, code="200", **labels)
    target.happen(NAME, bad, code="500", **labels)
    target.world.happened(tick, total, bad, slo)


def steady(rps: float, share: Share) -> Callable[[World], None]:
    """One instance with constant traffic; `share` of it fails."""

    def traffic(world: World) -> None:
        target = Target(world, "shop")
        for tick in world.ticks():
            total = rps * world.step
            serve(target, tick, total, total * share(tick))
            target.scrape(tick)

    return traffic


def during(start: float, end: float, share: float = 1.0) -> Share:
    """This share fails between two minutes, nothing else."""
    return lambda tick: share if tick.within(start, end) else 0.0
