"""Where history that is written into a running Prometheus must end.

A block that ends after the start of the head makes Prometheus drop, at its next restart, every sample of
every series before that end which only its head held: it reads its log from the end of its newest block on.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from slogen.conventions import ID, SERVICE, UP, service_selector, total_series
from slogen.history.combs import Comb
from slogen.history.needed import Grid
from slogen.live.client import Client
from slogen.live.errors import Fault, ServerError
from slogen.settings import Settings
from slogen.units import DAY, HOUR, MINUTE, parse_duration

_HEAD_BLOCK: Final = 2 * HOUR  # what the head is cut into
_CUT_AFTER: Final = HOUR  # the head is cut when it is one and a half times as long
_SPARE: Final = 5 * MINUTE
_KEPT: Final = 15 * DAY  # where nobody says anything else
_FAR: Final = 10**14  # milliseconds: an empty head says that it begins there
_TIME: Final = re.compile(r"(?:\d+(?:y|w|d|h|ms|m|s))+")
_NOT_SAID: Final = frozenset({Fault.HTTP, Fault.UNSUPPORTED, Fault.QUERY, Fault.PROTOCOL})
Cuts = Mapping[str, int]  # Unix times, by the id of an SLO, or a service


@dataclass(frozen=True, slots=True)
class Standing:
    """What a server says of itself. `head` is the Unix time at which its head begins, None where it doesn't
    say; `kept` for how many seconds it keeps samples, if it says so. `lives` are the Unix times since when
    rules record each SLO and each service: no sample of theirs is before."""

    head: float | None = None
    kept: int | None = None
    lives: Cuts = field(default_factory=dict)

    def end(self, slo_ids: Iterable[str], newest: float) -> float:
        """The last moment that history of these SLOs may have."""
        lives = (self.lives[each] for each in slo_ids if each in self.lives)
        return min(newest, newest if self.head is None else self.head - 0.001, *(at - 1 for at in lives))


def head_of(client: Client) -> float | None:
    """When the head of a Prometheus begins; None where the server doesn't say it, inf for an empty one."""
    try:
        found: Any = client.api("status/tsdb")
        begins = found["headStats"]["minTime"]
    except ServerError as error:
        if error.kind not in _NOT_SAID:
            raise
        return None
    except (KeyError, TypeError):
        return None
    if not isinstance(begins, int) or isinstance(begins, bool):
        return None
    return begins / 1000 if begins < _FAR else float("inf")


def kept_by(client: Client) -> int | None:
    """For how long a server keeps samples, in seconds; None where it doesn't say."""
    try:
        found: Any = client.api("status/runtimeinfo")
        match = _TIME.search(str(found["storageRetention"]))
        return (parse_duration(match[0]) or None) if match else None
    except ServerError as error:
        if error.kind not in _NOT_SAID:
            raise
    except (KeyError, TypeError, ValueError):
        pass
    return None


def lives(client: Client, services: Sequence[str], settings: Settings, start: int, end: int) -> Cuts:
    """Since when rules have recorded each SLO and each service, of those that they record at `end`; nothing
    before `start` is looked at, nor what was before a day without any. What was written by an earlier
    backfill is none of this: it lies at whole minutes, where no evaluation does."""
    grid, there = Grid.of(settings), dict[str, list[int]]()
    total = total_series(settings.prometheus.base_window)
    for service in services:
        for series, label in ((total, ID), (UP, SERVICE)):
            recorded = service_selector(series, service, settings.labels)
            expr = f"group by ({label}) (timestamp({recorded}) % {grid.pair} > 0)"
            for chunk in Comb.over(start, end, grid.rest).chunks():
                for each in client.query_range(expr, chunk.start, chunk.end, chunk.step).series:
                    found = there.setdefault(each.labels.get(label, ""), [])
                    found += [round(at) for at, _ in each.points]
    begun = ((who, _since(times, end)) for who, times in there.items() if times)
    return {who: at - grid.rest + 1 for who, at in begun if at is not None}


def _since(there: Sequence[int], end: int) -> int | None:
    """The first of the moments that lead to the end without a day between them."""
    first = end
    for at in reversed(there):
        if first - at > DAY:
            break
        first = at
    return first if there[-1] >= end - DAY else None


def free_after(at: float) -> float:
    """When the head of a Prometheus that cuts it every two hours will begin after a Unix time."""
    return -(-at // _HEAD_BLOCK) * _HEAD_BLOCK + _CUT_AFTER + _SPARE


def block_length(kept: int | None) -> int:
    """How long blocks may be, in seconds: as the longest that a server itself makes which keeps samples for
    so long (a tenth of that, 31 days at most). Where its own overlap them it merges them, and no others."""
    longest = min((kept or _KEPT) // 10, 31 * DAY)
    length = _HEAD_BLOCK
    while length * 3 <= longest:
        length *= 3
    return length
