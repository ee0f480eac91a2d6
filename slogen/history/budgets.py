"""What is left of budgets at one moment: as the rules find it, and counted without their windows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import isfinite

from slogen.conventions import BUDGET_REMAINING, FIRST_SEEN, ID, PERIOD_ERROR, slo_selector
from slogen.history.combs import Comb
from slogen.history.network import Network, is_recorded
from slogen.history.replay import Asked, Replay
from slogen.live.client import Client
from slogen.model.slo import Slo
from slogen.settings import Settings

APART = 0.002  # of a budget: what rules and count may differ by
_NOW = 1  # the step of a comb of one moment
Group = tuple[tuple[str, str], ...]
Values = Mapping[int, float]


@dataclass(frozen=True, slots=True)
class Found:
    """The error ratio of a period, and the share of the budget that is left; None where there is none."""

    ratio: float | None = None
    left: float | None = None


@dataclass(frozen=True, slots=True)
class Compared:
    """A budget of an SLO, or of one group of it, as the rules find it and as it is counted."""

    slo_id: str
    labels: Mapping[str, str]
    period: str
    rules: Found
    counted: Found = field(default_factory=Found)

    @property
    def agrees(self) -> bool:
        """Whether both are the same, but for what rounding does."""
        if self.rules.left is None or self.counted.left is None:
            return self.rules.left is self.counted.left
        return abs(self.rules.left - self.counted.left) <= APART


def wanted(replay: Replay, slos: Sequence[Slo], settings: Settings, at: int) -> dict[Asked, list[Comb]]:
    """What must be evaluated and kept for `counted` at a moment: the base pairs, and since when groups are
    known."""
    found: dict[Asked, list[Comb]] = {}
    base, step = settings.prometheus.base_window, replay.coarse
    until_then = Comb(step, at - (at - replay.begin) // step * step, at)
    for slo in slos:
        for key in replay.network.pair(slo.id, base):
            found[key, ""] = [until_then]
        for key in _known(replay.network, slo):
            found[key, ""] = [Comb(replay.coarse, at, at)]
    return found


def counted(replay: Replay, slo: Slo, settings: Settings, at: int) -> dict[Group, Found]:
    """The budget of each group at a moment, from the base windows that tile its period."""
    base = settings.prometheus.base_window
    bad, total = (replay.kept.get(key, {}) for key in replay.network.pair(slo.id, base))
    start, length = period_of(slo, at)
    since = {
        _group(slo, labels): values[at]
        for key in _known(replay.network, slo)
        for labels, values in replay.kept.get(key, {}).items()
        if at in values and dict(labels).get(ID) == slo.id
    }
    found = {}
    for labels, values in total.items():
        group = _group(slo, labels)
        sums = _sum(bad.get(labels, {}), start, at, base), _sum(values, start, at, base)
        found[group] = _found(slo, *sums, at - start, length, at - since.get(group, at))
    return found


def recorded(client: Client, slo: Slo, settings: Settings, at: int) -> dict[Group, Found]:
    """The budget of each group as a server has it that the rules of the SLO were recorded by."""
    ratios, left = (
        {
            _group(slo, tuple(sample.labels.items())): sample.value
            for sample in client.query(slo_selector(series, slo.id, settings.labels), at).samples
        }
        for series in (PERIOD_ERROR, BUDGET_REMAINING)
    )
    return {group: Found(ratios.get(group), value) for group, value in left.items()}


def compared(slo: Slo, rules: Mapping[Group, Found], counts: Mapping[Group, Found]) -> Iterator[Compared]:
    """Each group that either of them knows."""
    for group in sorted({*rules, *counts}):
        its, ours = rules.get(group, Found()), counts.get(group, Found())
        yield Compared(slo.shown, dict(group), slo.period, its, ours)


def tick(replay: Replay, at: int) -> None:
    """Evaluate all rules that record at one moment, as a running server would: each reads what is there. The
    network is one `as_live`."""
    network = replay.network
    for level in _levels(network):
        for key in level:
            node = network.nodes[key]
            combs = _when(network, key, at) if node.is_raw else [Comb(_NOW, at, at)]
            for labels, points in replay.ask(node, node.expr, combs).items():
                replay.blocks.add(node.name, dict(labels), sorted(points.items()))
        replay.show()


def _levels(network: Network) -> Iterator[list[int]]:
    """The rules in an order in which each comes after those above it in the files that it reads."""
    found: dict[int, int] = {}
    of_parts = [key for key, node in network.nodes.items() if node.is_raw]
    rules = [key for key, node in network.nodes.items() if is_recorded(node) and not node.is_raw]
    for key in (*of_parts, *rules):
        found[key] = 1 + max((found[need] for need in network.nodes[key].needs if need in found), default=-1)
    for number in range(max(found.values(), default=-1) + 1):
        yield [key for key, level in found.items() if level == number]


def _when(network: Network, key: int, at: int) -> list[Comb]:
    """When a part is read, by rules that are evaluated at a moment."""
    now = Comb(_NOW, at, at)
    reading = (
        read.of(now, node.interval)
        for node in network.nodes.values()
        for read, keys in node.reads
        if key in keys and not node.alert
    )
    return [now] if is_recorded(network.nodes[key]) else list(dict.fromkeys(reading))


def _known(network: Network, slo: Slo) -> list[int]:
    return [key for key in network.named(FIRST_SEEN, slo.id) if network.nodes[key].owner == slo.service]


def _group(slo: Slo, labels: Sequence[tuple[str, str]]) -> Group:
    return tuple(sorted((name, value) for name, value in labels if name in slo.sli.by))


def period_of(slo: Slo, at: int) -> tuple[int, int]:
    """When its budget began at a moment, and how long the period is."""
    begin, length = at - slo.window, slo.window
    if slo.calendar is not None:
        begin = slo.calendar.start(at)
        length = slo.calendar.end(at) - begin
    if slo.since is None or slo.since <= begin:
        return begin, length
    return slo.since, slo.calendar.end(slo.since) - slo.since if slo.calendar else length


def _sum(values: Values, start: int, end: int, base: int) -> float:
    """Of windows that meet, of which the last ends with the period."""
    return base * sum(
        max(value, 0.0) for at, value in values.items() if start < at <= end and (end - at) % base == 0
    )


def _found(slo: Slo, bad: float, total: float, gone: int, length: int, age: float) -> Found:
    """What bad events make of a budget of whose period so many seconds are gone. What is younger than the
    period counts as good before."""
    if not total > 0:
        return Found(None, 1.0) if slo.counts_from_a_date and gone > 0 else Found()
    ratio = bad / total
    share = min(age / gone, 1.0) * gone / length if gone > 0 else 0.0
    left = 1 - ratio * share / float(slo.budget)
    return Found(ratio, left if isfinite(left) else None)
