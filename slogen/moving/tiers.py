"""Burn-rate alerts of other tools -> tiers that slogen takes, as near as its bounds allow."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import log
from typing import Any, Final

from slogen.model.tiers import LAST_TICKET_FACTOR, PAGE, READ_DIGITS, TICKET, Frame
from slogen.units import format_duration, to_text


@dataclass(frozen=True, slots=True)
class Wanted:
    """An alert as another tool has it: windows in seconds, its burn rate, and for how many seconds it waits;
    also the `share` of the budget (0..1), if that is what the tool says."""

    name: str
    severity: str
    long: int
    short: int
    factor: Fraction
    share: Fraction | None = None
    wait: int = 0


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
            waits = found.wait != line.wait
            bent.append(f"`{line.name}` is {_shown(found, waits)}, and was {_shown(line, waits)}")
    pages = {line.severity for line in wanted} <= {line.severity for line in tiers}
    is_close = [tier.factor for tier in tiers] == [line.factor for line in wanted]
    written = tuple(map(_written, tiers)) if pages else ()
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
    is_kept = (long, short, factor) == (line.long, line.short, line.factor)
    return Wanted(
        line.name, line.severity, long, short, factor, line.share if is_kept else None, min(line.wait, short)
    )


def _rounded(seconds: int, frame: Frame) -> int:
    """The length, if it can be recorded; else the nearest one that people say."""
    if seconds % frame.base == 0 and seconds >= frame.shortest:
        return seconds
    return min(frame.round_windows(), key=lambda window: abs(log(window / max(seconds, 1))))


def _shown(line: Wanted, waits: bool) -> str:
    long, short = format_duration(line.long), format_duration(line.short)
    held = f", for {format_duration(line.wait)}" if waits else ""
    return f"{to_text(line.factor, READ_DIGITS)} times over {long} and {short}{held}"


def _written(tier: Wanted) -> dict[str, Any]:
    """In the words of the other tool."""
    factor = {"factor": Decimal(to_text(tier.factor, READ_DIGITS))}
    return {
        "name": tier.name,
        "severity": tier.severity,
        **(factor if tier.share is None else {"budget": f"{to_text(tier.share * 100, 9)}%"}),
        "long": format_duration(tier.long),
        "short": format_duration(tier.short),
        **({"for": format_duration(tier.wait)} if tier.wait else {}),
    }


NAMES: Final = ("page_fast", "page_slow", "ticket_fast", "ticket_slow")
SEVERITIES: Final = (PAGE, PAGE, TICKET, TICKET)
