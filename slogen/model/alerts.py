"""The alerts of an SLO, as one list: which there are, what each is about, and how long it waits.

Whoever says which alerts an SLO has asks here. The rules write each of them in PromQL; a test holds that they
emit just these.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Final

from slogen.conventions import (
    ABSENT_ALERT,
    BREACHED_ALERT,
    BUCKET_ALERT,
    BURN_ALERT,
    CONSUMED_ALERT,
    ESCALATED_ALERT,
    EXHAUSTED_ALERT,
    LEVEL_ALERT,
    TRAFFIC_ALERT,
)
from slogen.model.alerting import Absent, BudgetAlert, Escalation, Traffic
from slogen.model.levels import Level
from slogen.model.slo import Slo
from slogen.model.tiers import PAGE, TICKET, Breach, Tier
from slogen.units import MINUTE

# A stop of Prometheus shifts the budget for some minutes, each time that a window's tiles meet it.
SETTLED: Final = 10 * MINUTE
BUCKET_WAIT: Final = 10 * MINUTE


class Why(StrEnum):
    """What an alert tells of."""

    TIER = "tier"
    BREACH = "breach"
    BUDGET = "budget"
    LEVEL = "level"
    ABSENT = "absent"
    BUCKET = "bucket"
    TRAFFIC = "traffic"
    ESCALATION = "escalation"


Cause = Tier | BudgetAlert | Level | Absent | Traffic | Escalation


@dataclass(frozen=True, slots=True)
class AlertLine:
    """An alert of an SLO, by the name that slogen gives it. It waits for `wait` seconds. `of` is what it was
    made from; the alert of a missing bucket comes of the SLI itself, and has None."""

    name: str
    severity: str
    why: Why
    wait: int
    of: Cause | None


def alerts_of(slo: Slo) -> tuple[AlertLine, ...]:
    """The alerts that are emitted for an SLO: those that its severities send, and those that are sent
    whatever is off."""
    return tuple(line for each in _ALERTS for line in each(slo))


@lru_cache(maxsize=4096)
def tiers_of(slo: Slo) -> tuple[Tier, ...]:
    """The tiers that alert, the fastest first; a Breach where the window is too short for any that pages."""
    return tuple(line.of for each in _BURNS for line in each(slo) if isinstance(line.of, Tier))


def _tiers(slo: Slo) -> Iterator[AlertLine]:
    for tier in slo.alerting.tiers:
        if slo.alerting.sends(tier.severity):
            yield AlertLine(BURN_ALERT, tier.severity, Why.TIER, slo.alerting.wait(tier), tier)


def _breach(slo: Slo) -> Iterator[AlertLine]:
    if slo.alerting.needs_breach_alert:
        breach = Breach.of(slo.window, slo.budget, slo.period)
        yield AlertLine(BREACHED_ALERT, PAGE, Why.BREACH, _wait(slo, PAGE), breach)


def _budget(slo: Slo) -> Iterator[AlertLine]:
    for spent in slo.alerting.budget:
        if slo.alerting.sends(spent.severity):
            name = EXHAUSTED_ALERT if spent.consumed >= 1 else CONSUMED_ALERT
            wait = max(_wait(slo, spent.severity), SETTLED)
            yield AlertLine(name, spent.severity, Why.BUDGET, wait, spent)


def _levels(slo: Slo) -> Iterator[AlertLine]:
    for level in slo.levels.each if slo.levels else ():
        if slo.alerting.sends(level.severity):
            yield AlertLine(LEVEL_ALERT, level.severity, Why.LEVEL, level.wait, level)


def _absent(slo: Slo) -> Iterator[AlertLine]:
    """The page that the targets are gone may be asked for by name, and is there though pages are off."""
    absent = slo.alerting.absent
    if absent is not None:
        told = {PAGE: slo.pages_when_gone, TICKET: slo.alerting.sends(TICKET)}
        for severity in (name for name, is_told in told.items() if is_told):
            yield AlertLine(ABSENT_ALERT, severity, Why.ABSENT, absent.wait, absent)


def _bucket(slo: Slo) -> Iterator[AlertLine]:
    """Without its bucket the SLO is blind: that is told though tickets are off."""
    if slo.sli.unjudged() is not None:
        yield AlertLine(BUCKET_ALERT, TICKET, Why.BUCKET, BUCKET_WAIT, None)


def _traffic(slo: Slo) -> Iterator[AlertLine]:
    if (told := slo.alerting.told_traffic) is not None:
        yield AlertLine(TRAFFIC_ALERT, told.severity, Why.TRAFFIC, _wait(slo, told.severity), told)


def _escalations(slo: Slo) -> Iterator[AlertLine]:
    """They page, whatever it is that nobody has ended."""
    for each in slo.alerting.escalations:
        yield AlertLine(ESCALATED_ALERT, PAGE, Why.ESCALATION, each.after, each)


def _wait(slo: Slo, severity: str) -> int:
    return slo.alerting.options(severity).wait


_Source = Callable[[Slo], Iterator[AlertLine]]
# In the order in which people read of them.
_BURNS: Final[tuple[_Source, ...]] = (_tiers, _breach)
_ALERTS: Final[tuple[_Source, ...]] = (
    *_BURNS,
    _budget,
    _levels,
    _absent,
    _bucket,
    _traffic,
    _escalations,
)
