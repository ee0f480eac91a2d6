"""A block of the thresholds' proof while SLOs are added to it: values and alerts phase by phase."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from math import gcd

from slogen.emitted.proof import AlertCheck, Block, Claim, ExpectedAlert
from slogen.proof.shared import coarse, repeated, up
from slogen.units import MINUTE

PHASES = 4
LONG_BELOW, FEW, ABOVE, SHORT_BELOW = range(PHASES)
_FOUND = 4 * MINUTE  # so old a sample of the evaluation before may be


@dataclass(slots=True)
class Draft:
    """A block while SLOs are added: a value per phase and series, the alerts expected per phase. The slower
    group looks `lag` seconds back."""

    name: str
    lag: int
    wait: int = 0
    keep: int = 0
    phase: int = MINUTE
    second_look: int = 0
    follows: bool = False  # an alert asks for what was recorded an evaluation before it
    values: dict[str, Sequence[float]] = field(default_factory=dict)
    firing: dict[tuple[int, str], list[ExpectedAlert]] = field(default_factory=dict)
    lingering: dict[str, list[tuple[ExpectedAlert, ExpectedAlert]]] = field(default_factory=dict)
    names: dict[str, None] = field(default_factory=dict)
    claims: list[Claim] = field(default_factory=list)

    def block(self) -> Block:
        """The finished block."""
        step = self._step
        wait, keep, second_look = (up(time, step) for time in (self.wait, self.keep, self.second_look))
        phase = self.phase // MINUTE * step + wait
        lengths = [phase] * (PHASES - 1) + [phase + keep + second_look]  # nothing has ended before the last
        early = ahead_of(self.lag, step)
        shown = [lengths[0] - early, *lengths[1:-1], lengths[-1] + early]
        series = {
            name: " ".join(repeated(v, n // MINUTE) for v, n in zip(values, shown, strict=True))
            for name, values in self.values.items()
        }
        checks = [
            AlertCheck(sum(lengths[: phase + 1]) - step, name, tuple(self.firing.get((phase, name), ())))
            for phase in range(PHASES)
            for name in self.names
        ]
        below = sum(lengths[:SHORT_BELOW])
        if wait:
            checks += self._still_waiting(lengths, wait - step)
        if keep:
            at = below + keep - step
            looks = at >= self.second_look
            checks += [AlertCheck(at, name, self._kept(name, looks=looks)) for name in self.names]
        elif second_look == self.second_look:
            checks += self._second_looks(below + second_look - step)
        return Block(self.name, MINUTE, series, tuple(checks), (), tuple(self.claims), step)

    @property
    def _step(self) -> int:
        step = step_of(self.wait, self.keep, self.second_look, self.lag)
        return gcd(step, _FOUND) if self.follows else step

    def _still_waiting(self, lengths: Sequence[int], waited: int) -> Iterator[AlertCheck]:
        """Just before `for` has passed: of those that begin in a phase none fires yet: those that need no bad
        events begin where there are too few of them, the others where there are enough."""
        for phase in (FEW, ABOVE):
            for name in (name for name in self.names if self.firing.get((phase, name))):
                before = tuple(self.firing.get((phase - 1, name), ()))
                yield AlertCheck(sum(lengths[:phase]) + waited, name, before)

    def _kept(self, name: str, *, looks: bool) -> tuple[ExpectedAlert, ...]:
        """What still fires just before `keep_firing_for` has passed: as it was, or as it is told by a second
        look, where that `looks` back at the story and not before it."""
        later, fired = self.lingering.get(name, []) if looks else [], self.firing.get((ABOVE, name), ())
        return tuple(next((new for old, new in later if old is alert), alert) for alert in fired)

    def _second_looks(self, at: int) -> Iterator[AlertCheck]:
        """Just before a second look that has seen the fault is over."""
        for name, found in self.lingering.items():
            firing = (*(new for _, new in found), *self.firing.get((SHORT_BELOW, name), ()))
            yield AlertCheck(at, name, firing)


def step_of(wait: int, keep: int, second_look: int, lag: int) -> int:
    """Seconds between evaluations: where alerts wait long, few of them. Prometheus 3 no longer finds a sample
    that is as old as it looks back, which is 5 minutes."""
    if wait or keep:
        return coarse(wait, keep, second_look)
    return 2 * MINUTE if lag <= MINUTE else _FOUND


def ahead_of(lag: int, step: int) -> int:
    """How many seconds before the first evaluation of a phase its samples begin, so that whoever looks back
    sees them then, too. 0 where they would be seen in the phase before."""
    early = up(lag, MINUTE)
    return early if early < step else 0
