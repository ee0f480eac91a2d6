"""What an SLO is, as series: constants, the info series, and burn rates for people and dashboards."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from slogen.conventions import (
    BUDGET,
    BUDGET_REMAINING,
    CURRENT_BURN,
    FIRST_SEEN,
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
    PROJECT,
    SLO,
    WINDOW,
    identity_names,
    link_label,
    of_service,
    ratio_series,
    service_selector,
    slo_selector,
)
from slogen.emitted.rules import Recording, Rule
from slogen.model.slo import Service, Slo
from slogen.promql.selector import Selector, one_of
from slogen.promql.text import any_of, wrapped
from slogen.rules.calendar import error_ratio
from slogen.rules.pair import identity
from slogen.rules.period import days
from slogen.settings import Settings
from slogen.units import DAY, to_text


def constants(service: Service, settings: Settings) -> Iterator[Rule]:
    """Budget and owner of each SLO; objective and window once for the whole service, from the budget."""
    for slo in service.slos:
        labels = identity(slo, settings)
        yield Recording(BUDGET, f"vector({to_text(slo.budget, 12)})", labels)
        yield Recording(INFO, "vector(1)", labels | info_labels(slo, settings))
    # rounded, so that 99.9 % is 0.999 to the last digit
    budgets = service_selector(BUDGET, service.name, settings.labels)
    yield Recording(OBJECTIVE, f"round(1 - {once(budgets, settings)}, 1e-12)")
    rolling = [slo for slo in service.slos if slo.calendar is None]
    if rolling:
        yield Recording(PERIOD_DAYS, _period_days(service, rolling, settings))
    for slo in service.slos:
        if slo.calendar:
            yield Recording(PERIOD_DAYS, days(slo, slo.calendar, settings), identity(slo, settings))


def _period_days(service: Service, rolling: Sequence[Slo], settings: Settings) -> str:
    """The rolling window of every SLO that has one: of those with a rarer one by name, of all others the most
    common one."""
    by_days: dict[str, list[str]] = {}
    for slo in rolling:
        by_days.setdefault(_days(slo.window), []).append(slo.name)
    *rarer, most = sorted(by_days, key=lambda days: len(by_days[days]))
    budgets = of_service(BUDGET, service.name, settings.labels)

    def named(length: str) -> Selector:
        return budgets.where(one_of(SLO, by_days[length]))

    others = budgets if len(rolling) == len(service.slos) else named(most)
    found = [*((named(length), length) for length in rarer), (others, most)]
    return any_of([f"0 * {once(str(selected), settings)} + {length}" for selected, length in found])


def once(constant: str, settings: Settings) -> str:
    """A recorded constant of each SLO, whatever copies of it are visible (of replicas, in Thanos)."""
    return f"max by ({identity_names(settings.labels)}) ({constant})"


def info_labels(slo: Slo, settings: Settings) -> dict[str, str]:
    """Descriptive labels live here and on alerts only, so that changing one never breaks recording."""
    described = {
        OWNER: slo.owner,
        PROJECT: settings.project,
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
    """The period's error ratio, how fast the budget burns now and over the period, and what is left.

    What is younger than the period is judged against all of it: time before it was first seen counts as
    time without errors.
    """

    def selected(series: str) -> str:
        return service_selector(series, service.name, settings.labels)

    def per_budget(ratio: str) -> str:
        whole = wrapped(f"sum without ({WINDOW}) ", ratio)
        return f"{whole}\n/ on ({ID}) group_left ()\nmax by ({ID}) ({selected(BUDGET)})"

    def each(series: str) -> str:
        return f"on ({ID}) group_left () max by ({ID}) ({selected(series)})"

    yield Recording(PERIOD_ERROR, any_of(_period_errors(service, settings)))
    yield Recording(CURRENT_BURN, per_budget(selected(ratio_series(settings.prometheus.base_window))))
    known = f"(time() - {selected(FIRST_SEEN)})"
    whole = f"{known} / {DAY} / {each(PERIOD_DAYS)}"
    burnt, error = selected(PERIOD_BURN), selected(PERIOD_ERROR)
    dated = any(slo.counts_from_a_date for slo in service.slos)
    if dated:
        begun = f"(time() - max by ({ID}) ({selected(PERIOD_START)}))"
        whole = any_of([f"{known} / on ({ID}) group_left () {begun}", whole])
    share = wrapped("clamp_max", f"{whole},\n1")
    burn = f"{error} * ignoring ({WINDOW}) {share}"
    yield Recording(
        PERIOD_BURN, per_budget(any_of([burn, f"0 * {selected(PERIOD_TOTAL)}"] if dated else [burn]))
    )
    if dated:
        yield from _elapsed(service, settings)
        burnt = f"({burnt} * {each(PERIOD_ELAPSED)}\nor\n{burnt})"
    yield Recording(BUDGET_REMAINING, f"1 - {burnt}")


def _period_errors(service: Service, settings: Settings) -> Iterator[str]:
    """The ratios of each SLO's own window: of budgets that begin at a date, then of those that roll. One rule
    records them all: two of the same name look like a mistake to linters."""
    if any(slo.counts_from_a_date for slo in service.slos):
        yield error_ratio(service, settings)
    yield from _rolling(service, settings)


def _rolling(service: Service, settings: Settings) -> list[str]:
    windows = sorted({slo.window for slo in service.slos if not slo.counts_from_a_date})
    days = service_selector(PERIOD_DAYS, service.name, settings.labels)
    dated = service_selector(PERIOD_START, service.name, settings.labels)
    periods = [service_selector(ratio_series(window), service.name, settings.labels) for window in windows]
    if len(windows) > 1:
        own = [f"({days} == {_days(window)})" for window in windows]
        periods = [f"({p} and on ({ID}) {o})" for p, o in zip(periods, own, strict=True)]
    if any(slo.counts_from_a_date for slo in service.slos):
        periods = [f"({period} unless on ({ID}) {dated})" for period in periods]
    return periods


def _elapsed(service: Service, settings: Settings) -> Iterator[Rule]:
    """How much of its period each SLO with a start has behind it, as far as its events are counted: so much
    of the budget a burn of 1 has spent."""
    for slo in service.slos:
        if slo.counts_from_a_date:
            begun, length = (slo_selector(s, slo.id, settings.labels) for s in (PERIOD_START, PERIOD_DAYS))
            base = settings.prometheus.base_window
            passed = f"floor(clamp_min(time() - max({begun}), 0) / {base}) * {base} / ({DAY} * max({length}))"
            yield Recording(PERIOD_ELAPSED, passed, identity(slo, settings))
