"""Traffic that there always is: events to count, over a time that rules can count and that can be judged."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from slogen.diagnostics import Problem, Severity
from slogen.model.origin import Origin
from slogen.model.read_alerting import counts_events
from slogen.model.slo import Service, Slo
from slogen.settings import Settings
from slogen.units import WEEK, format_duration

_LONGEST = WEEK


def check(services: Sequence[Service], settings: Settings) -> Iterator[Problem]:
    """Check `alerting.traffic` of each SLO that has it."""
    for service in services:
        for slo in service.slos:
            here = slo.origin.at("alerting", "traffic")
            if not counts_events(slo.sli):
                yield from _without_events(slo, here)
            elif slo.alerting.traffic is not None:
                yield from _time(slo, slo.alerting.traffic.window, here, settings)
                yield from _disabled(slo, slo.alerting.traffic.severity, here)


def _without_events(slo: Slo, here: Origin) -> Iterator[Problem]:
    """Asked for by this very SLO; what is inherited is said to many, and doesn't apply to this one."""
    own = replace(here, bases=here.bases[:1])
    if own.value:
        what = f"counts {slo.sli.timed.unit}" if slo.sli.timed else "is made of other SLOs"
        message = f"`{slo.id}` {what}, not events: there is no traffic that could be low"
        hint = "drop it here; SLOs of requests, jobs or other events can have it"
        yield own.problem("traffic", message, hint, key=True)


def _time(slo: Slo, window: int, here: Origin, settings: Settings) -> Iterator[Problem]:
    base, place = settings.prometheus.base_window, here.at("for")
    shown, message = format_duration(window), ""
    longest = min(_LONGEST, settings.prometheus.retention or _LONGEST) // base * base
    nearest = min(max(round(window / base), 1) * base, longest)
    hint = f"the nearest is {format_duration(nearest)}"
    if not base <= window <= longest:
        message = f"`for: {shown}` is out of range"
        hint = f"from {format_duration(base)} to {format_duration(longest)}; {hint}"
    elif window % base:
        message = f"`for: {shown}` is no multiple of the base window, {format_duration(base)}"
    elif (free := _between(slo) // base * base - 2 * base) < window:
        message = f"in any {shown} there is excluded time, in which no traffic is missed: it never fires"
        hint = f"{format_duration(free)} is the longest that fits between two" if free > 0 else "drop it"
    if message:
        yield place.problem("traffic", message, hint)


def _between(slo: Slo) -> int:
    """The longest time in seconds without an exclusion, as far as their schedules say."""
    return min((each.pause for each in slo.exclusions if each.pause is not None), default=2 * _LONGEST)


def _disabled(slo: Slo, severity: str, here: Origin) -> Iterator[Problem]:
    if not slo.alerting.sends(severity):
        message = f"{severity} alerts of `{slo.id}` are off, so nobody would be told of low traffic"
        hint = f"say `severity: {'page' if severity == 'ticket' else 'ticket'}`, or drop it"
        yield here.problem("traffic", message, hint, severity=Severity.WARNING, key=True)
