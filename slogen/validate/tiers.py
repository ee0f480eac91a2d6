"""Tiers that a user wrote must be able to fire, must not cry at a met SLO, and must differ."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import partial
from math import ceil

from slogen.diagnostics import Problem, Severity
from slogen.model.origin import Origin
from slogen.model.sli import bad_time
from slogen.model.slo import Service, Slo
from slogen.model.tiers import LAST_TICKET_FACTOR, PAGE, READ_DIGITS, TICKET, Frame, Tier, factor_of
from slogen.settings import Settings
from slogen.units import MINUTE, format_duration, to_text
from slogen.validate.slices import slice_that_fits

OneCheck = Callable[[Tier, Frame, Origin], Iterable[Problem]]


def check(services: Sequence[Service], settings: Settings) -> Iterator[Problem]:
    """Check the tiers of every SLO that brings its own; derived ones are right by construction. How long a
    page waits may be said beside them, too."""
    for service in services:
        for slo in service.slos:
            alerting = slo.origin.at("alerting")
            yield from _late(slo, alerting)
            if alerting.at("tiers").exists:
                yield from _tiers(slo, alerting, settings)


def _tiers(slo: Slo, origin: Origin, settings: Settings) -> Iterator[Problem]:
    bad = bad_time(slo.sli, slo.alerting.min_bad_events)
    frame = replace(Frame.of(slo.window, slo.budget, settings), bad=bad)
    problems = [*check_each(slo.alerting.tiers, frame, origin.at("tiers"), partial(_fires, slo, settings))]
    yield from problems
    tickets = [tier for tier in slo.alerting.tiers if tier.severity == TICKET]
    if not problems and tickets and min(tier.factor for tier in tickets) > LAST_TICKET_FACTOR:
        message = "no ticket tier sees a slow leak: the lowest factor is above 1.5"
        last = origin.at("tiers", slo.alerting.tiers.index(tickets[-1]))
        longer = _longer(tickets[-1], frame, LAST_TICKET_FACTOR)
        hint = f"for the last tier, {'make `factor` 1.5' if _by_factor(last) else longer}"
        yield origin.at("tiers").problem("tier-gap", message, hint)


def check_each(
    tiers: Sequence[Tier], frame: Frame, origin: Origin, further: OneCheck | None = None
) -> Iterator[Problem]:
    """Check names, windows and order of a list of tiers, and each tier with `further`."""
    names: set[str] = set()
    above: Tier | None = None
    for index, tier in enumerate(tiers):
        here = origin.at(index)
        if tier.name in names:
            hint = "each tier needs a name of its own"
            yield here.at("name").problem("duplicate-tier", f"the tier `{tier.name}` is there twice", hint)
        names.add(tier.name)
        problems = [*_windows(tier, frame, here), *_wait(tier, here)]
        if further and not problems:
            problems = [*further(tier, frame, here)]
        yield from problems
        if not problems:
            yield from _order(tier, above, here) if above else ()
            above = tier


def _windows(tier: Tier, frame: Frame, here: Origin) -> Iterator[Problem]:
    for field, window in (("long", tier.long), ("short", tier.short)):
        shortest = format_duration(frame.shortest)
        if window < frame.shortest:
            message = f"`{field}: {format_duration(window)}` is too short to see enough scrapes"
            yield here.at(field).problem("tier-window", message, f"the shortest is {shortest}")
        elif window % frame.base:
            nearest = format_duration(max(round(window / frame.base), 1) * frame.base)
            message = f"`{field}` is no multiple of the base window, {format_duration(frame.base)}"
            yield here.at(field).problem("tier-window", message, f"the nearest is {nearest}")
    if tier.long > frame.window:
        message = f"`long` is longer than the SLO window, {format_duration(frame.window)}"
        yield here.at("long").problem("tier-window", message, "the SLO window is the longest")
    elif tier.short > tier.long:
        yield here.at("short").problem("tier-window", "`short` is longer than `long`", "a twelfth is usual")


def _wait(tier: Tier, here: Origin) -> Iterator[Problem]:
    """Once a fault has ended, the short window soon falls below the threshold, and the alert begins anew."""
    if tier.wait is not None and tier.wait > tier.short:
        wait, short = format_duration(tier.wait), format_duration(tier.short)
        message = f"`for: {wait}` is longer than the short window, {short}: a short fault is never told, "
        message += "however much of the budget it has spent"
        yield here.at("for").problem("tier-wait", message, f"the longest is {short}")


def _late(slo: Slo, alerting: Origin) -> Iterator[Problem]:
    """Whoever waits until an outage has spent the whole budget isn't paged in time: for a while, or for many
    bad events."""
    lasts, pages = slo.budget * slo.window, slo.alerting.page_tiers
    waits, needed = [slo.alerting.wait(tier) for tier in pages], alerting.at("min_bad_events")
    if not (any(waits) or needed.exists) or not slo.alerting.sends(PAGE):
        return
    enough = bad_time(slo.sli, slo.alerting.min_bad_events)
    if needed.exists and enough >= lasts:
        yield _too_late(needed, enough + min(waits, default=0), lasts, _fewer_slices(slo, lasts))
        return
    if not pages:
        return
    told = (
        (max(tier.threshold * tier.long, enough) + wait, wait, tier)
        for tier, wait in zip(pages, waits, strict=True)
    )
    after, wait, tier = min(told, key=lambda each: each[:2])
    if after < lasts:
        return
    number = slo.alerting.tiers.index(tier)
    place = alerting.at(*(("page",) if tier.wait is None else ("tiers", number)), "for")
    rest = int(lasts - after + wait) // MINUTE * MINUTE
    hint = f"make `for` {format_duration(rest)} at most" if rest else "drop `for`"
    yield _too_late(place if place.exists else alerting.at("policy"), after, lasts, hint)


def _too_late(here: Origin, after: Fraction, lasts: Fraction, hint: str) -> Problem:
    spent = format_duration(int(lasts))
    message = f"a total outage pages after {format_duration(int(after))}, and has spent the budget in {spent}"
    return here.problem("tier-late", message, hint, severity=Severity.WARNING)


def _fewer_slices(slo: Slo, lasts: Fraction) -> str:
    """How many bad slices an alert may need for the budget to hold them."""
    slices = lasts / bad_time(slo.sli, Fraction(3, 2))  # one whole slice
    most = ceil(slices + Fraction(1, 2)) - 1
    return f"make it {most} at most" if most else "drop it, or take shorter slices"


def _fires(slo: Slo, settings: Settings, tier: Tier, frame: Frame, here: Origin) -> Iterator[Problem]:
    """The window holds the bad time that an alert needs, and the factor is within bounds. Where even the SLO
    window can't hold it, that is told of the slices."""
    if frame.holds_enough(tier.long) or not frame.holds_enough(frame.window):
        yield from _factor(tier, frame, here)
        return
    bad, long = format_duration(ceil(frame.bad)), format_duration(tier.long)
    message = f"this tier can never fire in time: an alert needs {bad} of bad time, and `long` is {long}"
    holding = [window for window in frame.round_windows() if frame.holds_enough(window)]
    near = [_longer(tier, frame, tier.factor)] if not _by_factor(here) else []
    near += [f"make `long` {format_duration(holding[0])}"] if holding and not near else []
    near.append(slice_that_fits(slo, tier.long, settings) or "lower `min_bad_events`")
    yield here.at("long").problem("tier-unreachable", message, ", or ".join(near))


