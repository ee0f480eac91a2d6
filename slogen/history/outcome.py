"""What alerts, budgets and events say of each SLO, and of each of its groups."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import isfinite

from slogen.conventions import CONSUMED, ID, LEVEL, TIER
from slogen.history.firing import Labels, joined
from slogen.history.play import Player
from slogen.history.played import Firing, Incident, Played, Point
from slogen.model.slo import Slo
from slogen.model.tiers import PAGE

Group = tuple[tuple[str, str], ...]
Values = Mapping[int, float]


@dataclass(frozen=True, slots=True)
class Events:
    """Bad and total events of each stretch of `slot` seconds, by the time at which it ends."""

    bad: Values
    total: Values
    slot: int

    def between(self, start: int, end: int) -> tuple[float, float]:
        """Bad and all of them after `start`, until `end`."""
        bad, total = (
            sum(value for at, value in values.items() if start < at <= end)
            for values in (self.bad, self.total)
        )
        return bad, total

    def began(self, at: int, earliest: int, budget: float) -> int:
        """Since when, before a moment, errors have gone beyond the budget without a pause."""
        start = at // self.slot * self.slot
        while start - self.slot >= earliest:
            total = self.total.get(start - self.slot, 0.0)
            before = self.bad.get(start - self.slot, 0.0) / total if total > 0 else 0.0
            if before <= budget:
                break
            start -= self.slot
        return min(start, at)


def outcomes(player: Player) -> Iterator[Played]:
    """Each group of each SLO."""
    for slo in player.slos:
        firings = firings_of(player, slo)
        events = _events(player, slo)
        left = _left(player, slo)
        for group in sorted({*events, *firings}) or [()]:
            yield _played(player, slo, group, firings.get(group, []), events.get(group), left.get(group, {}))


def _played(
    player: Player, slo: Slo, group: Group, firings: list[Firing], events: Events | None, left: Values
) -> Played:
    start, end = player.stretch.start, player.stretch.end
    events = events or Events({}, {}, player.stretch.coarse)
    bad, total = events.between(start, end)
    return Played(
        slo.shown,
        dict(group),
        slo.objective,
        slo.period,
        "seconds" if slo.sli.timed else "events",
        total,
        bad,
        tuple(sorted(firings, key=lambda each: (each.start, each.alert, each.tier))),
        tuple(_incidents(slo, firings, events, start, end)),
        tuple(_within(left.items(), start, end)),
        tuple(_ratio(events, start, end)),
        tuple(tier.name for tier in slo.alerting.tiers),
    )


def firings_of(player: Player, slo: Slo) -> dict[Group, list[Firing]]:
    """What fired of an SLO in the stretch, by group."""
    found: dict[Group, list[Firing]] = {}
    start, end = player.stretch.start, player.stretch.end
    for key, (its, line) in player.alerts.items():
        if its.id != slo.id:
            continue
        node = player.network.nodes[key]
        about = next((node.labels[name] for name in (TIER, CONSUMED, LEVEL) if name in node.labels), "")
        for labels, spells in player.replay.fired.get(key, {}).items():
            group = found.setdefault(_group(slo, labels), [])
            for spell in spells:
                if spell.start is None or (spell.end is not None and spell.end <= start):
                    continue
                over = spell.end if spell.end is not None and spell.end <= end else None
                first, since = max(spell.pending, start), max(spell.start, start)
                firing = Firing(node.name, about, line.severity, first, since, over, spell.peak, dict(labels))
                group.append(firing)
    return {group: each for group, each in found.items() if each}


def _group(slo: Slo, labels: Labels) -> Group:
    return tuple((name, value) for name, value in labels if name in slo.sli.by)


def _events(player: Player, slo: Slo) -> dict[Group, Events]:
    """Events by group; of time, its seconds."""
    bad, total = (player.replay.kept.get(key, {}) for key in player.pair(slo))
    slot = player.stretch.coarse
    each = slot / float(slo.sli.timed.pace) if slo.sli.timed else float(slot)
    return {
        _group(slo, labels): Events(
            {at: max(value, 0.0) * each for at, value in bad.get(labels, {}).items() if at % slot == 0},
            {at: value * each for at, value in values.items() if at % slot == 0},
            slot,
        )
        for labels, values in total.items()
    }


def _left(player: Player, slo: Slo) -> dict[Group, Values]:
    return {
        _group(slo, labels): values
        for key in player.left(slo)
        for labels, values in player.replay.kept.get(key, {}).items()
        if dict(labels).get(ID) == slo.id
    }


def _within(points: Iterable[Point], start: int, end: int) -> Iterator[Point]:
    return ((at, value) for at, value in sorted(points) if start <= at <= end and isfinite(value))


def _ratio(events: Events, start: int, end: int) -> Iterator[Point]:
    for at, total in _within(events.total.items(), start, end):
        if total > 0:
            yield at, min(events.bad.get(at, 0.0) / total, 1.0)


def _incidents(
    slo: Slo, firings: Sequence[Firing], events: Events, start: int, end: int
) -> Iterator[Incident]:
    """Pages that overlap, and what they cost: of the budget of the traffic that there was, when there was
    any data."""
    pages = [firing for firing in firings if firing.severity == PAGE]
    longest = max((tier.long for tier in slo.alerting.tiers), default=0)
    _, all_events = events.between(start, end)
    known = sum(start < at <= end for at in events.total) * events.slot
    budget = float(slo.budget) * all_events / max(known, 1) * slo.window
    for first, last in joined((page.pending, end if page.end is None else page.end) for page in pages):
        together = [page for page in pages if first <= page.pending <= last]
        began = events.began(first, max(start, first - longest), float(slo.budget))
        bad, _ = events.between(began - events.slot, last)
        is_open = any(page.end is None for page in together)
        yield Incident(
            began,
            None if is_open else last,
            tuple(sorted(together, key=lambda each: each.start)),
            bad,
            bad / budget if budget > 0 else 0.0,
        )
