"""What people look at: boards of panels, as data without a format.

A panel says what it asks and how the answer is to be read (unit, thresholds, words for values). How a
dashboard program wants that written is the renderer's matter.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum


class Kind(StrEnum):
    """How the answer of a panel's queries is drawn."""

    TEXT = "text"
    STAT = "stat"
    TABLE = "table"
    LINES = "timeseries"
    STATES = "state-timeline"
    HEATMAP = "heatmap"


@dataclass(frozen=True, slots=True)
class Query:
    """PromQL with the board's variables. `legend` names its series; `instant` asks for now only.

    `title`, `colour` and `link` are for its series in a panel that tells series apart by query. `step` is the
    least time between two of its points.
    """

    expr: str
    legend: str = ""
    instant: bool = False
    title: str = ""
    colour: str = ""
    dashed: bool = False
    link: str = ""
    step: str = ""


@dataclass(frozen=True, slots=True)
class ColourStep:
    """A colour from a value on; the first step of a scale has no value."""

    colour: str
    above: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Word:
    """A text and a colour in place of a value, or of all from `value` to `upto`; the value `""` stands for
    all texts that look like a URL."""

    value: int | str
    text: str
    colour: str = ""
    upto: float | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: a label, or the value of the query with this number (from 0). Words with a colour
    fill their cell; a `hidden` column is there for the links of others."""

    source: str | int
    title: str
    unit: str = ""
    decimals: int | None = None
    steps: tuple[ColourStep, ...] = ()
    words: tuple[Word, ...] = ()
    link: str = ""
    width: int | None = None
    bar: bool = False
    empty: str = ""
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Panel:
    """One panel. `key` is its name in its row, for good: ids come from it. Sizes in grid units, 24 a row.

    `lines_at` draws the steps as lines; `own_time` is a time range of its own ("$window"); `low` and
    `high` bound the axis, which may be `logarithmic`; `empty` is shown where there is no value: never NaN. A
    table is sorted by the columns with the titles `sort`, lowest first, or highest where a `-` precedes it;
    a `named` value has its legend beside it; of a `saying` one there is only its legend, in its colour; a
    `filled` one stands on its colour. `link` is where a click on a value leads. `bars` stand for lines.
    `only` is the number of a query: a table shows just the rows of which that says more than 0. A table whose
    queries are no instant ones shows the `most` highest values of the time range.
    """

    key: str
    kind: Kind
    title: str
    description: str
    queries: tuple[Query, ...] = ()
    unit: str = ""
    decimals: int | None = None
    steps: tuple[ColourStep, ...] = ()
    words: tuple[Word, ...] = ()
    columns: tuple[Column, ...] = ()
    text: str = ""
    link: str = ""
    width: int = 12
    height: int = 8
    empty: str = "no data"
    low: Decimal | None = None
    high: Decimal | None = None
    lines_at: bool = False
    own_time: str = ""
    sort: tuple[str, ...] = ()
    named: bool = False
    saying: bool = False
    filled: bool = False
    logarithmic: bool = False
    bars: bool = False
    most: int = 0
    only: int | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """Panels below a heading; the first row of a board may have none."""

    key: str
    title: str
    panels: tuple[Panel, ...]
    collapsed: bool = False


@dataclass(frozen=True, slots=True)
class Variable:
    """A choice at the top of a board, or a hidden value; `values` is the query of Grafana that lists them.

    `regex` cuts the value out of each result. `every` offers All, which stands for `.*`, for `.+` if what has
    no value is something else (`is_needed`), or for those listed if `only_listed`. A choice with `options`
    (texts and what each stands for) has no query.
    """

    name: str
    label: str
    values: str
    regex: str = ""
    every: bool = False
    hidden: bool = False
    only_listed: bool = False
    is_needed: bool = False
    options: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Link:
    """A link at the top of a board: to a `url`, or to the boards with a `tag`; with the time range, if it
    `keeps_time`."""

    title: str
    url: str = ""
    tag: str = ""
    tooltip: str = ""
    keeps_time: bool = True


@dataclass(frozen=True, slots=True)
class Mark:
    """Moments marked in every panel: where `expr` has samples, or Grafana's own annotations with `tags`."""

    name: str
    colour: str
    expr: str = ""
    title: str = ""
    text: str = ""
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Board:
    """A dashboard. `uid` is for good; `time` the range it opens with ("7d" up to now, or
    "now-1M/M now-1M/M"), whose days are those of the reader unless they are `utc`."""

    uid: str
    title: str
    description: str
    source: str
    owner: str
    rows: tuple[Row, ...]
    variables: tuple[Variable, ...] = ()
    links: tuple[Link, ...] = ()
    marks: tuple[Mark, ...] = ()
    tags: tuple[str, ...] = ()
    time: str = "7d"
    refresh: str = "5m"
    utc: bool = False

    @property
    def panels(self) -> tuple[Panel, ...]:
        """All panels, from top to bottom."""
        return tuple(panel for row in self.rows for panel in row.panels)
