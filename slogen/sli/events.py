"""`events`: bad/total, good/total or good/bad counters.

sli: {events: {bad: 'http_requests_total{code=~"5.."}', total: http_requests_total, by: [model]}}
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from slogen.diagnostics import Problem, Severity
from slogen.model.origin import Origin
from slogen.model.sli import Gauge, Look, Need, NoGaugeError, Pair, Parsed, Recorded, Role
from slogen.model.states import Samples
from slogen.promql.measures import together
from slogen.promql.parse import PromqlError, check_version
from slogen.promql.selector import Matcher, Selector
from slogen.promql.versions import check_language
from slogen.settings import Settings
from slogen.sli.boundaries import is_one_boundary
from slogen.sli.common import or_zero, summed, up_selectors
from slogen.sli.counters import Doubt, NoCounterError
from slogen.sli.growth import counted, grown, lately
from slogen.sli.looks import series_look
from slogen.sli.needs import needs_of
from slogen.sli.outside import is_outside, sounds_outside
from slogen.sli.placeholder import PROBE_WINDOW, is_template, render
from slogen.sli.samples import event_samples, sample_groups
from slogen.sli.sums import added
from slogen.sli.template import Side, side


@dataclass(frozen=True, slots=True)
class Events:
    """Bad (or good) and total event counters. `rare` counts each event instead of extrapolating rates.

    Where the spec gives good and bad alone, the total is their sum, and `total_field` is `good`.
    """

    counted_side: Side
    total: Side
    is_good: bool
    by: tuple[str, ...]
    rare: bool
    total_field: str = "total"

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
        if which.terms:
            return added([self._rate(term, settings, recorded) for term in which.terms], self.by)
        if which.bare is not None and self.rare:
            up = up_selectors([which.bare], settings)
            return counted(which.bare, up, settings, recorded, self.by)

        def grow(counter: Selector) -> str:
            without = "le" if is_one_boundary(counter) else ""
            return grown(counter, up_selectors([counter], settings), settings, without)

        reach, is_other = settings.prometheus, settings.has_metricsql
        window = reach.base_window if is_other else reach.rate_range
        rate = which.grown(window, grow, increases=is_other)
        return rate if which.is_summed else summed(rate, self.by)

    def narrowed(self, matchers: Sequence[Matcher]) -> Events:
        """Both sides with these matchers."""
        counted_side = self.counted_side.narrowed(matchers, self.by)
        return replace(self, counted_side=counted_side, total=self.total.narrowed(matchers, self.by))

    def plainly(self, window: int) -> Pair:
        """What the counters grew by, or the user's rates times the window."""
        total = self._lately(self.total, window)
        found = or_zero(self._lately(self.counted_side, window), total)
        return Pair(total, good=found) if self.is_good else Pair(total, bad=found)

    def _lately(self, which: Side, window: int) -> str:
        if which.terms:
            return added([self._lately(term, window) for term in which.terms], self.by)
        if which.bare is not None:
            return summed(lately(which.bare, window), self.by)
        rate = which.rate(window) if which.is_summed else summed(which.rate(window), self.by)
        return f"{rate} * {window}"

    def unjudged(self) -> None:
        """Every event is either counted as bad (or good), or is not."""

    def up(self, settings: Settings) -> tuple[str, ...]:
        """From the matchers of the total's selectors, but for those that it is joined with."""
        return up_selectors(self.total.measured, settings)

    def metrics(self) -> tuple[str, ...]:
        """All selectors of both sides."""
        return tuple(dict.fromkeys(str(s) for s in (*self.counted_side.reads, *self.total.reads)))

    def needs(self) -> tuple[Need, ...]:
        """Both sides; where the total is a sum, what it adds to the counted one."""
        mine, every = self.counted_side, self.total
        first: Role = "good" if self.is_good else "bad"
        second: Role = "total" if self.total_field == "total" else "good"
        rest = [each for each in every.reads if second == "total" or each not in mine.reads]
        both = ((mine, mine.reads, first), (every, rest, second))
        return tuple(need for which, reads, role in both for need in _needs(which, reads, role))

    def looks(self) -> Look:
        """What is counted as bad (or good)."""
        bare = self.counted_side.bare
        if bare is not None:
            return Look(bare, is_counter=True)
        return series_look(self.metrics(), [render(self.counted_side.text, PROBE_WINDOW)])

    def groups(self) -> tuple[dict[str, str], ...]:
        """Groups that both sides leave free."""
        return sample_groups(self.by, (*self.counted_side.reads, *self.total.reads))

    def samples(self, group: Mapping[str, str]) -> Samples:
        """Series on either side of the matchers, found by solving them."""
        fields = ("good" if self.is_good else "bad", self.total_field)
        return event_samples(self.counted_side, self.total, self.is_good, group, fields)

    def gauge(self, quantile: Decimal | None, settings: Settings) -> Gauge:
        """An event is good or bad; there is nothing between them to compare."""
        del quantile, settings
        message = "`events` has no value that levels could be compared with: an event is good or bad"
        raise NoGaugeError(
            message, "drop `levels`: burn-rate tiers are the levels of events (`alerting.tiers`)"
        )

    def words(self) -> str:
        """ "of events bad"."""
        return "of events were bad"

    def notes(self) -> tuple[str, ...]:
        """Nothing: events are what budgets are made for."""
        return ()


