"""What alerts compare, as series: boards draw their very lines for any SLO."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

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
from slogen.promql.text import any_of
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
    """The error ratio above which each tier fires, with the tier's name, severity and windows as labels: one
    rule for all SLOs of the service whose tier has these, its budget times the tier's factor."""
    alike: dict[tuple[tuple[str, str], ...], dict[str, list[str]]] = {}
    for slo in service.slos:
        for tier in tiers_of(slo):
            labels = {
                SEVERITY: slo.severity(tier.severity, settings),
                TIER: tier.name,
                WINDOW: tier.shown["long"],
                SHORT_WINDOW: tier.shown["short"],
            }
            by_factor = alike.setdefault(tuple(labels.items()), {})
            by_factor.setdefault(to_text(tier.factor, 12), []).append(slo.name)
    for shared, by_factor in alike.items():
        parts = (_line(factor, names, service, settings) for factor, names in by_factor.items())
        yield Recording(TIER_THRESHOLD, any_of(parts), dict(shared))


def _line(factor: str, names: Sequence[str], service: Service, settings: Settings) -> str:
    budgets = of_service(BUDGET, service.name, settings.labels)
    own = budgets if len(names) == len(service.slos) else budgets.where(one_of(SLO, names))
    return f"round({once(str(own), settings)} * {factor}, 1e-12)"
