"""`events`: bad/total or good/total counters.

sli: {events: {bad: 'http_requests_total{code=~"5.."}', total: http_requests_total, by: [model]}}
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from slogen.diagnostics import Problem
from slogen.load.settings import Settings
from slogen.model.origin import Origin
from slogen.model.sli import Gauge, NoGaugeError, Pair, Parsed, Recorded, Samples, States, UnsatisfiableError
from slogen.promql.parse import PromqlError, check_version
from slogen.sli.common import Standalone, or_zero, summed, up_selectors
from slogen.sli.growth import counted, grown
from slogen.sli.samples import event_samples, sample_groups
from slogen.sli.template import Side, side


@dataclass(frozen=True, slots=True)
class Events(Standalone):
    """Bad (or good) and total event counters. `rare` counts each event instead of extrapolating rates."""

    counted_side: Side
    total: Side
    is_good: bool
    by: tuple[str, ...]
    rare: bool

    min_bad_events = 3
    reset_min_events = 10
    timed = None

    @property
    def exact(self) -> bool:
        """Rare events are counted one by one."""
        return self.rare

    def pair(self, settings: Settings, recorded: Recorded) -> Pair:
        """Sums of what the counters grew by; the counted side is 0 where total exists and it doesn't."""
        total = self._rate(self.total, settings, recorded)
        counted_events = self._rate(self.counted_side, settings, recorded)
        counted_events = or_zero(counted_events, summed(recorded.total, self.by))
        return Pair(total, good=counted_events) if self.is_good else Pair(total, bad=counted_events)

    def _rate(self, which: Side, settings: Settings, recorded: Recorded) -> str:
        if which.bare is not None:
            up = up_selectors([which.bare], settings)
            if self.rare:
                return counted(which.bare, up, settings, recorded, self.by)
            return summed(grown(which.bare, up, settings), self.by)
        rate = which.rate(settings.rate_range)
        return rate if which.is_summed else summed(rate, self.by)

    def unjudged(self) -> None:
        """Every event is either counted as bad (or good), or is not."""

    def up(self, settings: Settings) -> tuple[str, ...]:
        """From the matchers of the total's selectors."""
        return up_selectors(self.total.reads, settings)

    def metrics(self) -> tuple[str, ...]:
        """All selectors of both sides."""
        return tuple(dict.fromkeys(str(s) for s in (*self.counted_side.reads, *self.total.reads)))

    def groups(self) -> tuple[dict[str, str], ...]:
        """Groups that both sides leave free."""
        return sample_groups(self.by, (*self.counted_side.reads, *self.total.reads))

    def samples(self, group: Mapping[str, str]) -> Samples:
        """Series on either side of the matchers, found by solving them."""
        return event_samples(self.counted_side, self.total, self.is_good, group)

    def gauge(self, quantile: Decimal | None, settings: Settings) -> Gauge:
        """An event is good or bad; there is nothing between them to compare."""
        del quantile, settings
        message = "`events` has no value that levels could be compared with: an event is good or bad"
        raise NoGaugeError(
            message, "drop `levels`: burn-rate tiers are the levels of events (`alerting.tiers`)"
        )

    def level_states(self, gauge: Gauge, level: Decimal, group: Mapping[str, str]) -> States:
        """Never asked: there is no gauge."""
        del gauge, level, group
        raise UnsatisfiableError("levels", "there is nothing to read")

    def words(self) -> str:
        """ "of events bad"."""
        return "of events were bad"

    def notes(self) -> tuple[str, ...]:
        """Nothing: events are what budgets are made for."""
        return ()


def parse(config: Mapping[str, Any], origin: Origin, settings: Settings) -> Parsed:
    """Build Events from its part of the spec; all that is wrong with it comes back as Problems."""
    by = tuple(config.get("by", ()))
    counted_name = "good" if "good" in config else "bad"
    sides: dict[str, Side] = {}
    problems: list[Problem] = []
    for name in (counted_name, "total"):
        try:
            sides[name] = _checked(side(config[name], by), config, settings)
        except PromqlError as error:
            problems.append(origin.at(name).problem("promql", f"`{name}`: {error}", error.hint))
    if problems:
        return None, problems
    if sides[counted_name].meaning == sides["total"].meaning:
        message = f"`{counted_name}` and `total` are the same, so the ratio never changes"
        return None, [origin.at(counted_name).problem("same-sides", message, "narrow one of them")]
    rare = bool(config.get("rare", False))
    return Events(sides[counted_name], sides["total"], counted_name == "good", by, rare), []


def _checked(found: Side, config: Mapping[str, Any], settings: Settings) -> Side:
    if config.get("rare") and found.bare is None:
        raise PromqlError("`rare: true` counts bare counters only", "write a bare selector, or drop `rare`")
    check_version(found.reads, settings.min_version)
    return found
