"""What the parts of an SLO's picture share: where everything stands, and lines that each of them has."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from slogen.history.played import Played, Point
from slogen.report.history_words import Clock
from slogen.report.picture.marks import line, path, rect, tag, text
from slogen.report.picture.scale import Scale
from slogen.report.picture.style import DASHES
from slogen.report.picture.trace import gaps, stretches, thin
from slogen.report.versions import Compared, Side

WIDTH: Final = 1000
MARGIN: Final = 20
LEFT: Final = 168
RIGHT: Final = 838
BEFORE: Final = LEFT - 8  # where words at the left end
BEHIND: Final = RIGHT + 12  # where words at the right begin
LABEL: Final = 13.0  # the least distance of two lines of words
LEAST: Final = 2.0  # pixels of a bar, so that a short page is seen
Threshold = tuple[str, float]


@dataclass(frozen=True, slots=True)
class Sheet:
    """What all parts of an SLO's picture share. `key` is part of every id within."""

    compared: Compared
    clock: Clock
    thresholds: Sequence[Threshold]
    key: str

    @property
    def x(self) -> Scale:
        """From a time to a pixel."""
        return Scale(self.clock.start, self.clock.end, LEFT, RIGHT)


def version_class(place: int) -> str:
    """How the lines of a version look."""
    return f"version{place % len(DASHES)}"


def numbered(compared: Compared) -> Iterator[tuple[int, tuple[Side, Played]]]:
    """The versions that have the SLO, with their place among all."""
    for place, side in enumerate(compared.sides):
        if side.played is not None:
            yield place, (side, side.played)


def trace(sheet: Sheet, points: Sequence[Point], y: Scale, class_: str) -> str:
    parts = [path(thin(part, sheet.x, y)) for part in stretches(points)]
    return tag("path", d="".join(parts), class_=class_) if parts else ""


def missing(sheet: Sheet, points: Sequence[Point], top: float, height: float) -> Iterator[str]:
    """Where nothing is known, in words when there is room."""
    for start, end in gaps(points, sheet.clock.start, sheet.clock.end):
        first, last = sheet.x(start), sheet.x(end)
        if last - first < 1:
            continue
        yield rect(first, top, last - first, height, "gap", f"no data, {sheet.clock.between(start, end)}")
        if last - first > 52:
            yield text((first + last) / 2, top + height / 2, "no data", "soft", "middle")


def is_missing(sheet: Sheet, points: Sequence[Point]) -> bool:
    """Whether a part of a series isn't known, and wide enough to be drawn."""
    return any(missing(sheet, points, 0, 0))


def value_line(height: float, said: str) -> Iterator[str]:
    yield line(LEFT, height, RIGHT, height, "grid")
    yield text(BEFORE, height + 4, said, "soft", "end")
