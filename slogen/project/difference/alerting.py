"""What differs in how an SLO alerts: tiers, other alerts, how soon somebody hears, and who."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from slogen.model.tiers import PAGE, TICKET
from slogen.project.difference.lines import NOTHING, Line, Pair, line, lines_of
from slogen.project.difference.view import View
from slogen.tell.explain import TierLine, reaction_to
from slogen.units import format_duration, to_text

NEVER: Final = "never"
_RATES: Final = (Fraction(1), Fraction(1, 2))


@dataclass(frozen=True, slots=True)
class Sooner:
    """Seconds until the first alert of a severity at a constant error rate (0..1); None: never."""

    severity: str
    rate: Fraction
    before: int | None
    after: int | None

    @property
    def is_later(self) -> bool:
        """Whether it comes later than it did, or no more."""
        return self.before is not None and (self.after is None or self.after > self.before)


def alerting(old: View, new: View, moved: Sequence[Sooner]) -> Iterator[Line]:
    """Thresholds, alerts that come or go, reactions, and who is told."""
    for severity in (PAGE, TICKET):
        yield from _tiers(old, new, severity)
    yield from _gone_and_new(old, new)
    for severity in (PAGE, TICKET):
        yield from _reaction([each for each in moved if each.severity == severity], severity)
    was, now = (to_text(view.slo.alerting.min_bad_events) for view in (old, new))
    yield from line("at least", was, now, "bad events in a tier's long window, or it doesn't fire")
    missing = "no alerts" if old.told and new.told else "not said"
    yield from lines_of("told", old.told, new.told, missing=missing)
    both = [each for each in old.severities if each in new.severities]
    yield from line("owner", old.slo.owner or NOTHING, new.slo.owner or NOTHING)
    yield from lines_of("labels", old.labels(both), new.labels(both), "routes of your own may match these")


def _tiers(old: View, new: View, severity: str) -> Iterator[Line]:
    """The tiers of a severity that are on both sides; thresholds alone are one line."""
    both = [name for name in old.tiers if name in new.tiers and old.tiers[name].severity == severity]
    pairs = [(old.tiers[name], new.tiers[name]) for name in both]
    moved = [(was, now) for was, now in pairs if _whole(was) != _whole(now)]
    if moved and all(_frame(was) == _frame(now) for was, now in moved):
        thresholds = tuple(Pair(was.name, _percent(was), _percent(now)) for was, now in moved)
        yield Line(f"{severity} above", thresholds)
        return
    for was, now in moved:
        yield Line(f"{severity} tier", (Pair(was.name, *_told_apart(was, now)),))


def _whole(tier: TierLine) -> tuple[object, ...]:
    return tier.threshold, *_frame(tier)


def _frame(tier: TierLine) -> tuple[object, ...]:
    return tier.alert, tier.long, tier.short, tier.wait, tier.resets_after


def _told_apart(was: TierLine, now: TierLine) -> tuple[str, str]:
    """Two tiers in words, with what differs beside threshold and windows where it does."""
    said = [_tier(was), _tier(now)]
    for name, get in (
        ("waits", lambda tier: format_duration(tier.wait)),
        ("ends within", lambda tier: format_duration(tier.resets_after)),
        ("is called", lambda tier: tier.alert),
    ):
        if get(was) != get(now):
            said = [f"{text}, {name} {get(tier)}" for text, tier in zip(said, (was, now), strict=True)]
    return said[0], said[1]


def _tier(tier: TierLine) -> str:
    return f"above {_percent(tier)} over {format_duration(tier.long)} and {format_duration(tier.short)}"


def _percent(tier: TierLine) -> str:
    return f"{to_text(tier.threshold * 100, 4)}%"


def _gone_and_new(old: View, new: View) -> Iterator[Line]:
    """Alerts of one side alone, and other ones than tiers that say something else."""
    before, after = (
        {**{name: _tier(each) for name, each in view.tiers.items()}, **view.alerts} for view in (old, new)
    )
    gone = [name if name in old.tiers else before[name] for name in before if name not in after]
    come = [
        f"{name}, {after[name]}" if name in new.tiers else after[name] for name in after if name not in before
    ]
    yield from ([Line("alerts gone", note="; ".join(gone))] if gone else [])
    yield from ([Line("alerts new", note="; ".join(come))] if come else [])
    pairs = tuple(
        Pair("", before[name], after[name])
        for name in before
        if name in after and name not in old.tiers and before[name] != after[name]
    )
    yield from ([Line("alert", pairs)] if pairs else [])


def moves(old: View, new: View) -> tuple[Sooner, ...]:
    """Where the first page or ticket comes at another time, at rates from an outage down to the budget."""
    rates = [*_RATES]
    while rates[-1] > 2 * min(old.slo.budget, new.slo.budget):
        rates.append(Fraction(1, 10 ** (len(rates) - 1)))
    found = []
    for rate in rates:
        was, now = (reaction_to(view.slo, rate, view.settings) for view in (old, new))
        for severity, before, after in ((PAGE, was.page, now.page), (TICKET, was.ticket, now.ticket)):
            if before != after:
                found.append(Sooner(severity, rate, before, after))
    return tuple(found)


def _reaction(moved: Sequence[Sooner], severity: str) -> Iterator[Line]:
    if not moved:
        return
    later = {each.is_later for each in moved}
    lead = "later" if later == {True} else "sooner" if later == {False} else "at other times"
    pairs = tuple(
        Pair(f"at {to_text(each.rate * 100)}% errors", _after(each.before), _after(each.after))
        for each in moved
    )
    yield Line(f"first {severity}", pairs, lead=lead)


def _after(seconds: int | None) -> str:
    """The two largest units are enough: "3h36m"."""
    if seconds is None:
        return NEVER
    return "".join(re.findall(r"\d+[dhms]", format_duration(seconds))[:2])
