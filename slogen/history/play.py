"""The alerts of SLOs over a history: which of them fired, and when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from slogen.conventions import BUDGET_REMAINING, ID, SEVERITY, TIER
from slogen.history.candidates import may_fire
from slogen.history.combs import Comb
from slogen.history.firing import Labels, Spell, changes, joined, spells
from slogen.history.network import Network, Node
from slogen.history.replay import Asked, Kept, Replay, add
from slogen.model.alerts import AlertLine, Why, alerts_of, tiers_of
from slogen.model.slo import Slo
from slogen.model.tiers import PAGE, Tier
from slogen.settings import Settings
from slogen.units import HOUR, MINUTE

LEAD = HOUR  # before the history, so that alerts that fire at its beginning do
_AROUND = 15 * MINUTE  # of what may fire: alerts wait, and hold on
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Stretch:
    """What is played: from `start` to `end` (Unix times), whatever can't fire only every `coarse` seconds;
    with `exact` everything at each evaluation."""

    start: int
    end: int
    coarse: int
    exact: bool = False


@dataclass(frozen=True)
class Player:
    """SLOs whose alerts are played."""

    slos: Sequence[Slo]
    settings: Settings
    stretch: Stretch
    replay: Replay
    asked: dict[int, Found] = field(default_factory=dict)

    @property
    def network(self) -> Network:
        """The rules."""
        return self.replay.network

    @cached_property
    def alerts(self) -> dict[int, tuple[Slo, AlertLine]]:
        """The alerts of these SLOs by their nodes."""
        by_id = {slo.id: slo for slo in self.slos}
        found = {}
        for key, node in self.network.nodes.items():
            slo = by_id.get(node.labels.get(ID, ""))
            if node.alert is not None and slo is not None:
                found[key] = (slo, _line_of(slo, node, self.settings))
        return found

    def pair(self, slo: Slo) -> tuple[int, int]:
        """The nodes of its bad and total events."""
        return self.network.pair(slo.id, self.settings.prometheus.base_window)

    def left(self, slo: Slo) -> list[int]:
        """The nodes of the budget that is left."""
        service = slo.id.partition("/")[0]
        return [k for k in self.network.named(BUDGET_REMAINING) if self.network.nodes[k].owner == service]

    def play(self) -> None:
        """Evaluate everything. Afterwards `replay.kept` has the pairs and budgets, `replay.fired` when each
        alert fired."""
        self._base()
        for number in sorted(set(self._rounds.values())):
            self._round([key for key in self.alerts if self._rounds[key] == number])

    def _base(self) -> None:
        stretch, wanted = self.stretch, dict[Asked, list[Comb]]()
        begin = stretch.start - LEAD
        for slo in self.slos:
            longest = max((tier.long for tier in slo.alerting.tiers), default=0)
            for key in self.pair(slo):
                wanted[key, ""] = [Comb.over(begin - longest - stretch.coarse, stretch.end, stretch.coarse)]
            for key in self.left(slo):
                wanted[key, ""] = [Comb.over(stretch.start, stretch.end, stretch.coarse)]
        self.replay.keeps |= {key for key, _ in wanted}
        self.replay.ensure(wanted)

    @cached_property
    def _rounds(self) -> dict[int, int]:
        """How many alerts, one after the other, each node waits for."""
        found: dict[int, int] = {}
        for key in self.network.order:
            nodes = ((found[need], self.network.nodes[need]) for need in self.network.nodes[key].needs)
            found[key] = max((number + bool(node.alert) for number, node in nodes), default=0)
        return found

    def _round(self, keys: Sequence[int]) -> None:
        """Alerts that wait for none of each other: first where that is enough, then at each evaluation
        around what changes."""
        first = {key: self._first(key) for key in keys}
        rough, fine = (
            {key: combs for key, combs in first.items() if combs and self._is_rough(combs) is is_rough}
            for is_rough in (True, False)
        )
        self._ask(rough, alone=False)
        self._ask(fine, alone=not self.stretch.exact)
        self._ask({key: combs for key in keys if (combs := self._closer(key))}, alone=True)
        for key in keys:
            if key in self.asked:
                self.replay.fired[key] = self._spells(key)

    def _is_rough(self, combs: Sequence[Comb]) -> bool:
        return combs[0].step == self.stretch.coarse

    def _first(self, key: int) -> list[Comb]:
        slo, line = self.alerts[key]
        interval, stretch = self.network.nodes[key].interval, self.stretch
        whole = (stretch.start - LEAD, stretch.end)
        if stretch.exact or line.why is Why.LEVEL:
            return [Comb.over(*whole, interval)]
        if isinstance(line.of, Tier) and line.severity == PAGE:
            return [Comb.over(start, end, interval) for start, end in self._candidates(slo)]
        return [Comb.over(*whole, stretch.coarse)]

    def _closer(self, key: int) -> list[Comb]:
        """Between two moments of which only one has a value."""
        found, interval = self.asked.get(key), self.network.nodes[key].interval
        _, line = self.alerts[key]
        if found is None or line.why not in (Why.ABSENT, Why.BUCKET) or self.stretch.exact:
            return []
        moments = sorted(found.moments)
        spans = [
            span
            for values in (*found.holds.values(), *found.held.values())
            for span in changes(moments, values, interval)
        ]
        return [Comb.over(start, end, interval) for start, end in joined(spans)]

    def _candidates(self, slo: Slo) -> list[Span]:
        """When any tier of it that pages may fire: they hold on to each other."""
        bad, total = (self.replay.kept.get(key, {}) for key in self.pair(slo))
        start, end, slot = self.stretch.start - LEAD, self.stretch.end, self.stretch.coarse
        tiers = [tier for tier in tiers_of(slo) if tier.severity == PAGE]
        spans = [
            (max(start, first - _AROUND), min(end, last + _AROUND))
            for labels, values in bad.items()
            for tier in tiers
            for first, last in may_fire(values, total.get(labels, {}), tier, start, end, slot)
        ]
        return joined(spans, slot)

    def _ask(self, wanted: Mapping[int, Sequence[Comb]], *, alone: bool) -> None:
        """Ask what these alerts' expressions give, and what they would if the alerts fired already."""
        self.replay.ensure_for(wanted, alone=alone)
        nodes = self.network.nodes
        for key, combs in wanted.items():
            found = self.asked.setdefault(key, Found())
            found.moments.update(at for comb in combs for at in comb)
            add(found.holds, self.replay.ask(nodes[key], nodes[key].expr, combs))
        held = {k: combs for k, combs in wanted.items() if nodes[k].held and self.asked[k].holds}
        for key, combs in held.items():
            self.replay.hold(key, self.asked[key].holds, combs)
        self.replay.show()
        for key, combs in held.items():
            add(self.asked[key].held, self.replay.ask(nodes[key], nodes[key].held, combs))

    def _spells(self, key: int) -> dict[Labels, list[Spell]]:
        found, node = self.asked[key], self.network.nodes[key]
        assert node.alert is not None
        moments, wait, keep = sorted(found.moments), node.alert.wait, node.alert.keep_firing_for
        return {
            labels: spells(moments, values, found.held.get(labels, {}), wait, keep, node.interval)
            for labels, values in found.holds.items()
        }


@dataclass(slots=True)
class Found:
    """What an alert's expression gave: at which `moments` it was asked, the values by labels, and those that
    it would give if the alert fired."""

    moments: set[int] = field(default_factory=set)
    holds: Kept = field(default_factory=dict)
    held: Kept = field(default_factory=dict)


def _line_of(slo: Slo, node: Node, settings: Settings) -> AlertLine:
    """What an alert is about, by its name and labels."""
    tier, severity = node.labels.get(TIER), node.labels.get(SEVERITY)
    named = [line for line in alerts_of(slo) if slo.alerting.name(line.name) == node.name]
    fitting = [
        line
        for line in named
        if slo.severity(line.severity, settings) == severity
        and tier == (line.of.name if isinstance(line.of, Tier) and line.why is Why.TIER else None)
    ]
    return (fitting or named)[0]
