"""Panels over an SLI's own metrics: where bad events come from, and latency as it was observed.

The SLI says how they look.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Final

from slogen.boards.colours import BLUE, NEUTRAL, ORANGE, RED
from slogen.boards.common import legend, raw_matchers
from slogen.conventions import VALUE
from slogen.emitted.panels import ColourStep, Kind, Panel, Query
from slogen.model.levels import CRITICAL, WARNING, Levels
from slogen.model.sli import Look
from slogen.model.slo import Slo
from slogen.promql.parse import parse
from slogen.promql.selector import Matcher, Selector
from slogen.promql.written import narrowed, written
from slogen.tell.look import highest
from slogen.tell.queries import Scope
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
_WIDTH, _HEIGHT, _LONGEST_TITLE = 7, 8, 80
_OF_GAUGE: Final = {"seconds": "s", "share": "percentunit"}
_OTHER_UNIT: Final = re.compile(r"[/*]|rate\(|increase\(|deriv\(|count|time\(")  # than the metric itself
_LEVELS: Final = {WARNING: ORANGE, CRITICAL: RED}


def raw_panels(slo: Slo, scope: Scope) -> Iterator[Panel]:
    """Panels of what the SLI reads first: the side that is counted, or what a condition compares; and of what
    levels are compared with. `scope` is the SLO.

    One metric, because in a large fleet every further panel is a megabyte.
    """
    look = _chosen(slo.sli.looks(), raw_matchers(scope.settings))
    if look.compared and slo.levels:
        yield _reading(slo, slo.levels, scope, 2 * _WIDTH)
        return
    if look.compared:
        yield _compared(look)
    elif look.series is not None:
        yield _series(look, look.series.metric)
    elif look.histogram is not None and look.native:
        yield _quantiles(slo, f"sum(rate({look.histogram}[{_RATE}]))", look, unit_of(look.histogram.metric))
    elif look.histogram is not None:
        yield from _latency(slo, look, look.histogram)
    if slo.levels:
        yield _reading(slo, slo.levels, scope, 24)


def _chosen(look: Look, matchers: Sequence[Matcher]) -> Look:
    """The look of the series that also pass these matchers."""
    if not matchers:
        return look
    return replace(
        look,
        series=look.series and look.series.where(*matchers),
        histogram=look.histogram and look.histogram.where(*matchers),
        compared=look.compared and written(narrowed(parse(look.compared), matchers)),
    )


def _bad_side(*, low: bool) -> str:
    return "below" if low else "above"


def _compared(look: Look) -> Panel:
    """What the SLI compares, and with what."""
    worst = "bottomk" if look.low_is_bad else "topk"
    metric = look.series.metric if look.series else ""
    return Panel(
        "raw",
        Kind.LINES,
        cut(metric, _LONGEST_TITLE) or "What the SLI compares",
        f"What the SLI compares, of the ten worst series; bad {_bad_side(low=look.low_is_bad)} the red line.",
        (Query(f"{worst}(10, {look.compared})"),),
        _OF_GAUGE.get(look.unit) or ("" if _OTHER_UNIT.search(look.compared) else unit_of(metric)),
        steps=(ColourStep(BLUE), ColourStep(RED, look.threshold)),
        lines_at=True,
        width=2 * _WIDTH,
        height=_HEIGHT,
    )


def _reading(slo: Slo, levels: Levels, scope: Scope, width: int) -> Panel:
    """What the levels are compared with, as recorded: of each step the worst moment."""
    gauge = levels.gauge
    is_low = gauge.beyond == "<"
    worst = "min" if is_low else "max"
    lines = {level.threshold: _LEVELS[level.name] for level in levels.each}
    if gauge.target is not None:
        lines.setdefault(gauge.target, NEUTRAL)
    said = f"the {' and the '.join(f'{level.name} level' for level in levels.each)}"
    target = ", and of what the SLI itself asks for" if gauge.target in set(lines) else ""
    return Panel(
        "levels",
        Kind.LINES,
        f"{gauge.what[0].upper()}{gauge.what[1:]}, and levels",
        f"Bad {_bad_side(low=is_low)} the lines, which are those of {said}{target}.",
        (
            Query(
                f"{worst}_over_time({scope.groups(VALUE)}[{_RATE}])",
                legend((*scope.settings.identity, *slo.sli.by)) or slo.name,
            ),
        ),
        _OF_GAUGE.get(gauge.unit, ""),
        steps=(ColourStep(BLUE), *(ColourStep(colour, at) for at, colour in sorted(lines.items()))),
        lines_at=True,
        width=width,
        height=_HEIGHT,
        empty="no data",
    )


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
