"""Whether the history has what is asked about."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise

from slogen.history.combs import Comb
from slogen.history.play import Player
from slogen.model.slo import Slo
from slogen.units import MINUTE, format_duration

_LOOK = 30 * MINUTE
_MOST_HOLES = 3


@dataclass(frozen=True, slots=True)
class Coverage:
    """What is missing, in words; it `is_partial` where that may hide alerts."""

    notes: tuple[str, ...] = ()
    is_partial: bool = False


def coverage(player: Player) -> Coverage:
    """Ask whether each SLO had data, and where it had none whether the server had any."""
    scraped = _scraped(player)
    notes, missing = list[str](), list[str]()
    for slo in player.slos:
        there = _there(player, slo)
        inside = [at for at in there if player.stretch.start < at <= player.stretch.end]
        if not inside:
            missing.append(f"{slo.shown}: there is no data at all")
            continue
        missing += _late(player, slo, there)
        notes += _young(player, slo, there)
        holes = list(_holes([*inside, player.stretch.end], player.stretch.coarse))
        gone = [hole for hole in holes if _is_gone(hole, scraped)]
        missing += _listed(slo, gone, "neither data nor any scrape")
        notes += _listed(slo, [hole for hole in holes if hole not in gone], "no data")
    return Coverage((*missing, *notes, *_rough(player)), bool(missing))


def _scraped(player: Player) -> set[int] | None:
    """When the server had any target at all; None where it never tells."""
    comb = Comb.over(player.stretch.start, player.stretch.end, _LOOK)
    found = player.replay.raw("group(up)", comb)
    return set(found) or None


def _there(player: Player, slo: Slo) -> list[int]:
    _, total = player.pair(slo)
    return sorted({at for values in player.replay.kept.get(total, {}).values() for at in values})


def _late(player: Player, slo: Slo, there: Sequence[int]) -> Iterator[str]:
    if there[0] > player.stretch.start + 2 * player.stretch.coarse:
        yield f"{slo.shown}: data begins on {_moment(there[0])}"


def _young(player: Player, slo: Slo, there: Sequence[int]) -> Iterator[str]:
    reach = slo.calendar.longest if slo.calendar else slo.window
    start = player.stretch.start
    if start - reach + 2 * player.stretch.coarse < there[0] <= start + 2 * player.stretch.coarse:
        since = f"data begins on {_moment(there[0])}"
        yield f"{slo.shown}: its budget looks back {slo.period}, but {since}: what was before counts as good"


def _holes(there: Sequence[int], slot: int) -> Iterator[tuple[int, int]]:
    return ((one, other) for one, other in pairwise(there) if other - one > 3 * slot)


def _is_gone(hole: tuple[int, int], scraped: set[int] | None) -> bool:
    if scraped is None:
        return True
    looks = Comb.over(hole[0] + _LOOK, hole[1], _LOOK)
    return any(at not in scraped for at in looks if hole[0] < at < hole[1])


def _listed(slo: Slo, holes: Sequence[tuple[int, int]], what: str) -> Iterator[str]:
    for start, end in holes[:_MOST_HOLES]:
        yield f"{slo.shown}: {what} for {format_duration(end - start)} from {_moment(start)}"
    if len(holes) > _MOST_HOLES:
        yield f"{slo.shown}: {what} {len(holes) - _MOST_HOLES} times more"


def _rough(player: Player) -> Iterable[str]:
    if not player.stretch.exact:
        slot = format_duration(player.stretch.coarse)
        yield f"pages to the evaluation; tickets and budgets every {slot} (--exact: each evaluation, too)"


def _moment(at: int) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M UTC")
