"""The share of errors over the time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import ceil, floor, isfinite, log10
from typing import Final

from slogen.report.figures import objective
from slogen.report.picture.marks import apart, line, text
from slogen.report.picture.scale import Scale, decades, round_ticks
from slogen.report.picture.sheet import (
    BEHIND,
    LABEL,
    LEFT,
    RIGHT,
    Sheet,
    missing,
    numbered,
    trace,
    value_line,
    version_class,
)

HEIGHT: Final = 110
_Limit = tuple[str, float, str]  # words, error ratio, how its line looks


def errors(sheet: Sheet, top: float) -> Iterator[str]:
    """The share of errors, with what the objective allows and the thresholds of tiers."""
    limits = _limits(sheet)
    y = _errors_scale(sheet, limits, top)
    yield text(LEFT, top - 9, "Share of errors" + (", on a logarithmic axis" if y.is_log else ""), "strong")
    yield from missing(sheet, sheet.compared.known[0][1].ratio, top, HEIGHT)
    for value in decades(y.low, y.high) if y.is_log else round_ticks(y.low, y.high, 4):
        least = "≤ " if y.is_log and value <= y.low * 1.01 else ""
        yield from value_line(y(value), f"{least}{value * 100:.6g} %")
    drawn: list[object] = []
    for place, (_, played) in numbered(sheet.compared):
        if played.ratio not in drawn:
            kind = f"trace errors {version_class(place) if drawn else ''}".rstrip()
            yield trace(sheet, played.ratio, y, kind)
            drawn.append(played.ratio)
    yield from _lines(y, top, limits)


def _limits(sheet: Sheet) -> list[_Limit]:
    """What each objective allows, drawn as the lines of its version, and the thresholds."""
    shares = {p.objective: place for place, (_, p) in reversed([*numbered(sheet.compared)])}
    thresholds = [(f"{name} {_percent(value)}", value, "threshold") for name, value in sheet.thresholds]
    if len(shares) == 1:
        allowed = [float(1 - share) for share in shares]
        return [*((f"allowed {_percent(value)}", value, "allowed") for value in allowed), *thresholds]
    limits = [
        (f"allowed by {objective(float(share))}", float(1 - share), f"limit {version_class(place)}")
        for share, place in shares.items()
    ]
    return [*limits, *thresholds]


def _percent(ratio: float) -> str:
    return f"{ratio * 100:.4g} %"


def _errors_scale(sheet: Sheet, limits: Sequence[_Limit], top: float) -> Scale:
    """A logarithmic axis where the errors reach far above what is allowed."""
    found = [v for _, p in sheet.compared.known for _, v in p.ratio if isfinite(v)]
    marks = [value for _, value, _ in limits if value > 0]
    high, low = max([*found, *marks, 1e-6]), min(marks, default=1e-3)
    bottom = top + HEIGHT
    if high <= 8 * low:
        return Scale(0, high * 1.05, bottom, top)
    return Scale(10.0 ** floor(log10(low / 5)), 10.0 ** ceil(log10(high) - 1e-9), bottom, top, is_log=True)


def _lines(y: Scale, top: float, limits: Sequence[_Limit]) -> Iterator[str]:
    heights = apart((y(value) for _, value, _ in limits), LABEL, top + 4, top + HEIGHT)
    for (name, value, kind), height in zip(limits, heights, strict=True):
        yield line(LEFT, y(value), RIGHT, y(value), kind)
        yield text(BEHIND, height + 4, name, "warn" if kind == "allowed" else "soft", most=24)
