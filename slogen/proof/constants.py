"""Proof of what doesn't depend on any data: what an SLO promises, over which time, and that its rules run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from slogen.conventions import (
    BUDGET,
    BUDGET_UP,
    LEVEL,
    LEVEL_THRESHOLD,
    OBJECTIVE,
    PERIOD_DAYS,
    SERVICE,
    SEVERITY,
    SHORT_WINDOW,
    TIER,
    TIER_THRESHOLD,
    UP,
    WINDOW,
)
from slogen.emitted.proof import Block, Claim, ExprCheck
from slogen.emitted.rules import RuleFile
from slogen.model.alerts import tiers_of
from slogen.model.slo import Service, Slo
from slogen.proof.expected import identity_labels
from slogen.proof.history import check_near, info_check
from slogen.proof.written import budget
from slogen.settings import Settings
from slogen.units import DAY, MINUTE

DIGITS = 1e-8  # of a number of days, which is written with nine digits


def blocks(service: Service, rules: RuleFile, settings: Settings) -> Iterable[Block]:
    """One block with a single evaluation, for all SLOs."""
    del rules
    checks = [check for slo in service.slos for check in _checks(slo, settings)]
    runs = {SERVICE: service.name, **settings.labels}
    checks += [check_near(0, sign, runs, 1) for sign in (UP, BUDGET_UP)]
    claims = tuple(Claim(slo.id, f"{slo.percent} is promised over {slo.stretch}") for slo in service.slos)
    yield Block("what is promised", MINUTE, {}, (), tuple(checks), claims)


def _checks(slo: Slo, settings: Settings) -> Iterator[ExprCheck]:
    own = identity_labels(slo, {}, settings)
    yield check_near(0, OBJECTIVE, own, float(1 - budget(slo)))
    yield check_near(0, BUDGET, own, float(budget(slo)))
    if slo.calendar is None:
        days = slo.window / DAY
        yield check_near(0, PERIOD_DAYS, own, days, within=days * DIGITS)
    yield info_check(slo, 0)
    for tier in tiers_of(slo):
        line = {SEVERITY: slo.severity(tier.severity, settings), TIER: tier.name}
        windows = {WINDOW: tier.shown["long"], SHORT_WINDOW: tier.shown["short"]}
        yield check_near(0, TIER_THRESHOLD, own | line | windows, float(tier.threshold))
    for level in slo.levels.each if slo.levels else ():
        yield check_near(0, LEVEL_THRESHOLD, {**own, LEVEL: level.name}, float(level.threshold))
