"""A picture of histories: an SLO below the other, with the versions of each on one axis of time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from slogen.report.figures import objective
from slogen.report.history_words import BACKTEST, clock_of, headline, stretch
from slogen.report.picture import alerts, budget, errors, listed
from slogen.report.picture.legend import legend
from slogen.report.picture.marks import cut, line, rect, text, words
from slogen.report.picture.scale import time_ticks
from slogen.report.picture.sheet import (
    LEFT,
    MARGIN,
    RIGHT,
    WIDTH,
    Sheet,
    Threshold,
    numbered,
    version_class,
)
from slogen.report.picture.style import css
from slogen.report.versions import Compared, Versions, compare, detailed, moments


@dataclass(slots=True)
class _Page:
    """What is drawn so far, and how far down."""

    y: float = 0.0
    parts: list[str] = field(default_factory=list)

    def add(self, parts: Iterator[str], height: float) -> None:
        self.parts += parts
        self.y += height


def svg(
    versions: Versions,
    *,
    kind: str = BACKTEST,
    thresholds: Mapping[str, Sequence[Threshold]] | None = None,
    theme: str = "auto",
) -> str:
    """A document of its own, which loads nothing; the same bytes for the same histories. Of several SLOs
    those are drawn of which an alert fired. `thresholds` are error ratios by SLO, with a name each; `theme`
    is one of THEMES."""
    every = compare(versions)
    page = _Page()
    for number, compared in enumerate(detailed(every)):
        given = (thresholds or {}).get(compared.slo_id, ())
        _slo(page, Sheet(compared, clock_of(versions[0][1], kind), given, f"s{number}"), kind)
    page.add(_quiet(every, page.y), 24 * (len(every) != len(detailed(every)) or not every))
    page.y += 14
    names = ", ".join(each.name for each in every) or "no SLO"
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" class="slogen" viewBox="0 0 {WIDTH} {page.y:.0f}" '
            f'width="{WIDTH}" height="{page.y:.0f}" role="img" aria-labelledby="slogen-title slogen-desc">',
            f'<title id="slogen-title">{words(f"{kind} of {cut(names, 200)}")}</title>',
            f'<desc id="slogen-desc">{words(_description(versions, kind))}</desc>',
            f"<style>\n{css(theme)}</style>",
            rect(0, 0, WIDTH, page.y, "ground"),
            *filter(None, page.parts),
            "</svg>\n",
        ]
    )


def _quiet(every: Sequence[Compared], top: float) -> Iterator[str]:
    """Those that have no picture."""
    names = [each.name for each in every if each.is_quiet and len(every) > 1]
    if names or not every:
        said = f"no alert of {len(names)} more: {', '.join(names)}" if every else "no SLO was played"
        yield text(MARGIN, top + 22, said, "soft said", most=130)


def _description(versions: Versions, kind: str) -> str:
    said = [f"{stretch(versions[0][1], kind)}."]
    for compared in compare(versions):
        for side, played in compared.known:
            version = f", {side.version}" if len(versions) > 1 else ""
            said.append(f"{compared.name}{version}: {headline(played)}.")
    return " ".join(said)


def _slo(page: _Page, sheet: Sheet, kind: str) -> None:
    """Everything of one SLO, from the top down."""
    compared, every = sheet.compared, moments(sheet.compared)
    page.add(_head(sheet, kind, page.y), 58 + 19 * len(compared.known))
    page.y += 48
    top = page.y
    rows = alerts.height_of(compared)
    height = budget.HEIGHT + 32 + errors.HEIGHT + 14 + rows
    page.parts += _grid(sheet, top, height)
    page.parts += alerts.bands(sheet, [(each.start, each.end) for each in every], top, height)
    page.add(budget.budget(sheet, page.y), budget.HEIGHT + 32)
    page.add(errors.errors(sheet, page.y), errors.HEIGHT + 14)
    page.add(alerts.alerts(sheet, page.y), rows)
    page.add(_times(sheet, page.y), 44)
    page.add(legend(sheet, page.y), 28)
    page.add(listed.listed(sheet, every, page.y), listed.height_of(every))
    page.y += 14


def _head(sheet: Sheet, kind: str, top: float) -> Iterator[str]:
    """What it is, and what came of it: the answer comes before the proof."""
    compared = sheet.compared
    yield text(MARGIN, top + 32, compared.name, "title", most=90)
    promised = " or ".join(
        dict.fromkeys(f"{objective(float(p.objective))} over {p.period}" for _, p in compared.known)
    )
    when = stretch(compared.sides[0].history, kind)
    yield text(MARGIN, top + 52, f"{kind} of {promised}: {when}", "soft said", most=140)
    several = len(compared.sides) > 1
    for number, (place, (side, played)) in enumerate(numbered(compared)):
        y = top + 74 + 19 * number
        if several:
            yield line(MARGIN, y - 4, MARGIN + 34, y - 4, f"trace {version_class(place)}")
        name = f"{cut(side.version, 30)}: " if several else ""
        yield text(MARGIN + (42 if several else 0), y, name + headline(played), "said strong", most=130)


def _grid(sheet: Sheet, top: float, height: float) -> Iterator[str]:
    for tick in time_ticks(sheet.clock):
        yield line(sheet.x(tick.at), top, sheet.x(tick.at), top + height, "grid")


def _times(sheet: Sheet, top: float) -> Iterator[str]:
    """The axis of time."""
    yield line(LEFT, top, RIGHT, top, "zero")
    for tick in time_ticks(sheet.clock):
        x = sheet.x(tick.at)
        yield line(x, top, x, top + 4, "zero")
        yield text(x, top + 17, tick.said, "", "middle")
        if tick.below:
            yield text(x, top + 31, tick.below, "soft", "middle")
    zone = "since the start" if sheet.clock.is_elapsed else "UTC"
    yield text(LEFT - 30, top + 17, zone, "soft", "end")
