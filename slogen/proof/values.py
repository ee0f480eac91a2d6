"""Traffic as promtool values: what each series reads through a story, minute by minute.

Linear counters, so that the numbers are the same on Prometheus 2 and 3 (whose ranges are left-open).
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from slogen.model.states import Reading, Samples, States
from slogen.units import plain

LATE: Final = 16  # minutes until the first bad event shows its counter
START: Final = 1e6  # of every counter: `rate` extrapolates less at a counter's zero


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
    value, parts, first = START, [f"{START:.12g}"], story[0].minutes
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
    parts, minute, counted, before = list[str](), 0, START, False
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
