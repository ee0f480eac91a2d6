"""SLI kinds: one module each, one line each in KINDS. The only place that knows kinds."""

from __future__ import annotations

from typing import Final

from slogen.model.sli import Parser
from slogen.sli import composite, events, freshness, latency, preset, probe, ratio, timeslices
from slogen.sli.scope import in_scope

_KINDS: Final[dict[str, Parser]] = {
    "events": in_scope(events.parse, "bad", "good", "total"),
    "latency": in_scope(latency.parse, "histogram"),
    "timeslices": in_scope(timeslices.parse, "good"),
    "freshness": in_scope(freshness.parse, "timestamp"),
    "probe": in_scope(probe.parse, "metric"),
    "ratio": in_scope(ratio.parse, "error", "good"),
    "composite": composite.parse,
}
# A preset becomes an SLI of one of the others.
KINDS: Final[dict[str, Parser]] = {**_KINDS, "preset": preset.parser(_KINDS)}
