"""Elements of an SVG document. Everything that is given as text is escaped here, and nowhere else."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from rich.cells import cell_len, set_cell_size

from slogen.report.visible import visible


def number(value: float) -> str:
    """A coordinate: a tenth of a pixel is enough."""
    said = f"{value:.1f}".removesuffix(".0")
    return "0" if said == "-0" else said


def tag(name: str, *inside: str, **attributes: float | str) -> str:
    """An element around others. `class_` is `class`, `font_weight` is `font-weight`."""
    said = "".join(
        f' {_attribute(key)}="{_value(value)}"' for key, value in attributes.items() if value != ""
    )
    return f"<{name}{said}>{''.join(inside)}</{name}>" if inside else f"<{name}{said}/>"


def _attribute(key: str) -> str:
    return key.removesuffix("_").replace("_", "-")


def _value(value: float | str) -> str:
    return escape(visible(value)) if isinstance(value, str) else number(value)


def words(said: str) -> str:
    """Text as the inside of an element."""
    return escape(visible(said), quote=False)


def text(x: float, y: float, said: str, class_: str = "", anchor: str = "", most: int = 0) -> str:
    """A line of text; of at most so many cells, when that is given."""
    return tag("text", words(cut(said, most) if most else said), x=x, y=y, class_=class_, text_anchor=anchor)


def cut(said: str, most: int) -> str:
    """A text that is no wider than so many cells of a terminal."""
    said = visible(said)
    return said if cell_len(said) <= most else set_cell_size(said, most - 1).rstrip() + "…"


def line(x1: float, y1: float, x2: float, y2: float, class_: str) -> str:
    """A straight line."""
    return tag("line", x1=x1, y1=y1, x2=x2, y2=y2, class_=class_)


def rect(x: float, y: float, width: float, height: float, class_: str, title: str = "") -> str:
    """A rectangle, with what is told when somebody points at it."""
    inside = [tag("title", words(title))] if title else []
    return tag("rect", *inside, x=x, y=y, width=width, height=height, class_=class_)


def path(points: Iterable[tuple[float, float]], *, closed: bool = False) -> str:
    """The data of a path through points; one that stands alone is a dot."""
    pairs = [f"{number(x)} {number(y)}" for x, y in points]
    if len(pairs) == 1:
        return f"M{pairs[0]}h0"
    return f"M{pairs[0]}L{' '.join(pairs[1:])}" + ("Z" if closed else "")


def apart(places: Iterable[float], least: float, low: float, high: float) -> list[float]:
    """Heights of labels, in the order given, moved so far that none covers another one."""
    order = sorted(enumerate(places), key=lambda pair: pair[1])
    reached, moved = low - least, {}
    for key, place in order:
        reached = max(place, reached + least)
        moved[key] = reached
    limit = high
    for key, _ in reversed(order):
        moved[key] = min(moved[key], limit)
        limit = moved[key] - least
    return [moved[key] for key in range(len(order))]
