"""Proof from raw data of what an SLI selects: each alternative of its matchers and each term of its sums
counts as it should, and what they leave out doesn't count.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from slogen.conventions import WINDOW, bad_series, ratio_series, total_series
from slogen.emitted.proof import Block, Claim, ExprCheck
from slogen.model.slo import Slo
from slogen.model.states import Increment, Samples, States
from slogen.promql.parse import parse_selector
from slogen.promql.text import quote
from slogen.proof.bystanders import bystanders
from slogen.proof.expected import identity_labels
from slogen.proof.history import check_near
from slogen.proof.parts import is_selected
from slogen.proof.raw import STEP, Subject, apart, up_series
from slogen.proof.shared import up
from slogen.proof.values import START, Load, story_values
from slogen.settings import Settings
from slogen.units import MINUTE, format_duration

_LEAST, _MORE = 60, 7  # events a minute of the first counter, and of each next one more than that
_COUNTED = "each alternative and each term of what it selects counts as it should, and nothing else"
_LEFT_OUT = "series that it doesn't select make it neither bad nor good"


def selected(proven: tuple[Subject, ...], settings: Settings) -> Iterator[Block]:
    """The first group of each SLO, in as few blocks as a simple look finds in which none reads another's."""
    single = [subject for subject in proven if not subject.slo.parts]  # the others are told part by part
    outside = {
        subject.slo.id: _outside(subject, samples)
        for subject in single
        if isinstance(samples := subject.groups[0][1], States)
    }
    told = (_told(subject, outside) for subject in single)
    for subjects in apart(tuple(subject for subject in told if subject.beyond)):
        data, checks, claims = dict[str, str](), list[ExprCheck](), list[Claim]()
        for subject in subjects:
            half, samples = settled(subject, settings), subject.groups[0][1]
            if isinstance(samples, Samples):
                data |= _growing(samples, half // MINUTE)
                checks += _counted(subject, samples, half, settings)
            else:
                data |= _turning(samples, outside[subject.slo.id], half // MINUTE)
                checks += unmoved(subject, half, settings)
            data |= up_series(subject, [(2 * half // MINUTE + 1, 1)])
            claims.append(Claim(subject.slo.id, _COUNTED if isinstance(samples, Samples) else _LEFT_OUT))
        yield Block("what is selected", MINUTE, data, (), tuple(checks), tuple(claims), STEP * MINUTE)


def _told(subject: Subject, outside: Mapping[str, States]) -> Subject:
    """The SLO with what is told besides its samples: what is outside of it; or of increments those that
    count, and others if they upset no SLO."""
    (group, samples), *_ = subject.groups
    if isinstance(samples, States):
        return replace(subject, beyond=outside[subject.slo.id].series)
    increments = tuple(each for each in samples.increments if _counts(each) or not _upsets(each, subject))
    told = increments if any(each.total for each in increments) else ()
    beside = tuple(
        name for name in samples.bystanders if told and not is_selected(name, subject.easily_upset)
    )
    return replace(
        subject,
        groups=((group, replace(samples, increments=told, bystanders=beside)),),
        beyond=tuple(dict.fromkeys([*(name for each in told for name in each.counters), *beside])),
    )


def _counts(increment: Increment) -> bool:
    return bool(increment.bad or increment.total)


def _upsets(increment: Increment, subject: Subject) -> bool:
    return any(is_selected(name, subject.easily_upset) for name in increment.counters)


def _steps(samples: Samples) -> list[int]:
    """Events a minute of each increment."""
    return [_LEAST + number * _MORE for number in range(len(samples.increments))]


def _growing(samples: Samples, minutes: int) -> dict[str, str]:
    """Counters that all grow, no two of them by the same."""
    beside = dict.fromkeys((*samples.beside, *samples.bystanders), f"1x{minutes}")
    return beside | {
        name: f"{START:.12g}+{step}x{minutes}"
        for step, each in zip(_steps(samples), samples.increments, strict=True)
        for name in each.counters
    }


def _counted(subject: Subject, samples: Samples, at: int, settings: Settings) -> Iterator[ExprCheck]:
    slo, base = subject.slo, settings.prometheus.base_window
    labels = identity_labels(slo, subject.groups[0][0], settings)
    steps = [step / MINUTE for step in _steps(samples)]
    total = sum(step * each.total for step, each in zip(steps, samples.increments, strict=True))
    bad = sum(step * each.bad for step, each in zip(steps, samples.increments, strict=True))
    yield check_near(at, total_series(base), labels, total)
    yield check_near(at, bad_series(base), labels, bad)
    yield _is_alone(slo, total_series(base), at)


def _is_alone(slo: Slo, recorded: str, at: int) -> ExprCheck:
    """No other group came from what is left out."""
    return ExprCheck(at, f"count({recorded}{{slo_id={quote(slo.id)}}})", (("{}", 1.0),))


def _outside(subject: Subject, states: States) -> States:
    asked = [*map(parse_selector, subject.targets), *subject.easily_upset]
    return bystanders(states, subject.reads, asked)


def _turning(inside: States, outside: States, minutes: int) -> dict[str, str]:
    """First all is well and what is outside is bad, then the other way round."""
    well, failing = Load(minutes, 1, 0), Load(minutes, 0, 1)
    return story_values(inside, [well, failing]) | story_values(outside, [failing, well])


def settled(subject: Subject, settings: Settings) -> int:
    """Seconds of a story until the base window holds nothing else."""
    return up(2 * settings.prometheus.base_window + (2 + subject.lag) * MINUTE, STEP * MINUTE)


def unmoved(subject: Subject, half: int, settings: Settings) -> Iterator[ExprCheck]:
    """All is well for the first half of a story, and all is bad in the second."""
    labels = identity_labels(subject.slo, subject.groups[0][0], settings)
    base = settings.prometheus.base_window
    ratio, labels = ratio_series(base), labels | {WINDOW: format_duration(base)}
    for at, expected in ((half, 0), (2 * half, 1)):
        yield check_near(at, ratio, labels, expected)
        yield _is_alone(subject.slo, ratio, at)
