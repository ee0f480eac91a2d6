"""SLI kinds: one module each, one line each in KINDS. The only place that knows kinds."""

from __future__ import annotations

from typing import Final

from slogen.model.sli import Parser
from slogen.sli import composite, events, freshness, latency, preset, probe, ratio, timeslices

_KINDS: Final[dict[str, Parser]] = {
    "events": events.parse,
    "latency": latency.parse,
    "timeslices": timeslices.parse,
    "freshness": freshness.parse,
    "probe": probe.parse,
    "ratio": ratio.parse,
    "composite": composite.parse,
}
# A preset becomes an SLI of one of the others.
KINDS: Final[dict[str, Parser]] = {**_KINDS, "preset": preset.parser(_KINDS)}
