"""A story as the series that an SLO reads: those of the proof, sample by sample."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
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
    """A scrape: when, how long after the one before, and what is so since then."""

    at: int
    seconds: int
    phase: Phase | None
    traffic: float
    errors: float


def start_of(story: Story) -> int:
    """When the story begins, as a Unix time."""
    return EPOCH + story.starts


def write(slo: Slo, story: Story, settings: Settings, blocks: Blocks) -> None:
    """Write all that the SLO reads, from long before the story until its end, a sample a scrape. Its first
    group goes through the story, others are well; of what is made of other SLOs each part does. Raises
    UnsatisfiableError where no series can be found."""
    moments = list(_moments(story, settings.prometheus.scrape_interval))
    well = [Moment(m.at, m.seconds, None, story.rate(m.at - EPOCH, None), story.errors) for m in moments]
    written = set[str]()
    for leaf in _leaves(slo):
        groups = grouped(leaf, settings)
        if not groups:
            raise UnsatisfiableError("by", "its matchers leave a `by` label without a value")
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
    return (
        _states(name, samples, moments) if isinstance(samples, States) else _counter(name, samples, moments)
    )


def _moments(story: Story, scrape: int) -> Iterator[Moment]:
    start = start_of(story)
    begins = [phase.start for phase in story.phases]
    for at in range((start - story.before - DAY) // scrape * scrape, start + story.lasts + 1, scrape):
        number = bisect_right(begins, at - scrape - start) - 1
        found = story.phases[number] if number >= 0 else None
        phase = found if found and at - scrape - start < found.end else None
        yield Moment(at, scrape, phase, story.rate(at - scrape - EPOCH, phase), story.share(phase))


def _counter(name: str, samples: Samples, moments: Iterable[Moment]) -> Iterator[Value]:
    """Whole events, without chance: what is left over comes with the next scrape. A counter of bad events is
    born with the first of them."""
    good = bad = 0.0
    for moment in moments:
        phase = moment.phase
        if phase and (phase.gone or phase.down):
            continue
        events = moment.traffic * moment.seconds
        bad += events * moment.errors
        good += events * (1 - moment.errors)
        value = floor(good + 1e-9) * (name in samples.good) + floor(bad + 1e-9) * (name in samples.bad)
        if value or name in samples.good:
            yield moment.at, value + (_START if name in samples.good else 0.0)


def _states(name: str, states: States, moments: Iterable[Moment]) -> Iterator[Value]:
    """Good or bad as a whole, bad for the share of time that errors are of events."""
    owed, counted = 0.0, _START
    for moment in moments:
        phase = moment.phase
        owed += moment.errors
        is_bad = owed >= 1 - 1e-9
        owed -= is_bad
        reading = (states.bad if is_bad else states.good).get(name)
        if reading is None or (phase and (phase.gone or phase.down)):
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
