"""The base pair of each SLO: bad and total events per second over the base window."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from slogen.conventions import (
    BUDGET,
    BUDGET_UP,
    COMPONENT_BURN,
    EXCLUDED,
    FIRST_SEEN,
    ID,
    LAST_SEEN,
    SERVICE,
    SLO,
    UP,
    bad_series,
    good_series,
    service_selector,
    slo_selector,
    total_series,
)
from slogen.emitted.rules import Recording, Rule
from slogen.model.sli import Pair, Recorded
from slogen.model.slo import Service, Slo
from slogen.promql.text import indent, wrapped
from slogen.settings import Settings
from slogen.units import MINUTE, format_duration

# Together as long as an instant selector looks back: a shorter stop of the rules hides no data.
_RUNS_WITHIN, _SCRAPED_AFTER = 3 * MINUTE, 2 * MINUTE


def identity(slo: Slo, settings: Settings) -> dict[str, str]:
    """The labels that every series and alert of an SLO carries."""
    return {ID: slo.id, SERVICE: slo.service, SLO: slo.name, **settings.labels}


def rules_are_up(service: Service, settings: Settings) -> Iterator[Rule]:
    """A sign that the service's rules were evaluated: tells a gap in the rules from a vanished series."""
    yield Recording(UP, "vector(1)", {SERVICE: service.name, **settings.labels})


def budgets_are_up(service: Service, settings: Settings) -> Iterator[Rule]:
    """The same sign of the slower group, which comes back later after a restart."""
    yield Recording(BUDGET_UP, "vector(1)", {SERVICE: service.name, **settings.labels})


def pairs(service: Service, settings: Settings) -> Iterator[Rule]:
    """Parts before what is made of them; total first: the bad side fills its gaps from it."""
    base = settings.prometheus.base_window
    for slo in _parts_first(service.slos):
        total, good = (slo_selector(s(base), slo.id, settings.labels) for s in (total_series, good_series))
        filled = slo.sli.timed is not None and bool(slo.sli.timed.measured)
        running = service_selector(UP, service.name, settings.labels)
        first = slo_selector(FIRST_SEEN, slo.id, settings.labels)
        recorded = Recorded(total, _seen(slo, settings) if filled else "", running, first)
        expressions, labels = slo.sli.pair(settings, recorded), identity(slo, settings)
        if expressions.components:
            yield Recording(COMPONENT_BURN, expressions.components, labels)
        yield Recording(total_series(base), _counted(expressions.total, slo, settings), labels)
        if expressions.good:
            yield Recording(good_series(base), _counted(expressions.good, slo, settings), labels)
            bad = _counted(_less(expressions), slo, settings) if settings.is_late else f"{total} - {good}"
            yield Recording(bad_series(base), bad, labels)
        else:
            yield Recording(bad_series(base), _counted(expressions.bad, slo, settings), labels)


def _less(pair: Pair) -> str:
    """Total less good, of raw series both: what was just recorded of them is of an evaluation before, where
    an engine is late, and the total of now."""
    return f"{wrapped('', pair.total)}\n- {wrapped('', pair.good)}"


def _counted(expr: str, slo: Slo, settings: Settings) -> str:
    """The events, which are none in excluded time. A factor reads the raw series once, `or 0 *` twice."""
    if not slo.exclusions:
        return expr
    excluded = slo_selector(EXCLUDED, slo.id, settings.labels)
    return f"{wrapped('', expr)} * scalar(absent({excluded}) or on () vector(0))"


def _parts_first(slos: Iterable[Slo]) -> Iterable[Slo]:
    """The SLOs in their order, but each after those of its service that it is made of."""
    found: dict[str, Slo] = {}

    def add(slo: Slo) -> None:
        for part in slo.parts:
            if part.slo.service == slo.service and part.slo.id not in found:
                add(part.slo)
        found.setdefault(slo.id, slo)

    for slo in slos:
        add(slo)
    return found.values()


def _seen(slo: Slo, settings: Settings) -> str:
    """A series for each group that must have data, at times at which its absence means something.

    Not while the rules don't run, nor until everything was scraped again: a Prometheus that was away has
    missed the data, the service has not.
    """
    last = slo_selector(LAST_SEEN, slo.id, settings.labels)
    if slo.sli.up(settings) and not slo.sli.by:  # what known targets have never shown is missing too
        known = "\n".join([last, *(f"or on ()\n{_due(slo, up, settings)}" for up in slo.sli.up(settings))])
        last = f"(\n{indent(known)}\n)"
    running = service_selector(UP, slo.service, settings.labels)
    after = format_duration(max(_SCRAPED_AFTER, 2 * settings.prometheus.scrape_interval))
    return f"{last}\nand on ()\nlast_over_time({running}[{format_duration(_RUNS_WITHIN)}] offset {after})"


def _due(slo: Slo, up: str, settings: Settings) -> str:
    """A target that is there, when the SLO has been known for long enough to have had its first data."""
    grace = slo.sli.timed.grace if slo.sli.timed else 0
    known = f"{slo_selector(BUDGET, slo.id, settings.labels)} offset {format_duration(grace)}"
    return f"(group({up}) and on () {known})" if grace else f"group({up})"
