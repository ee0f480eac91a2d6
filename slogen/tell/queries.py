"""PromQL for people: what a board asks of the recorded series, one value for each SLO.

Every expression is aggregated to `key` (the SLO, and the cluster where the settings name one), so that a
table can join them; of a grouped SLO the group that stands worst counts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from slogen.conventions import (
    BUDGET,
    BUDGET_REMAINING,
    CURRENT_BURN,
    ID,
    INFO,
    LAST_SEEN,
    OBJECTIVE,
    PERIOD_DAYS,
    PERIOD_ELAPSED,
    PERIOD_ERROR,
    SEVERITY,
    bad_series,
    total_series,
)
from slogen.emitted.routing import one_of
from slogen.model.alerting import INFO as INFO_SEVERITY
from slogen.model.slo import Service, Slo, severity_words
from slogen.model.tiers import PAGE, TICKET
from slogen.promql.text import any_of, wrapped
from slogen.settings import Settings
from slogen.units import DAY, MINUTE, format_duration, to_text

# A window above the base that every SLO has: the smallest link of the telescope.
SMALL = 30 * MINUTE
# Seven days of half hours, of which the one that ended seven days ago is none, on any Prometheus.
_WEEK = format_duration(7 * DAY - MINUTE)
_LOOKS_AT_HISTORY = 60


@dataclass(frozen=True, slots=True)
class Scope:
    """The series a board looks at: `every` matchers for all of them, `grouped` for those with groups,
    `owned` for the info series, by which the others are narrowed. `services` are those that may be shown:
    what none of them has is not asked for."""

    settings: Settings
    services: Sequence[Service]
    every: tuple[str, ...] = ()
    grouped: tuple[str, ...] = ()
    owned: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[str, ...]:
        """The labels that tell SLOs apart."""
        return (ID, *self.settings.labels)

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
    def _slos(self) -> tuple[Slo, ...]:
        return tuple(slo for service in self.services for slo in service.slos)

    @property
    def joined(self) -> str:
        """The key as PromQL's list of labels."""
        return ", ".join(self.key)

    def of(self, series: str, *more: str) -> str:
        """Select a series that has no groups (constants, info)."""
        return f"{series}{{{','.join((*self.every, *more))}}}"

    def groups(self, series: str) -> str:
        """Select a series that each group has."""
        return f"{series}{{{','.join((*self.every, *self.grouped))}}}"

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


def info(scope: Scope, *labels: str) -> str:
    """1 for each SLO, with these labels of its info series."""
    names = ", ".join((*scope.key, *labels))
    return f"max by ({names}) ({scope.of(INFO, *scope.owned)})"


def with_window(scope: Scope, window: int) -> str:
    """Keep those SLOs whose window is so many seconds."""
    days = to_text(Fraction(window, DAY), 9)
    return f"and on ({scope.joined}) ({scope.of(PERIOD_DAYS)} == {days})"


def burn(scope: Scope) -> str:
    """How many times faster than sustainable the budget burns now."""
    return scope.of_owner(scope.most(scope.groups(CURRENT_BURN)))


def seconds_to_exhaustion(scope: Scope) -> str:
    """Seconds until the budget is gone at the rate of the last half hour; 0 when it is gone already,
    nothing where it would last longer than the window, after which it comes back."""
    remaining = scope.groups(BUDGET_REMAINING)
    ratio = f"{scope.groups(bad_series(SMALL))} / ({scope.groups(total_series(SMALL))} > 0)"
    rate = f"({ratio} / on ({scope.joined}) group_left () {scope.of(BUDGET)} > 0)"
    soon = "1"
    if scope.has_calendars:  # a new period brings a new budget
        begun = f"{scope.of(BUDGET)} ^ 0 - {scope.of(PERIOD_ELAPSED)}"
        soon = f"on ({scope.joined}) group_left () ({begun} or {scope.of(BUDGET)} ^ 0)"
    windows = any_of([f"clamp_min({remaining}, 0) / {rate} < {soon}", f"clamp_min({remaining} <= 0, 0)"])
    period = scope.most(scope.of(PERIOD_DAYS))
    return scope.of_owner(f"{scope.least(windows)}\n* {period} * {DAY}")


