"""Compiled rules as a network: what each reads, so that they can be evaluated level by level."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property, lru_cache
from typing import Final

from slogen.conventions import BUDGET_UP, ID, SERVICE, TARGETS_SEEN, UP, bad_series, total_series
from slogen.diagnostics import CallError
from slogen.emitted.rules import Alert, Recording, Rule, RuleFile
from slogen.history.parts import is_raw, selectors, split
from slogen.history.reads import Read, reads_of
from slogen.model.slo import Service
from slogen.promql.parse import parse
from slogen.promql.selector import Matcher
from slogen.promql.solve import matches
from slogen.promql.tree import Expr, VectorSelector
from slogen.promql.written import with_selectors, written
from slogen.rules.seen import Memory, memories
from slogen.settings import Settings

ALERTS: Final = "ALERTS"
_OURS: Final = "slogen_history_"  # series that no rule records
_PART: Final = f"{_OURS}part_"
_HELD: Final = f"{_OURS}held_"
_NEVER: Final = f"{_OURS}never"


@dataclass(frozen=True, slots=True)
class Node:
    """A rule, or a part of one. `expr` is asked of the server with raw series if it `is_raw`, else of that
    which holds what was evaluated before. `held` is the expression of an alert that reads itself, as if it
    fired all the time. `interval` is how often the rule is evaluated, in seconds."""

    name: str
    expr: str
    owner: str
    interval: int
    is_raw: bool
    labels: Mapping[str, str] = field(default_factory=dict)
    reads: tuple[tuple[Read, tuple[int, ...]], ...] = ()
    memory: Memory | None = None
    alert: Alert | None = None
    held: str = ""
    holding: str = ""  # the series that stands for the alert itself in `held`

    @property
    def is_shared(self) -> bool:
        """Whether it records a series for each SLO of a service."""
        return not self.is_raw and not self.alert and ID not in self.labels and _has_slos(self.name)

    @property
    def needs(self) -> frozenset[int]:
        """The nodes that it reads."""
        return frozenset(key for _, keys in self.reads for key in keys)


@dataclass(frozen=True)
class Network:
    """The nodes by number."""

    nodes: Mapping[int, Node]

    @cached_property
    def order(self) -> tuple[int, ...]:
        """All nodes, those that are read first. Raises CallError where rules go in a circle."""
        found: dict[int, None] = {}
        todo, path = sorted(self.nodes, reverse=True), set[int]()
        while todo:
            key = todo[-1]
            missing = [need for need in sorted(self.nodes[key].needs) if need not in found]
            if key in found or not missing:
                found[todo.pop()] = None
                path.discard(key)
                continue
            path.add(key)
            if not path.isdisjoint(missing):
                raise CallError(f"`{self.nodes[key].name}` reads itself over other rules: it can't be played")
            todo += missing
        return tuple(found)

    @cached_property
    def levels(self) -> Mapping[int, int]:
        """How many steps each node is from raw series; alerts are no step."""
        found: dict[int, int] = {}
        for key in self.order:
            found[key] = 1 + max((found[need] for need in self.nodes[key].needs), default=-1)
        return found

    def named(self, name: str, slo_id: str = "") -> list[int]:
        """The nodes of a name, of an SLO if one is given."""
        return [
            key
            for key, node in self.nodes.items()
            if node.name == name and node.labels.get(ID, slo_id) == slo_id
        ]

    def pair(self, slo_id: str, base: int) -> tuple[int, int]:
        """The nodes of an SLO's bad and total events over the base window."""
        bad, total = (
            next(key for key in self.named(name(base), slo_id) if self.nodes[key].labels.get(ID))
            for name in (bad_series, total_series)
        )
        return bad, total


def is_recorded(node: Node) -> bool:
    """Whether it is a rule that records, not an alert nor a part of a rule."""
    return node.alert is None and not node.name.startswith(_OURS)


def _has_slos(name: str | None) -> bool:
    """Whether a recorded series is of an SLO, not of its service."""
    return name not in (UP, BUDGET_UP, TARGETS_SEEN) and not (name or "").startswith(_OURS)


@lru_cache(maxsize=4096)
def narrowed(expr: str, slo_id: str) -> str:
    """The expression of what a service shares, for one of its SLOs."""
    own = Matcher(ID, "=", slo_id)

    def of_it(selector: VectorSelector) -> VectorSelector:
        if not _has_slos(selector.name) or any(m.name == ID for m in selector.matchers):
            return selector
        return replace(selector, matchers=(*selector.matchers, own))

    return written(with_selectors(parse(expr), of_it))


