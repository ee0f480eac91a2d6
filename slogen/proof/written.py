"""What a spec asks for, read again from its text, with a list of defaults of its own.

The rules are made from the model. Were the tests made from it too, then a budget read as 4 instead of 5 %, a
tier left out or a default that moved would be wrong in both, and both would agree. So the proof looks at the
words of the spec, and knows the defaults by heart (docs/tiers.md, docs/alerts.md).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any, Final

from slogen.model.alerting import SeverityOptions
from slogen.model.slo import Service, Slo
from slogen.model.tiers import Tier
from slogen.model.windows import closure
from slogen.model.windows import tiles as tiles_of
from slogen.settings import Settings
from slogen.units import DAY, HOUR, MINUTE, parse_duration

_DEFAULT_PERIOD: Final = "30d"
_UNBENT_BUDGET: Final = Fraction(1, 16)  # up to it an error ratio can reach 14.4 times the budget
_UNBENT_BAD: Final = 54 * MINUTE  # up to it a window of 1h surely holds the bad time that an alert needs
_DEFAULT_BUDGET_ALERTS: Final = (("50%", "info"), ("80%", "ticket"), ("100%", "ticket"))
_FEWEST_BAD_EVENTS: Final = 3
_TICKET_HELD: Final = 30 * MINUTE  # so long a ticket holds on when what it tells is over
_BUDGET_SETTLED: Final = 10 * MINUTE  # so long a share of the budget must be spent before anybody is told
_REMEMBERED: Final = 4096  # answers about SLOs: each story asks the same again
_DEFAULT_ABSENT: Final = {"for": "10m", "forget": "7d"}


@dataclass(frozen=True, slots=True, eq=False)
class WrittenTier:
    """A tier as its author means it: the share of the budget (0..1), its windows in seconds, and how long it
    waits in whole minutes as seconds (None: as others of its severity)."""

    name: str
    severity: str
    share: Fraction
    long: int
    short: int
    is_last: bool
    wait: int | None = None


@dataclass(frozen=True, slots=True, eq=False)
class WrittenLine:
    """A budget alert: at this share (0..1) of the budget."""

    consumed: Fraction
    severity: str


@dataclass(frozen=True, slots=True)
class WrittenTraffic:
    """So many events at least there are in so many seconds."""

    least: Fraction
    window: int
    severity: str


@lru_cache(maxsize=1024)
def _percent(text: str) -> Fraction:
    return Fraction(text.rstrip("%")) / 100


_DEFAULT_TIERS: Final = (
    WrittenTier("page_fast", "page", Fraction(2, 100), 1 * HOUR, 5 * MINUTE, False),
    WrittenTier("page_slow", "page", Fraction(5, 100), 6 * HOUR, 30 * MINUTE, False),
    WrittenTier("ticket_fast", "ticket", Fraction(10, 100), 1 * DAY, 2 * HOUR, False),
    WrittenTier("ticket_slow", "ticket", Fraction(10, 100), 3 * DAY, 6 * HOUR, True),
)


def tiers(slo: Slo, settings: Settings) -> tuple[WrittenTier, ...]:
    """The spec's own tiers, or those of the default policy. For other policies, other periods and budgets
    that are too large, slogen fits the tiers: then the model says which there are."""
    return _tiers(slo, settings.prometheus.base_window)


@lru_cache(maxsize=_REMEMBERED)
def _tiers(slo: Slo, base: int) -> tuple[WrittenTier, ...]:
    lines = _alerting(slo, "tiers")
    if lines is not None:
        return tuple(_tier(line, slo.window, line is lines[-1]) for line in lines)
    as_shipped = slo.alerting.shipped_policy == "default" and slo.period == _DEFAULT_PERIOD
    as_shipped &= 1 - slo.objective <= _UNBENT_BUDGET and base == 5 * MINUTE
    if as_shipped and _bad_seconds(slo) <= _UNBENT_BAD:
        return _DEFAULT_TIERS
    found = slo.alerting.tiers
    return tuple(_modelled(tier, tier is found[-1]) for tier in found)


def counted_beside_pages(service: Service, settings: Settings) -> frozenset[int]:
    """The windows (seconds) whose events are counted in the group of the pages: what their tiers read is made
    of them, and a budget that begins at a date. The slower group sees these an evaluation late."""
    base, read, counted = settings.prometheus.base_window, set[int](), set[int]()
    for slo in service.slos:
        sent = [tier for tier in tiers(slo, settings) if slo.alerting.severities[tier.severity].enabled]
        paged = [tier for tier in sent if tier.severity == "page"]
        breached = {slo.window} if slo.alerting.needs_breach_alert else set[int]()
        read |= {window for tier in paged for window in (tier.long, tier.short)} | breached
        counted |= {tier.long for tier in sent} | breached
    parts = {tile.length for window in read if window > base for tile in tiles_of(window, base)}
    dated = {window for slo in service.slos for window in slo.dated_windows}
    return frozenset({base, *closure(counted & read | parts | dated, base)})


def _bad_seconds(slo: Slo) -> Fraction:
    """Of an SLI that measures time: how much bad time an alert needs, half of a slice less."""
    return (min_bad_events(slo) - Fraction(1, 2)) / pace(slo) if slo.sli.timed else Fraction(0)


def _modelled(tier: Tier, is_last: bool) -> WrittenTier:
    wait = None if tier.wait is None else _minutes(tier.wait)
    return WrittenTier(tier.name, tier.severity, tier.wanted, tier.long, tier.short, is_last, wait)


def _minutes(seconds: int) -> int:
    """Up to whole minutes."""
    return -(-seconds // MINUTE) * MINUTE


def _tier(line: Mapping[str, Any], window: int, is_last: bool) -> WrittenTier:
    long, short = (parse_duration(line[key]) for key in ("long", "short"))
    share = _percent(str(line["budget"])) if "budget" in line else Fraction(line["factor"]) * long / window
    wait = _minutes(parse_duration(line["for"])) if "for" in line else None
    return WrittenTier(line["name"], line["severity"], share, long, short, is_last, wait)


def budget_lines(slo: Slo) -> tuple[WrittenLine, ...]:
    """The shares of the budget that somebody wants to hear of, smallest first."""
    lines = _alerting(slo, "budget")
    rows = _DEFAULT_BUDGET_ALERTS if lines is None else [(li["consumed"], li["severity"]) for li in lines]
    found = [WrittenLine(_percent(str(consumed)), severity) for consumed, severity in rows]
    return tuple(sorted(found, key=lambda line: line.consumed))


@lru_cache(maxsize=_REMEMBERED)
def budget(slo: Slo) -> Fraction:
    """The error budget (0..1) that the objective leaves."""
    return 1 - _percent(str(slo.origin.at("objective").value))


def pace(slo: Slo) -> Fraction:
    """Slices a second of an SLI that measures time."""
    written = slo.sli_origin.at("slice").value
    if written is not None:
        return Fraction(1, parse_duration(written))
    return slo.sli.timed.pace if slo.sli.timed else Fraction(0)


def shares(slo: Slo) -> tuple[Fraction, ...]:
    """The error ratio of a composite when all of one part fails and the others are well, part by part: its
    weight among all, or for the worst of parts how much smaller its own budget is."""
    lines = slo.sli_origin.at("of").value
    if slo.sli_origin.at("mode").value == "worst":
        return tuple(budget(slo) / budget(part.slo) for part in slo.parts)
    weights = [Fraction(str(line.get("weight", 1))) for line in lines]
    return tuple(weight / sum(weights) for weight in weights)


@lru_cache(maxsize=_REMEMBERED)
def min_bad_events(slo: Slo) -> Fraction:
    """How many bad events an alert needs. Where events are counted (so that their traffic can show a
    recovery), a single one is never enough unless the spec says so."""
    written = _alerting(slo, "min_bad_events")
    if written is not None:
        return Fraction(str(written))
    return Fraction(_FEWEST_BAD_EVENTS) if slo.sli.reset_min_events else slo.alerting.min_bad_events


@lru_cache(maxsize=_REMEMBERED)
def absent_seconds(slo: Slo, key: str) -> int:
    """`for` or `forget` of the absence alert."""
    absent = _alerting(slo, "absent")
    written = absent.get(key) if isinstance(absent, Mapping) else None
    return parse_duration(written or _DEFAULT_ABSENT[key])


def traffic(slo: Slo) -> WrittenTraffic | None:
    """How many events there always are, field by field as it is written nearest to the SLO."""
    if not _alerting(slo, "traffic") or slo.sli.timed is not None or slo.references:
        return None
    here = slo.origin.at("alerting", "traffic")
    least, window, severity = (here.at(key).value for key in ("min", "for", "severity"))
    return WrittenTraffic(Fraction(str(least)), parse_duration(window), severity or "ticket")


def tier_waits(slo: Slo, tier: WrittenTier) -> tuple[int, int]:
    """`for` and `keep_firing_for` of a tier, in whole minutes as seconds."""
    wait, keep = waits(slo, tier.severity)
    return wait if tier.wait is None else tier.wait, keep


@lru_cache(maxsize=_REMEMBERED)
def waits(slo: Slo, severity: str) -> tuple[int, int]:
    """The same of alerts of a severity that have none of their own."""
    options = slo.alerting.severities.get(severity, SeverityOptions())
    wait, keep = map(_minutes, (options.wait, options.keep_firing_for))
    return wait, max(keep, _TICKET_HELD) if severity == "ticket" else keep


def budget_waits(slo: Slo, severity: str) -> tuple[int, int]:
    """The same of budget alerts, whatever their severity."""
    wait, keep = waits(slo, severity)
    return max(wait, _BUDGET_SETTLED), max(keep, _TICKET_HELD)


def _alerting(slo: Slo, key: str) -> Any:
    """A part of `alerting` as it is written nearest to the SLO; None where it is not."""
    return slo.origin.at("alerting", key).value