def lately(scope: Scope) -> str:
    """The share of good events over the last seven days, from the recorded pair."""
    bad, total = (
        f"sum_over_time({scope.groups(series(SMALL))}[{_WEEK}:30m])" for series in (bad_series, total_series)
    )
    return scope.of_owner(scope.least(f"1 - {bad} / ({total} > 0)"))


def met_lately(scope: Scope) -> str:
    """1 for each SLO that met its objective over the last seven days, 0 for the others."""
    return f"(\n{lately(scope)}\n) >= bool on ({scope.joined}) {scope.most(scope.of(OBJECTIVE))}"


def good_share(scope: Scope) -> str:
    """The share of good events over each SLO's own window."""
    return scope.of_owner(f"1 - {scope.most(scope.groups(PERIOD_ERROR))}")


def firing(scope: Scope) -> str:
    """3 where an alert that pages fires, else 2 for a ticket, 1 for an info."""
    numbers = {INFO_SEVERITY: 1, TICKET: 2, PAGE: 3}
    parts = [
        f"{number} * {scope.most(alerts(scope, severity))}" for severity, number in reversed(numbers.items())
    ]
    return scope.of_owner(f"(\n{any_of(parts)}\n)")


def alerts(scope: Scope, severity: str) -> str:
    """The firing alerts of a severity."""
    label = one_of(SEVERITY, severity_words(scope.services, scope.settings)[severity])
    more = f'{ID}!="",alertstate="firing",{label}'
    return f"ALERTS{{{','.join((*scope.every, more))}}}"


def history(scope: Scope) -> str:
    """Days for which each SLO has been recorded, as far as its window reaches."""
    return f"(\n{young(scope)}\n)\nor\n{scope.of_owner(scope.most(scope.of(PERIOD_DAYS)))}"


def young(scope: Scope) -> str:
    """Days of history of those SLOs that had none a window ago.

    A window is looked at some sixty times, which costs little; what is missed at its edge is no age.
    """
    parts = [
        f"({_age(scope, window)} < {window - 2 * _step(window)}) {with_window(scope, window)}"
        for window in scope.windows
    ]
    if not parts:  # only calendar periods, which are never young
        return f"{scope.of(OBJECTIVE)} < 0"
    return f"{scope.of_owner(scope.most(any_of(parts)))} / {DAY}"


def _age(scope: Scope, window: int) -> str:
    steps = f"{format_duration(window)}:{format_duration(_step(window))}"
    return f"time() - min_over_time(timestamp({scope.of(OBJECTIVE)})[{steps}])"


def _step(window: int) -> int:
    """A whole number of minutes: so many looks at a window."""
    return max(window // _LOOKS_AT_HISTORY // MINUTE, 1) * MINUTE


def history_of(scope: Scope, window: str) -> str:
    """Days of history of one SLO, whose window is a variable's value, with the window as label."""
    first = f"min_over_time(timestamp({scope.of(OBJECTIVE)})[{window}:5m])"
    return f"(time() - {first}) / {DAY} * on ({scope.joined}) group_left (window) {scope.of(INFO)}"


def unseen(scope: Scope) -> str:
    """Seconds since the last data of those SLOs that have none now."""
    gone = f"unless on ({scope.joined}) {scope.base_total}"
    return scope.of_owner(f"time() - {scope.most(scope.groups(LAST_SEEN))}\n{gone}")


def without_data(scope: Scope, *labels: str) -> str:
    """Those SLOs that have no data now, never seen ones included, with labels of the info series."""
    return f"{info(scope, *labels)}\nunless on ({scope.joined}) {scope.base_total}"
