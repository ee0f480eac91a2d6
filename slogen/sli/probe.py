"""`probe`: gauges that are 1 when a probe succeeded and 0 when it failed: `probe_success`, `up`.

sli: {probe: {metric: 'probe_success{job="chat-api"}', by: [region]}}

Several series of a group (targets, replicas, probers) are averaged: one of three down is a third of the time
bad. So a budget counts probes, a second fault on top of a first is still seen, and of a hundred replicas one
restart is a hundredth. Whoever wants each to be up writes `timeslices` with `min(...) >= 1`.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, Final

from slogen.model.origin import Origin
from slogen.model.sli import Parsed
from slogen.promql.parse import PromqlError, check_version, parse_selector
from slogen.promql.text import grouped
from slogen.settings import Settings
from slogen.sli.length import read_length
from slogen.sli.slices import Slices
from slogen.sli.values import of_probe

_UNIT: Final = "probes"
_AVERAGED: Final = "several series are averaged: one of three that is down makes a third of the time bad"


def parse(config: Mapping[str, Any], origin: Origin, settings: Settings) -> Parsed:
    """Build Slices from its part of the spec; all that is wrong with it comes back as Problems."""
    by = tuple(config.get("by", ()))
    length, problems = read_length(config, origin, settings, settings.prometheus.step)
    try:
        metric = parse_selector(config["metric"])
        check_version([metric], settings.prometheus.min_version)
    except PromqlError as error:
        hint = 'write `metric{label="value"}`; `timeslices` takes any PromQL'
        problems.append(origin.at("metric").problem("promql", f"`metric`: {error}", hint))
    if problems:
        return None, problems
    return Slices(
        share=grouped("avg", f"({metric} >= 0) > bool 0", by),
        good_when=f"{metric} == 1",
        bad_when=f"{metric} == 0",
        length=length,
        missing=config.get("missing", "ignore"),
        by=by,
        reads=(metric,),
        lookback=0,
        field="metric",
        unit=_UNIT,
        bad_words=f"of {_UNIT} failed",
        remarks=(_AVERAGED,),
        min_bad_events=3,
        reading="the share of probes that succeed",
        one_of_two=Fraction(1, 2),
    ), [doubt.at(origin.at("metric")) for doubt in of_probe(metric)]