def _needs(which: Side, selectors: Sequence[Selector], role: Role) -> tuple[Need, ...]:
    if which.bare is not None:
        return tuple(Need(each, role, role, is_counter=True) for each in selectors)
    texts = [term.text if term.bare is None else f"rate({term.bare}[1m])" for term in which.terms or (which,)]
    return needs_of(selectors, role, role, " + ".join(f"({render(text, PROBE_WINDOW)})" for text in texts))


def parse(config: Mapping[str, Any], origin: Origin, settings: Settings) -> Parsed:
    """Build Events from its part of the spec; all that is wrong with it comes back as Problems."""
    by = tuple(config.get("by", ()))
    problems: list[Problem] = []
    sides = _sides(config, by, origin, settings, problems)
    if problems:
        return None, problems
    first, second = (name for name in ("good", "bad", "total") if name in sides)
    if sides[first].meaning == sides[second].meaning:
        message = f"`{first}` and `{second}` are the same, so the ratio never changes"
        return None, [origin.at(first).problem("same-sides", message, "narrow one of them")]
    rare = bool(config.get("rare", False))
    warnings = [*_warnings(sides, origin, rare=rare), *_outside(sides, origin)]
    if "total" in sides:
        return Events(sides[first], sides["total"], first == "good", by, rare), warnings
    return Events(sides["bad"], _sum(sides["good"], sides["bad"]), False, by, rare, "good"), warnings


def _sides(
    config: Mapping[str, Any],
    by: tuple[str, ...],
    origin: Origin,
    settings: Settings,
    problems: list[Problem],
) -> dict[str, Side]:
    sides: dict[str, Side] = {}
    for name in ("good", "bad", "total"):
        if name not in config:
            continue
        here = origin.at(name)
        try:
            sides[name] = _checked(side(config[name], by), config, settings)
            together([found.measure for found in sides.values()])
        except PromqlError as error:
            code = "not-a-counter" if isinstance(error, NoCounterError) else "promql"
            problems.append(here.problem(code, f"`{name}`: {error}", error.hint))
    return sides


def _outside(sides: Mapping[str, Side], origin: Origin) -> Iterator[Problem]:
    """Bad or good events beside a total that doesn't have them, by its matchers or by its name."""
    name, other = ("bad", "good") if "bad" in sides else ("good", "bad")
    if "total" not in sides:
        return
    mine, every = sides[name].measured, sides["total"].measured
    if is_outside(mine, every):
        message = f"`total` counts no event that `{name}` counts: when all are {name}, there is no total"
    elif name == "bad" and sounds_outside(mine, every):
        message = "by its name `total` has the successes alone: when all fail, there is no total, and no page"
    else:
        return
    hint = f"count all events; if these are the {other} ones, write `{other}:` in place of `total:`"
    yield origin.at("total").problem("outside-total", message, hint, severity=Severity.WARNING)


def _sum(good: Side, bad: Side) -> Side:
    """The total of good and bad events."""
    terms = tuple(term for which in (good, bad) for term in which.terms or (which,))
    reads = tuple(dict.fromkeys(selector for term in terms for selector in term.reads))
    return Side(f"{good.text} + {bad.text}", None, reads, measure=good.measure, terms=terms)


def _warnings(sides: Mapping[str, Side], origin: Origin, *, rare: bool) -> list[Problem]:
    """What is likely wrong, each once: the same slip in both sides is shown at the first."""
    found = {
        doubt: origin.at(name) for name, which in reversed(list(sides.items())) for doubt in which.doubts
    }
    return [_of_rare(doubt).at(here) if rare else doubt.at(here) for doubt, here in found.items()]


def _of_rare(doubt: Doubt) -> Doubt:
    """The same where nothing but a bare counter may stand."""
    if doubt.code != "not-a-counter":
        return doubt
    return replace(doubt, hint="for a gauge of 0 and 1 there is `probe`; a counter may stay as it is")


def _checked(found: Side, config: Mapping[str, Any], settings: Settings) -> Side:
    if config.get("rare") and is_template(found.text):
        raise PromqlError("`rare: true` counts bare counters only", "write a bare selector, or drop `rare`")
    check_version(found.reads, settings.prometheus.min_version)
    if found.bare is None:  # a selector is written anew
        check_language(render(found.text, settings.prometheus.rate_range), settings.prometheus.min_version)
    return found
