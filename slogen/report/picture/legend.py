"""What the marks of a picture mean, in words."""

from __future__ import annotations

from collections.abc import Iterator

from slogen.report.picture import alerts
from slogen.report.picture.marks import rect, tag, text
from slogen.report.picture.sheet import LEFT, Sheet, is_missing


def legend(sheet: Sheet, top: float) -> Iterator[str]:
    """What the marks mean that are there, in words beside each."""
    x = float(LEFT)
    for kind, said in _marks(sheet):
        if kind == "hatch":
            yield tag("rect", x=x, y=top, width=18, height=12, fill=f"url(#{sheet.key}-hatch)")
        else:
            yield rect(x, top, 18, 12, kind)
        yield text(x + 23, top + 10, said, "soft")
        x += 23 + 6.4 * len(said) + 16
    yield _hatch(sheet.key)


def _marks(sheet: Sheet) -> Iterator[tuple[str, str]]:
    played = [each for _, each in sheet.compared.known]
    firings = [firing for each in played for firing in each.firings]
    kinds = dict.fromkeys(alerts.kind_of(firing.severity) for firing in firings)
    for kind in (each for each in alerts.KINDS if each in kinds):
        yield kind, f"{kind} fired" if kind != "info" else "other alert fired"
    if any(firing.pending < firing.start for firing in firings):
        yield f"{next(iter(kinds))} pending", "pending, not yet fired"
    if any(each.incidents for each in played):
        yield "band", "incident"
    if any(left < 0 for each in played[:1] for _, left in each.left):
        yield "hatch", "more than the budget is spent"
    if any(is_missing(sheet, series) for each in played[:1] for series in (each.left, each.ratio)):
        yield "gap", "no data"


def _hatch(key: str) -> str:
    strokes = tag("path", d="M0 0V7", class_="spent", stroke_width=3)
    size = {"width": 7, "height": 7}
    turned = {"patternUnits": "userSpaceOnUse", "patternTransform": "rotate(45)"}
    return tag("defs", tag("pattern", strokes, id=f"{key}-hatch", **size, **turned))
