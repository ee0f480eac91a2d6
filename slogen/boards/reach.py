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
from slogen.units import DAY, HOUR, MINUTE, format_duration, parse_duration, to_text

# Below so many seconds a window is looked at in such tiles: the pair of each is recorded for every SLO whose
# window holds some. A sum over tiles at some sixty moments then stays within ten thousand samples.
_TILES: Final = ((8 * HOUR, "5m"), (7 * DAY + 1, "1h"), (35 * DAY, "6h"), (1000 * DAY, "1d"))
_MOMENTS: Final = 56
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


def reach_of(services: Sequence[Service], slos: str) -> Reach:
    """The reach of any SLO of the services; `slos` are matchers that choose one."""
    found = dict.fromkeys(_of(slo) for service in services for slo in service.slos)
    if len(found) == 1:
        [only] = found
        return only
    return Reach("$window", "${span}m", "$shown", "$tile", "$tiles", "${step}m", tuple(_variables(slos)))


def _of(slo: Slo) -> Reach:
    tile = next(text for most, text in _TILES if slo.window < most)
    tiles = to_text(Fraction(slo.window, parse_duration(tile)), 9)
    shown = _PERIODS[slo.calendar.period] if slo.calendar else ""
    # A minute less, so that Prometheus 2, too, sees no tile that ended when the window began.
    span = f"{slo.window // MINUTE - 1}m"
    return Reach(
        slo.period,
        span,
        shown or format_duration(slo.window),
        tile,
        tiles,
        f"{-(-slo.window // MINUTE // _MOMENTS)}m",
    )


def _variables(slos: str) -> Iterator[Variable]:
    """The same, of the recorded length of the chosen SLO's window."""
    # Also of an SLO whose rules stopped: a board without a tile is one of errors.
    days = f"max({PERIOD_DAYS}{{{slos}}} or last_over_time({PERIOD_DAYS}{{{slos}}}[7d:6h]))"
    minutes = DAY // MINUTE
    number = r"/\} (\d+) /"
    yield Variable("window", "", f"label_values({INFO}{{{slos}}}, window)", hidden=True)
    # A calendar period has no whole number of days on the day on which clocks change.
    span = f"query_result(ceil({days} * {minutes} - 0.01) - 1)"
    yield Variable("span", "", span, regex=number, hidden=True)
    step = f"query_result(ceil({days} * {minutes} / {_MOMENTS} - 0.01))"
    yield Variable("step", "", step, regex=number, hidden=True)
    tile = r'/tile="([^"]+)"/'
    yield Variable("tile", "", f"query_result({_chosen_tile(days)})", regex=tile, hidden=True)
    tiles = " or ".join(
        f"{_within(days, low, most)} / {parse_duration(tile)}" for low, most, tile in _ranges()
    )
    yield Variable("tiles", "", f"query_result({tiles})", regex=r"/\} ([0-9.]+) /", hidden=True)
    periods = " or ".join(
        f'label_replace(group({INFO}{{{slos},window="{word}"}}), "shown", "{shown}", "", "")'
        for word, shown in _PERIODS.items()
    )
    rolling = (
        f'label_replace({INFO}{{{slos},window!~"{"|".join(_PERIODS)}"}}, "shown", "$1", "window", "(.+)")'
    )
    yield Variable(
        "shown",
        "",
        f"query_result({periods} or group by (shown) ({rolling}))",
        '/shown="([^"]+)"/',
        hidden=True,
    )


def _ranges() -> Iterator[tuple[int, int, str]]:
    """From how many seconds on, and below how many, which tile is taken."""
    low = 0
    for most, tile in _TILES:
        yield low, most, tile
        low = most


def _within(days: str, low: int, most: int) -> str:
    return f"({days} * {DAY} >= {low} < {most})"


def _chosen_tile(days: str) -> str:
    return " or ".join(
        f'label_replace({_within(days, low, most)}, "tile", "{tile}", "", "")'
        for low, most, tile in _ranges()
    )
