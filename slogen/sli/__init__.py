"""SLI kinds: one module each, one line each in KINDS. The only place that knows kinds."""

from __future__ import annotations

from slogen.model.sli import Parser
from slogen.sli import composite, events, freshness, latency, preset, probe, ratio, timeslices

KINDS: dict[str, Parser] = {
    "events": events.parse,
    "latency": latency.parse,
    "timeslices": timeslices.parse,
    "freshness": freshness.parse,
    "probe": probe.parse,
    "ratio": ratio.parse,
    "composite": composite.parse,
    "preset": preset.parse,
}
