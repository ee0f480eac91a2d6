"""What an SLO does, as numbers: when it alerts, when it doesn't, and what it costs Prometheus.

Read from the same model and rules that are emitted, so that an explanation can't drift from them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from typing import Final

from slogen.conventions import page_group
from slogen.emitted.rules import RuleFile
from slogen.model.alerts import Why, alerts_of, tiers_of
from slogen.model.levels import Level
from slogen.model.sli import bad_time
from slogen.model.slo import Slo
from slogen.model.tiers import PAGE, TICKET, Breach, Tier
from slogen.model.windows import closure, tiles
from slogen.rules.burn import _SECOND_LOOK
from slogen.rules.levels import level_words
from slogen.settings import Settings
from slogen.tell.cost import GroupCost, RawRead, group_costs, raw_reads

_RATES: Final = (Fraction(1), Fraction(1, 2), Fraction(1, 10))
_BUDGET_RATES: Final = (2, 1)


@dataclass(frozen=True, slots=True)
class TierLine:
    """One burn-rate alert; times in seconds, `threshold` and `share` of the budget as shares (0..1).

    After a fault it is silent within `resets_after`; `slow_reset` without the traffic that shows it.
    """

    name: str
    severity: str
    alert: str
    long: int
    short: int
    factor: Fraction
    threshold: Fraction
    share: Fraction
    wait: int
    resets_after: int
    slow_reset: int


@dataclass(frozen=True, slots=True)
class Reaction:
    """Seconds until somebody is paged, or a ticket is opened, at a constant error rate; None: never."""

    rate: Fraction
    page: int | None
    ticket: int | None


@dataclass(frozen=True, slots=True)
class Guard:
    """A tier needs about so many bad events; below `delayed_below` events per second even a total outage,
    which else alerts after `outage` seconds, must wait for them (None: nothing is ever delayed)."""

    bad_events: int
    outage: int | None
    delayed_below: Fraction | None


@dataclass(frozen=True, slots=True)
class Recovery:
    """These page tiers end early once the service is healthy, from so many events per second on."""

    tiers: tuple[str, ...]
    within: int
    from_traffic: Fraction


@dataclass(frozen=True, slots=True)
class Absence:
    """What happens when the data is gone for `wait` seconds; `up` is empty where nothing says which."""

    severity: str
    wait: int
    forget: int
    up: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LevelLine:
    """An alert of `severity` after `wait` seconds in which `what` was `beyond`: "below 0.8"."""

    level: str
    severity: str
    alert: str
    what: str
    beyond: str
    wait: int


@dataclass(frozen=True, slots=True)
class PartLine:
    """Another SLO that this one is made of: the error ratio while it fails alone, the burn rate of that, and
    seconds until somebody is paged (None: never)."""

    slo: str
    weight: Fraction
    ratio: Fraction
    burn: Fraction
    page: int | None


@dataclass(frozen=True, slots=True)
class TileLink:
    """A recorded window and the recorded windows (count, seconds) it is made of."""

    window: int
    parts: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """Everything that `slogen explain` tells. `delay` is the price of a split page group, in seconds."""

    slo: Slo
    tiers: tuple[TierLine, ...]
    disabled: tuple[str, ...]
    reactions: tuple[Reaction, ...]
    guard: Guard
    recovery: Recovery | None
    absence: Absence | None
    levels: tuple[LevelLine, ...]
    parts: tuple[PartLine, ...]
    windows: tuple[TileLink, ...]
    groups: tuple[GroupCost, ...]
    delay: int
    raw: tuple[RawRead, ...]
    missing: str
    notes: tuple[str, ...]


def explain(slo: Slo, rules: RuleFile, settings: Settings) -> Explanation:
    """Explain one SLO of the service that `rules` were compiled from."""
    lines = tier_lines(slo, settings)
    interval = settings.prometheus.evaluation_interval
    parts = [g for g in rules.groups if g.name.startswith(page_group(slo.service))]
    return Explanation(
        slo=slo,
        tiers=lines,
        disabled=tuple(s for s in (PAGE, TICKET) if not slo.alerting.sends(s)),
        reactions=tuple(_reaction(rate, lines, interval, _enough(slo, rate)) for rate in _rates(slo)),
        guard=_guard(slo, lines, interval),
        recovery=_recovery(slo, lines, settings),
        absence=_absence(slo, settings),
        levels=tuple(_levels(slo)),
        parts=tuple(_parts(slo, lines, interval)),
        windows=tuple(_links(slo, settings)),
        groups=tuple(group_costs(slo, rules)),
        delay=(len(parts) - 1) * interval,
        raw=tuple(raw_reads(slo, rules, settings)),
        missing=slo.sli.timed.missing if slo.sli.timed else "ignore",
        notes=slo.sli.notes(),
    )


def tier_lines(slo: Slo, settings: Settings) -> tuple[TierLine, ...]:
    """The burn-rate alerts of an SLO, the fastest first."""
    return tuple(_tiers(slo, settings))


def reaction_to(slo: Slo, rate: Fraction, settings: Settings) -> Reaction:
    """When an SLO alerts at a constant error rate (0..1)."""
    lines, interval = tier_lines(slo, settings), settings.prometheus.evaluation_interval
    return _reaction(rate, lines, interval, _enough(slo, rate))


def _tiers(slo: Slo, settings: Settings) -> Iterator[TierLine]:
    for line in alerts_of(slo):
        if isinstance(line.of, Tier):
            kept = slo.alerting.options(line.severity).keep_firing_for
            quick, slow = _resets(line.of, settings.prometheus.base_window)
            yield TierLine(
                name=line.of.name,
                severity=line.severity,
                alert=slo.alerting.name(line.name),
                long=line.of.long,
                short=line.of.short,
                factor=line.of.factor,
                threshold=line.of.threshold,
                share=line.of.share,
                wait=line.wait,
                resets_after=quick + kept,
                slow_reset=slow + kept,
            )


def _resets(tier: Tier, base: int) -> tuple[int, int]:
    """Seconds from the end of a fault to silence at best, and without the traffic that shows it.

    The short window forgets it; a page needs two looks at the base window, which may be sooner.
    """
    looks = base + _SECOND_LOOK
    if tier.severity != PAGE or isinstance(tier, Breach):
        return tier.short, tier.short
    return (looks, looks) if tier.short == base else (min(looks, tier.short), tier.short)


def _rates(slo: Slo) -> list[Fraction]:
    """The error rates worth a line, highest first."""
    rates = {*_RATES, *(min(n * slo.budget, Fraction(1)) for n in _BUDGET_RATES)}
    return sorted(rates, reverse=True)


def _enough(slo: Slo, rate: Fraction) -> Fraction:
    """Seconds until there are as many bad slices as an alert needs."""
    return bad_time(slo.sli, slo.alerting.min_bad_events) / rate


def _reaction(rate: Fraction, lines: Iterable[TierLine], interval: int, enough: Fraction) -> Reaction:
    times: dict[str, list[int]] = {PAGE: [], TICKET: []}
    for line in lines:
        if rate > line.threshold and enough < line.long and line.severity in times:
            times[line.severity].append(_seconds_to_fire(rate, line, interval, enough))
    return Reaction(rate, min(times[PAGE], default=None), min(times[TICKET], default=None))


def _seconds_to_fire(rate: Fraction, line: TierLine, interval: int, enough: Fraction) -> int:
    """When both windows, healthy before, are above the threshold: at the first evaluation after that."""
    above = max(line.threshold / rate * max(line.long, line.short), enough)
    return (above // interval + 1) * interval + line.wait


def _guard(slo: Slo, lines: Iterable[TierLine], interval: int) -> Guard:
    needed = slo.alerting.min_bad_events
    first = _reaction(Fraction(1), lines, interval, _enough(slo, Fraction(1)))
    times = [time for time in (first.page, first.ticket) if time is not None]
    outage = min(times, default=None)
    delayed = needed / outage if needed and outage and slo.sli.timed is None else None
    return Guard(ceil(needed), outage, delayed)


def _recovery(slo: Slo, lines: Iterable[TierLine], settings: Settings) -> Recovery | None:
    quick = [line for line in lines if line.resets_after < line.slow_reset]
    if not quick:
        return None
    lowest = min(line.threshold for line in quick)
    traffic = slo.sli.reset_min_events / (settings.prometheus.base_window * lowest)
    return Recovery(tuple(line.name for line in quick), max(line.resets_after for line in quick), traffic)


def _absence(slo: Slo, settings: Settings) -> Absence | None:
    """What is told first of data that is gone; nobody is, where both severities are off."""
    absent = slo.alerting.absent
    if absent is None:
        return None
    told = (line.severity for line in alerts_of(slo) if line.why is Why.ABSENT)
    severity = next((slo.severity(name, settings) for name in told), "")
    return Absence(severity, absent.wait, slo.alerting.forget, absent.up)


def _levels(slo: Slo) -> Iterator[LevelLine]:
    """The levels whose alerts are emitted."""
    for line in alerts_of(slo):
        if isinstance(line.of, Level) and slo.levels:
            what, beyond = slo.levels.gauge.what, level_words(slo.levels, line.of)
            alert = slo.alerting.name(line.name)
            yield LevelLine(line.of.name, line.severity, alert, what, beyond, line.wait)


def _parts(slo: Slo, lines: Iterable[TierLine], interval: int) -> Iterator[PartLine]:
    for part in slo.parts:
        share = min(
            part.share, Fraction(1)
        )  # the worst of parts with smaller budgets loses all time, not more
        page = _reaction(share, lines, interval, _enough(slo, share)).page
        yield PartLine(part.slo.id, part.weight, share, share / slo.budget, page)


def _links(slo: Slo, settings: Settings) -> Iterator[TileLink]:
    """The windows this SLO needs above the base, shortest first."""
    counted = slo.alerting.told_traffic
    read = {*slo.budget_windows, *([counted.window] if counted else ())}
    read |= {*(w for tier in tiers_of(slo) for w in (tier.long, tier.short))}
    for window in closure(read, settings.prometheus.base_window):
        lengths = [tile.length for tile in tiles(window, settings.prometheus.base_window)]
        yield TileLink(window, tuple((lengths.count(length), length) for length in dict.fromkeys(lengths)))
