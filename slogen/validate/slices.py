"""Time slices that a budget can be made of: one bad slice must not be all of it, and the window must hold as
many of them as an alert needs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from slogen.diagnostics import Problem
from slogen.model.sli import bad_time
from slogen.model.slo import Service, Slo
from slogen.model.tiers import REACHABLE
from slogen.settings import Settings
from slogen.units import DAY, HOUR, MINUTE, format_duration, to_text

_ROUND = (15, 30, *(n * MINUTE for n in (1, 2, 5, 10, 15, 30)), *(n * HOUR for n in (1, 2, 4, 6, 12)), DAY)


def check(services: Sequence[Service], settings: Settings) -> Iterator[Problem]:
    """Each SLO of slices needs a window longer than a slice, and a budget of at least one."""
    for service in services:
        for slo in service.slos:
            if slo.sli.timed is not None and slo.sli.timed.pace < 1:  # a second is finer than any budget
                yield from _length(slo, 1 / slo.sli.timed.pace, settings)
            yield from _enough(slo, settings)


def _length(slo: Slo, length: Fraction, settings: Settings) -> Iterator[Problem]:
    allowed = slo.budget * slo.window
    if allowed >= length:
        return
    shown, here = format_duration(int(length)), slo.sli_origin.at("slice")
    near = [f"a slice of {format_duration(fits)} works"] if (fits := _nearest(allowed, settings)) else []
    if length > slo.window:
        message = f"a slice of {shown} is longer than the window of {slo.period}"
    else:
        share = f"{slo.percent} of {slo.period} allows {format_duration(max(int(allowed), 1))}"
        message = f"one bad slice of {shown} spends more than the whole budget: {share}"
        near += [f"an objective of {lower} works"] if (lower := _objective(length, slo.window)) else []
    yield here.problem("slice", message, ", or ".join(near) or "take a longer window")


def _enough(slo: Slo, settings: Settings) -> Iterator[Problem]:
    """A total outage must be able to bring as many bad slices as alerts need."""
    timed, needed = slo.sli.timed, slo.alerting.min_bad_events
    held = REACHABLE * slo.window
    if timed is None or bad_time(slo.sli, needed) <= held:
        return
    if 1 / timed.pace > slo.window:  # which is told already
        return
    message = f"no alert can ever fire: {to_text(needed)} bad {timed.unit} don't fit into {slo.period}"
    most = int(held * timed.pace + Fraction(1, 2))
    near = [f"`min_bad_events: {most}` works"] if most else []
    near += [shorter] if (shorter := slice_that_fits(slo, slo.window, settings)) else []
    written = slo.origin.at("alerting", "min_bad_events")
    place = written if written.exists else slo.sli_origin.at("slice")
    yield place.problem("tier-unreachable", message, ", or ".join(near) or "take a longer window")


def slice_that_fits(slo: Slo, window: int, settings: Settings) -> str:
    """The longest round slice of which a window (seconds) holds as many as an alert needs, in words; "" where
    there is none."""
    if slo.sli.timed is None or slo.sli.timed.pace == 1:
        return ""
    half_less = slo.alerting.min_bad_events - Fraction(1, 2)
    longest = _nearest(REACHABLE * window / half_less, settings)
    return f"a slice of {format_duration(longest)} works" if longest else ""


def _nearest(allowed: Fraction, settings: Settings) -> int:
    """The longest round slice within the budget; 0 where there is none."""
    return max((length for length in _ROUND if settings.prometheus.step <= length <= allowed), default=0)


def _objective(length: Fraction, window: int) -> str:
    """The highest objective of two digits in its budget that allows one slice; "" below 50 %."""
    budget = length / window
    scale = Fraction(1)
    while budget * scale < 10:
        scale *= 10
    rounded = -(-budget * scale // 1) / scale
    return to_text(100 * (1 - rounded), 9) if rounded <= Fraction(1, 2) else ""
