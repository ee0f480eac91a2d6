"""The budget that is left over the time."""

from __future__ import annotations

from collections.abc import Iterator
from math import isfinite
from typing import Final

from slogen.history.played import Played
from slogen.report.history_words import share
from slogen.report.picture.marks import apart, cut, line, path, tag, text
from slogen.report.picture.scale import Scale, round_ticks
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
from slogen.report.picture.trace import stretches, thin
from slogen.report.versions import left_at_end, worst_left

HEIGHT: Final = 170
_DEEPEST: Final = -2.0  # below that the rest could no longer be read


def budget(sheet: Sheet, top: float) -> Iterator[str]:
    """The budget that is left, and the part below 0 hatched."""
    lows = [worst[1] for _, played in sheet.compared.known if (worst := worst_left(played))]
    highs = [left for _, p in sheet.compared.known for _, left in p.left if isfinite(left)]
    low = max(min([0.0, *lows]), _DEEPEST)
    y = Scale(low * 1.08, max([1.0, *highs]), top + HEIGHT, top)
    yield text(LEFT, top - 32, "Error budget left", "strong")
    yield from missing(sheet, sheet.compared.known[0][1].left, top, HEIGHT)
    for value in round_ticks(y.low, y.high):
        yield from value_line(y(value), f"{value * 100:g} %")
    yield from _area(sheet, sheet.compared.known[0][1], y)
    yield line(LEFT, y(0), RIGHT, y(0), "zero")
    for place, (_, played) in numbered(sheet.compared):
        yield trace(sheet, played.left, y, f"trace {version_class(place)}")
    if low == _DEEPEST and min(lows) < low:
        said = f"goes down to {share(min(lows))}, below this picture"
        yield text(LEFT + 6, top + HEIGHT - 6, said, "warn strong")
    yield from _ends(sheet, y, top)


def _ends(sheet: Sheet, y: Scale, top: float) -> Iterator[str]:
    """At the right, where the lines end and whose they are."""
    ends = [(place, s.version, left_at_end(p)) for place, (s, p) in numbered(sheet.compared)]
    known = [(place, version, left) for place, version, left in ends if left is not None]
    heights = apart((y(left) for *_, left in known), LABEL, top + 4, top + HEIGHT)
    for (_, version, left), height in zip(known, heights, strict=True):
        name = f"{cut(version, 14)}: " if len(sheet.compared.sides) > 1 else "at the end "
        kind = "warn strong" if left < 0 else "strong"
        yield text(BEHIND, height + 4, f"{name}{share(left)}", kind)


def _area(sheet: Sheet, played: Played, y: Scale) -> Iterator[str]:
    """Between the line and 0: tinted above, hatched below."""
    shapes = []
    for part in stretches(played.left):
        pixels = thin(part, sheet.x, y)
        shapes.append(path([(pixels[0][0], y(0)), *pixels, (pixels[-1][0], y(0))], closed=True))
    if not shapes:
        return
    above, below = f"{sheet.key}-above", f"{sheet.key}-below"
    size = {"x": LEFT, "width": RIGHT - LEFT}
    yield tag("clipPath", tag("rect", **size, y=y.last, height=y(0) - y.last), id=above)
    yield tag("clipPath", tag("rect", **size, y=y(0), height=y.first - y(0)), id=below)
    yield tag("path", d="".join(shapes), class_="area", clip_path=f"url(#{above})")
    if any(left < 0 for _, left in played.left):
        hatch = f"url(#{sheet.key}-hatch)"
        yield tag("path", d="".join(shapes), clip_path=f"url(#{below})", fill=hatch)
