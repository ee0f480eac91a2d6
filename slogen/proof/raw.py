"""Raw data for proofs: the SLOs that sample series can be derived for, and traffic as their values.

Linear counters, and no assertion on a value within a window's edge, so that the numbers are the same on
Prometheus 2 and 3 (whose ranges are left-open). Times in minutes until a check is made.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import cached_property, lru_cache
from math import ceil

from slogen.conventions import TARGETS_SEEN
from slogen.model.sli import UnsatisfiableError
from slogen.model.slo import Service, Slo
from slogen.model.states import Reading, Samples, States
from slogen.promql.parse import parse_selector
from slogen.promql.selector import Selector
from slogen.promql.solve import selects, series, solve
from slogen.proof.expected import firing_ratio
from slogen.proof.parts import combined
from slogen.proof.written import min_bad_events, pace, tiers
from slogen.settings import Settings
from slogen.units import MINUTE, plain

STEP = 5  # minutes between two evaluations in most stories: promtool is slow where it evaluates often
LATE = 16  # minutes until the first bad event shows its counter
_START = 1e6  # of every counter: `rate` extrapolates less at a counter's zero
LONGEST_LAG = 60
_RECORD = "record the slow part with a rule of your own, and read that"
_HISTOGRAMS = (3, 5)  # the oldest that reads them among others in a series
_SHOWN_BAD = 20  # bad events that the base window shows at the lowest page threshold


@dataclass(frozen=True, slots=True)
class Load:
    """A stretch of `minutes` with so many good and bad events a minute; `reset` restarts the counters.
    What only good events count may be `ahead` of the total by so many a minute: it is scraped a little later.

    An SLI that is good or bad as a whole is bad in a stretch that has bad events; nothing resets it.
    """

    minutes: int
    good: float
    bad: float
    reset: bool = False
    gone: bool = False
    ahead: float = 0


@dataclass(frozen=True)
class Subject:
    """An SLO that sample series could be derived for: its groups with their series, selectors of `up` of
    the targets that expose what it reads, and the events a minute of its stories. A story may write series
    `beyond` its samples."""

    slo: Slo
    groups: tuple[tuple[dict[str, str], Samples | States], ...]
    targets: tuple[str, ...]
    rate: float
    beyond: tuple[str, ...] = ()

    @property
    def lag(self) -> int:
        """Minutes that the SLI itself looks back, so how much later it may turn than its series."""
        timed = self.slo.sli.timed
        return ceil(timed.lookback / MINUTE) if timed else 0

    @cached_property
    def has_up(self) -> bool:
        """Whether stories say what the targets' `up` is; not where it is the SLI's own series."""
        return bool(up_series(self, [(1, 0)]))

    @cached_property
    def reads(self) -> tuple[Selector, ...]:
        """The raw selectors of the SLI."""
        return tuple(map(parse_selector, self.slo.sli.metrics()))

    @cached_property
    def writes(self) -> tuple[tuple[str, dict[str, str]], ...]:
        """Metric and labels of each series that stories write for it: its samples, those beyond, and `up`."""
        names = {name: None for _, samples in self.groups for name in samples.series}
        names |= dict.fromkeys(self.beyond) | dict.fromkeys(up_series(self, [(1, 0)]))
        found = [parse_selector(name) for name in names]
        return tuple((s.metric, s.labels) for s in found)

    def disturbs(self, other: Subject) -> bool:
        """Whether the other's SLI reads any sample series of this one."""
        if self._written.isdisjoint(other._read):
            return False
        return any(selects(s, metric, labels) for s in other.reads for metric, labels in self.writes)

    @cached_property
    def _written(self) -> frozenset[str]:
        return frozenset(metric for metric, _ in self.writes)

    @cached_property
    def _read(self) -> frozenset[str]:
        return frozenset(selector.metric for selector in self.reads)


def apart(proven: tuple[Subject, ...]) -> list[tuple[Subject, ...]]:
    """As few sets as a simple look finds, in none of which one SLO reads another's samples."""
    sets: list[list[Subject]] = []
    for subject in proven:
        for found in sets:
            if not any(subject.disturbs(other) or other.disturbs(subject) for other in found):
                found.append(subject)
                break
        else:
            sets.append([subject])
    return [tuple(found) for found in sets]


