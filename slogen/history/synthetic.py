"""A story as the series that an SLO reads: those of the proof, sample by sample."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import floor
from typing import Final

from slogen.history.blocks import Blocks
from slogen.history.story import Phase, Story
from slogen.model.sli import UnsatisfiableError
from slogen.model.slo import Slo
from slogen.model.states import Samples, States
from slogen.promql.parse import parse_selector
from slogen.proof.raw import grouped, up_of, up_values
from slogen.settings import Settings
from slogen.units import DAY, MINUTE

EPOCH: Final = 1_767_571_200  # a Monday, midnight UTC: where stories begin
_START: Final = 1e6  # of counters that are there before the story
Value = tuple[int, float]


@dataclass(frozen=True, slots=True)
class Moment:
    """A scrape: when, how long after the one before, whether the targets `answer` it, and what happened in
    between: events a second, the share of bad ones, and the share of bad time."""

    at: int
    seconds: int
    phase: Phase | None
    traffic: float
    errors: float
    bad_time: float

    @property
    def answers(self) -> bool:
        """Whether anything is scraped."""
        return self.phase is None or not (self.phase.gone or self.phase.down)


def start_of(story: Story) -> int:
    """When the story begins, as a Unix time."""
    return EPOCH + story.starts


def write(slo: Slo, story: Story, settings: Settings, blocks: Blocks) -> None:
    """Write all that the SLO reads, from long before the story until its end, a sample a scrape. Its first
    group goes through the story, others are well; of what is made of other SLOs each part does. Raises
    UnsatisfiableError where no series can be found."""
    scrape = settings.prometheus.scrape_interval
    moments = list(_moments(story, scrape))
    well = list(_moments(replace(story, phases=()), scrape))
    written = set[str]()
    for leaf in _leaves(slo):
        groups = grouped(leaf, settings)
        if not groups:
            raise UnsatisfiableError("by", "its matchers leave a `by` label without a value")
        if any(isinstance(samples, Samples) and samples.are_buckets for _, samples in groups):
            raise UnsatisfiableError("native", "native histograms can't be written as plain samples")
        for number, (_, samples) in enumerate(groups):
            for name in samples.series:
                if name not in written:
                    _add(blocks, name, _values(name, samples, well if number else moments))
                    written.add(name)
        for name in _ups(leaf, settings, [group for group, _ in groups]):
            if name not in written:
                _add(blocks, name, _up(moments))
                written.add(name)


def _leaves(slo: Slo) -> Iterator[Slo]:
    """The SLO, or the parts at its ends."""
    if not slo.parts:
        yield slo
    for part in slo.parts:
        yield from _leaves(part.slo)


def _values(name: str, samples: Samples | States, moments: Sequence[Moment]) -> Iterator[Value]:
    if isinstance(samples, States):
        return _states(name, samples, moments)
    if name in samples.beside:
        return ((moment.at, 1.0) for moment in moments)
    return _counter(name, samples, moments)


def _moments(story: Story, scrape: int) -> Iterator[Moment]:
    start = start_of(story)
    begins = [phase.start for phase in story.phases]
    for at in range((start - story.before - DAY) // scrape * scrape, start + story.lasts + 1, scrape):
        end = at - start
        first, last = bisect_right(begins, end - scrape) - 1, bisect_left(begins, end)
        near = [p for p in story.phases[max(first, 0) : last] if p.end > end - scrape]
        lengths = [(p, min(end, p.end) - max(end - scrape, p.start)) for p in near]
        parts = [*lengths, (None, scrape - sum(length for _, length in lengths))]
        yield _moment(story, at, scrape, parts, near[-1] if near and near[-1].end >= end else None)


def _moment(
    story: Story, at: int, scrape: int, parts: Sequence[tuple[Phase | None, int]], now: Phase | None
) -> Moment:
    """A scrape, of what happened for how many seconds before it."""
    clock = at - scrape - EPOCH
    events = sum(length * story.rate(clock, phase) for phase, length in parts)
    bad = sum(length * story.rate(clock, phase) * story.share(phase) for phase, length in parts)
    bad_time = sum(length * story.share(phase) for phase, length in parts) / scrape
    return Moment(at, scrape, now, events / scrape, bad / events if events else 0.0, bad_time)


def _counter(name: str, samples: Samples, moments: Iterable[Moment]) -> Iterator[Value]:
    """Whole events, without chance: what is left over comes with the next scrape. A counter of bad events is
    born with the first of them."""
    good = bad = 0.0
    for moment in moments:
        events = moment.traffic * moment.seconds
        bad += events * moment.errors
        good += events * (1 - moment.errors)
        value = floor(good + 1e-9) * (name in samples.good) + floor(bad + 1e-9) * (name in samples.bad)
        if moment.answers and (value or name in samples.good):
            yield moment.at, value + (_START if name in samples.good else 0.0)


def _states(name: str, states: States, moments: Iterable[Moment]) -> Iterator[Value]:
    """Good or bad as a whole, bad for the share of time that errors are of events."""
    owed, counted = 0.0, _START
    for moment in moments:
        owed += moment.bad_time
        is_bad = owed >= 1 - 1e-9
        owed -= is_bad
        reading = (states.bad if is_bad else states.good).get(name)
        if reading is None or not moment.answers:
            continue
        if reading.value is None:
            counted += reading.growth * moment.seconds / MINUTE
            yield moment.at, counted
        else:  # what grows is a time
            yield moment.at, reading.value + reading.growth * moment.at / MINUTE


def _up(moments: Iterable[Moment]) -> Iterator[Value]:
    for moment in moments:
        if not (moment.phase and moment.phase.gone):
            yield moment.at, 0.0 if moment.phase and moment.phase.down else 1.0


def _ups(slo: Slo, settings: Settings, groups: Sequence[Mapping[str, str]]) -> Iterable[str]:
    """`up` of the targets that expose what it reads."""
    targets = map(parse_selector, slo.sli.up(settings))
    return up_values(slo, "", groups, list(dict.fromkeys([*up_of(slo), *targets])))


def _add(blocks: Blocks, name: str, values: Iterable[Value]) -> None:
    found = parse_selector(name)
    blocks.add(found.metric, {matcher.name: matcher.value for matcher in found.matchers}, values)
