"""Numbers of a live SLO as people read them. Shares are rounded down: none looks better than it is."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import ROUND_FLOOR, Decimal
from fractions import Fraction
from math import isfinite

from slogen.units import roughly, to_text

_MOST = 1e9


def percent(share: float | None, digits: int = 2) -> str:
    """0.9991 -> "99.91 %"; "-" for what isn't known, or is no number that anybody could mean."""
    if share is None or not abs(share) < _MOST:
        return "-"
    exact = Decimal(repr(round(share * 100, 10)))
    return f"{exact.quantize(Decimal(1).scaleb(-digits), ROUND_FLOOR):f} %"


def objective(share: float | None) -> str:
    """0.999 -> "99.9 %"."""
    return "-" if share is None else f"{to_text(Fraction(round(share * 10**12), 10**10), 9)} %"


def digits_for(objective_share: float | None) -> int:
    """Digits that show a difference of a hundredth of the budget: 99.9 % needs 3."""
    text = objective(objective_share)
    return max(2, len(text.partition(".")[2].removesuffix(" %")) + 2 if "." in text else 2)


def span(seconds: float | None) -> str:
    """10620 -> "2h57m": the two largest units; "-" for what isn't known."""
    return "-" if seconds is None or not isfinite(seconds) else roughly(seconds)


def times(rate: float | None) -> str:
    """A burn rate: "0.2x"."""
    if rate is None:
        return "-"
    return f"{rate:.1f}x" if rate < 99.95 else f"{rate:.0f}x"


def moment(at: float) -> str:
    """A Unix time: "2026-10-19 14:05 UTC"."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M UTC")


def clock(at: float, now: float) -> str:
    """A Unix time as seen on a day: "09:12" today, "19 Oct 09:12" else."""
    when, today = (datetime.fromtimestamp(each, UTC) for each in (at, now))
    return when.strftime("%H:%M" if when.date() == today.date() else "%-d %b %H:%M")


def rounded(value: float | None, factor: float = 1) -> float | None:
    """A number for JSON, which knows no infinity."""
    return round(value * factor, 6) if value is not None and isfinite(value * factor) else None


def rfc3339(at: float | None) -> str | None:
    """A Unix time: "2026-10-19T14:05:00Z"."""
    return None if at is None else datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
