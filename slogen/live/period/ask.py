"""The questions behind a report: a few for all SLOs, and the pair in detail of those that paged."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from slogen.conventions import BUDGET, ID, INFO, SERVICE, SEVERITY, bad_series, total_series
from slogen.live.answers import Matrix, Series
from slogen.live.client import Client
from slogen.live.period.dates import Period
from slogen.promql.text import quote
from slogen.units import DAY, MINUTE

LEAD: Final = 6 * 60 * MINUTE  # so long before its first page an incident may have begun
_CHUNK: Final = 7 * DAY  # at a minute's step, below the 11,000 points that servers give
_AT_ONCE: Final = 20  # SLOs whose pair is asked for in detail


@dataclass(frozen=True, slots=True)
class Past:
    """What the server answered: by day budgets, descriptions, and the pair (of the period before, too); by
    minute what fired; every `base` seconds the pair of the SLOs that paged."""

    at: float
    server: str
    base: int
    budgets: tuple[Series, ...]
    infos: tuple[Series, ...]
    bad: tuple[Series, ...]
    total: tuple[Series, ...]
    fired: tuple[Series, ...]
    detail: tuple[Series, ...] = ()
    warnings: tuple[str, ...] = ()


def look_back(
    client: Client, period: Period, *, is_page: Callable[[str], bool], base: int, services: Iterable[str] = ()
) -> Past:
    """Ask about a period; of these services alone, if any are named. `is_page` says which values of the
    severity label wake somebody, `base` is the base window in seconds: the pair is asked for at its end each
    time, so that no event counts twice. Raises ServerError."""
    chosen, warnings = sorted(set(services)), list[str]()
    only = f",{SERVICE}=~{quote('|'.join(map(re.escape, chosen)))}" if chosen else ""

    def asked(selector: str, start: int, step: int, end: int = period.end) -> tuple[Series, ...]:
        found: Matrix = client.query_range(selector, start, end, step)
        warnings.extend(found.warnings)
        return found.series

    names = bad_series(DAY), total_series(DAY)
    pair = asked(f'{{__name__=~"{"|".join(names)}",{ID}!=""{only}}}', period.previous_start + DAY, DAY)
    firing = f'ALERTS{{alertstate="firing",{ID}!=""{only}}}'
    fired = [
        series
        for start, end in _chunks(period.start, period.end - MINUTE)  # the last midnight is of the next one
        for series in asked(firing, start, MINUTE, end)
    ]
    paged = {s.labels[ID] for s in fired if ID in s.labels and is_page(s.labels.get(SEVERITY, ""))}
    detail = [
        series
        for some in _few(sorted(paged))
        for start, end in _chunks(period.start - LEAD, period.end, 4 * _CHUNK)
        for series in asked(_detailed(some, base), start, base, end)
    ]
    return Past(
        time.time(),
        client.server.shown,
        base,
        asked(f'{BUDGET}{{{ID}!=""{only}}}', period.start + DAY, DAY),
        asked(f'{INFO}{{{ID}!=""{only}}}', period.start + DAY, DAY),
        tuple(s for s in pair if s.labels.get("__name__") == names[0]),
        tuple(s for s in pair if s.labels.get("__name__") == names[1]),
        tuple(fired),
        tuple(detail),
        tuple(dict.fromkeys(warnings)),
    )


def _detailed(ids: Iterable[str], base: int) -> str:
    names = "|".join((bad_series(base), total_series(base)))
    return f'{{__name__=~"{names}",{ID}=~{quote("|".join(ids))}}}'


def _chunks(start: int, end: int, length: int = _CHUNK) -> Iterator[tuple[int, int]]:
    """Ranges that a server answers; each begins a step after the one before ended."""
    for begin in range(start, end, length):
        yield begin, min(begin + length - MINUTE, end)


def _few(ids: list[str]) -> Iterator[list[str]]:
    for first in range(0, len(ids), _AT_ONCE):
        yield ids[first : first + _AT_ONCE]
