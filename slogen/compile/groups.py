"""The groups of a service, as lists of passes that can be read: this is the order of evaluation.

A group is evaluated in sequence, and other groups see its samples one interval late. So what a page needs
stands in one group, recordings before the alerts that read them. Windows of hours and days, and the tickets
that read them, change slowly: they stand in a second group that is evaluated less often.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from slogen.compile import (
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
    windows,
)
from slogen.conventions import META, budget_group, page_group
from slogen.load.settings import Settings
from slogen.model.rules import Group, Rule, RuleFile
from slogen.model.slo import Service
from slogen.units import MINUTE

Pass = Callable[[Service, Settings], Iterable[Rule]]

PAGE_PATH: tuple[Pass, ...] = (
    pair.rules_are_up,
    exclusions.recordings,
    pair.pairs,
    levels.rules,
    windows.for_pages,
    burn.pages,
    absent.last_seen,
    absent.alerts,
)
BUDGET_PATH: tuple[Pass, ...] = (
    pair.budgets_are_up,
    windows.for_tickets,
    burn.tickets,
    windows.for_period,
    calendar.recordings,
    metadata.constants,
    metadata.burn_rates,
    budget.alerts,
    escalation.alerts,
)
# Slow enough to be cheap, well inside the 5m for which Prometheus shows a sample.
BUDGET_INTERVAL = 2 * MINUTE


def compile_service(service: Service, settings: Settings) -> RuleFile:
    """All rules of one service."""
    interval = settings.evaluation_interval
    groups = [
        *_group(page_group(service.name), interval, PAGE_PATH, service, settings),
        *_group(budget_group(service.name), max(BUDGET_INTERVAL, interval), BUDGET_PATH, service, settings),
    ]
    return RuleFile(service.name, service.source, tuple(groups))


def compile_meta(settings: Settings) -> RuleFile:
    """The rules that watch slogen's own rules; the same for every set of specs."""
    group = Group(f"{META}", max(BUDGET_INTERVAL, settings.evaluation_interval), tuple(meta.alerts(settings)))
    return RuleFile(META, "", (group,))


def _group(
    name: str, interval: int, passes: tuple[Pass, ...], service: Service, settings: Settings
) -> Iterator[Group]:
    rules = tuple(rule for each in passes for rule in each(service, settings))
    return split(Group(name, interval, rules), settings.max_rules_per_group)


def split(group: Group, most: int | None) -> Iterator[Group]:
    """Cut a group into parts of at most `most` rules, in order; a part sees the one before in time or
    one interval late."""
    if most is None or len(group.rules) <= most:
        yield group
        return
    for part, start in enumerate(range(0, len(group.rules), most), 1):
        name = group.name if part == 1 else f"{group.name}-{part}"
        yield Group(name, group.interval, group.rules[start : start + most])
