"""How often changed SLOs would have paged lately, before and after: a line more of a difference."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from slogen.history.engine import Span, play
from slogen.history.played import History, Played
from slogen.history.programs import Programs
from slogen.live.client import Client
from slogen.project.difference.compare import SloChange
from slogen.project.difference.lines import Line, Pair
from slogen.project.difference.sides import Side
from slogen.project.difference.whole import Difference
from slogen.units import format_duration

_TOPIC: Final = "backtest"
_COUNTED: Final = {"pages": "page", "tickets": "ticket"}


def with_history(
    difference: Difference, old: Side, new: Side, span: Span, source: Client, programs: Programs
) -> Difference:
    """The difference with what each SLO that is on both sides would have told in this span. Raises as `play`
    does."""
    both = [change for change in difference.slos if change.old and change.new]
    if not both:
        return difference
    before = play(old.project, [c.old.slo for c in both if c.old], span, source, programs)
    after = play(new.project, [c.new.slo for c in both if c.new], span, source, programs)
    lines = {change.id: _line(change, before, after) for change in both}
    slos = tuple(
        replace(change, lines=(*change.lines, lines[change.id])) if change.id in lines else change
        for change in difference.slos
    )
    return replace(difference, slos=slos)


def _line(change: SloChange, before: History, after: History) -> Line:
    assert change.old is not None
    assert change.new is not None
    was, now = (
        [each for each in history.slos if each.slo_id == view.slo.shown]
        for history, view in ((before, change.old), (after, change.new))
    )
    length = format_duration((after.end - after.start) // 3600 * 3600)
    note = f"on the last {length}"
    if before.is_partial or after.is_partial:
        note += ", of which data is missing"
    return Line(_TOPIC, tuple(_pairs(was, now)), note)


def _pairs(was: Sequence[Played], now: Sequence[Played]) -> Iterator[Pair]:
    for what, severity in _COUNTED.items():
        counts = (sum(played.count(severity) for played in side) for side in (was, now))
        yield Pair(what, *(f"{count:,}" for count in counts))
    incidents = (sum(len(played.incidents) for played in side) for side in (was, now))
    yield Pair("incidents", *(f"{count:,}" for count in incidents))
