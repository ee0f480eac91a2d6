"""`latency`: the share of a histogram's observations within a threshold.

sli: {latency: {histogram: 'rpc_duration_seconds{job="api"}', threshold: 300ms, good: 'code!~"5.."'}}
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, Final

from slogen.diagnostics import Problem
from slogen.model.origin import Origin
from slogen.model.sli import Gauge, Look, Need, NoGaugeError, Pair, Parsed, Recorded, UnsatisfiableError
from slogen.model.states import Increment, Reading, Samples, States
from slogen.promql.selector import Matcher, Selector
from slogen.promql.solve import selects, series, solve
from slogen.promql.text import indent, wrapped
from slogen.settings import Settings
from slogen.sli.common import or_zero, summed, up_selectors
from slogen.sli.good import read_good
from slogen.sli.growth import grown, lately
from slogen.sli.histogram import read_histogram
from slogen.sli.increments import differing
from slogen.sli.native import native_event, native_pair
from slogen.sli.samples import sample_groups
from slogen.sli.threshold import (
    UNITS,
    boundary_matcher,
    boundary_problem,
    exposed_boundary,
    read_threshold,
    stored_boundary,
    unit_of,
)
from slogen.sli.values import of_histogram
from slogen.units import format_duration, plain, rounded

_OBSERVED = 600.0  # observations a minute, in samples


@dataclass(frozen=True, slots=True)
class Latency:
    """A histogram and a threshold in the histogram's own unit; `shown` is the threshold as written.

    `unit` is a key of UNITS, or None where the histogram counts something else than time; `written_unit` is
    what the spec says of it, if anything. `buckets` are its boundaries, as far as they are known. `good` are
    matchers of what is good beside the threshold: slow events are bad, and all others.
    """

    histogram: Selector
    threshold: Decimal
    shown: str
    native: bool
    by: tuple[str, ...]
    unit: str | None = None
    written_unit: str = ""
    buckets: tuple[Decimal, ...] = ()
    good: tuple[Matcher, ...] = ()

    min_bad_events = 3
    reset_min_events = 10
    exact = False
    timed = None

    def pair(self, settings: Settings, recorded: Recorded) -> Pair:
        """Count and bucket, of the series that have the bucket: events that nobody can judge are neither all
        good nor all bad, and somebody is told (`unjudged`)."""
        reach, total = format_duration(settings.prometheus.rate_range), summed(recorded.total, self.by)
        if self.native:
            return self._native(settings.prometheus.rate_range, total=total)
        up, counts = self.up(settings), Selector(f"{self.histogram.metric}_count", self.histogram.matchers)
        judged = f"max without (le) (last_over_time({self._bucket()}[{reach}]))"
        events = f"(\n{indent(grown(counts, up, settings))}\n)\nand\n{judged}"
        within = grown(self._bucket(*self.good), up, settings, without="le")
        return Pair(summed(events, self.by), good=or_zero(summed(within, self.by), total))

    def narrowed(self, matchers: Sequence[Matcher]) -> Latency:
        """The same of those of the histogram's series that pass these matchers."""
        return replace(self, histogram=self.histogram.where(*matchers))

    def plainly(self, window: int) -> Pair:
        """What count and bucket grew by, of the series that have the bucket."""
        if self.native:
            return self._native(window, times=f" * {window}")
        count = lately(self.histogram.suffixed("_count"), window)
        total = summed(f"{count} and ignoring (le) {self._bucket()}", self.by)
        within = summed(lately(self._bucket(*self.good), window), self.by)
        return Pair(total, good=or_zero(within, total))

    def _native(self, window: int, *, times: str = "", total: str = "") -> Pair:
        histograms = self.histogram, self._narrowed
        return native_pair(*histograms, self.threshold, window, self.by, times=times, total=total)

    @property
    def _narrowed(self) -> Selector:
        """The histogram's series whose fast events are good."""
        return Selector(self.histogram.metric, (*self.histogram.matchers, *self.good))

    def _bucket(self, *extra: Matcher) -> Selector:
        matchers = (*self.histogram.matchers, *extra, boundary_matcher(self.threshold))
        return Selector(f"{self.histogram.metric}_bucket", matchers)

    def _count_and_bucket(self) -> tuple[str, str]:
        return self.histogram.suffixed("_count"), str(self._bucket())

    def unjudged(self) -> str | None:
        """How many series count events but have no bucket at the threshold."""
        if self.native:
            return None
        count, bucket = self._count_and_bucket()
        head = f"count by ({', '.join(self.by)}) " if self.by else "count"
        return wrapped(head, f"{count}\nunless ignoring (le)\n{bucket}")

    def up(self, settings: Settings) -> tuple[str, ...]:
        """From the histogram's matchers."""
        return up_selectors([self.histogram], settings)

    def metrics(self) -> tuple[str, ...]:
        """The series read: the histogram itself, or its bucket and count."""
        if self.native:
            return tuple(dict.fromkeys((str(self.histogram), str(self._narrowed))))
        count, bucket = self._count_and_bucket()
        return tuple(dict.fromkeys((bucket, str(self._bucket(*self.good)), count)))

    def needs(self) -> tuple[Need, ...]:
        """The count, and the bucket at the threshold; or the native histogram."""
        field: Final = "histogram"
        if self.native:
            return (Need(self.histogram, field, "total", is_counter=True, native=True),)
        count = replace(self.histogram, metric=self.histogram.metric + "_count")
        buckets, at = Selector(f"{self.histogram.metric}_bucket", self._narrowed.matchers), self.threshold
        return (
            Need(buckets, field, "good", is_counter=True, boundary=at, bucket=boundary_matcher(at)),
            Need(count, field, "total", is_counter=True),
        )

    def looks(self) -> Look:
        """A histogram with a threshold."""
        return Look(
            histogram=self.histogram,
            native=self.native,
            threshold=self.threshold,
            is_whole=not self.good,
        )

    def groups(self) -> tuple[dict[str, str], ...]:
        """Groups that the histogram's matchers leave free."""
        return sample_groups(self.by, [self._narrowed])

    def samples(self, group: Mapping[str, str]) -> Samples:
        """A good event increments bucket and count, a bad one the count alone; where matchers say what is
        good, a bad one is fast and fails."""
        labels = solve([self._narrowed], (), group)
        if labels is None:
            raise UnsatisfiableError(
                "good" if self.good else "histogram", "no series was found that it selects"
            )
        good, bad = self._event(labels), self._event(labels, is_fast=False)
        if self.good:
            failed = solve([self.histogram], [self._narrowed], group)
            if failed is None:
                raise UnsatisfiableError("good", "no series was found that it leaves out")
            bad = self._event(failed)
        return Samples(good, bad, are_buckets=self.native, increments=tuple(self._increments(group)))

    def _increments(self, group: Mapping[str, str]) -> Iterator[Increment]:
        """Fast events of series that differ in what selects them, and another bucket of a good one; of no
        native one, whose samples are told in another way."""
        both = self.histogram, self._narrowed
        found = [] if self.native else differing(both, group)
        for metric, labels in found:
            total, within = (float(selects(each, metric, labels)) for each in both)
            yield Increment(self._event(labels), bad=total - within, total=total)
        for metric, labels in [each for each in found if selects(both[1], *each)][:1]:
            yield Increment((series(f"{metric}_bucket", labels | {"le": "+Inf"}),), bad=0, total=0)

    def _event(self, labels: Mapping[str, str], *, is_fast: bool = True) -> tuple[str, ...]:
        """The series that an event increments."""
        if self.native:
            return (native_event(self.histogram.metric, labels, self.threshold, is_fast=is_fast),)
        le = exposed_boundary(self.shown, self.written_unit, self.histogram.metric)
        count = (series(f"{self.histogram.metric}_count", labels),)
        return (series(f"{self.histogram.metric}_bucket", {**labels, "le": le}), *count) if is_fast else count

    def gauge(self, quantile: Decimal | None, settings: Settings) -> Gauge:
        """A quantile over the base window, in seconds where the histogram measures time.

        A quantile beyond the highest boundary reads as that boundary, hence at or above a level.
        """
        if quantile is None:
            hint = "add `quantile: 0.95`, for instance"
            raise NoGaugeError("levels of a latency need the quantile that they judge", hint)
        if not 0 < quantile < 1:
            percent = f"did you mean {plain(quantile / 100)}?" if 1 < quantile < 100 else "such as 0.95"
            raise NoGaugeError(f"a quantile of {plain(quantile)} is out of range", percent, "quantile")
        read = f"histogram_quantile(\n  {plain(quantile)},\n{indent(self._rates(settings))}\n)"
        return Gauge(
            what=f"the p{plain(quantile * 100)}",
            expr=f"{read}{_as_seconds(self.unit)}",
            beyond=">=",
            target=self._seconds(self.threshold),
            unit="seconds" if self.unit else "",
            highest=self._seconds(max(self.buckets)) if self.buckets else None,
            is_estimate=True,
            quantile=quantile,
        )

    def level_states(self, gauge: Gauge, level: Decimal, group: Mapping[str, str]) -> States:
        """Inside, too few to matter are slower than the SLO's own threshold. Beyond, a little less than the
        quantile's share is within the level, and there is no higher boundary: so it reads as the level."""
        labels = solve([self.histogram], (), group)
        if labels is None or self.native:
            raise UnsatisfiableError("histogram", "no plain series was found that it selects")
        at = level * _in_a_second(self.unit)
        within = max(float(gauge.quantile or 0) * _OBSERVED - 1, 0.0)
        slow = {self.threshold: within if self.threshold == at else 0.0, at: within}
        buckets = {
            series(f"{self.histogram.metric}_bucket", {**labels, "le": stored_boundary(bound)}): growth
            for bound, growth in slow.items()
        }
        whole = [
            series(f"{self.histogram.metric}_bucket", {**labels, "le": "+Inf"}),
            series(f"{self.histogram.metric}_count", labels),
        ]
        few = Reading(None, _OBSERVED * (1 + float(gauge.quantile or 0)) / 2)  # half of what makes it slow
        all_grow = dict.fromkeys((*buckets, *whole), Reading(None, _OBSERVED))
        slower = {name: Reading(None, growth) for name, growth in buckets.items()}
        return States(all_grow | {next(iter(buckets)): few}, all_grow | slower)

    def _seconds(self, value: Decimal) -> Decimal:
        """A value of the histogram in seconds, if it measures time."""
        return rounded(value / _in_a_second(self.unit), 12)

    def _rates(self, settings: Settings) -> str:
        """The histogram itself over the base window, by group."""
        window = format_duration(settings.prometheus.rate_range)
        if self.native:
            return summed(f"rate({self.histogram}[{window}])", self.by)
        return summed(f"rate({self.histogram.suffixed('_bucket')}[{window}])", ("le", *self.by))

    def words(self) -> str:
        """ "of events took longer than 500ms"."""
        return f"of events took longer than {self.shown}{' or were not good' if self.good else ''}"

    def notes(self) -> tuple[str, ...]:
        """Nothing: what can't be judged is told at run time."""
        return ()


