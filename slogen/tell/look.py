"""Where to look first: queries over the raw series behind an SLI."""

from __future__ import annotations

from slogen.model.sli import Look
from slogen.model.slo import Slo
from slogen.promql.parse import PromqlError, parse_selector


def highest(look: Look, window: str) -> str:
    """PromQL for the ten series of a metric that have the highest values; rates are over `window`."""
    return f"topk(10, rate({look.series}[{window}]))" if look.is_counter else f"topk(10, {look.series})"


def first_look(slo: Slo, window: str) -> str | None:
    """The same for what an SLI reads first; of a histogram, its events. None where nothing can be named."""
    look = slo.sli.looks()
    if look.series is not None:
        return highest(look, window)
    for text in slo.sli.metrics():
        try:
            selector = parse_selector(text)
        except PromqlError:
            continue
        if selector.metric.endswith("_count"):
            return highest(Look(selector, is_counter=True), window)
    return None
