"""One server has the series of two clusters, whose targets have the same names: each is told of by itself."""

from __future__ import annotations

from collections.abc import Callable

from ..checks import NO_ABSENCE, Fires, Holds, Silent, Value, page
from ..engine import Check, Story
from ..specs import BAD_TOTAL, SETTINGS, one
from ..traffic import Target, World
from .absence import ABSENT, MESH
from .shop import during, serve

TWO = SETTINGS + "clusters: [{name: eu, scope: {cluster: eu}}, {name: us, scope: {cluster: us}}]\n"
QUIET_US = Silent(labels=(("cluster", "us"),))
EU_GONE = (("cluster", "eu"), ("severity", "page"))


def _pair(world: World, job: str = "shop") -> tuple[Target, Target]:
    return Target(world, job, cluster="eu"), Target(world, job, cluster="us")


def _eu_fails(world: World) -> None:
    """In the one cluster nothing works from minute 65 on; in the other there is ten times the traffic."""
    eu, us = _pair(world)
    for tick in world.ticks():
        serve(eu, tick, 600, 600 * during(65, 1e9)(tick))
        serve(us, tick, 6000, 0)
        eu.scrape(tick)
        us.scrape(tick)


def _eu_ends(job: str, name: str, **labels: str) -> Callable[[World], None]:
    """In the one cluster all targets are gone from minute 120 on."""

    def traffic(world: World) -> None:
        for target in _pair(world, job):
            for tick in world.ticks():
                target.count(name, 600, code="200", **labels)
                if target.cluster == "us" or tick.minute <= 120:
                    target.scrape(tick)

    return traffic


def _told_of_eu_alone(minutes: int) -> tuple[Check, ...]:
    return (
        Fires((130, 141), alert=ABSENT, labels=EU_GONE),
        Holds(142, minutes, alert=ABSENT, labels=EU_GONE),
        QUIET_US,
    )


STORIES = [
    Story(
        "an outage of one cluster",
        one("99.9"),
        minutes=90,
        traffic=_eu_fails,
        settings=TWO,
        expect=(
            page(66, 67, cluster="eu"),
            QUIET_US,
            NO_ABSENCE,
            Value('slo:sli_error:ratio_rate5m{slo_id="shop/availability",cluster="us"}', 89, 0, 0),
            Value('slo:sli_error:ratio_rate5m{slo_id="shop/availability",cluster="eu"}', 89, 1, 0.01),
        ),
    ),
    Story(
        "the targets of one cluster are gone",
        one("99.9", sli=BAD_TOTAL),
        minutes=220,
        traffic=_eu_ends("shop", "http_requests_total"),
        settings=TWO,
        expect=_told_of_eu_alone(220),
        watch_from=60,
    ),
    Story(
        "the targets of one cluster are gone from a job that services share",
        one("99.9", sli=MESH),
        minutes=220,
        traffic=_eu_ends("pods", "mesh_requests_total", to="checkout"),
        settings=TWO,
        expect=_told_of_eu_alone(220),
        watch_from=60,
    ),
]
