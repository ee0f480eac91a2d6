"""Proof that a stop of the rules drops no part of a window.

promtool can't stop, but it can evaluate so rarely that the rules were not running at the end of most tiles of
a window. Traffic is steady, so every window must hold all of it all the same.
"""

from __future__ import annotations

from collections.abc import Iterator

from slogen.emitted.proof import Block, Claim, ExprCheck
from slogen.proof.expected import identity_labels
from slogen.proof.history import check_near
from slogen.proof.raw import Subject
from slogen.proof.values import Load, story_values
from slogen.settings import Settings
from slogen.units import MINUTE

_RARELY = 12  # minutes: a sample is shown for 5, and no tile of a window ends near an evaluation
_END = 4 * _RARELY
_BAD = 0.25


def stopped(proven: tuple[Subject, ...], settings: Settings) -> Iterator[Block]:
    """Steady traffic with errors, at long intervals; every 30 minutes hold their share of it."""
    data: dict[str, str] = {}
    checks: list[ExprCheck] = []
    claims: list[Claim] = []
    for subject in proven:
        if subject.slo.sli.timed or 30 % (settings.prometheus.base_window // MINUTE):
            continue
        slo, rate = subject.slo, subject.rate
        group, samples = subject.groups[0]
        labels = identity_labels(slo, group, settings)
        data |= story_values(samples, [Load(_END, rate * (1 - _BAD), rate * _BAD)])
        for kind, share in (("total", 1), ("bad", _BAD)):
            checks.append(check_near(_END * MINUTE, f"slo:sli_{kind}:rate30m", labels, rate / 60 * share))
        claims.append(Claim(slo.id, "a stop of the rules for some minutes drops nothing"))
    if data:
        name = "rules that run too rarely"
        yield Block(name, MINUTE, data, (), tuple(checks), tuple(claims), _RARELY * MINUTE)
