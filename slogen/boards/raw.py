"""Panels over an SLI's own metrics: where bad events come from, and latency as it was observed.

The SLI says how they look.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from typing import Final

from slogen.boards.colours import BLUE, RED
from slogen.emitted.panels import ColourStep, Kind, Panel, Query
from slogen.model.sli import Look
from slogen.model.slo import Slo
from slogen.promql.selector import Selector
from slogen.tell.look import highest
from slogen.tell.words import cut
from slogen.units import to_text

_RATE: Final = "$__rate_interval"
_UNITS: Final = {
    "_seconds": "s",
    "_milliseconds": "ms",
    "_ms": "ms",
    "_microseconds": "µs",
    "_nanoseconds": "ns",
    "_bytes": "bytes",
    "_ratio": "percentunit",
}
_WIDTH, _HEIGHT, _LONGEST_TITLE = 8, 8, 80


def raw_panels(slo: Slo) -> Iterator[Panel]:
    """Panels of what the SLI reads first: the side that is counted, or what a condition is about.

    One metric, because in a large fleet every further panel is a megabyte.
    """
    look = slo.sli.looks()
    if look.series is not None:
        yield _series(look, look.series.metric)
    elif look.histogram is not None and look.native:
        yield _quantiles(slo, f"sum(rate({look.histogram}[{_RATE}]))", look, unit_of(look.histogram.metric))
    elif look.histogram is not None:
        yield from _latency(slo, look, look.histogram)


def unit_of(metric: str) -> str:
    """Grafana's unit of a metric, from its name; "" where it doesn't say."""
    name = re.sub(r"_(?:bucket|count|sum|total)$", "", metric)
    return next((unit for suffix, unit in _UNITS.items() if name.endswith(suffix)), "")


def _series(look: Look, metric: str) -> Panel:
    """The ten series of a metric with the highest values."""
    return Panel(
        "raw",
        Kind.LINES,
        cut(metric, _LONGEST_TITLE),
        f"{'Events per second' if look.is_counter else 'Values'} of the ten highest series, each by itself.",
        (Query(highest(look, _RATE)),),
        "cps" if look.is_counter else unit_of(metric),
        width=2 * _WIDTH,
        height=_HEIGHT,
    )


def _latency(slo: Slo, look: Look, histogram: Selector) -> Iterator[Panel]:
    """A heatmap, and the quantile that the objective is about beside its threshold."""
    rates = f"sum by (le) (rate({histogram.suffixed('_bucket')}[{_RATE}]))"
    unit = unit_of(histogram.metric)
    yield Panel(
        "heatmap",
        Kind.HEATMAP,
        cut(histogram.metric, _LONGEST_TITLE),
        "How long events took, as observed.",
        (Query(rates, "{{le}}"),),
        unit,
        width=_WIDTH,
        height=_HEIGHT,
    )
    yield _quantiles(slo, rates, look, unit)


def _quantiles(slo: Slo, rates: str, look: Look, unit: str) -> Panel:
    """The median, and the quantile that the objective is about."""
    holds = f"The objective holds while {slo.percent} of events stay below the red line"
    wanted = dict.fromkeys((Fraction(1, 2), slo.objective))
    return Panel(
        "quantiles",
        Kind.LINES,
        f"p{slo.percent.removesuffix('%')} and threshold",
        f"{holds}{'.' if look.is_whole else ' and are good, which this panel does not tell.'}",
        tuple(
            Query(f"histogram_quantile({to_text(q, 12)}, {rates})", f"p{to_text(q * 100, 9)}") for q in wanted
        ),
        unit,
        steps=(ColourStep(BLUE), ColourStep(RED, look.threshold)),
        lines_at=True,
        width=_WIDTH,
        height=_HEIGHT,
        empty="no traffic",
    )
