"""PromQL for people: what a board asks of the recorded series, one value for each SLO.

Every expression is aggregated to `key` (the SLO, and the cluster where the settings name one), so that a
table can join them; of a grouped SLO the group that stands worst counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Final

from slogen.conventions import (
    BUDGET,
    BUDGET_REMAINING,
    FIRST_SEEN,
    ID,
    INFO,
    LAST_SEEN,
    OBJECTIVE,
    PERIOD_DAYS,
    PERIOD_ELAPSED,
    PERIOD_ERROR,
    SERVICE,
    SEVERITY,
    TILE,
    bad_series,
    total_series,
)
from slogen.emitted.routing import one_of
from slogen.model.alerting import INFO as INFO_SEVERITY
from slogen.model.alerts import tiers_of
from slogen.model.slo import Service, Slo, severity_words
from slogen.model.tiers import PAGE, TICKET
from slogen.model.windows import closure
from slogen.promql.text import any_of, quote, wrapped
from slogen.settings import Settings
from slogen.units import DAY, MINUTE, format_duration, to_text

# A window above the base that every SLO has: the smallest link of the telescope.
SMALL = 30 * MINUTE
# Severities as numbers, the most urgent first: what a table sorts by, and tells in words.
URGENT: Final = {PAGE: 3, TICKET: 2, INFO_SEVERITY: 1}
# Seven days of half hours, of which the one that ended seven days ago is none, on any Prometheus.
_WEEK = format_duration(7 * DAY - MINUTE)


@dataclass(frozen=True, slots=True)
class Scope:
    """The series a board looks at: `every` matchers for all of them, `grouped` for those with groups,
    `owned` for the info series, by which the others are narrowed. `services` are those that may be shown:
    what none of them has is not asked for. `stopped` matchers name the services of which no rules run, where
    the board knows them: so the past of no others is looked at."""

    settings: Settings
    services: Sequence[Service]
    every: tuple[str, ...] = ()
    grouped: tuple[str, ...] = ()
    owned: tuple[str, ...] = ()
    stopped: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[str, ...]:
        """The labels that tell SLOs apart."""
        return (ID, *self.settings.identity)

    @property
    def windows(self) -> tuple[int, ...]:
        """The rolling SLO windows, shortest first."""
        return tuple(sorted({slo.window for slo in self._slos if slo.calendar is None}))

    @property
    def has_dates(self) -> bool:
        """Whether any budget begins at a date."""
        return any(slo.counts_from_a_date for slo in self._slos)

    @property
    def has_calendars(self) -> bool:
        """Whether any budget is that of a calendar period."""
        return any(slo.calendar for slo in self._slos)

    @property
    def without_days(self) -> tuple[str, ...]:
        """The services whose rules record no whole days, as all their windows are shorter."""
        base = self.settings.prometheus.base_window
        return tuple(service.name for service in self.services if DAY not in closure(_longest(service), base))

    @property
    def _slos(self) -> tuple[Slo, ...]:
        return tuple(slo for service in self.services for slo in service.slos)

    @property
    def joined(self) -> str:
        """The key as PromQL's list of labels."""
        return ", ".join(self.key)

    def of(self, series: str, *more: str) -> str:
        """Select a series that has no groups (constants, info)."""
        return f"{series}{{{','.join((*self.every, *more))}}}"

    def groups(self, series: str, *more: str) -> str:
        """Select a series that each group has."""
        return f"{series}{{{','.join((*self.every, *self.grouped, *more))}}}"

    def of_owner(self, expr: str) -> str:
        """Keep the SLOs of the chosen owners."""
        if not self.owned:
            return expr
        return f"(\n{expr}\nand on ({self.joined}) {self.of(INFO, *self.owned)}\n)"

    def most(self, expr: str) -> str:
        """The highest value of each SLO."""
        return self._by_key("max", expr)

    def least(self, expr: str) -> str:
        """The lowest value of each SLO."""
        return self._by_key("min", expr)

    def _by_key(self, how: str, expr: str) -> str:
        head = f"{how} by ({self.joined}) "
        return f"{head}({expr})" if "\n" not in expr else wrapped(head, expr)

    @property
    def base_total(self) -> str:
        """Total events per second over the base window."""
        return self.groups(total_series(self.settings.prometheus.base_window))


@lru_cache(maxsize=1024)
def _longest(service: Service) -> frozenset[int]:
    """The windows that alerts and budgets of a service read; smaller ones are recorded to have them."""
    long = [tier.long for slo in service.slos for tier in tiers_of(slo)]
    return frozenset([*long, *(window for slo in service.slos for window in slo.budget_windows)])


def as_one(expr: str, name: str, labels: Sequence[str]) -> str:
    """The values of labels in one of this name, without what stands for labels that aren't there."""
    joined = f'label_join({expr}, "{name}", " ", {", ".join(map(quote, labels))})'
    return f'label_replace({joined}, "{name}", "$1", "{name}", " *(.*?) *")'


def info(scope: Scope, *labels: str) -> str:
    """1 for each SLO, with these labels of its info series."""
    names = ", ".join((*scope.key, *labels))
    return f"max by ({names}) ({scope.of(INFO, *scope.owned)})"


def with_window(scope: Scope, window: int, when: str = "") -> str:
    """Keep those SLOs whose window is so many seconds; `when` may be `@ end()`."""
    days = to_text(Fraction(window, DAY), 9)
    return f"and on ({scope.joined}) ({scope.of(PERIOD_DAYS)}{when} == {days})"


