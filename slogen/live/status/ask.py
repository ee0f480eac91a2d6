"""The questions behind a status: so many, however many SLOs there are."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final

from slogen.conventions import (
    BUDGET,
    BUDGET_REMAINING,
    CURRENT_BURN,
    EXCLUDED,
    FIRST_SEEN,
    ID,
    INFO,
    LAST_SEEN,
    OBJECTIVE,
    PERIOD_DAYS,
    PERIOD_ELAPSED,
    PERIOD_ERROR,
    PERIOD_START,
    PERIOD_TOTAL,
    SERVICE,
    UP,
    VALUE,
    bad_series,
    ratio_series,
    total_series,
)
from slogen.live.answers import Sample, Series
from slogen.live.client import Client
from slogen.live.copies import Group
from slogen.live.errors import ServerError
from slogen.promql.text import quote
from slogen.units import DAY, HOUR, MINUTE

_NOW: Final = (
    *(INFO, OBJECTIVE, BUDGET, PERIOD_DAYS, CURRENT_BURN, BUDGET_REMAINING, PERIOD_ERROR, VALUE, EXCLUDED),
    *(FIRST_SEEN, LAST_SEEN, PERIOD_START, PERIOD_ELAPSED, PERIOD_TOTAL, ratio_series(HOUR)),
    *(bad_series(HOUR), bad_series(6 * HOUR), ratio_series(6 * HOUR)),
    *("slo:sli_total:rate(5m|10m|15m|1h|6h|[0-9]+d)", "ALERTS", "ALERTS_FOR_STATE"),
)
Place = tuple[str, Group]  # a service in a cluster
_LOOKS_BACK, _STEP = 7 * DAY, 15 * MINUTE  # for rules that are gone


@dataclass(frozen=True, slots=True)
class Seen:
    """What the server answered. `samples` are of the moment `at`; `services` says when the rules of each were
    last seen running, of those that ran in the last days, and `places` the same of each cluster, by the
    labels that were asked for; `bad` and `total` are the events per second of each tile of the window `over`
    (seconds)."""

    at: float
    server: str
    samples: tuple[Sample, ...]
    services: Mapping[str, float]
    engine: str = ""
    version: str = ""
    over: int | None = None
    bad: tuple[Series, ...] = ()
    total: tuple[Series, ...] = ()
    warnings: tuple[str, ...] = ()
    places: Mapping[Place, float] = field(default_factory=dict)


def look(
    client: Client,
    *,
    at: float | None = None,
    over: int | None = None,
    services: Iterable[str] = (),
    apart: Iterable[str] = (),
) -> Seen:
    """Ask how all SLOs stand at a Unix time, or now; of these services alone, if any are named. `over` is
    whole hours, in seconds. Labels `apart` tell clusters apart. Raises ServerError."""
    moment, apart = time.time() if at is None else at, tuple(apart)
    only = _only(services)
    now = client.query(f'{{__name__=~"{"|".join(_NOW)}",{ID}!=""{only}}}', moment)
    ran = client.query_range(
        f"count by ({', '.join((SERVICE, *apart))}) ({UP}{{{only.lstrip(',')}}})",
        moment - _LOOKS_BACK,
        moment,
        _STEP,
    )
    places = {
        (s.labels[SERVICE], place_of(s.labels, apart)): s.points[-1][0]
        for s in ran.series
        if SERVICE in s.labels and s.points
    }
    last = dict[str, float]()
    for (service, _), then in places.items():
        last[service] = max(then, last.get(service, then))
    bad, total, warnings = _tiles(client, moment, over, only) if over else ((), (), ())
    engine, version = engine_of(client)
    told = dict.fromkeys((*now.warnings, *ran.warnings, *warnings))
    shown = client.server.shown
    return Seen(moment, shown, now.samples, last, engine, version, over, bad, total, tuple(told), places)


def place_of(labels: Mapping[str, str], apart: Iterable[str]) -> Group:
    """The labels by which a series is known to be of one cluster."""
    return tuple(sorted((name, labels[name]) for name in apart if name in labels))


def tile_of(over: int) -> int:
    """The recorded window of which whole ones make up `over`, in seconds."""
    return DAY if over % DAY == 0 else HOUR


def _tiles(
    client: Client, at: float, over: int, only: str
) -> tuple[tuple[Series, ...], tuple[Series, ...], tuple[str, ...]]:
    """The pair at the end of each tile. A subquery would align its steps to midnight, not to now."""
    tile = tile_of(over)
    names = bad_series(tile), total_series(tile)
    asked = f'{{__name__=~"{"|".join(names)}",{ID}!=""{only}}}'
    found = client.query_range(asked, at - over + tile, at, tile)
    bad, total = (tuple(s for s in found.series if s.labels.get("__name__") == name) for name in names)
    return bad, total, found.warnings


def _only(services: Iterable[str]) -> str:
    """A matcher that keeps these services."""
    chosen = sorted(set(services))
    return f",{SERVICE}=~{quote('|'.join(map(re.escape, chosen)))}" if chosen else ""


def engine_of(client: Client) -> tuple[str, str]:
    """What kind of server it is, and its version; "" where it doesn't say."""
    found: Any = None
    with suppress(ServerError):
        found = client.api("status/buildinfo")
    if not isinstance(found, dict):
        return "", ""
    version = str(found.get("version") or "")
    application = str(found.get("application") or "")  # Mimir says who it is
    if application:
        return application, version
    if "goVersion" not in found:
        return "VictoriaMetrics", version
    return ("Prometheus" if version else "Thanos"), version
