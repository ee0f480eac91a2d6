"""Proof from raw data of a service that never did well: all of its events are bad, though nothing counts good
ones.
"""

from __future__ import annotations

from collections.abc import Iterator

from slogen.conventions import bad_series, total_series
from slogen.emitted.proof import Block, Claim, ExprCheck
from slogen.model.states import Samples
from slogen.proof.expected import identity_labels
from slogen.proof.history import check_near
from slogen.proof.raw import STEP, Subject
from slogen.proof.shared import up
from slogen.proof.values import Load, story_values
from slogen.settings import Settings
from slogen.units import MINUTE


def never(proven: tuple[Subject, ...], settings: Settings) -> Iterator[Block]:
    """Nothing but bad events from the start; not of histograms, whose buckets are there before an event."""
    data, checks, claims = dict[str, str](), list[ExprCheck](), list[Claim]()
    base = settings.prometheus.base_window
    at = up(2 * base, STEP * MINUTE)
    for subject in proven:
        slo, (group, samples) = subject.slo, subject.groups[0]
        if not isinstance(samples, Samples) or samples.are_buckets or slo.sli.unjudged() is not None:
            continue
        data |= story_values(samples, [Load(at // MINUTE, 0, subject.rate)])
        labels = identity_labels(slo, group, settings)
        for recorded in (total_series(base), bad_series(base)):
            checks.append(check_near(at, recorded, labels, subject.rate / MINUTE))
        claims.append(Claim(slo.id, "a service that never did well has nothing but bad events"))
    if data:
        name = "a service that never did well"
        yield Block(name, MINUTE, data, (), tuple(checks), tuple(claims), STEP * MINUTE)
