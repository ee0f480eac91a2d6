"""PromQL over a period that is over: the whole days, in UTC, of a board's time range.

The same arithmetic as that of slogen.live.period: events of a day are taken at its end from the recorded
pair over a day, a page is an incident, what is less than half an hour apart is one. Whatever is asked for
has one value a row of the report: an SLO at one place, or one group of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

from slogen.conventions import BUDGET, ID, INFO, OWNER, SERVICE, SEVERITY, SLO, bad_series, total_series
from slogen.emitted.routing import one_of
from slogen.model.slo import severity_words
from slogen.model.tiers import PAGE
from slogen.promql.text import any_of, quote, wrapped
from slogen.tell.queries import Scope, as_one
from slogen.units import DAY

GROUP: Final = "slo_group"  # the labels of a row's group, as one
ROW: Final = "slo_row"  # the label by which the columns of a row find each other
_MS: Final = DAY * 1000
# A range that Grafana rounds down (`/M`) ends a millisecond before midnight, one picked in its calendar
# a second.
START: Final = f"(($__from - $__from % {_MS}) / 1000)"
END: Final = f"(($__to + 1000 - ($__to + 1000) % {_MS}) / 1000)"
_RANGE: Final = "${__range_s}s"
_LEAP: Final = 15 * DAY  # so long before its end is the middle of any month
KEPT, UNKNOWN, MISSED = 2, 1, 0  # whether an objective was met


def _before() -> str:
    """When the period before began: so many days, or of whole months so many months, before. What lies as
    long as the period before its beginning, but for half a month, lies in the month that is looked for."""
    inside = f"vector(2 * {START} - {END} + {_LEAP})"
    month = f"{inside} - (day_of_month({inside}) - 1) * {DAY}"
    whole = f"(day_of_month(vector({START})) == 1 and day_of_month(vector({END})) == 1)"
    return f"scalar({month} and {whole} or vector(2 * {START} - {END}))"


BEFORE: Final = _before()
_WITHIN: Final = f"and on () (vector(time()) >= {START} < {END})"
_EARLIER: Final = f"and on () (vector(time()) >= {BEFORE} < {START})"


def _over(function: str, expr: str, step: str = "1d", when: str = "") -> str:
    """Over the moments of the period: the days by their beginning, or each minute."""
    return f"{function}((\n{expr}\n{_WITHIN}\n)[1d{_RANGE}:{step}]{when})"


def _over_before(function: str, expr: str) -> str:
    """Over the days of the period before, which may be a longer month."""
    return f"{function}((\n{expr}\n{_EARLIER}\n)[5d{_RANGE}:1d] offset {_RANGE})"


@dataclass(frozen=True)
class Past:
    """What is asked of the SLOs of a scope, and of their groups by these `labels`."""

    scope: Scope
    labels: tuple[str, ...] = ()

    @property
    def rows(self) -> tuple[str, ...]:
        """The labels of a row."""
        return (*self.scope.key, *self.labels)

    def _of_row(self, expr: str) -> str:
        return wrapped(f"max by ({', '.join(self.rows)}) ", expr)

    def _pair(self) -> tuple[str, str]:
        """Bad and total events per second of the day that begins, where both are known."""
        bad, total = (f"{self.scope.groups(series(DAY))} offset -1d" for series in (bad_series, total_series))
        return f"{bad} and {total}", f"{total} and {bad}"

    @cached_property
    def ratio(self) -> str:
        """The share of bad events."""
        bad, total = (self._of_row(_over("sum_over_time", side)) for side in self._pair())
        return f"{bad}\n/ (\n{total}\n> 0)"

    @cached_property
    def ratio_before(self) -> str:
        """The same of the period before."""
        bad, total = (self._of_row(_over_before("sum_over_time", side)) for side in self._pair())
        return f"{bad}\n/ (\n{total}\n> 0)"

    @cached_property
    def budget(self) -> str:
        """The budget as it was at the end."""
        return self.scope.most(_over("last_over_time", f"{self.scope.of(BUDGET)} offset -1d"))

    @property
    def _per_budget(self) -> str:
        return f"/ on ({self.scope.joined}) group_left ()\n{self.budget}"

    @cached_property
    def latest(self) -> str:
        """What was said of each SLO last."""
        told = (*self.scope.key, SERVICE, SLO, OWNER, "objective")
        info = _over("last_over_time", f"timestamp({self.scope.of(INFO, *self.scope.owned)} offset -1d)")
        return f"topk by ({self.scope.joined}) (1, max by ({', '.join(told)}) ({info}))"

    def told(self, owner: str = "") -> str:
        """1 for each row, with what was said of it; only those that such a matcher takes."""
        everything = f"(\n{self._all()}\n) ^ 0"
        own = f"{SLO}, {SERVICE}, {OWNER}, objective"
        if self.labels:
            everything = as_one(everything, GROUP, self.labels)
        return f"{everything}\n* on ({self.scope.joined}) group_left ({own})\n({self._chosen(owner)}) ^ 0"

    def _chosen(self, owner: str) -> str:
        if not owner:
            return self.latest
        info = _over("last_over_time", f"{self.scope.of(INFO, *self.scope.owned, owner)} offset -1d")
        on = f"{self.scope.joined}, {OWNER}"
        return f"{self.latest}\nand on ({on}) max by ({on}) ({info})"

    def _all(self) -> str:
        """Every row of which events are known, then or before, and SLOs without any."""
        total = f"{self.scope.groups(total_series(DAY))} offset -1d"
        seen = any_of(self._of_row(over("count_over_time", total)) for over in (_over, _over_before))
        on = f"on ({self.scope.joined})"
        return f"(\n{seen}\n) and {on} {self.budget}\nor {self.budget} unless {on} (\n{seen}\n)"

    def met(self) -> str:
        """2 where the objective was kept, 0 where it was missed, 1 where nobody knows."""
        limit = f"on ({self.scope.joined}) group_left ()\n({self.budget} + 1e-12)"
        return any_of([f"{KEPT} * ({self.ratio}\n<= bool {limit})", f"(\n{self._all()}\n) ^ 0"])

    def used(self) -> str:
        """The share of the period's budget that was used."""
        return f"{self.ratio}\n{self._per_budget}"

    def known_days(self) -> str:
        """Days of which both sides are known."""
        return self._of_row(_over("count_over_time", self._pair()[1]))

    def outage(self) -> str:
        """Seconds of a total outage that would have cost as much, on the days that are known."""
        return f"{self.ratio}\n* {self.known_days()} * {DAY}"

    def _worst(self, when: str = "") -> str:
        return f"({self._of_row(_over('max_over_time', self._pair()[0], when=when))} > 0)"

    def worst_day(self) -> str:
        """When the day began that used most, in milliseconds."""
        bad = f"({self._pair()[0]})\n== on ({', '.join(self.rows)}) group_left ()\n{self._worst(' @ end()')}"
        return f"{self._of_row(_over('min_over_time', f'({bad}) * 0 + time()'))} * 1000"

    def worst_used(self) -> str:
        """The share of the period's budget that this day used."""
        total = self._of_row(_over("sum_over_time", self._pair()[1]))
        return f"{self._worst()}\n/ (\n{total}\n> 0)\n{self._per_budget}"

    def change(self) -> str:
        """How many points better it was than the period before."""
        return f"100 * (\n{self.ratio_before}\n-\n{self.ratio}\n)"

    def pages(self) -> str:
        """Incidents in which a page fired: minutes in which one does and none did for half an hour."""
        firing = f"(\n{self._firing()}\n{_WITHIN}\n)"
        begins = f"{firing}\nunless max_over_time({firing}[29m30s:1m] offset 1m)"
        rows = f"(\n{self._all()}\n)"
        return f"{self._of_row(_over('count_over_time', begins, '1m'))}\nand {rows}\nor 0 * {rows}"

    def _firing(self) -> str:
        words = one_of(SEVERITY, severity_words(self.scope.services, self.scope.settings)[PAGE])
        alerts = self.scope.of("ALERTS", f'{ID}!="",alertstate="firing",{words}')
        own = self._of_row(alerts)
        if not self.labels:
            return own
        # An alert about all groups (their data is gone) is one of each.
        about_all = self.scope.of(
            "ALERTS", f'{ID}!="",alertstate="firing",{words}', *(f'{label}=""' for label in self.labels)
        )
        total = f"{self.scope.groups(total_series(DAY))} offset -1d"
        grouped = self._of_row(_over("count_over_time", total, when=" @ end()"))
        told = f"and on ({self.scope.joined}) count_over_time({about_all}[{_RANGE}] @ end())"
        each = f"(\n{grouped}\n{told}\n) ^ 0\n* on ({self.scope.joined}) group_left () "
        return f"({any_of([own, f'{each}{self.scope.most(about_all)}'])})"

    def row(self, expr: str, owner: str = "") -> str:
        """One value for each row of the report, by ROW alone."""
        return self._alone(f"(\n{expr}\n)\nand on ({self.scope.joined}) ({self._chosen(owner)})")

    def by_owner(self, how: str, expr: str, owner: str) -> str:
        """The values of all rows, together for each owner."""
        told = self.marked(self.told(owner))
        return f"{how} by ({OWNER}) (\n{self._alone(expr)}\n* on ({ROW}) group_left ({OWNER})\n{told}\n)"

    def _alone(self, expr: str) -> str:
        return wrapped(f"max by ({ROW}) ", self.marked(expr))

    def marked(self, expr: str) -> str:
        """The same with ROW."""
        return f"label_join(\n{expr}\n, {', '.join(map(quote, (ROW, ' ', *self.rows)))})"
