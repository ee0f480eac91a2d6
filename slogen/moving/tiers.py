"""Burn-rate alerts of other tools -> tiers that slogen takes, as near as its bounds allow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from fractions import Fraction
from math import log
from typing import Any, Final

from slogen.model.tiers import LAST_TICKET_FACTOR, PAGE, TICKET, Frame
from slogen.units import format_duration, plain, to_text

_DIGITS: Final = Decimal("0.0001")


@dataclass(frozen=True, slots=True)
class Wanted:
    """An alert as another tool has it: windows in seconds, and its burn rate."""

    name: str
    severity: str
    long: int
    short: int
    factor: Fraction


@dataclass(frozen=True, slots=True)
class Fitted:
    """The tiers, as a spec has them, and what they differ by, in words; none where no page is left. They are
    `close` where nothing but the length of windows differs."""

    tiers: tuple[dict[str, Any], ...]
    bent: tuple[str, ...]
    is_close: bool


def fitted(wanted: Sequence[Wanted], frame: Frame) -> Fitted:
    """The tiers as they stand, each bent into the bounds of `frame` where it breaks them."""
    tiers: list[Wanted] = []
    bent: list[str] = []
    for line in wanted:
        is_last = line is wanted[-1]
        found = _fit(line, frame, tiers[-1] if tiers else None, is_last=is_last)
        if found is None:
            bent.append(f"`{line.name}` is left out, as it would add nothing to the tier before it")
            continue
        tiers.append(found)
        if found != line:
            bent.append(f"`{line.name}` is {_shown(found)}, and was {_shown(line)}")
    pages = {line.severity for line in wanted} <= {line.severity for line in tiers}
    is_close = [tier.factor for tier in tiers] == [line.factor for line in wanted]
    written = tuple(_written(tier, frame) for tier in tiers) if pages else ()
    return Fitted(written, tuple(bent), is_close)


def _fit(line: Wanted, frame: Frame, above: Wanted | None, *, is_last: bool) -> Wanted | None:
    low, high = frame.lowest(line.severity), frame.highest
    if is_last and line.severity == TICKET:
        high = min(high, LAST_TICKET_FACTOR)
    long = min(_rounded(line.long, frame), frame.window)
    short = min(_rounded(line.short, frame), long)
    factor = min(max(line.factor, low), high)
    if above is not None and (long <= above.long or factor >= above.factor):
        return None
    return Wanted(line.name, line.severity, long, short, factor)


def _rounded(seconds: int, frame: Frame) -> int:
    """The length, if it can be recorded; else the nearest one that people say."""
    if seconds % frame.base == 0 and seconds >= frame.shortest:
        return seconds
    return min(frame.round_windows(), key=lambda window: abs(log(window / max(seconds, 1))))


def _shown(line: Wanted) -> str:
    long, short = format_duration(line.long), format_duration(line.short)
    return f"{to_text(line.factor, 4)} times over {long} and {short}"


def _written(tier: Wanted, frame: Frame) -> dict[str, Any]:
    return {
        "name": tier.name,
        "severity": tier.severity,
        "budget": f"{plain(_share(tier, frame))}%",
        "long": format_duration(tier.long),
        "short": format_duration(tier.short),
    }


def _share(tier: Wanted, frame: Frame) -> Decimal:
    """The share of the budget in percent, rounded to where its factor stays within the bounds."""
    exact = tier.factor * tier.long / frame.window * 100
    value = Decimal(exact.numerator) / Decimal(exact.denominator)
    up = value.quantize(_DIGITS, ROUND_CEILING)
    is_high = Fraction(up) / 100 * frame.window / tier.long > min(frame.highest, _most(tier))
    return value.quantize(_DIGITS, ROUND_FLOOR) if is_high else up


def _most(tier: Wanted) -> Fraction:
    """A ticket at the last ticket's bound must not be above it."""
    is_at_bound = tier.severity == TICKET and tier.factor == LAST_TICKET_FACTOR
    return LAST_TICKET_FACTOR if is_at_bound else tier.factor + 1


NAMES: Final = ("page_fast", "page_slow", "ticket_fast", "ticket_slow")
SEVERITIES: Final = (PAGE, PAGE, TICKET, TICKET)
