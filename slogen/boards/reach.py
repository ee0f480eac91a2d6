"""How far back one SLO's budget reaches, as boards need it in queries and time ranges.

It is said outright where all SLOs of a project reach equally far, else chosen by variables, which takes
questions on each load.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from slogen.conventions import INFO, PERIOD_DAYS
from slogen.emitted.panels import Variable
from slogen.model.calendar import MONTH, QUARTER, WEEK, YEAR
from slogen.model.slo import Service, Slo
from slogen.units import DAY, HOUR, MINUTE, format_duration, to_text

# Below so many seconds a window is looked at in tiles of so many: the pair of each is recorded for every SLO
# whose window holds some. A sum over tiles at some sixty moments then stays within ten thousand samples.
_TILES: Final = ((7 * DAY + 1, HOUR), (35 * DAY, 6 * HOUR), (1000 * DAY, DAY))
_SHORT: Final = 8 * HOUR  # below that it is looked at in base windows
_MOMENTS: Final = 56
_PAST: Final = "[7d:30m]"
# The part of a calendar period that is over, as Grafana writes it.
_PERIODS: Final = {WEEK: "now/w", MONTH: "now/M", QUARTER: "now/fQ", YEAR: "now/y"}


@dataclass(frozen=True, slots=True)
class Reach:
    """`window` as series are called after it, `span` as PromQL's duration but for a minute, `shown` as
    Grafana's time range, the `tile` in which it is looked at, how many `tiles` there are, and the least
    `step` between two looks; each a text or a variable."""

    window: str
    span: str
    shown: str
    tile: str
    tiles: str
    step: str
    variables: tuple[Variable, ...] = ()


def reach_of(services: Sequence[Service], slos: str, base: int) -> Reach:
    """The reach of any SLO of the services; `slos` are matchers that choose one, `base` is the base window in
    seconds."""
    found = dict.fromkeys(_of(slo, base) for service in services for slo in service.slos)
    if len(found) == 1:
        [only] = found
        return only
    return Reach(
        "$window", "${span}m", "$shown", "$tile", "$tiles", "${step}m", tuple(_variables(slos, base))
    )


def _of(slo: Slo, base: int) -> Reach:
    tile = next(tile for _, most, tile in _ranges(base) if slo.window < most)
    tiles = to_text(Fraction(slo.window, tile), 9)
    shown = _PERIODS[slo.calendar.period] if slo.calendar else ""
    # A minute less, so that Prometheus 2, too, sees no tile that ended when the window began.
    span = f"{slo.window // MINUTE - 1}m"
    step = f"{-(-slo.window // MINUTE // _MOMENTS)}m"
    return Reach(slo.period, span, shown or format_duration(slo.window), format_duration(tile), tiles, step)


def _variables(slos: str, base: int) -> Iterator[Variable]:
    """The same, of the recorded length of the chosen SLO's window."""
    # Also of an SLO whose rules stopped, or never ran: without a tile a board would be one of errors.
    days = f"(max({PERIOD_DAYS}{{{slos}}} or last_over_time({PERIOD_DAYS}{{{slos}}}{_PAST})) or vector(30))"
    minutes = DAY // MINUTE
    number = r"/\} (\d+) /"
    yield Variable("window", "", f"label_values({INFO}{{{slos}}}, window)", hidden=True)
    # A calendar period has no whole number of days on the day on which clocks change.
    span = f"query_result(ceil({days} * {minutes} - 0.01) - 1)"
    yield Variable("span", "", span, regex=number, hidden=True)
    step = f"query_result(ceil({days} * {minutes} / {_MOMENTS} - 0.01))"
    yield Variable("step", "", step, regex=number, hidden=True)
    tile = " or ".join(
        f'label_replace({_within(days, low, most)}, "tile", "{format_duration(tile)}", "", "")'
        for low, most, tile in _ranges(base)
    )
    yield Variable("tile", "", f"query_result({tile})", regex=r'/tile="([^"]+)"/', hidden=True)
    tiles = " or ".join(f"{_within(days, low, most)} / {tile}" for low, most, tile in _ranges(base))
    yield Variable("tiles", "", f"query_result({tiles})", regex=r"/\} ([0-9.]+) /", hidden=True)
    info = f"({INFO}{{{slos}}} or last_over_time({INFO}{{{slos}}}{_PAST}))"
    shown_as = f'label_replace({info}, "shown", "$1", "window", "(.+)")'
    for word, shown in _PERIODS.items():
        shown_as = f'label_replace({shown_as}, "shown", "{shown}", "window", "{word}")'
    shown = (
        f'topk(1, group by (shown) ({shown_as})) or on () label_replace(vector(1), "shown", "30d", "", "")'
    )
    found = r'/shown="([^"]+)"/'
    yield Variable("shown", "", f"query_result({shown})", regex=found, hidden=True)


def _ranges(base: int) -> Iterator[tuple[int, int, int]]:
    """From how many seconds on, and below how many, which tile is taken."""
    low = 0
    for most, tile in ((_SHORT, base), *_TILES):
        yield low, most, tile
        low = most


def _within(days: str, low: int, most: int) -> str:
    return f"({days} * {DAY} >= {low} < {most})"
