"""What the kinds that measure time share: the good share of the base window, from a look at each step.

With `share` the share of good now (a verdict is 1 or 0), and slices of `length` seconds:

    total = count_over_time(share[5m:30s]) / scalar(count_over_time(vector(1)[5m:30s])) / length
    good  = sum_over_time(share[5m:30s]) / scalar(count_over_time(vector(1)[5m:30s])) / length

So 40 bad minutes are 8 bad slices of 5m, and 6 hours are 72 of them, on Prometheus 2 and 3 alike: a look on
the edge of two windows is in both (2.x, 11 looks) or in one (3.x, 10 looks), and a share doesn't mind. Time
without data is in neither: a window with one look counts for a tenth of one. A slice longer than the base
window counts by parts. A ready ratio is the same with slices of a second.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from typing import Final

from slogen.model.sli import Gauge, Look, Missing, Need, NoGaugeError, Pair, Recorded, Timed
from slogen.model.states import States
from slogen.promql.selector import Selector
from slogen.promql.text import any_of, grouped, indent, wrapped
from slogen.settings import Settings
from slogen.sli.common import up_selectors
from slogen.sli.condition import Condition
from slogen.sli.joins import measured
from slogen.sli.looks import series_look
from slogen.sli.needs import needs_of
from slogen.sli.samples import sample_groups
from slogen.sli.states import are_apart, find_states
from slogen.units import format_duration, plain

_INSIDE: Final = {"<": ">=", ">": "<="}


@dataclass(frozen=True)
class Slices:
    """Time, cut into slices of `length` seconds, of which a share is good.

    `share` is PromQL: from 0 (bad) to 1 (good) now, one series per group, nothing where it isn't known; the
    other way round where it is the share of `errors`.
    `good_when` and `bad_when` give a sample where it is good, or bad, in the user's words: by them the proof
    finds its values, so that it doesn't take `share` for right. `field` is where the user wrote them;
    `bad_words` and `remarks` are for people: "of time slices ...". `reading` is what levels are compared
    with, in words, and `reading_unit` that of Gauge.
    """

    share: str
    good_when: str
    bad_when: str
    length: int
    missing: Missing
    by: tuple[str, ...]
    reads: tuple[Selector, ...]
    lookback: int
    field: str
    unit: str
    bad_words: str
    remarks: tuple[str, ...] = ()
    min_bad_events: int = 1
    condition: Condition | None = None
    errors: bool = False
    reading: str = "the value"
    reading_unit: str = ""
    grace: int = 0
    one_of_two: Fraction | None = None

    reset_min_events = 0
    exact = False

    @property
    def timed(self) -> Timed:
        """So many slices a second."""
        measured = "" if self.missing == "ignore" else self.share
        begins = self.share if self.lookback else ""
        pace = Fraction(1, self.length)
        return Timed(
            pace, self.unit, self.missing, measured, self.lookback, self.grace, begins, self.one_of_two
        )

    def pair(self, settings: Settings, recorded: Recorded) -> Pair:
        """Total slices per second, and good ones, or bad ones where errors are what is read."""
        prometheus = settings.prometheus
        looks = f"[{format_duration(prometheus.base_window)}:{format_duration(prometheus.step)}]"
        points = f"(\n{indent(self._judged(recorded))}\n){looks}"
        slices = f"scalar(count_over_time(vector(1){looks}))"
        slices += f" / {self.length}" if self.length != 1 else ""
        total, share = (f"{wrapped(f'{each}_over_time', points)} / {slices}" for each in ("count", "sum"))
        return Pair(total, bad=share) if self.errors else Pair(total, good=share)

    def _judged(self, recorded: Recorded) -> str:
        """The share, but of a group that is younger than what the SLI looks back: `rate(x[5m])` of a counter
        that was just born reads low."""
        filled = self._filled(recorded.seen)
        if not self.lookback:
            return filled
        young = f"{recorded.first} > time() - {self.lookback}"
        return f"{wrapped('', filled)}\nunless on ({', '.join(self.by)}) {young}"

    def _filled(self, seen: str) -> str:
        """The share, and where it is missing what the policy says of each group that was seen lately."""
        if self.missing == "ignore":
            return self.share
        value = "0 * " if (self.missing == "bad") != self.errors else "1 + 0 * "
        return any_of([self.share, value + grouped("max", seen, self.by)])

    def unjudged(self) -> None:
        """What has no value is missing, and the policy says what that is."""

    def up(self, settings: Settings) -> tuple[str, ...]:
        """From the matchers of all that is read, but for what it is joined with."""
        return up_selectors(measured(self.share, self.reads), settings)

    def metrics(self) -> tuple[str, ...]:
        """All selectors."""
        return tuple(map(str, self.reads))

    def needs(self) -> tuple[Need, ...]:
        """All selectors."""
        return needs_of(self.reads, self.field, "value", self.share)

    def looks(self) -> Look:
        """What the share is made of, and what is compared with which threshold."""
        look = series_look(self.metrics(), [self.share])
        comparison = self.condition.comparison if self.condition else None
        if comparison is None:
            return look
        return replace(
            look,
            compared=comparison.value,
            threshold=comparison.threshold,
            unit=self.reading_unit,
            low_is_bad=bool(comparison.above_is_good),
        )

    @cached_property
    def _states(self) -> tuple[tuple[dict[str, str], States], ...]:
        """Groups with their series; one alone where series of another would change what it is."""
        found = [(group, self._of(group)) for group in sample_groups(self.by, self.reads)]
        if not are_apart(self.share, [states for _, states in found]):
            found = found[:1]
        return tuple(found)

    def _of(self, group: Mapping[str, str]) -> States:
        return find_states(self.share, (self.good_when, self.bad_when), self.reads, group, self.field)

    def groups(self) -> tuple[dict[str, str], ...]:
        """Groups that the selectors leave free. Raises UnsatisfiableError where no series were found."""
        return tuple(group for group, _ in self._states)

    def samples(self, group: Mapping[str, str]) -> States:
        """Series whose values are good, and bad, as the user's words are computed."""
        return next((states for known, states in self._states if known == group), None) or self._of(group)

    def gauge(self, quantile: Decimal | None, settings: Settings) -> Gauge:
        """The value that the condition compares, or the share itself."""
        del settings
        if quantile is not None:
            raise NoGaugeError("only a latency has quantiles", "drop `quantile`", "quantile")
        if self.condition is None:
            return Gauge(self.reading, self.share, ">" if self.errors else "<", None, "share")
        return self._compared(self.condition)

    def _compared(self, condition: Condition) -> Gauge:
        """Of several series of a group, the worst."""
        comparison = condition.comparison
        if comparison is None:
            message = "the condition compares more than one value, so levels could mean either"
            raise NoGaugeError(message, "split it into SLOs of one comparison each")
        if comparison.above_is_good is None:
            message = (
                f"the condition `{comparison.operator}` says neither that more is better nor that less is"
            )
            raise NoGaugeError(message, "compare with >=, >, <= or <, or drop `levels`")
        worst = "min" if comparison.above_is_good else "max"
        value = f"({comparison.value})" if condition.is_grouped else ""
        return Gauge(
            self.reading,
            value or grouped(worst, comparison.value, self.by),
            "<" if comparison.above_is_good else ">",
            comparison.threshold,
            self.reading_unit,
        )

    def level_states(self, gauge: Gauge, level: Decimal, group: Mapping[str, str]) -> States:
        """Series for which the reading is computed to be inside the level, and beyond it."""
        inside, beyond = (
            f"{gauge.expr} {comparison} {plain(level)}"
            for comparison in (_INSIDE[gauge.beyond], gauge.beyond)
        )
        reading = f"({gauge.expr} > -Inf < Inf)"  # as it is recorded: infinity is no reading
        verdict = f"{reading} {gauge.beyond} bool {plain(level)}"
        return find_states(verdict, (inside, beyond), self.reads, group, self.field)

    def words(self) -> str:
        """ "of time slices were bad"."""
        return self.bad_words

    def notes(self) -> tuple[str, ...]:
        """What the kind has to say, and whether the query itself is slow."""
        if not self.lookback:
            return self.remarks
        late = f"it looks back {format_duration(self.lookback)} itself: it turns that much later at most"
        return (*self.remarks, late)
