"""Compiled rules evaluated over a stretch of time, level by level, by a real Prometheus.

Each rule is asked for whole-range; what it gives becomes blocks of a scratch Prometheus, of which the rules
that read it are asked. So nothing is computed here but when alerts fire, and what the rules remember.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Final

from slogen.conventions import FIRST_SEEN, ID
from slogen.history.blocks import Blocks
from slogen.history.combs import Comb, merged, without
from slogen.history.firing import Labels, Spell
from slogen.history.network import ALERTS, Network, Node, narrowed
from slogen.history.remember import first_seen, last_seen
from slogen.history.scratch import Scratch
from slogen.live.answers import Series
from slogen.live.client import Client
from slogen.live.errors import Fault, ServerError

Kept = dict[Labels, dict[int, float]]
Asked = tuple[int, str]  # a node, and the SLO of which alone it is asked, or ""
Wanted = Mapping[Asked, Sequence[Comb]]
_TOO_MUCH: Final = frozenset({Fault.LIMIT, Fault.TIMEOUT})
_NOW: Final = "@ end()"


@dataclass(slots=True)
class Replay:
    """Rules over time. `source` answers for raw series, `scratch` for what `blocks` were made of. What is
    asked of `keeps` stays in memory: values by labels and time. Memories begin at `begin`, and are looked at
    every `coarse` seconds at least; what changes at the end of a range is asked within `within` seconds."""

    network: Network
    source: Client
    scratch: Scratch
    blocks: Blocks
    begin: int
    coarse: int
    within: int
    keeps: set[int] = field(default_factory=set)
    kept: dict[int, Kept] = field(default_factory=dict)
    fired: dict[int, dict[Labels, list[Spell]]] = field(default_factory=dict)
    warnings: dict[str, None] = field(default_factory=dict)
    samples: int = 0
    _known: dict[Asked, list[Comb]] = field(default_factory=dict)
    _there: dict[int, dict[Labels, list[int]]] = field(default_factory=dict)

    def ensure(self, wanted: Wanted) -> None:
        """Evaluate these nodes at these moments, and all that they read when they read it. Raises
        ServerError, BlocksError and ScratchError."""
        missing = self._missing(wanted)
        levels = self.network.levels
        for _, level in groupby(sorted(missing, key=lambda m: levels[m[0]]), key=lambda m: levels[m[0]]):
            for key, slo_id in level:
                self._evaluate(key, slo_id, missing[key, slo_id])
            self.show()

    def ensure_for(self, alerts: Mapping[int, Sequence[Comb]], *, alone: bool) -> None:
        """Evaluate all that these alerts read, not the alerts themselves: of all SLOs of a service
        together, or of each SLO `alone`."""
        needs: dict[tuple[int, str], list[Comb]] = {}
        for key, combs in alerts.items():
            self._needs(key, self.network.nodes[key].labels.get(ID, "") if alone else "", combs, needs)
        self.ensure(needs)

    def ask(self, node: Node, expr: str, combs: Iterable[Comb]) -> Kept:
        """What an expression gives, by labels without the name."""
        client = self.source if node.is_raw else self.scratch.client
        within = self.within if _NOW in expr else 0
        found: Kept = {}
        for comb in combs:
            for chunk in comb.chunks(within=within):
                for series in self._asked(client, expr, chunk):
                    labels = {k: v for k, v in series.labels.items() if k != "__name__"}
                    labels |= dict(node.labels)
                    points = found.setdefault(tuple(sorted(labels.items())), {})
                    points.update((round(at), value) for at, value in series.points)
        return found

    def hold(self, key: int, series: Iterable[Labels], combs: Sequence[Comb]) -> None:
        """An alert, as if it fired all the time: for what reads itself. `show` lets it be seen."""
        node = self.network.nodes[key]
        moments = sorted({at for comb in combs for at in comb})
        for labels in series:
            found = dict(labels) | {"alertname": node.name, "alertstate": "firing"}
            self._write(node.holding, found, dict.fromkeys(moments, 1.0))

    def _needs(self, key: int, slo_id: str, combs: Sequence[Comb], into: dict[Asked, list[Comb]]) -> None:
        for read, needs in self.network.nodes[key].reads:
            said = [m.value for m in read.selector.matchers if m.name == ID]
            named = said[0] if said else slo_id
            for need in needs:
                node = self.network.nodes[need]
                if slo_id and not said and node.labels.get(ID, slo_id) != slo_id:
                    continue
                of = named if slo_id and node.is_shared else ""
                into.setdefault((need, of), []).extend(read.of(comb, node.interval) for comb in combs)

    def _missing(self, wanted: Wanted) -> dict[Asked, list[Comb]]:
        """What is to be evaluated, found from those that read to those that are read. Alerts were played
        before: of them it is known when they fired."""
        todo = {asked: list(combs) for asked, combs in wanted.items()}
        found: dict[Asked, list[Comb]] = {}
        for key in reversed(self.network.order):
            node = self.network.nodes[key]
            for asked in [each for each in todo if each[0] == key]:
                combs = todo[asked]
                if node.memory is not None:
                    combs.append(Comb.over(self.begin, max(c.end for c in combs), self.coarse))
                new = without(combs, [*self._known.get((key, ""), ()), *self._known.get(asked, ())])
                if new:
                    found[asked] = new
                    if node.alert is None:
                        self._needs(key, asked[1], new, todo)
        return found

    def _evaluate(self, key: int, slo_id: str, combs: list[Comb]) -> None:
        node = self.network.nodes[key]
        self._known[key, slo_id] = merged([*self._known.get((key, slo_id), ()), *combs])
        if node.alert is not None:
            found = self._firing(key, combs)
        else:
            found = self.ask(node, narrowed(node.expr, slo_id) if slo_id else node.expr, combs)
            if node.memory is not None:
                found = self._remembered(key, found, combs)
        if key in self.keeps:
            kept = self.kept.setdefault(key, {})
            for labels, points in found.items():
                kept.setdefault(labels, {}).update(points)
        for labels, points in found.items():
            if not slo_id or dict(labels).get(ID) == slo_id:
                self._write(ALERTS if node.alert else node.name, dict(labels), points)

    def _firing(self, key: int, combs: Sequence[Comb]) -> Kept:
        node = self.network.nodes[key]
        more = (("alertname", node.name), ("alertstate", "firing"))
        moments = {at for comb in combs for at in comb}
        return {
            (*labels, *more): {at: 1.0 for at in moments if any(spell.fires_at(at) for spell in found)}
            for labels, found in self.fired.get(key, {}).items()
        }

    def _remembered(self, key: int, now: Kept, combs: Sequence[Comb]) -> Kept:
        """What the rule carries on, of what is there at these moments and was before."""
        there = self._there.setdefault(key, {})
        for labels, points in now.items():
            there[labels] = sorted({*there.get(labels, ()), *points})
        moments = sorted({at for comb in combs for at in comb})
        holds = self._holds(self.network.nodes[key])
        if self.network.nodes[key].name == FIRST_SEEN:
            known = self.begin + self.coarse
            return {labels: dict(first_seen(seen, moments, holds, known)) for labels, seen in there.items()}
        return {labels: dict(last_seen(seen, moments, holds)) for labels, seen in there.items()}

    def _holds(self, node: Node) -> int:
        """For how long a group is remembered, in seconds: when it was first seen as long as when last."""
        holds = node.memory.holds if node.memory else 0
        lasting = (n.memory for n in self.network.nodes.values() if n.owner == node.owner and n.memory)
        return holds or max(memory.holds for memory in lasting)

    def _write(self, name: str, labels: Mapping[str, str], points: Mapping[int, float]) -> None:
        self.samples += self.blocks.add(name, labels, sorted(points.items()))

    def show(self) -> None:
        """Let what was written be seen."""
        if not self.blocks.is_empty:
            self.scratch.stop()
            self.blocks.make()
            self.scratch.start()

    def _asked(self, client: Client, expr: str, comb: Comb) -> tuple[Series, ...]:
        """The answer; that of two halves where the whole is too much."""
        try:
            found = client.query_range(expr, comb.start, comb.end, comb.step)
        except ServerError as error:
            if error.kind not in _TOO_MUCH or len(comb) < 2:
                raise
            halves = comb.chunks(-(-len(comb) // 2))
            return tuple(series for half in halves for series in self._asked(client, expr, half))
        self.warnings |= dict.fromkeys(found.warnings)
        return found.series
