"""Whether the history has what is asked about."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from itertools import pairwise

from slogen.history.combs import Comb
from slogen.history.play import Player, Stretch
from slogen.history.replay import Replay
from slogen.model.slo import Slo
from slogen.units import format_duration

Hole = tuple[int, int]  # the moments with data around it
IsGone = Callable[[Hole], bool]
_MOST_HOLES = 3


@dataclass(frozen=True, slots=True)
class Coverage:
    """What is missing, in words; it `is_partial` where that may hide alerts."""

    notes: tuple[str, ...] = ()
    is_partial: bool = False


def coverage(player: Player) -> Coverage:
    """Ask whether each SLO had data, and where it had none whether the server had any."""
    stretch, is_gone = player.stretch, blanks(player.replay)
    notes, missing = list[str](), list[str]()
    for slo in player.slos:
        there = _there(player, slo)
        its_missing, its_notes = gaps(slo, there, stretch, is_gone)
        missing += its_missing
        notes += [*_young(player, slo, there), *its_notes]
    return Coverage((*missing, *notes, *_rough(player)), bool(missing))


def gaps(slo: Slo, there: Sequence[int], stretch: Stretch, is_gone: IsGone) -> tuple[list[str], list[str]]:
    """What is missing of an SLO whose total is `there` at these moments; and where it had no data although
    the server had some, which `is_gone` tells."""
    inside = [at for at in there if stretch.start < at <= stretch.end]
    if not inside:
        return [f"{slo.shown}: there is no data at all"], []
    before = [stretch.start] if there[0] <= stretch.start else []
    holes = list(_holes([*before, *inside, stretch.end], stretch.coarse))
    gone = [hole for hole in holes if is_gone(hole)]
    missing = [*_late(slo, there, stretch), *_listed(slo, gone, "neither data nor any scrape")]
    return missing, list(_listed(slo, [hole for hole in holes if hole not in gone], "no data"))


def blanks(replay: Replay) -> IsGone:
    """Tells of a hole whether the server had no target at all in any part of it."""

    @cache
    def is_gone(hole: Hole) -> bool:
        inside = Comb.over(hole[0] + replay.coarse, hole[1] - replay.coarse, replay.coarse)
        return not replay.raw("group(up)", inside).keys() >= set(inside)

    return is_gone


def _there(player: Player, slo: Slo) -> list[int]:
    _, total = player.pair(slo)
    return sorted({at for values in player.replay.kept.get(total, {}).values() for at in values})


def _late(slo: Slo, there: Sequence[int], stretch: Stretch) -> Iterator[str]:
    if there[0] > stretch.start + 2 * stretch.coarse:
        yield f"{slo.shown}: data begins on {_moment(there[0])}"


def _young(player: Player, slo: Slo, there: Sequence[int]) -> Iterator[str]:
    start, end = player.stretch.start, player.stretch.end
    if not any(start < at <= end for at in there):
        return
    if start - slo.reach + 2 * player.stretch.coarse < there[0] <= start + 2 * player.stretch.coarse:
        since = f"data begins on {_moment(there[0])}"
        yield f"{slo.shown}: its budget looks back {slo.period}, but {since}: what was before counts as good"


def _holes(there: Sequence[int], slot: int) -> Iterator[Hole]:
    return ((one, other) for one, other in pairwise(there) if other - one > 2 * slot)


def _listed(slo: Slo, holes: Sequence[Hole], what: str) -> Iterator[str]:
    for start, end in holes[:_MOST_HOLES]:
        yield f"{slo.shown}: {what} for {format_duration(end - start)} from {_moment(start)}"
    if len(holes) > _MOST_HOLES:
        yield f"{slo.shown}: {what} {len(holes) - _MOST_HOLES} times more"


def _rough(player: Player) -> Iterable[str]:
    if not player.stretch.exact:
        slot = format_duration(player.stretch.coarse)
        said = f"tickets and budgets are looked at every {slot}, so one of a moment may be late or missed"
        yield f"pages are found to the evaluation; {said} (--exact looks at each evaluation)"


def _moment(at: int) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M UTC")