def subjects(
    service: Service, settings: Settings
) -> tuple[tuple[Subject, ...], tuple[tuple[Slo, UnsatisfiableError], ...]]:
    """The SLOs that can be proven from raw data, and those that can't with the reason."""
    found, failed = [], []
    for slo in service.slos:
        try:
            groups = grouped(slo, settings)
            if not groups:
                raise UnsatisfiableError("by", "its matchers leave a `by` label without a value")
            subject = Subject(slo, groups, slo.sli.up(settings), _events_a_minute(slo, settings))
            if subject.lag > LONGEST_LAG:
                raise UnsatisfiableError(
                    "", f"it looks back {subject.lag} min, longer than a story lasts", _RECORD
                )
            found.append(subject)
        except UnsatisfiableError as error:
            failed.append((slo, error))
    return tuple(found), tuple(failed)


def grouped(slo: Slo, settings: Settings) -> tuple[tuple[dict[str, str], Samples | States], ...]:
    """Groups with their series: the spec's own, those of its parts, or those that the SLI derives. Raises
    UnsatisfiableError where there are none."""
    if slo.samples is not None:
        return slo.samples.by_group(slo.sli.by)
    if slo.parts:
        return combined(slo, settings, lambda part: grouped(part, settings))
    found = tuple((group, slo.sli.samples(group)) for group in slo.sli.groups())
    if settings.prometheus.min_version < _HISTOGRAMS and any(
        isinstance(samples, Samples) and samples.are_buckets for _, samples in found
    ):
        oldest = ".".join(map(str, _HISTOGRAMS))
        message = f"only promtool {oldest} and newer reads samples of native histograms"
        hint = f'set `prometheus: {{min_version: "{oldest}"}}`, if yours is that new'
        raise UnsatisfiableError("native", message, hint)
    return found


