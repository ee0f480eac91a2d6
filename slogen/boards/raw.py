"""Panels over an SLI's own metrics: where bad events come from, and latency as it was observed.

Whether they are a histogram says the SLI; whether a series is a counter follows from its name, and from how
the expressions use it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from typing import Final

from slogen.boards.common import GREEN, RED
from slogen.emitted.panels import Kind, Panel, Query, Step
from slogen.model.sli import Look, Recorded
from slogen.model.slo import Slo
from slogen.promql.parse import PromqlError, Selector, parse_selector
from slogen.settings import Settings
from slogen.tell.words import cut
from slogen.units import to_text

_RATE: Final = "[$__rate_interval]"
_COUNTERS: Final = ("_total", "_count", "_sum", "_bucket")
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


def raw_panels(slo: Slo, settings: Settings) -> Iterator[Panel]:
    """Panels of what the SLI reads first: the side that is counted, or what a condition is about.

    One metric, because in a large fleet every further panel is a megabyte.
    """
    selectors = [found for text in slo.sli.metrics() if (found := _selector(text)) is not None]
    if not selectors:
        return
    look = slo.sli.looks()
    if look.histogram is None:
        pair = slo.sli.pair(settings, Recorded())
        yield _series(selectors[0], f"{pair.total}\n{pair.bad}{pair.good}")
    elif look.native:
        yield _quantiles(slo, f"sum(rate({look.histogram}{_RATE}))", look, unit_of(look.histogram.metric))
    else:
        yield from _latency(slo, look, look.histogram)


def first_look(slo: Slo, settings: Settings, window: str) -> str | None:
    """PromQL for the ten series behind an SLI that have the highest values; rates are over `window`."""
    for panel in raw_panels(slo, settings):
        if panel.key == "raw":
            return panel.queries[0].expr.replace(_RATE, f"[{window}]")
    for text in slo.sli.metrics():
        if (selector := _selector(text)) is not None and selector.metric.endswith("_count"):
            return f"topk(10, rate({selector}[{window}]))"
    return None


def _selector(text: str) -> Selector | None:
    try:
        return parse_selector(text)
    except PromqlError:  # a metric without a plain selector has no panel
        return None


def unit_of(metric: str) -> str:
    """Grafana's unit of a metric, from its name; "" where it doesn't say."""
    name = re.sub(r"_(?:bucket|count|sum|total)$", "", metric)
    return next((unit for suffix, unit in _UNITS.items() if name.endswith(suffix)), "")


def _series(selector: Selector, expressions: str) -> Panel:
    """The ten series of a metric with the highest values."""
    is_counter = selector.metric.endswith(_COUNTERS) or f"rate({selector}[" in expressions
    return Panel(
        "raw",
        Kind.LINES,
        cut(selector.metric, _LONGEST_TITLE),
        f"{'Events per second' if is_counter else 'Values'} of the ten highest series, each by itself.",
        (Query(f"topk(10, rate({selector}{_RATE}))" if is_counter else f"topk(10, {selector})"),),
        "cps" if is_counter else unit_of(selector.metric),
        width=2 * _WIDTH,
        height=_HEIGHT,
    )


def _latency(slo: Slo, look: Look, histogram: Selector) -> Iterator[Panel]:
    """A heatmap, and the quantile that the objective is about beside its threshold."""
    rates = f"sum by (le) (rate({histogram.suffixed('_bucket')}{_RATE}))"
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
        steps=(Step(GREEN), Step(RED, look.threshold)),
        lines_at=True,
        width=_WIDTH,
        height=_HEIGHT,
        empty="no traffic",
    )