def _factor(tier: Tier, frame: Frame, here: Origin) -> Iterator[Problem]:
    low, high = frame.lowest(tier.severity), frame.highest
    factor = to_text(tier.factor, READ_DIGITS)
    place = here.at("factor" if _by_factor(here) else "long")
    if tier.factor > high:
        ratio = to_text(tier.factor * frame.budget * 100, 4)
        message = f"this tier can never fire in time: factor {factor} needs an error ratio of {ratio}%"
        hint = f"the highest factor is {to_text(high, READ_DIGITS)}{_advice(tier, frame, high, here)}"
        yield place.problem("tier-unreachable", message, hint)
    elif tier.factor < low:
        message = f"this {tier.severity} would fire for an SLO that is met: its factor is only {factor}"
        hint = f"the lowest factor is {to_text(low, READ_DIGITS)}{_advice(tier, frame, low, here)}"
        yield place.problem("tier-too-eager", message, hint)


def _advice(tier: Tier, frame: Frame, factor: Fraction, here: Origin) -> str:
    """What to do where the factor isn't what is written: the round window whose factor is within bounds and
    nearest to the wanted one."""
    return "" if _by_factor(here) else f": {_longer(tier, frame, factor)}"


def _by_factor(here: Origin) -> bool:
    """Whether the tier says its factor itself, and not the share of the budget."""
    return "factor" in (here.value or ())


def _longer(tier: Tier, frame: Frame, factor: Fraction) -> str:
    low, high = frame.lowest(tier.severity), frame.highest
    fitting = [
        (abs(found - factor), window)
        for window in frame.round_windows()
        if frame.holds_enough(window)
        and low <= (found := factor_of(tier.share, frame.window, window)) <= high
    ]
    if not fitting:
        return f"no `long` fits; {'lower' if tier.factor > factor else 'raise'} its `budget`"
    return f"make `long` {format_duration(min(fitting)[1])}"


def _order(tier: Tier, above: Tier, here: Origin) -> Iterator[Problem]:
    if tier.long <= above.long:
        message = f"`long` must rise from tier to tier; `{above.name}` has {format_duration(above.long)}"
        yield here.at("long").problem("tier-order", message, "order tiers from fast to slow")
    elif tier.factor >= above.factor:
        message = (
            f"factors must fall from tier to tier: {to_text(tier.factor, 4)} is not below the "
            f"{to_text(above.factor, 4)} of `{above.name}`, so this tier adds nothing"
        )
        field, more = ("factor", "") if _by_factor(here) else ("budget", " or lengthen `long`")
        yield here.at(field).problem("tier-order", message, f"lower its `{field}`{more}")
