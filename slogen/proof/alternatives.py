"""Proof from raw data of the alternatives of an SLI that is good or bad as a whole: each of them alone makes
it so. What counts events has them in one story (`selected`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from slogen.emitted.proof import Block, Claim, ExprCheck
from slogen.model.states import States
from slogen.proof.raw import STEP, Subject, apart, up_series
from slogen.proof.selected import settled, unmoved
from slogen.proof.values import Load, story_values
from slogen.settings import Settings
from slogen.units import MINUTE

_MOST = 6  # of an SLO: each takes a block
_TURNED = "each alternative of what it selects makes it good and bad"


def alternatives(proven: tuple[Subject, ...], settings: Settings) -> Iterator[Block]:
    """The first group of each SLO, in as few blocks as there are alternatives of one."""
    single = [subject for subject in proven if not subject.slo.parts]  # the others are told part by part
    listed = [list(_alone(subject)) for subject in single]
    for place in range(max(map(len, listed), default=0)):
        for subjects in apart(tuple(each[place] for each in listed if place < len(each))):
            data, checks, claims = dict[str, str](), list[ExprCheck](), list[Claim]()
            for subject, states in ((subject, subject.groups[0][1]) for subject in subjects):
                half = settled(subject, settings)
                minutes = half // MINUTE
                data |= story_values(states, [Load(minutes, 1, 0), Load(minutes, 0, 1)])
                data |= up_series(subject, [(2 * minutes + 1, 1)])
                checks += unmoved(subject, half, settings)
                claims.append(Claim(subject.slo.id, _TURNED))
            name = f"alternative {place + 1} alone"
            yield Block(name, MINUTE, data, (), tuple(checks), tuple(claims), STEP * MINUTE)


def _alone(subject: Subject) -> Iterator[Subject]:
    """The SLO with each alternative in place of its samples."""
    (group, samples), *_ = subject.groups
    for states in samples.alternatives[:_MOST] if isinstance(samples, States) else ():
        yield replace(subject, groups=((group, states),))
