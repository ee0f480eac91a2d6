"""Ranges that hold too few scrapes for what is asked of them."""

from __future__ import annotations

from typing import Final

from slogen.promql.parse import PromqlError, parse
from slogen.promql.tree import Call, Range, walk
from slogen.units import format_duration

_CHANGES: Final = frozenset({"rate", "irate", "increase", "delta", "idelta", "deriv", "predict_linear"})
_RECORDED: Final = 2  # colons in a name by convention, level:metric:operation; `vllm:tokens_total` is scraped


def check_changes(text: str, scrape_interval: int) -> None:
    """Raise PromqlError where a change is asked of a range that does not hold two scrapes (seconds apart) at
    each moment: there is no value then, so nothing is ever bad. What rules recorded comes as rules run."""
    for call in (node for node in walk(parse(text)) if isinstance(node, Call) and node.name in _CHANGES):
        for asked in (arg for arg in call.args if isinstance(arg, Range)):
            seconds, needed = int(asked.length.total_seconds()), 2 * scrape_interval
            if seconds < needed and (asked.selector.name or "").count(":") < _RECORDED:
                held = f"`{call.name}` over {format_duration(seconds)} has no value while it holds one scrape"
                message = f"{held}, and they are {format_duration(scrape_interval)} apart"
                hint = (
                    f"write at least `[{format_duration(needed)}]`, better `[{format_duration(2 * needed)}]`"
                )
                raise PromqlError(message, hint)
