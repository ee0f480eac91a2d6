"""The groups of a service, as lists of passes that can be read: this is the order of evaluation.

A group is evaluated in sequence, and other groups see its samples one interval late. So what a page needs
stands in one group, recordings before the alerts that read them. Windows of hours and days, and the tickets
that read them, change slowly: they stand in a second group that is evaluated less often.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from slogen.conventions import META, UP, budget_group, page_group
from slogen.emitted.rules import Group, Rule, RuleFile
from slogen.emitted.splitting import split
from slogen.model.rulers import PROMETHEUS_METRICS, OwnMetrics
from slogen.model.slo import Service
from slogen.rules import (
    absent,
    budget,
    burn,
    calendar,
    escalation,
    exclusions,
    levels,
    meta,
    metadata,
    pair,
    seen,
    thresholds,
    traffic,
    windows,
)
from slogen.settings import Settings
from slogen.units import MINUTE

Pass = Callable[[Service, Settings], Iterable[Rule]]

PAGE_PATH: tuple[Pass, ...] = (
    pair.rules_are_up,
    exclusions.recordings,
    pair.pairs,
    seen.recordings,
    levels.rules,
    windows.for_pages,
    burn.pages,
    absent.alerts,
)
BUDGET_PATH: tuple[Pass, ...] = (
    pair.budgets_are_up,
    windows.for_tickets,
    burn.tickets,
    traffic.alerts,
    windows.for_period,
    calendar.recordings,
    metadata.constants,
    thresholds.recordings,
    metadata.burn_rates,
    budget.alerts,
    escalation.alerts,
)
# Slow enough to be cheap, well inside the 5m for which Prometheus shows a sample.
BUDGET_INTERVAL = 2 * MINUTE


def compile_service(service: Service, settings: Settings) -> RuleFile:
    """All rules of one service."""
    interval = settings.prometheus.evaluation_interval
    groups = [
        *_group(page_group(service.name), interval, PAGE_PATH, service, settings),
        *_group(budget_group(service.name), max(BUDGET_INTERVAL, interval), BUDGET_PATH, service, settings),
    ]
    return RuleFile(service.name, service.source, tuple(groups))


def compile_meta(
    services: Iterable[str],
    settings: Settings,
    metrics: OwnMetrics | None = PROMETHEUS_METRICS,
    signs: Sequence[str] = (UP,),
) -> RuleFile:
    """The rules that watch the rules of these services, by what their engine tells of them, and by these
    signs that they run."""
    rules = tuple(meta.alerts(services, settings, metrics, signs))
    group = Group(f"{META}", max(BUDGET_INTERVAL, settings.prometheus.evaluation_interval), rules)
    return RuleFile(META, "", (group,))


def _group(
    name: str, interval: int, passes: tuple[Pass, ...], service: Service, settings: Settings
) -> Iterator[Group]:
    rules = tuple(rule for each in passes for rule in each(service, settings))
    return split(Group(name, interval, rules), settings.prometheus.max_rules_per_group)
