"""SLIs of slogen as indicators of OpenSLO: what is counted, or which value is compared with what."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from slogen.load.presets import preset
from slogen.model.origin import Origin
from slogen.promql.matchers import read_matchers
from slogen.promql.parse import PromqlError, parse_selector
from slogen.promql.selector import Matcher, Selector
from slogen.sli.condition import read_condition
from slogen.sli.parameters import read_texts
from slogen.sli.placeholder import is_template
from slogen.sli.preset import expand
from slogen.sli.threshold import UNITS, in_unit, unit_of
from slogen.units import MINUTE, parse_duration, plain, to_decimal

Config = Mapping[str, Any]
_OURS: Final = re.compile(r"\{\{[-+]?\s*window\s*[-+]?\}\}")
_THEIRS: Final = "{{.window}}"
_WORDS: Final = {">": "gt", ">=": "gte", "<": "lt", "<=": "lte"}
_RATE_RANGE: Final = 5 * MINUTE
_SLICE: Final = "5m"


class NoIndicatorError(Exception):
    """OpenSLO has no indicator for an SLI; the text says why."""


@dataclass(frozen=True, slots=True)
class Indicator:
    """The `spec` of an SLI, the budgeting method, what the objective compares, and the length of a slice in
    seconds."""

    spec: Mapping[str, Any]
    method: str = "Occurrences"
    objective: Mapping[str, Any] = field(default_factory=dict)
    slice: int | None = None


def indicator(sli: Config, origin: Origin) -> Indicator:
    """The indicator of an SLI as it is written in a spec, at `origin`. Raises NoIndicatorError."""
    if "preset" in sli:
        sli = _written_out(sli, origin)
    kind = next(iter(sli))
    if kind not in _KINDS:
        raise NoIndicatorError(f"OpenSLO has no indicator like `{kind}`")
    try:
        return _KINDS[kind](sli[kind])
    except PromqlError as error:
        raise NoIndicatorError(str(error)) from None


def _written_out(sli: Config, origin: Origin) -> Config:
    """The SLI that a preset stands for."""
    found = preset(sli["preset"])
    texts = read_texts(found, sli.get("with", {}), origin, []) if found else None
    if found is None or texts is None:
        raise NoIndicatorError(f"the preset `{sli['preset']}` is not known")
    return {found.kind: expand(found, texts, sli)}


def _metric(query: str) -> dict[str, Any]:
    return {"metricSource": {"type": "Prometheus", "spec": {"query": _OURS.sub(_THEIRS, query)}}}


def _events(config: Config) -> Indicator:
    """Counters as they are, or all with ranges where one of them has some."""
    sides = {name: str(config[name]).strip() for name in ("bad", "good", "total") if name in config}
    if any(map(is_template, sides.values())):
        sides = {name: text if is_template(text) else _rate(text) for name, text in sides.items()}
    if "total" not in sides:  # good and bad alone are all
        sides["total"] = f"{_summed(sides['good'])} + {_summed(sides['bad'])}"
        del sides["good"]
    counted = "bad" if "bad" in sides else "good"
    return _counted(counted, sides[counted], sides["total"])


def _counted(name: str, counted: str, total: str) -> Indicator:
    return Indicator({"ratioMetric": {"counter": True, name: _metric(counted), "total": _metric(total)}})


def _rate(selector: str) -> str:
    return f"sum(rate({selector}[{_THEIRS}]))"


def _summed(text: str) -> str:
    return text if is_template(text) else f"sum({text})"


def _latency(config: Config) -> Indicator:
    histogram = parse_selector(str(config["histogram"]))
    good = read_matchers(config["good"], "") if "good" in config else ()
    bound = plain(_threshold(config, histogram.metric))
    if config.get("native"):
        within = Selector(histogram.metric, (*histogram.matchers, *good))
        share = f"histogram_fraction(0, {bound}, {_rate(str(within))})"
        return Indicator({"ratioMetric": {"rawType": "success", "raw": _metric(share)}})
    bucket = Selector(f"{histogram.metric}_bucket", (*histogram.matchers, *good, Matcher("le", "=", bound)))
    return _counted("good", str(bucket), histogram.suffixed("_count"))


def _threshold(config: Config, metric: str) -> Decimal:
    """The threshold as the bucket of the histogram has it."""
    text, unit = str(config["threshold"]), config.get("unit") or unit_of(metric)
    return in_unit(text, unit) if unit in UNITS else to_decimal(text)


def _timeslices(config: Config) -> Indicator:
    text = str(config["good"]).strip()
    found = read_condition(text, tuple(config.get("by", ())), _RATE_RANGE).comparison
    if found is None or found.operator not in _WORDS:  # how many series say that it is good
        return _compared(f"count({text}) or vector(0)", "gte", Decimal(1), config)
    return _compared(found.value, _WORDS[found.operator], found.threshold, config)


def _compared(query: str, operator: str, value: Decimal, config: Config) -> Indicator:
    length = parse_duration(str(config.get("slice", _SLICE)))
    objective = {"op": operator, "value": value}
    return Indicator({"thresholdMetric": _metric(query)}, "Timeslices", objective, length)


def _freshness(config: Config) -> Indicator:
    age = Decimal(parse_duration(str(config["max_age"])))
    seconds = f"({str(config['timestamp']).strip()})" + (
        " / 1000" if config.get("unit") == "milliseconds" else ""
    )
    return _compared(f"abs(time() - {seconds})", "lte", age, config)


def _probe(config: Config) -> Indicator:
    metric = str(config["metric"]).strip()
    sums = [f"sum({name}({metric}[{_THEIRS}]))" for name in ("sum_over_time", "count_over_time")]
    return _counted("good", *sums)


def _ratio(config: Config) -> Indicator:
    name, kind = ("good", "success") if "good" in config else ("error", "failure")
    return Indicator({"ratioMetric": {"rawType": kind, "raw": _metric(str(config[name]).strip())}})


_KINDS: Final[Mapping[str, Callable[[Config], Indicator]]] = {
    "events": _events,
    "latency": _latency,
    "timeslices": _timeslices,
    "freshness": _freshness,
    "probe": _probe,
    "ratio": _ratio,
}
