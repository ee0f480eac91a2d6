"""SLI kinds: one module each, one line each in KINDS. The only place that knows kinds."""

from __future__ import annotations

from typing import Final

from slogen.model.sli import Parser
from slogen.sli import composite, events, freshness, latency, preset, probe, ratio, timeslices
from slogen.sli.scope import in_scope
from slogen.sli.slips import with_slips


def _reading(parse: Parser, *fields: str, matchers: tuple[str, ...] = ()) -> Parser:
    """A kind whose PromQL stands in `fields`, and matchers alone in others."""
    return with_slips(in_scope(parse, *fields), *fields, *matchers)


_KINDS: Final[dict[str, Parser]] = {
    "events": _reading(events.parse, "bad", "good", "total"),
    "latency": _reading(latency.parse, "histogram", matchers=("good",)),
    "timeslices": _reading(timeslices.parse, "good"),
    "freshness": _reading(freshness.parse, "timestamp"),
    "probe": _reading(probe.parse, "metric"),
    "ratio": _reading(ratio.parse, "error", "good"),
    "composite": composite.parse,
}
# A preset becomes an SLI of one of the others.
KINDS: Final[dict[str, Parser]] = {**_KINDS, "preset": preset.parser(_KINDS)}
