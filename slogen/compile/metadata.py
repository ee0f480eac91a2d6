"""What an SLO is, as series: constants, the info series, and burn rates for people and dashboards."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from slogen.compile.pair import identity
from slogen.compile.period import days
from slogen.conventions import (
    BUDGET,
    BUDGET_REMAINING,
    CURRENT_BURN,
    ID,
    INFO,
    OBJECTIVE,
    OWNER,
    PERIOD_BURN,
    PERIOD_DAYS,
    PERIOD_ELAPSED,
    PERIOD_ERROR,
    PERIOD_START,
    PERIOD_TOTAL,
    WINDOW,
    link_label,
    ratio_series,
    service_selector,
    slo_selector,
)
from slogen.load.settings import Settings
from slogen.model.rules import Recording, Rule
from slogen.model.slo import Service, Slo
from slogen.promql.text import any_of, wrapped
from slogen.units import DAY, to_text


def constants(service: Service, settings: Settings) -> Iterator[Rule]:
    """Objective, budget and window of each SLO, and who owns it."""
    for slo in service.slos:
        labels = identity(slo, settings)
        yield Recording(OBJECTIVE, f"vector({to_text(slo.objective, 12)})", labels)
        yield Recording(BUDGET, f"vector({to_text(slo.budget, 12)})", labels)
        length = days(slo, slo.calendar, settings) if slo.calendar else f"vector({_days(slo.window)})"
        yield Recording(PERIOD_DAYS, length, labels)
        yield Recording(INFO, "vector(1)", labels | info_labels(slo))


def info_labels(slo: Slo) -> dict[str, str]:
    """Descriptive labels live here and on alerts only, so that changing one never breaks recording."""
    described = {
        OWNER: slo.owner,
        "objective": slo.percent,
        "window": slo.period,
        "description": slo.description,
        **{link_label(name): url for name, url in slo.links.items()},
        **slo.labels,
    }
    return {name: value for name, value in described.items() if value}


def _days(seconds: int) -> str:
    return to_text(Fraction(seconds, DAY), 9)


def burn_rates(service: Service, settings: Settings) -> Iterator[Rule]:
    """How fast the budget burns now, how much of the period's budget is burnt, and what is left."""

    def selected(series: str) -> str:
        return service_selector(series, service.name, settings.labels)

    def per_budget(ratio: str) -> str:
        return f"{wrapped(f'sum without ({WINDOW}) ', ratio)}\n/ on ({ID}) group_left ()\n{selected(BUDGET)}"

    windows = sorted({slo.window for slo in service.slos if not slo.counts_from_a_date})
    periods = [selected(ratio_series(window)) for window in windows]
    if len(windows) > 1:  # a ratio is recorded for the whole service; each SLO's own window counts
        days = selected(PERIOD_DAYS)
        own = [f"({days} == {_days(window)})" for window in windows]
        periods = [f"({p} and on ({ID}) {o})" for p, o in zip(periods, own, strict=True)]
    if any(slo.counts_from_a_date for slo in service.slos):
        dated = f"unless on ({ID}) {selected(PERIOD_START)}"
        periods = [f"({period} {dated})" for period in periods]
        periods += [selected(PERIOD_ERROR), f"0 * {selected(PERIOD_TOTAL)}"]
    yield Recording(CURRENT_BURN, per_budget(selected(ratio_series(settings.base_window))))
    yield Recording(PERIOD_BURN, per_budget(any_of(periods)))
    burnt = selected(PERIOD_BURN)
    if any(slo.calendar for slo in service.slos):
        yield from _elapsed(service, settings)
        burnt = f"({burnt} * on ({ID}) group_left () {selected(PERIOD_ELAPSED)}\nor\n{burnt})"
    yield Recording(BUDGET_REMAINING, f"1 - {burnt}")


def _elapsed(service: Service, settings: Settings) -> Iterator[Rule]:
    """How much of its period each calendar SLO has behind it: so much of the budget a burn of 1 has spent."""
    for slo in service.slos:
        if slo.calendar:
            begun, length = (slo_selector(s, slo.id, settings.labels) for s in (PERIOD_START, PERIOD_DAYS))
            passed = f"clamp_min(time() - max({begun}), 0) / ({DAY} * max({length}))"
            yield Recording(PERIOD_ELAPSED, passed, identity(slo, settings))
