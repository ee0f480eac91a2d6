"""What an SLO costs Prometheus, counted from the very expressions that are emitted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from math import ceil

from slogen.conventions import GROUP_PREFIX, ID
from slogen.emitted.rules import Group, Recording, Rule, RuleFile
from slogen.model.slo import Slo
from slogen.promql.parse import parse, selector_of
from slogen.promql.tree import Expr, Range, Subquery, VectorSelector, children
from slogen.settings import Settings


@dataclass(frozen=True, slots=True)
class RawRead:
    """A selector of the user's own series, and how many samples each of its series costs."""

    selector: str
    samples: int


@dataclass(frozen=True, slots=True)
class GroupCost:
    """A rule group: rules of the whole service, and recorded samples that one evaluation reads for this
    SLO (for each of its groups, when it has `by` labels)."""

    name: str
    interval: int
    rules: int
    samples: int


def group_costs(slo: Slo, rules: RuleFile) -> Iterator[GroupCost]:
    """What the evaluation of each group of the service reads for one SLO."""
    recorded = _recorded(rules)
    for group in rules.groups:
        reads = [read for rule in _rules_for(slo, group) for read in _reads(rule.expr, group.interval)]
        samples = sum(count for name, _, count in reads if name in recorded)
        yield GroupCost(group.name.removeprefix(GROUP_PREFIX), group.interval, len(group.rules), samples)


def raw_reads(slo: Slo, rules: RuleFile, settings: Settings) -> Iterator[RawRead]:
    """The user's own series, as the rules of this SLO read them; all reads of a selector are summed up."""
    recorded, total = _recorded(rules) | {"ALERTS"}, dict[str, int]()
    for group in rules.groups:
        for rule in _rules_for(slo, group):
            for name, selector, samples in _reads(rule.expr, settings.prometheus.scrape_interval):
                if name not in recorded:
                    total[selector] = total.get(selector, 0) + samples
    for selector, samples in total.items():
        yield RawRead(selector, samples)


@dataclass(frozen=True, slots=True)
class Cost:
    """What one SLO costs: its rules, the series that they and those of its service record of it (of each of
    its groups, when it has `by` labels), and the samples that one evaluation of all of them reads: recorded
    ones, and raw ones of each series that is selected."""

    rules: int
    series: int
    samples: int
    raw_samples: int


def slo_cost(slo: Slo, rules: RuleFile, settings: Settings) -> Cost:
    """The cost of an SLO of the service that `rules` were compiled from."""
    own = [(rule, group.interval) for group in rules.groups for rule in _rules_for(slo, group)]
    recorded, scraped = _recorded(rules) | {"ALERTS"}, settings.prometheus.scrape_interval
    samples = raw = 0
    for rule, interval in own:
        # But for names the rules of most SLOs are alike, and to take them apart takes time.
        alike = rule.expr.replace(f'"{slo.id}"', '""').replace(f'"{slo.service}"', '""')
        samples += sum(count for name, _, count in _reads(alike, interval) if name in recorded)
        raw += sum(count for name, _, count in _reads(alike, scraped) if name not in recorded)
    series = sum(isinstance(rule, Recording) for rule, _ in own)
    return Cost(sum(ID in rule.labels for rule, _ in own), series, samples, raw)


def _recorded(rules: RuleFile) -> set[str]:
    return {rule.record for group in rules.groups for rule in group.rules if isinstance(rule, Recording)}


def _rules_for(slo: Slo, group: Group) -> Iterator[Rule]:
    """Rules of this SLO, and those that serve every SLO of the service."""
    return (rule for rule in group.rules if rule.labels.get(ID, slo.id) == slo.id)


Read = tuple[str, str, int]


@lru_cache(maxsize=4096)
def _reads(expr: str, every: int) -> tuple[Read, ...]:
    """Metric, selector and samples per series that an expression reads, with a sample each `every` s."""
    return tuple(_reads_of(parse(expr), 1, every))


def _reads_of(tree: Expr, times: int, every: int) -> Iterator[Read]:
    match tree:
        case VectorSelector():
            selector = selector_of(tree)
            yield selector.metric, str(selector), times
        case Range(selected, length):
            yield from _reads_of(selected, times * ceil(length / timedelta(seconds=every)), every)
        case Subquery(expr, length):
            step = tree.step or timedelta(seconds=every)
            yield from _reads_of(expr, times * ceil(length / step), every)
        case _:
            for child in children(tree):
                yield from _reads_of(child, times, every)
