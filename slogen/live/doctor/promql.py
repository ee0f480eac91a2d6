"""Questions as PromQL, many of them in one query."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from slogen.live.doctor.asks import Ask, Of, Only
from slogen.promql.text import grouped, is_label_name, quote
from slogen.units import format_duration

MARK: Final = "slogen_ask"  # a label that says which question a sample answers
_LATELY: Final = "1h"
_ONLY: Final = {Only.ALL: "{0}", Only.NAN: "({0} != {0})", Only.NEGATIVE: "({0} < 0)"}


def expression(ask: Ask, since: int) -> str:
    """A question as PromQL."""
    selected, by = str(ask.selector), _names(ask.by)
    if ask.of is Of.EVENTS:
        return grouped("sum", f"increase({selected}[{_LATELY}])", by)
    if ask.ever:
        selected = f"last_over_time({selected}[{format_duration(since)}])"
    selected = _ONLY[ask.only].format(selected)
    if ask.without is not None:
        on = f" on ({', '.join(_names(ask.on))})" if ask.on else ""
        selected = f"{selected} unless{on} {ask.without}"
    if ask.apart:
        selected = f"count without ({', '.join(_names(ask.apart))}) ({selected})"
    return grouped("count", selected, by)


def _names(labels: Iterable[str]) -> tuple[str, ...]:
    """Names of labels; of any script, quoted as Prometheus 3 has them."""
    return tuple(name if is_label_name(name) else quote(name) for name in labels)


def together(expressions: Sequence[str]) -> str:
    """Several expressions as one; each sample has the number of its expression in a label."""
    marked = (f'label_replace({each}, "{MARK}", "{n}", "", "")' for n, each in enumerate(expressions))
    return "\nor\n".join(marked)
