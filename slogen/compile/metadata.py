"""What an SLO is, as series: constants, the info series, and burn rates for people and dashboards."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from slogen.compile.pair import identity
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
    SLO,
    WINDOW,
    link_label,
    ratio_series,
    service_selector,
)
from slogen.load.settings import Settings
from slogen.model.rules import Recording, Rule
from slogen.model.slo import Service, Slo
from slogen.promql.text import any_of, wrapped
from slogen.units import DAY, to_text


def constants(service: Service, settings: Settings) -> Iterator[Rule]:
    """Budget and owner of each SLO; objective and window once for the whole service, from the budget."""
    for slo in service.slos:
        labels = identity(slo, settings)
        yield Recording(BUDGET, f"vector({to_text(slo.budget, 12)})", labels)
        yield Recording(INFO, "vector(1)", labels | info_labels(slo))
    # rounded, so that 99.9 % is 0.999 to the last digit
    budgets = service_selector(BUDGET, service.name, settings.labels)
    yield Recording(OBJECTIVE, f"round(1 - {budgets}, 1e-12)")
    yield Recording(PERIOD_DAYS, _period_days(service, settings))


def _period_days(service: Service, settings: Settings) -> str:
    """The window of every SLO: of those with a rarer one by name, of all others the most common one."""
    by_days: dict[str, list[str]] = {}
    for slo in service.slos:
        by_days.setdefault(_days(slo.window), []).append(slo.name)
    *rarer, most = sorted(by_days, key=lambda days: len(by_days[days]))
    budgets = service_selector(BUDGET, service.name, settings.labels)
    named = [f'{budgets[:-1]},{SLO}=~"{"|".join(by_days[days])}"}}' for days in rarer]
    found = zip([*named, budgets], [*rarer, most], strict=True)
    return any_of([f"0 * {selected} + {days}" for selected, days in found])


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

    windows = sorted({slo.window for slo in service.slos})
    periods = [selected(ratio_series(window)) for window in windows]
    if len(windows) > 1:  # a ratio is recorded for the whole service; each SLO's own window counts
        days = selected(PERIOD_DAYS)
        own = [f"({days} == {_days(window)})" for window in windows]
        periods = [f"({p} and on ({ID}) {o})" for p, o in zip(periods, own, strict=True)]
    yield Recording(CURRENT_BURN, per_budget(selected(ratio_series(settings.base_window))))
    yield Recording(PERIOD_BURN, per_budget(any_of(periods)))
    yield Recording(BUDGET_REMAINING, f"1 - {selected(PERIOD_BURN)}")
