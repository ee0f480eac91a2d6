"""Proof from raw data that a process which restarts again and again invents no events."""

from __future__ import annotations

from collections.abc import Iterator

from slogen.emitted.proof import Block, Claim, ExprCheck
from slogen.proof.expected import identity_labels, series_name
from slogen.proof.history import check_near
from slogen.proof.raw import STEP, Subject
from slogen.proof.values import Load, story_values
from slogen.settings import Settings
from slogen.units import MINUTE, format_duration

_CRASH = 2  # minutes from one restart to the next
_MORE = 1.01  # of the events that happened: noise of floats


def restarts(proven: tuple[Subject, ...], settings: Settings) -> Iterator[Block]:
    """Healthy for long, then two restarts within a base window: what was counted before the first is not
    counted with the second, too."""
    data: dict[str, str] = {}
    checks: list[ExprCheck] = []
    claims: list[Claim] = []
    window = format_duration(settings.prometheus.base_window)
    for subject in proven:
        slo, rate, (group, samples) = subject.slo, subject.rate, subject.groups[0]
        if slo.sli.timed is not None:
            continue
        first = 2 * max(settings.prometheus.base_window // MINUTE, STEP)
        crashes = [Load(_CRASH, rate, 0, reset=True)] * 2
        data |= story_values(samples, [Load(first, rate, 0), *crashes, Load(STEP, rate, 0)])
        labels, at = identity_labels(slo, group, settings), (first + STEP) * MINUTE
        total = series_name(f"slo:sli_total:rate{window}", labels)
        checks.append(ExprCheck(at, f"{total} > {rate / 60 * _MORE:.9g}"))
        checks.append(check_near(at, f"slo:sli_bad:rate{window}", labels, 0))
        claims.append(Claim(slo.id, "restart after restart invents no events"))
    if data:
        yield Block("a crash loop", MINUTE, data, (), tuple(checks), tuple(claims), STEP * MINUTE)
