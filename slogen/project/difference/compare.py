"""What differs between two states of one SLO."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from slogen.emitted.rules import Recording, Rule
from slogen.model.tiers import PAGE
from slogen.project.difference.alerting import Sooner, alerting, moves
from slogen.project.difference.lines import Line, lines_of
from slogen.project.difference.promises import fate, promises
from slogen.project.difference.view import View
from slogen.project.identities import BEGINS_ANEW, GONE, NEW, how_it_goes_on
from slogen.project.meaning import Fate
from slogen.tell.cost import Cost
from slogen.tell.words import budget_words

COST: Final = "cost"


class Kind(StrEnum):
    """What happened to an SLO."""

    REMOVED = "removed"
    RENAMED = "renamed"
    CHANGED = "changed"
    NEW = "new"


@dataclass(frozen=True)
class SloChange:
    """What happened to one SLO. `id` is its identity now, or before it was removed; `fate` is that of its
    budget, None where it has none any more, or had none; `heir_of` is the identity that it had."""

    id: str
    kind: Kind
    lines: tuple[Line, ...]
    old: View | None
    new: View | None
    fate: Fate | None = None
    moved: tuple[Sooner, ...] = ()
    heir_of: str = ""

    @property
    def view(self) -> View:
        """The newest state of it."""
        found = self.new or self.old
        assert found is not None
        return found

    @property
    def restarts(self) -> bool:
        """Whether its budget begins anew."""
        return self.fate is Fate.RESTARTS

    def pages(self, *, later: bool) -> bool:
        """Whether any first page comes later, or sooner."""
        return any(each.severity == PAGE and each.is_later is later for each in self.moved)


def changed(old: View, new: View, heir_of: str = "") -> SloChange | None:
    """The change of an SLO that is on both sides, if there is any; or, as `heir_of` another, of one that
    goes on under a new identity."""
    moved = moves(old, new)
    lines = [*promises(old, new), *alerting(old, new, moved)]
    if heir_of:
        lines = [line for line in lines if line.topic != "name"]
        lines.insert(0, _renamed(heir_of, new))
        return SloChange(new.slo.id, Kind.RENAMED, tuple(lines), old, new, Fate.RESTARTS, moved, heir_of)
    what, then = fate(old, new)
    if then:
        place = sum(line.topic in _BEFORE for line in lines)
        lines.insert(place, Line("history", note="; ".join(then), lead=_LEAD[what]))
    lines += cost_line([old.cost], [new.cost])
    if all(line.topic == COST for line in lines):
        if old.rules == new.rules:  # the rest of its service needs more, or less
            return None
        lines += _otherwise(old, new)
    return SloChange(new.slo.id, Kind.CHANGED, tuple(lines), old, new, what, moved) if lines else None


_BEFORE = ("name", "objective", "window", "budget", "events")
_LEAD = {
    Fate.KEPT: "kept",
    Fate.RESCALED: "kept",
    Fate.MIXED: "kept",
    Fate.RECOUNTED: "kept",
    Fate.REFILLS: "",
    Fate.RESTARTS: "restarts",
}


def _renamed(before: str, new: View) -> Line:
    how = how_it_goes_on(before, [new.slo.id])
    return Line("history", note=f"{how}: {BEGINS_ANEW}; `id: {before}` in the spec keeps both")


def cost_line(old: Sequence[Cost], new: Sequence[Cost]) -> Iterator[Line]:
    """What SLOs cost Prometheus, in all."""
    before, after = (
        {said: f"{sum(getattr(cost, field) for cost in side):,}" for field, said in _COSTS.items()}
        for side in (old, new)
    )
    yield from lines_of(COST, before, after)


_COSTS = {
    "rules": "rules",
    "series": "series",
    "samples": "recorded samples read at once",
    "raw_samples": "raw ones of each series",
}


def _otherwise(old: View, new: View) -> Iterator[Line]:
    """What no other line tells: words that people read, or expressions that are written otherwise."""
    before, after = [*map(_does, old.rules)], [*map(_does, new.rules)]
    if before != after:
        differ = sum(was != now for was, now in zip(before, after, strict=False)) + abs(
            len(before) - len(after)
        )
        yield Line("rules", note=f"{differ:,} of its rules are written otherwise")
    elif old.rules != new.rules:
        texts = " and ".join(_texts(old, new)) or "labels and annotations"
        yield Line("texts", note=f"{texts}: what people read; nothing fires or counts otherwise")


def _does(rule: Rule) -> tuple[object, ...]:
    if isinstance(rule, Recording):
        return rule.record, rule.expr
    return rule.alert, rule.expr, rule.wait, rule.keep_firing_for


def _texts(old: View, new: View) -> Iterator[str]:
    for name in ("description", "links"):
        if getattr(old.slo, name) != getattr(new.slo, name):
            yield name


def removed(old: View) -> SloChange:
    """An SLO that is gone."""
    lines = (Line("was", note=f"{old.slo.percent} over {old.slo.stretch}"), Line("history", note=GONE))
    return SloChange(old.slo.id, Kind.REMOVED, lines, old, None)


def added(new: View) -> SloChange:
    """An SLO that wasn't there."""
    slo = new.slo
    lines = [
        Line("objective", note=f"{slo.percent} over {slo.stretch}"),
        Line("budget", note=f"{budget_words(slo)}; {NEW.removeprefix('its budget ')}"),
    ]
    if new.told:
        lines.append(Line("told", note=", ".join(f"{name}: {who}" for name, who in new.told.items())))
    return SloChange(slo.id, Kind.NEW, tuple(lines), None, new)
