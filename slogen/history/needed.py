"""How far back the rules read what they record: so much history makes them right from the first minute."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import gcd

from slogen.conventions import bad_series, good_series, total_series
from slogen.history.combs import Comb
from slogen.history.network import Network, Node, is_recorded
from slogen.history.reads import reads_of
from slogen.promql.parse import parse
from slogen.settings import Settings
from slogen.units import MINUTE

MARGIN = 10 * MINUTE
_LOOKBACK = 5 * MINUTE  # for so long Prometheus shows a sample
Needs = dict[int, int]  # seconds, by the number of a node


@dataclass(frozen=True, slots=True)
class Grid:
    """How far apart samples are, in seconds: those of the base pair, and all others.

    Both divide the base window, of whose multiples the offsets of all longer windows are made: so tiles meet
    at samples. Neither is longer than Prometheus shows a sample.
    """

    pair: int
    rest: int
    base: int

    @classmethod
    def of(cls, settings: Settings) -> Grid:
        """That of a project."""
        base = settings.prometheus.base_window
        return cls(gcd(base, MINUTE), gcd(base, _LOOKBACK), base)

    def step(self, name: str) -> int:
        """The distance of the samples of a recorded series."""
        pair = (bad_series(self.base), good_series(self.base), total_series(self.base))
        return self.pair if name in pair else self.rest

    def last(self, at: float) -> int:
        """The last moment, not after a Unix time, at which windows of all lengths may end."""
        return int(at // self.base) * self.base


def needs(network: Network, default: int) -> Needs:
    """For each rule that records, how long before now the rules (alerts, too) read what it recorded, in
    seconds: 0 where only what was recorded just now is read. `default` is the step of subqueries."""
    found = {key: 0 for key, node in network.nodes.items() if is_recorded(node)}
    for key, ago in _reads(network, default):
        if key in found:
            found[key] = max(found[key], ago)
    return found


def comb_of(node: Node, need: int, end: int, grid: Grid) -> Comb:
    """The moments of a node that rules need which run on after `end`."""
    step = grid.step(node.name)
    return Comb.over(end - need - MARGIN, end, step)


def _reads(network: Network, default: int) -> Iterator[tuple[int, int]]:
    for node in network.nodes.values():
        for read, keys in node.reads:
            yield from ((key, read.ago) for key in keys)
        if node.memory is not None:  # in a network it is what is there now; the rule reads itself, too
            for read in reads_of(parse(node.memory.rule.expr), default):
                known = network.named(read.selector.name or "")
                its = (key for key in known if network.nodes[key].owner == node.owner)
                yield from ((key, read.ago) for key in its)
