"""The incidents below a picture, in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from slogen.report.figures import span
from slogen.report.history_words import cost
from slogen.report.picture.marks import text
from slogen.report.picture.sheet import MARGIN, WIDTH, Sheet
from slogen.report.versions import Compared, Moment, tiers_in, waited

_MOST: Final = 12
_LINE: Final = 19
_COLUMN: Final = 270  # where what came of them begins


def listed(sheet: Sheet, every: Sequence[Moment], top: float) -> Iterator[str]:
    """Each incident, the most expensive where there are too many; each version in a column."""
    if not every:
        return
    shown = sorted(sorted(range(len(every)), key=lambda n: -_dear(every[n]))[:_MOST])
    sides = sheet.compared.sides
    width = (WIDTH - _COLUMN - MARGIN) / len(sides)
    if len(sides) > 1:
        for place, side in enumerate(sides):
            yield text(_COLUMN + place * width, top + 12, side.version, "strong", most=int(width / 7))
    yield text(MARGIN, top + 12, "Incidents that paged", "strong")
    for line_, number in enumerate(shown, 1):
        y, moment = top + 12 + _LINE * line_, every[number]
        yield text(MARGIN + 18, y, str(number + 1), "strong", "end")
        yield text(MARGIN + 28, y, sheet.clock.between(moment.start, moment.end))
        for place in range(len(sides)):
            said = _in_words(sheet.compared, moment, place, is_long=len(sides) == 1)
            yield text(_COLUMN + place * width, y, said, most=int(width / 6))
    if len(every) > len(shown):
        y = top + 12 + _LINE * (len(shown) + 1)
        yield text(MARGIN + 28, y, f"and {len(every) - len(shown)} that cost less")


def _dear(moment: Moment) -> float:
    return sum(each.budget for incidents in moment.incidents for each in incidents)


def _in_words(compared: Compared, moment: Moment, place: int, *, is_long: bool) -> str:
    if compared.sides[place].played is None:
        return "not there"
    if not moment.incidents[place]:
        return "no page"
    end = compared.sides[place].history.end
    said = []
    for each in moment.incidents[place]:
        lasted = span((end if each.end is None else each.end) - each.start)
        more = f" of the budget, paged after {span(waited(each))}: {', '.join(tiers_in(each))}"
        said.append(f"{lasted}, {cost(each)}{more if is_long else ''}")
    return " and ".join(said)


def height_of(every: Sequence[Moment]) -> int:
    """The pixels of all lines."""
    return _LINE * (1 + min(len(every), _MOST + 1)) if every else 0
