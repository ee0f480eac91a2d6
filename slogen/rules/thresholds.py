"""What alerts compare, as series: boards draw their very lines for any SLO."""

from __future__ import annotations

from collections.abc import Iterator

from slogen.conventions import (
    BUDGET,
    LEVEL,
    LEVEL_THRESHOLD,
    SEVERITY,
    SHORT_WINDOW,
    SLO,
    TIER,
    TIER_THRESHOLD,
    WINDOW,
    of_service,
)
from slogen.emitted.rules import Recording, Rule
from slogen.model.alerts import tiers_of
from slogen.model.slo import Service
from slogen.promql.selector import one_of
from slogen.rules.metadata import once
from slogen.rules.pair import identity
from slogen.settings import Settings
from slogen.units import plain, to_text


def recordings(service: Service, settings: Settings) -> Iterator[Rule]:
    """The thresholds of burn-rate alerts, and of levels."""
    yield from _of_tiers(service, settings)
    yield from _of_levels(service, settings)


def _of_levels(service: Service, settings: Settings) -> Iterator[Rule]:
    """The value beyond which each level's alert fires, and the one that the objective is about."""
    for slo in service.slos:
        if slo.levels is None:
            continue
        own, target = identity(slo, settings), slo.levels.gauge.target
        for level in slo.levels.each:
            yield Recording(LEVEL_THRESHOLD, f"vector({plain(level.threshold)})", {**own, LEVEL: level.name})
        if target is not None:
            yield Recording(LEVEL_THRESHOLD, f"vector({plain(target)})", {**own, LEVEL: "target"})


def _of_tiers(service: Service, settings: Settings) -> Iterator[Rule]:
    """The error ratio above which each tier fires, with the tier's name, severity and windows as labels: for
    all SLOs of the service with the same tier at once."""
    alike: dict[tuple[tuple[str, str], ...], list[str]] = {}
    for slo in service.slos:
        for tier in tiers_of(slo):
            labels = {
                SEVERITY: slo.severity(tier.severity, settings),
                TIER: tier.name,
                WINDOW: tier.shown["long"],
                SHORT_WINDOW: tier.shown["short"],
            }
            alike.setdefault((("", to_text(tier.factor, 12)), *labels.items()), []).append(slo.name)
    budgets = of_service(BUDGET, service.name, settings.labels)
    for ((_, factor), *shared), names in alike.items():
        own = budgets if len(names) == len(service.slos) else budgets.where(one_of(SLO, names))
        yield Recording(TIER_THRESHOLD, f"round({once(str(own), settings)} * {factor}, 1e-12)", dict(shared))
