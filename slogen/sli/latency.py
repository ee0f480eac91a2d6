"""`latency`: the share of a histogram's observations within a threshold.

sli: {latency: {histogram: 'rpc_duration_seconds{job="api"}', threshold: 300ms}}
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from slogen.diagnostics import Problem
from slogen.load.settings import Settings
from slogen.model.origin import Origin
from slogen.model.sli import Pair, Parsed, Samples, UnsatisfiableError
from slogen.promql.parse import PromqlError, Selector, check_version, parse_selector
from slogen.promql.solve import series, solve
from slogen.promql.text import wrapped
from slogen.sli.common import good_to_bad, summed, up_selectors
from slogen.sli.samples import sample_groups
from slogen.sli.threshold import boundary_matcher, boundary_problem, exposed_boundary, read_threshold
from slogen.units import format_duration, plain


@dataclass(frozen=True, slots=True)
class Latency:
    """A histogram and a threshold in the histogram's own unit; `shown` is the threshold as written, `unit`
    the unit that the spec names, if any."""

    histogram: Selector
    threshold: Decimal
    shown: str
    native: bool
    by: tuple[str, ...]
    unit: str = ""

    min_bad_events = 3
    reset_min_events = 10
    exact = False
    timed = None

    def pair(self, settings: Settings, total: str, seen: str) -> Pair:
        """Count and bucket, of the series that have the bucket. There is no fallback for it: events that
        nobody can judge are neither all good nor all bad, and somebody is told (`unjudged`)."""
        del seen
        window, recorded = format_duration(settings.rate_range), summed(total, self.by)
        if self.native:
            rates = summed(f"rate({self.histogram}[{window}])", self.by)
            share = f"histogram_fraction(-Inf, {plain(self.threshold)}, {rates})"
            bad = f"(1 - {share}) * ({recorded} > 0)\nor\n0 * {recorded}"
            return Pair(total=f"histogram_count({rates})", bad=bad)
        count, bucket = (f"rate({selector}[{window}])" for selector in self._count_and_bucket())
        judged = f"{count}\nand ignoring (le)\n{bucket}"
        return Pair(total=summed(judged, self.by), bad=good_to_bad(summed(bucket, self.by), recorded))

    def _count_and_bucket(self) -> tuple[str, str]:
        bucket = self.histogram.suffixed("_bucket", boundary_matcher(self.threshold))
        return self.histogram.suffixed("_count"), bucket

    def unjudged(self) -> str | None:
        """How many series count events but have no bucket at the threshold."""
        if self.native:
            return None
        count, bucket = self._count_and_bucket()
        head = f"count by ({', '.join(self.by)}) " if self.by else "count"
        return wrapped(head, f"{count}\nunless ignoring (le)\n{bucket}")

    def up(self) -> tuple[str, ...]:
        """From the histogram's matchers."""
        return up_selectors([self.histogram])

    def metrics(self) -> tuple[str, ...]:
        """The series read: the histogram itself, or its bucket and count."""
        if self.native:
            return (str(self.histogram),)
        count, bucket = self._count_and_bucket()
        return bucket, count

    def groups(self) -> tuple[dict[str, str], ...]:
        """Groups that the histogram's matchers leave free."""
        return sample_groups(self.by, [self.histogram])

    def samples(self, group: Mapping[str, str]) -> Samples:
        """A good event increments bucket and count, a bad one the count alone."""
        labels = solve([self.histogram], (), group)
        if labels is None:
            raise UnsatisfiableError("histogram", "no series was found that it selects")
        if self.native:
            raise UnsatisfiableError("native", "native histograms can't be written as plain samples")
        count = series(f"{self.histogram.metric}_count", labels)
        le = exposed_boundary(self.shown, self.unit, self.histogram.metric)
        bucket = series(f"{self.histogram.metric}_bucket", {**labels, "le": le})
        return Samples(good=(bucket, count), bad=(count,))

    def words(self) -> str:
        """ "of events took longer than 500ms"."""
        return f"of events took longer than {self.shown}"

    def notes(self) -> tuple[str, ...]:
        """Nothing: what can't be judged is told at run time (`unjudged`)."""
        return ()


def parse(config: Mapping[str, Any], origin: Origin, settings: Settings) -> Parsed:
    """Build Latency from its part of the spec; all that is wrong with it comes back as Problems."""
    problems: list[Problem] = []
    histogram = _histogram(config, origin, settings, problems)
    if histogram is None:
        return None, problems
    threshold = read_threshold(config, histogram.metric, origin, problems)
    if threshold is None:
        return None, problems
    native = bool(config.get("native", False))
    if "buckets" in config and not native:
        problems += boundary_problem(threshold, config["buckets"], origin)
    shown = str(config["threshold"])
    by, unit = tuple(config.get("by", ())), str(config.get("unit", ""))
    latency = Latency(histogram, threshold, shown, native, by, unit)
    return (None if problems else latency), problems


def _histogram(
    config: Mapping[str, Any], origin: Origin, settings: Settings, problems: list[Problem]
) -> Selector | None:
    here = origin.at("histogram")
    try:
        selector = parse_selector(config["histogram"])
        check_version([selector], settings.min_version)
    except PromqlError as error:
        problems.append(here.problem("promql", f"`histogram`: {error}", error.hint))
        return None
    for suffix in ("_bucket", "_count", "_sum"):
        if selector.metric.endswith(suffix):
            hint = f"write `{selector.metric.removesuffix(suffix)}`; slogen adds the suffixes"
            message = f"`histogram` names the series `{selector.metric}`, not the histogram"
            problems.append(here.problem("histogram-suffix", message, hint))
            return None
    if selector.only("le"):
        problems.append(here.problem("histogram-le", "`histogram` selects on `le`", "use `threshold`"))
        return None
    return selector
