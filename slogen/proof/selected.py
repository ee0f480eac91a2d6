"""Proof from raw data of what an SLI selects: each alternative of its matchers and each term of its sums
counts as it should, and what they leave out doesn't count.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from slogen.emitted.proof import Block, Claim, ExprCheck
from slogen.model.slo import Slo
from slogen.model.states import Samples, States
from slogen.promql.parse import parse_selector
from slogen.promql.text import quote
from slogen.proof.bystanders import bystanders
from slogen.proof.expected import identity_labels
from slogen.proof.history import check_near
from slogen.proof.raw import STEP, Load, Subject, apart, story_values, up_series
from slogen.proof.shared import up
from slogen.settings import Settings
from slogen.units import MINUTE, format_duration

_START: Final = 1_000_000  # of every counter
_LEAST, _MORE = 60, 7  # events a minute of the first counter, and of each next one more than that
_COUNTED = "each alternative and each term of what it selects counts as it should, and nothing else"
_LEFT_OUT = "series that it doesn't select make it neither bad nor good"


def selected(proven: tuple[Subject, ...], settings: Settings) -> Iterator[Block]:
    """The first group of each SLO, in as few blocks as a simple look finds in which none reads another's."""
    told = [replace(subject, beyond=beyond) for subject in proven if (beyond := tuple(_beyond(subject)))]
    for subjects in apart(tuple(told)):
        data, checks, claims = dict[str, str](), list[ExprCheck](), list[Claim]()
        for subject in subjects:
            half = up(2 * settings.prometheus.base_window + (2 + subject.lag) * MINUTE, STEP * MINUTE)
            samples = subject.groups[0][1]
            if isinstance(samples, Samples):
                data |= _growing(samples, half // MINUTE)
                checks += _counted(subject, samples, half, settings)
            else:
                data |= _turning(subject, samples, half // MINUTE)
                checks += _unmoved(subject, half, settings)
            data |= up_series(subject, [(2 * half // MINUTE + 1, 1)])
            claims.append(Claim(subject.slo.id, _COUNTED if isinstance(samples, Samples) else _LEFT_OUT))
        yield Block("what is selected", MINUTE, data, (), tuple(checks), tuple(claims), STEP * MINUTE)


def _beyond(subject: Subject) -> Iterable[str]:
    """The series that are told besides the samples; none of what is made of others, which are told alone."""
    samples = subject.groups[0][1]
    if subject.slo.parts:
        return ()
    if isinstance(samples, States):
        return _outside(subject, samples).series
    return dict.fromkeys(name for each in samples.increments if _total(samples) for name in each.counters)


def _total(samples: Samples) -> float:
    return sum(each.total for each in samples.increments)


def _steps(samples: Samples) -> list[int]:
    """Events a minute of each increment."""
    return [_LEAST + number * _MORE for number in range(len(samples.increments))]


def _growing(samples: Samples, minutes: int) -> dict[str, str]:
    """Counters that all grow, no two of them by the same."""
    beside = dict.fromkeys(samples.beside, f"1x{minutes}")
    return beside | {
        name: f"{_START}+{step}x{minutes}"
        for step, each in zip(_steps(samples), samples.increments, strict=True)
        for name in each.counters
    }


def _counted(subject: Subject, samples: Samples, at: int, settings: Settings) -> Iterator[ExprCheck]:
    slo, base = subject.slo, format_duration(settings.prometheus.base_window)
    labels = identity_labels(slo, subject.groups[0][0], settings)
    steps = [step / MINUTE for step in _steps(samples)]
    total = sum(step * each.total for step, each in zip(steps, samples.increments, strict=True))
    bad = sum(step * each.bad for step, each in zip(steps, samples.increments, strict=True))
    yield check_near(at, f"slo:sli_total:rate{base}", labels, total)
    yield check_near(at, f"slo:sli_bad:rate{base}", labels, bad)
    yield _is_alone(slo, f"slo:sli_total:rate{base}", at)


def _is_alone(slo: Slo, recorded: str, at: int) -> ExprCheck:
    """No other group came from what is left out."""
    return ExprCheck(at, f"count({recorded}{{slo_id={quote(slo.id)}}})", (("{}", 1.0),))


def _outside(subject: Subject, states: States) -> States:
    return bystanders(states, subject.reads, map(parse_selector, subject.targets))


def _turning(subject: Subject, states: States, minutes: int) -> dict[str, str]:
    """First all is well and what is outside is bad, then the other way round."""
    well, failing = Load(minutes, 1, 0), Load(minutes, 0, 1)
    inside = story_values(states, [well, failing])
    return inside | story_values(_outside(subject, states), [failing, well])


def _unmoved(subject: Subject, half: int, settings: Settings) -> Iterator[ExprCheck]:
    labels = identity_labels(subject.slo, subject.groups[0][0], settings)
    base = format_duration(settings.prometheus.base_window)
    ratio = f"slo:sli_error:ratio_rate{base}"
    for at, expected in ((half, 0), (2 * half, 1)):
        yield check_near(at, ratio, labels | {"slo_window": base}, expected)
        yield _is_alone(subject.slo, ratio, at)
