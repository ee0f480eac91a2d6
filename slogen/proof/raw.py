"""Raw data for proofs: the SLOs that sample series can be derived for, and their targets.

No story asserts a value within a window's edge, so that the numbers are the same on Prometheus 2 and 3 (whose
ranges are left-open). Times in minutes until a check is made.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property, lru_cache
from math import ceil

from slogen.conventions import TARGETS_SEEN
from slogen.model.sli import UnsatisfiableError
from slogen.model.slo import Service, Slo
from slogen.model.states import Samples, States
from slogen.promql.parse import parse_selector
from slogen.promql.selector import Selector
from slogen.promql.solve import selects, series, solve
from slogen.proof.expected import firing_ratio
from slogen.proof.parts import combined
from slogen.proof.written import counted_beside_pages, min_bad_events, pace, tiers
from slogen.settings import Settings
from slogen.units import MINUTE

STEP = 5  # minutes between two evaluations in most stories: promtool is slow where it evaluates often
LONGEST_LAG = 60
_RECORD = "record the slow part with a rule of your own, and read that"
_HISTOGRAMS = (3, 5)  # the oldest that reads them among others in a series
_SHOWN_BAD = 20  # bad events that the base window shows at the lowest page threshold


@dataclass(frozen=True)
class Subject:
    """An SLO that sample series could be derived for: its groups with their series, selectors of `up` of
    the targets that expose what it reads, and the events a minute of its stories. A story may write series
    `beyond` its samples, but none that the SLOs read that are `easily_upset` by one more. Windows (seconds)
    that are counted `beside_pages` are recorded at once, others are an evaluation late."""

    slo: Slo
    groups: tuple[tuple[dict[str, str], Samples | States], ...]
    targets: tuple[str, ...]
    rate: float
    beyond: tuple[str, ...] = ()
    easily_upset: tuple[Selector, ...] = ()
    beside_pages: frozenset[int] = frozenset()

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
    upset, paged = _easily_upset(service, found), counted_beside_pages(service, settings)
    made = (replace(each, easily_upset=tuple(_of_others(each, upset)), beside_pages=paged) for each in found)
    return tuple(made), tuple(failed)


def _easily_upset(service: Service, found: Iterable[Subject]) -> list[tuple[str, Selector]]:
    """What SLOs read that are no sums of counters: in PromQL of one's own a series more can be one too many.
    Each with the SLO's id."""
    sums = {
        subject.slo.id
        for subject in found
        if all(isinstance(samples, Samples) and not samples.beside for _, samples in subject.groups)
    }
    others = (slo for slo in service.slos if slo.id not in sums)
    return [(slo.id, parse_selector(text)) for slo in others for text in slo.sli.metrics()]


def _of_others(subject: Subject, upset: Iterable[tuple[str, Selector]]) -> Iterator[Selector]:
    metrics = {metric for metric, _ in subject.writes}
    return (selector for name, selector in upset if name != subject.slo.id and selector.metric in metrics)


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