def left(scope: Scope) -> str:
    """The share of the budget that the worst group of each SLO has left; negative when it is overspent."""
    return scope.least(scope.groups(BUDGET_REMAINING))


def error_ratio(scope: Scope, *windows: int) -> str:
    """The share of bad events of each group over the first of these windows (seconds) that is recorded."""
    pairs = ((scope.groups(bad_series(window)), scope.groups(total_series(window))) for window in windows)
    return wrapped("clamp_min", f"{any_of(f'{bad} / ({total} > 0)' for bad, total in pairs)},\n0")


def burn_rate(scope: Scope, *windows: int) -> str:
    """How many times faster than sustainable each group burnt its budget over it."""
    return f"{error_ratio(scope, *windows)} / on ({scope.joined}) group_left () {scope.of(BUDGET)}"


def seconds_to_exhaustion(scope: Scope) -> str:
    """Seconds until the budget is gone at the rate of the last half hour; 0 when it is gone already,
    nothing where it would last longer than the window, after which it comes back."""
    period = scope.most(scope.of(PERIOD_DAYS))
    return scope.of_owner(f"{scope.least(gone_in(scope))}\n* {period} * {DAY}")


def gone_in(scope: Scope) -> str:
    """The same of each group, in windows."""
    remaining = scope.groups(BUDGET_REMAINING)
    rate = f"({burn_rate(scope, SMALL)} > 0)"
    soon = "1"
    if scope.has_calendars:  # a new period brings a new budget
        begun = f"{scope.of(BUDGET)} ^ 0 - {scope.of(PERIOD_ELAPSED)}"
        soon = f"on ({scope.joined}) group_left () ({begun} or {scope.of(BUDGET)} ^ 0)"
    return any_of([f"clamp_min({remaining}, 0) / {rate} < {soon}", f"clamp_min({remaining} <= 0, 0)"])


def lately(scope: Scope) -> str:
    """The share of good events over the last seven days: of seven recorded days, or of half hours where
    nothing as long as a day is recorded."""
    few, parts = scope.without_days, list[str]()
    if len(few) < len(scope.services):
        parts.append(_good_of([_days(scope, series(DAY)) for series in (bad_series, total_series)]))
    if few:
        among = () if len(few) == len(scope.services) else (f'{SERVICE}=~"{"|".join(few)}"',)
        pair = [scope.groups(series(SMALL), *among) for series in (bad_series, total_series)]
        parts.append(_good_of([f"sum_over_time({series}[{_WEEK}:30m])" for series in pair]))
    return scope.of_owner(scope.least(any_of(parts)))


def _good_of(pair: Sequence[str]) -> str:
    """The share of good events of a bad and a total count."""
    bad, total = pair
    return f"1 - {bad}\n/ ({total} > 0)"


def _days(scope: Scope, series: str) -> str:
    """The sum over the last seven days; a day that isn't there counts for nothing."""
    offsets = ("", *(f" offset {day}d" for day in range(1, 7)))
    days = [
        f'label_replace({scope.groups(series)}{offset}, "{TILE}", "{day}", "", "")'
        for day, offset in enumerate(offsets)
    ]
    return wrapped(f"sum without ({TILE}) ", any_of(days))


def met_lately(scope: Scope) -> str:
    """1 for each SLO that met its objective over the last seven days, 0 for the others."""
    return f"(\n{lately(scope)}\n) >= bool on ({scope.joined}) {scope.most(scope.of(OBJECTIVE))}"


def good_share(scope: Scope) -> str:
    """The share of good events over each SLO's own window."""
    return scope.of_owner(f"1 - {scope.most(scope.groups(PERIOD_ERROR))}")


def firing(scope: Scope) -> str:
    """The most urgent severity that fires, as its number."""
    parts = (f"{number} * {scope.most(alerts(scope, severity))}" for severity, number in URGENT.items())
    return scope.of_owner(f"(\n{any_of(parts)}\n)")


def alerts(scope: Scope, severity: str) -> str:
    """The firing alerts of a severity."""
    label = one_of(SEVERITY, severity_words(scope.services, scope.settings)[severity])
    more = f'{ID}!="",alertstate="firing",{label}'
    return f"ALERTS{{{','.join((*scope.every, more))}}}"


def young(scope: Scope) -> str:
    """Days since the first data of those SLOs that are younger than their window; of groups the oldest
    counts. A budget that begins at a date is never young, nor one of less than two days: days don't tell."""
    age = f"(time() - {scope.least(scope.groups(FIRST_SEEN))}) / {DAY}"
    dated = f" unless on ({scope.joined}) {scope.of(PERIOD_ELAPSED)}" if scope.has_dates else ""
    return scope.of_owner(f"{age}\n< ({scope.most(scope.of(PERIOD_DAYS))} >= 2){dated}")


def unseen(scope: Scope) -> str:
    """Seconds since the last data of those SLOs that have none now."""
    gone = f"unless on ({scope.joined}) {scope.base_total}"
    return scope.of_owner(f"time() - {scope.most(scope.groups(LAST_SEEN))}\n{gone}")


def without_data(scope: Scope, *labels: str) -> str:
    """Those SLOs that have no data now, never seen ones included, with labels of the info series."""
    return f"{info(scope, *labels)}\nunless on ({scope.joined}) {scope.base_total}"
