"""The base pair of each SLO: bad and total events per second over the base window."""

from __future__ import annotations

from collections.abc import Iterator

from slogen.conventions import EXCLUDED, ID, SERVICE, SLO, UP, bad_series, slo_selector, total_series
from slogen.load.settings import Settings
from slogen.model.rules import Recording, Rule
from slogen.model.slo import Service, Slo
from slogen.promql.text import wrapped


def identity(slo: Slo, settings: Settings) -> dict[str, str]:
    """The labels that every series and alert of an SLO carries."""
    return {ID: slo.id, SERVICE: slo.service, SLO: slo.name, **settings.labels}


def rules_are_up(service: Service, settings: Settings) -> Iterator[Rule]:
    """A sign that the service's rules were evaluated: tells a gap in the rules from a vanished series."""
    yield Recording(UP, "vector(1)", {SERVICE: service.name, **settings.labels})


def pairs(service: Service, settings: Settings) -> Iterator[Rule]:
    """Total first: the bad side fills its gaps from it."""
    base = settings.base_window
    for slo in service.slos:
        total = slo_selector(total_series(base), slo.id, settings.labels)
        expressions, labels = slo.sli.pair(settings, total), identity(slo, settings)
        yield Recording(total_series(base), _counted(expressions.total, slo, settings), labels)
        yield Recording(bad_series(base), _counted(expressions.bad, slo, settings), labels)


def _counted(expr: str, slo: Slo, settings: Settings) -> str:
    """The events, which are none in excluded time. A factor reads the raw series once, `or 0 *` twice."""
    if not slo.exclusions:
        return expr
    excluded = slo_selector(EXCLUDED, slo.id, settings.labels)
    return f"{wrapped('', expr)} * scalar(absent({excluded}) or on () vector(0))"
