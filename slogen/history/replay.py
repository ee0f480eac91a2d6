"""Compiled rules evaluated over a stretch of time, level by level, by a real Prometheus.

Each rule is asked for whole-range; what it gives becomes blocks of a scratch Prometheus, of which the rules
that read it are asked. So nothing is computed here but when alerts fire, and what the rules remember.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import groupby
from typing import Final

from slogen.conventions import FIRST_SEEN, ID
from slogen.history.blocks import Blocks
from slogen.history.combs import Comb, merged, without
from slogen.history.firing import Labels, Spell
from slogen.history.network import ALERTS, Network, Node, narrowed
from slogen.history.remember import first_seen, last_seen
from slogen.history.scratch import Scratch, ScratchError
from slogen.live.answers import Series
from slogen.live.client import Client
from slogen.live.errors import Fault, ServerError

Kept = dict[Labels, dict[int, float]]
Asked = tuple[int, str]  # a node, and the SLO of which alone it is asked, or ""
Wanted = Mapping[Asked, Sequence[Comb]]
_MOST_CUTS: Final = 2  # of a question that took too long
_NOW: Final = "@ end()"
_AHEAD: Final = 3  # answers that wait to be read


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
            for (key, slo_id), found in self._answers({asked: missing[asked] for asked in level}):
                self._take(key, slo_id, found, missing[key, slo_id])
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
                    points.update({int(at): value for at, value in series.points})
        return found

    def raw(self, expr: str, comb: Comb) -> dict[int, float]:
        """What an expression of raw series gives, whatever its labels."""
        found = [self._asked(self.source, expr, chunk) for chunk in comb.chunks()]
        return {round(at): value for series in found for each in series for at, value in each.points}

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

    def _answers(self, level: Wanted) -> Iterator[tuple[Asked, Kept]]:
        """What each of them gives. While one answer is read, the next is asked for; of the user's server only
        as many at a time as it says."""
        nodes, abreast = self.network.nodes, self.source.server.abreast

        def answer(asked: Asked) -> Kept:
            key, slo_id = asked
            node = nodes[key]
            if node.alert is not None:
                return self._firing(key, level[asked])
            return self.ask(node, narrowed(node.expr, slo_id) if slo_id else node.expr, level[asked])

        raw = [asked for asked in level if nodes[asked[0]].is_raw]
        theirs, ours = ThreadPoolExecutor(abreast), ThreadPoolExecutor(2)
        pending = [(asked, theirs, answer) for asked in raw]
        pending += [(asked, ours, answer) for asked in level if asked not in raw]
        try:
            yield from _in_turn(pending, max(_AHEAD, abreast))
        finally:  # after an error, or an interrupt, nobody waits for what is still asked
            for pool in (theirs, ours):
                pool.shutdown(wait=False, cancel_futures=True)

    def _take(self, key: int, slo_id: str, found: Kept, combs: list[Comb]) -> None:
        """Keep what a node gave at these moments, and write it."""
        node = self.network.nodes[key]
        self._known[key, slo_id] = merged([*self._known.get((key, slo_id), ()), *combs])
        if node.memory is not None:
            found = self._remembered(key, found, combs)
        if key in self.keeps:
            add(self.kept.setdefault(key, {}), found)
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

    def _asked(self, client: Client, expr: str, comb: Comb, cuts: int = 0) -> tuple[Series, ...]:
        """The answer; that of two halves where the whole is too much. Who is slow is not asked for long."""
        try:
            found = client.query_range(expr, comb.start, comb.end, comb.step)
        except ServerError as error:
            is_slow = error.kind is Fault.TIMEOUT and cuts < _MOST_CUTS
            if len(comb) < 2 or not (is_slow or error.kind is Fault.LIMIT):
                if client is self.source:
                    raise
                raise ScratchError(error.message) from error
            halves = comb.chunks(-(-len(comb) // 2))
            return tuple(series for half in halves for series in self._asked(client, expr, half, cuts + 1))
        self.warnings |= dict.fromkeys(found.warnings)
        return found.series


def add(into: Kept, more: Kept) -> None:
    """Add values to those that are there."""
    for labels, values in more.items():
        into.setdefault(labels, {}).update(values)


def _in_turn(
    work: Sequence[tuple[Asked, Executor, Callable[[Asked], Kept]]], ahead: int
) -> Iterator[tuple[Asked, Kept]]:
    """The outcomes in order, at most a few `ahead` of who reads them: they are large."""
    waiting = deque[tuple[Asked, Future[Kept]]]()
    for asked, pool, answer in work:
        waiting.append((asked, pool.submit(answer, asked)))
        if len(waiting) > ahead:
            first, outcome = waiting.popleft()
            yield first, outcome.result()
    for first, outcome in waiting:
        yield first, outcome.result()
