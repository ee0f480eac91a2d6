"""Rules that slogen didn't write, played on the same series as its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from slogen.emitted.rules import Alert, Recording
from slogen.history.combs import Comb
from slogen.history.engine import workshop
from slogen.history.network import Network, Node, network_of_rules
from slogen.history.outcome import Group, firings_of
from slogen.history.play import LEAD, Player, Stretch
from slogen.history.played import Firing
from slogen.history.programs import Programs
from slogen.history.replay import Kept, Replay
from slogen.history.scratch import ScratchError
from slogen.live.client import Client
from slogen.live.errors import Fault, ServerError
from slogen.live.severities import severities_of
from slogen.model.alerts import AlertLine, Why
from slogen.model.slo import Slo
from slogen.model.tiers import PAGE, TICKET
from slogen.moving.old_rules import OldRule
from slogen.settings import Settings
from slogen.units import DAY

_SHOWN = "old:budget_left"  # what the old rules' boards show, as a rule of its own
_SLOTH_SEVERITY, _SEVERITY = "sloth_severity", "severity"
_OURS = ""  # the owner of the rule above


@dataclass(frozen=True)
class Old:
    """The rules of an SLO at another tool, its `own` among all `rules`, by which they may be read. `left` is
    PromQL of the share of the budget that is left, or ""."""

    own: tuple[OldRule, ...]
    rules: tuple[OldRule, ...]
    left: str

    @cached_property
    def alerts(self) -> tuple[OldRule, ...]:
        """What tells somebody."""
        return tuple(rule for rule in self.own if isinstance(rule.rule, Alert))


@dataclass(frozen=True, slots=True)
class OldPlayed:
    """What became of them: firings by group, the share of the budget `before` the story and what is `left`
    of it, by group (it may be no number), and why rules could not be played, by place among `rules`."""

    firings: Mapping[Group, tuple[Firing, ...]]
    before: Mapping[Group, float]
    left: Mapping[Group, float]
    failed: Mapping[int, str]


def play_old(
    old: Old, slo: Slo, stretch: Stretch, source: Client, settings: Settings, programs: Programs
) -> OldPlayed:
    """Play the alerts at each evaluation of the stretch, and look at the budget before and after it. Raises
    BlocksError and ScratchError where the programs don't work."""
    network, circles = _network(old, settings)
    with workshop(programs, settings) as (scratch, blocks):
        begin = stretch.start - LEAD - DAY
        replay = _Tolerant(network, source, scratch, blocks, begin, stretch.coarse, 0)
        player = _OldPlayer([slo], settings, replace(stretch, exact=True), replay)
        player.play()
    failed = {int(owner): why for owner, why in replay.failed.items() if owner != _OURS}
    firings = {group: tuple(found) for group, found in firings_of(player, slo).items()}
    before, left = (dict(player.left_at(at)) for at in player.looks)
    return OldPlayed(firings, before, left, circles | failed)


def _network(old: Old, settings: Settings) -> tuple[Network, dict[int, str]]:
    """What the alerts and the budget need of all rules; and which rules go in a circle, without them."""
    numbered = {str(number): rule for number, rule in enumerate(old.rules)}
    step = settings.prometheus.evaluation_interval
    shown = [(_OURS, Recording(_SHOWN, old.left), step)] if old.left else []
    own = {id(rule) for rule in old.alerts}
    roots = {owner for owner, rule in numbered.items() if id(rule) in own}
    circles: dict[int, str] = {}
    while True:
        rules = [(owner, each.rule, each.interval or step) for owner, each in numbered.items()]
        network = network_of_rules([*rules, *shown], settings)
        needed = _needed(network, roots)
        circle = next((owner for owner in needed if _in_circle(network, owner)), None)
        if circle is None:
            kept = [rule for rule in rules if rule[0] in needed]
            return network_of_rules([*kept, *shown], settings), circles
        del numbered[circle]
        circles[int(circle)] = "reads itself, and what it begins with isn't known"


def _needed(network: Network, roots: set[str]) -> list[str]:
    """The owners of the rules that are read by these, and by what is shown of the budget."""
    todo = [key for key, node in network.nodes.items() if node.owner in roots or node.name == _SHOWN]
    seen = set(todo)
    while todo:
        for need in network.nodes[todo.pop()].needs - seen:
            seen.add(need)
            todo.append(need)
    return [owner for owner in dict.fromkeys(network.nodes[key].owner for key in sorted(seen)) if owner]


def _in_circle(network: Network, owner: str) -> bool:
    """Whether a rule reads itself, be it over others."""
    own = {key for key, node in network.nodes.items() if node.owner == owner and not node.is_raw}
    todo, seen = [need for key in own for need in network.nodes[key].needs], set[int]()
    while todo:
        key = todo.pop()
        if key in own:
            return True
        if key not in seen:
            seen.add(key)
            todo += network.nodes[key].needs
    return False


@dataclass(slots=True)
class _Tolerant(Replay):
    """A rule that Prometheus refuses gives nothing, as it does there; it is kept why, by owner."""

    failed: dict[str, str] = field(default_factory=dict)

    def ask(self, node: Node, expr: str, combs: Iterable[Comb]) -> Kept:
        """What an expression gives, or nothing."""
        try:
            return Replay.ask(self, node, expr, combs)
        except (ScratchError, ServerError) as error:
            why = error if isinstance(error, ServerError) else error.__cause__
            if not isinstance(why, ServerError) or why.kind is not Fault.QUERY:
                raise ScratchError(str(error)) from None
            self.failed[node.owner] = why.message
            return {}


class _OldPlayer(Player):
    """A player of alerts that are compared with nothing that is known of them."""

    @cached_property
    def alerts(self) -> dict[int, tuple[Slo, AlertLine]]:
        """All alerts, as if they were of the SLO."""
        slo = self.slos[0]
        words = severities_of(self.slos, self.settings)
        found = {}
        for key, node in self.network.nodes.items():
            if node.alert is not None:
                said = node.labels.get(_SLOTH_SEVERITY) or node.labels.get(_SEVERITY, "")
                severity = said if said in (PAGE, TICKET) else PAGE if words.is_page(said) else TICKET
                found[key] = (slo, AlertLine(node.name, severity, Why.TIER, node.alert.wait, None))
        return found

    def _base(self) -> None:
        combs = [Comb(self.stretch.coarse, at, at) for at in self.looks]
        keys = self.network.named(_SHOWN)
        self.replay.keeps |= set(keys)
        self.replay.ensure({(key, ""): combs for key in keys})

    @property
    def looks(self) -> tuple[int, int]:
        """When the budget is looked at."""
        coarse = self.stretch.coarse
        return self.stretch.start // coarse * coarse, self.stretch.end // coarse * coarse

    def left_at(self, at: int) -> Iterator[tuple[Group, float]]:
        """What is shown of the budget then."""
        for key in self.network.named(_SHOWN):
            for labels, points in self.replay.kept.get(key, {}).items():
                if at in points:
                    group = tuple((name, value) for name, value in labels if name in self.slos[0].sli.by)
                    yield group, points[at]