def network_of(
    files: Iterable[RuleFile],
    services: Sequence[Service],
    wanted: Collection[str],
    settings: Settings,
    *,
    as_live: bool = False,
) -> Network:
    """The rules that the wanted SLOs (by id) and their parts need, of the files of these services. With
    `as_live` what remembers is a rule like any other, which reads itself: such a network has no order."""
    remembered = [memory for service in services for memory in memories(service, settings) if not as_live]
    build = _Build(settings, {memory.rule.expr: memory for memory in remembered})
    for file in files:
        for group in file.groups:
            for rule in group.rules:
                build.names.add(rule.record if isinstance(rule, Recording) else ALERTS)
                if rule.labels.get(ID) is None or rule.labels[ID] in wanted:
                    build.add(rule, file.owner, group.interval)
    return build.network()


def network_of_rules(rules: Iterable[tuple[str, Rule, int]], settings: Settings) -> Network:
    """Any rules, each with who owns it and its interval in seconds."""
    build = _Build(settings, {})
    for owner, rule, interval in rules:
        build.names.add(rule.record if isinstance(rule, Recording) else ALERTS)
        build.add(rule, owner, interval)
    return build.network()


@dataclass(slots=True)
class _Build:
    settings: Settings
    memories: Mapping[str, Memory]
    nodes: dict[int, Node] = field(default_factory=dict)
    trees: dict[int, Expr] = field(default_factory=dict)
    parts: dict[str, Node] = field(default_factory=dict)
    by_name: dict[str, list[int]] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)  # that rules record, also those of SLOs that nobody wants

    def add(self, rule: Rule, owner: str, interval: int) -> None:
        """A rule, before it is known what it reads."""
        memory = self.memories.get(rule.expr) if isinstance(rule, Recording) else None
        alert = rule if isinstance(rule, Alert) else None
        name = rule.alert if isinstance(rule, Alert) else rule.record
        expr = memory.now if memory else rule.expr
        key = self._put(Node(name, expr, owner, interval, False, rule.labels, (), memory, alert))
        self.trees[key] = parse(expr)

    def _put(self, node: Node) -> int:
        key = len(self.nodes)
        self.nodes[key] = node
        self.by_name.setdefault(ALERTS if node.alert else node.name, []).append(key)
        return key

    def network(self) -> Network:
        """All of them, with what they read and the parts that were made of them."""
        for key in list(self.nodes):
            self.nodes[key] = self._resolved(key)
        return Network(self.nodes)

    def _resolved(self, key: int) -> Node:
        node, tree = self.nodes[key], self.trees[key]
        if is_raw(tree, self._is_recorded):
            return replace(node, is_raw=True)

        def is_self(selector: VectorSelector) -> bool:
            return key in self._found(selector)

        if node.alert and any(map(is_self, selectors(tree))):
            node = replace(node, holding=f"{_HELD}{key}")
            held = with_selectors(tree, lambda s: replace(s, name=node.holding) if is_self(s) else s)
            node = replace(node, held=written(self._split(held, node)))
            tree = with_selectors(tree, lambda s: replace(s, name=_NEVER) if is_self(s) else s)
        mixed = self._split(tree, node)
        expr = node.expr if mixed == self.trees[key] else written(mixed)
        return replace(node, expr=expr, reads=tuple(self._reads(mixed)))

    def _split(self, tree: Expr, node: Node) -> Expr:
        def named(expr: str) -> str:
            if expr not in self.parts:
                name = f"{_PART}{len(self.parts)}"
                self.parts[expr] = Node(name, expr, node.owner, node.interval, True)
                self._put(self.parts[expr])
            return self.parts[expr].name

        return split(tree, self._is_recorded, named)

    def _reads(self, tree: Expr) -> Iterator[tuple[Read, tuple[int, ...]]]:
        for read in dict.fromkeys(reads_of(tree, self.settings.prometheus.evaluation_interval)):
            if found := self._found(read.selector):
                yield read, tuple(found)

    def _is_recorded(self, selector: VectorSelector) -> bool:
        name = selector.name or ""
        return name in self.names or name.startswith(_OURS)

    def _found(self, selector: VectorSelector) -> list[int]:
        """The nodes whose series a selector may select."""
        known = self.by_name.get(selector.name or "", ())
        return [key for key in known if _may_select(selector, self.nodes[key])]


def _may_select(selector: VectorSelector, node: Node) -> bool:
    """Whether what is known of a node's series passes the matchers."""
    labels = {SERVICE: node.owner, **node.labels} | ({"alertname": node.name} if node.alert else {})
    if ID not in labels:
        ids = [m.value for m in selector.matchers if m.name == ID and m.op == "="]
        if any(not each.startswith(f"{node.owner}/") for each in ids) and not node.name.startswith(_OURS):
            return False
    return all(matches(matcher, labels) for matcher in selector.matchers if matcher.name in labels)