def _events_a_minute(slo: Slo, settings: Settings) -> float:
    """Events a minute, enough for the base window to show that a page's fault is over, and for a minute of
    bad ones to matter; of slices, as many as there are."""
    if slo.sli.timed is not None:
        return float(pace(slo) * MINUTE)
    pages = [firing_ratio(slo, tier) for tier in tiers(slo, settings) if tier.severity == "page"]
    lowest = min([*pages, 1 - slo.objective])
    per_minute = Fraction(_SHOWN_BAD) / lowest / (settings.prometheus.base_window // MINUTE)
    return float(max(ceil(max(per_minute, min_bad_events(slo)) / 60) * 60, 60))


def story_values(samples: Samples | States, story: list[Load]) -> dict[str, str]:
    """promtool values of every series of a group through a story, one sample a minute from 0.

    As in real life a counter of bad events isn't there from the start, and not at all if it never counts.
    """
    if isinstance(samples, States):
        found = {name: _readings(name, samples, story) for name in samples.series}
    else:
        found = {name: _counter(name, samples, story) for name in samples.counters}
        found |= {name: f"1x{sum(stretch.minutes for stretch in story)}" for name in samples.beside}
    return {name: text for name, text in found.items() if text}


def counts_only_good(samples: Samples) -> bool:
    """Whether some series counts good events alone, and the total all of them."""
    return set(samples.bad) < set(samples.good)


def _counter(name: str, samples: Samples, story: list[Load]) -> str:
    good_only = name not in samples.bad and counts_only_good(samples)
    steps = [
        (s.good if name in samples.good else 0) + (s.bad if name in samples.bad else 0) + s.ahead * good_only
        for s in story
    ]
    if not any(steps):
        return ""
    value, parts, first = _START, [f"{_START:.12g}"], story[0].minutes
    if not steps[0] and first > LATE:
        parts = [f"_x{LATE}", f"{value:.12g}x{first - LATE}"]
    else:
        parts.append(f"{value + steps[0]:.12g}+{steps[0]:.12g}x{first - 1}")
        value += steps[0] * first
    for step, stretch in zip(steps[1:], story[1:], strict=True):
        value = step if stretch.reset else value + step
        parts.append(f"{value:.12g}+{step:.12g}x{stretch.minutes - 1}")
        value += step * (stretch.minutes - 1)
    return " ".join(parts)


def _readings(name: str, states: States, story: list[Load]) -> str:
    """Values stretch by stretch; where the series ends, as Prometheus marks it when a target is gone."""
    if not any(name in (states.bad if s.bad else states.good) for s in story if not s.gone):
        return ""
    parts, minute, counted, before = list[str](), 0, _START, False
    for number, stretch in enumerate(story):
        samples = stretch.minutes + (number == 0)  # the first stretch has minute 0 too
        reading = None if stretch.gone else (states.bad if stretch.bad else states.good).get(name)
        if reading is None:
            parts += ["stale"] if before else []
            parts += [f"_x{samples - before}"] if samples > before else []
        elif reading.lag and before:
            moving = _moving(counted, reading, samples)
            parts.append(" ".join(plain(Decimal(repr(value))) for value in moving))
            counted = moving[-1]
        else:
            start = counted + reading.growth if reading.value is None else _at(reading, minute)
            parts.append(_linear(start, reading.growth, samples))
            counted = start + reading.growth * (samples - 1)
        minute, before = minute + samples, reading is not None
    return " ".join(parts)


def _moving(start: float, reading: Reading, samples: int) -> list[float]:
    """A mean on its way from `start` to what is read: in equal steps, then there."""
    end = reading.value or 0.0
    steps = (min(step / reading.lag, 1.0) for step in range(1, samples + 1))
    return [end if done == 1 else start + (end - start) * done for done in steps]


def _at(reading: Reading, minute: int) -> float:
    return (reading.value or 0.0) + reading.growth * minute


def _linear(start: float, growth: float, samples: int) -> str:
    """promtool's `a+bxn`: `samples` values from `start` on."""
    if samples == 1:
        return plain(Decimal(repr(start)))
    step = f"{'-' if growth < 0 else '+'}{plain(Decimal(repr(abs(growth))))}" if growth else ""
    return f"{plain(Decimal(repr(start)))}{step}x{samples - 1}"


def up_series(subject: Subject, story: list[tuple[int, int]]) -> dict[str, str]:
    """`up` of the SLO's targets through a story of (minutes, value), unless it is what the SLI reads."""
    values = " ".join(f"{value}x{minutes - 1}" for minutes, value in story)
    groups = [group for group, _ in subject.groups]
    if any(selector.metric == "up" for selector in subject.reads):
        return {}
    born_on = map(parse_selector, subject.targets)  # by them births of counters are judged
    return up_values(subject.slo, values, groups, list(dict.fromkeys([*up_of(subject.slo), *born_on])))


def up_values(
    slo: Slo, values: str, groups: Sequence[Mapping[str, str]] = ({},), of: Sequence[Selector] = ()
) -> dict[str, str]:
    """`up` of a target of each selector, with these promtool values; of each group where groups are judged
    apart, for labels of groups may be on targets too."""
    absent, found = slo.alerting.absent, dict[str, str]()
    for selector in of or up_of(slo):
        for group in groups if absent and absent.per_group else groups[:1]:
            free = {} if absent and not absent.per_group else group
            if target := _target(selector, tuple(free.items())):
                found[target] = values
    return found


@lru_cache(maxsize=1024)
def _target(up: Selector, free: tuple[tuple[str, str], ...]) -> str:
    """A series that the selector selects; "" where there is none. The SLOs of a service share targets."""
    labels = solve([up], (), dict(free))
    return "" if labels is None else series(up.metric, labels)


def up_of(slo: Slo) -> list[Selector]:
    """Selectors of the targets' own `up`."""
    return [parse_selector(text) for text in slo.alerting.absent.up] if slo.alerting.absent else []


def targets_seen(slo: Slo, settings: Settings) -> list[str]:
    """The series that say that the targets' `up` was there once."""
    labels = {"slo_service": slo.service, **settings.labels}
    ups = slo.alerting.absent.up if slo.alerting.absent else ()
    return [series(TARGETS_SEEN, {**labels, "slo_targets": up}) for up in ups]