def _in_a_second(unit: str | None) -> Decimal:
    """How many of the unit are in a second; 1 where it is no time."""
    return 1000 / UNITS[unit] if unit else Decimal(1)


def _as_seconds(unit: str | None) -> str:
    """The operation that makes seconds of the unit, with a whole number, so that nothing is rounded."""
    scale = _in_a_second(unit)
    if scale == 1:
        return ""
    return f"\n/ {plain(scale)}" if scale > 1 else f"\n* {plain(rounded(1 / scale, 12))}"


def _exact(number: object) -> Decimal:
    return Decimal(str(number))


def parse(config: Mapping[str, Any], origin: Origin, settings: Settings) -> Parsed:
    """Build Latency from its part of the spec; all that is wrong with it comes back as Problems."""
    problems: list[Problem] = []
    histogram = read_histogram(config, origin, settings, problems)
    if histogram is None:
        return None, problems
    threshold = read_threshold(config, histogram.metric, origin, problems)
    if threshold is None:
        return None, problems
    native = bool(config.get("native", False))
    if "buckets" in config and not native:
        problems += boundary_problem(threshold, config["buckets"], origin)
    unit, written = config.get("unit") or unit_of(histogram.metric), str(config.get("unit", ""))
    by, bounds = tuple(config.get("by", ())), () if native else tuple(map(_exact, config.get("buckets", ())))
    good = read_good(config, histogram, origin, settings, problems)
    known, shown = unit if unit in UNITS else None, str(config["threshold"])
    latency = Latency(histogram, threshold, shown, native, by, known, written, bounds, good)
    doubts = of_histogram(histogram, boundary_matcher(threshold), config.get("unit"), native=native)
    return (None if problems else latency), problems or [doubt.at(origin.at("histogram")) for doubt in doubts]
