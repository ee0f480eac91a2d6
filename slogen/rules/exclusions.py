"""Excluded time: it is recorded once per SLO, its events count as none, and alerts are silent.

An exclusion ends late, by as long as the base window may still hold events of it.
"""

from __future__ import annotations

from collections.abc import Iterator

from slogen.conventions import EXCLUDED, EXCLUSION, slo_selector
from slogen.emitted.rules import Recording, Rule
from slogen.model.slo import Service, Slo
from slogen.promql.text import any_of, wrapped
from slogen.rules.pair import identity
from slogen.settings import Settings
from slogen.units import format_duration


def recordings(service: Service, settings: Settings) -> Iterator[Rule]:
    """For each SLO with exclusions: 1 while one holds, and 1 until the base window is free of it."""
    reach = format_duration(settings.prometheus.rate_range + settings.prometheus.evaluation_interval)
    for slo in service.slos:
        if slo.exclusions:
            labels = identity(slo, settings)
            holds = any_of(wrapped("", each.expr()) for each in slo.exclusions)
            yield Recording(EXCLUSION, wrapped("group", holds), labels)
            active = slo_selector(EXCLUSION, slo.id, settings.labels)
            yield Recording(EXCLUDED, f"max_over_time({active}[{reach}])", labels)


def unless_excluded(slo: Slo, settings: Settings) -> list[str]:
    """The last operands of every alert that must be silent while the SLO is excluded."""
    return [f"unless on () {slo_selector(EXCLUDED, slo.id, settings.labels)}"] if slo.exclusions else []
