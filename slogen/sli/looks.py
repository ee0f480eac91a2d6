"""How the raw series of a kind without a histogram look on a board."""

from __future__ import annotations

from collections.abc import Iterable

from slogen.model.sli import Look
from slogen.promql.names import is_counter_name
from slogen.promql.numbers import COUNTING
from slogen.promql.parse import PromqlError, parse, parse_selector
from slogen.promql.tree import Call, Range, walk


def series_look(metrics: Iterable[str], texts: Iterable[str] = ()) -> Look:
    """The first of these selectors that is a plain one; events where its name, or PromQL in the user's words,
    says that it is a counter."""
    for text in metrics:
        try:
            selector = parse_selector(text)
        except PromqlError:  # a metric without a plain selector is not drawn
            continue
        is_counter = is_counter_name(selector.metric) or selector.metric in counted(texts)
        return Look(selector, is_counter)
    return Look()


def counted(texts: Iterable[str]) -> frozenset[str]:
    """The metrics that these texts of PromQL take the growth of."""
    calls = [node for text in texts for node in walk(parse(text)) if isinstance(node, Call)]
    inside = [node for call in calls if call.name in COUNTING for node in walk(call)]
    found = (node.selector.name for node in inside if isinstance(node, Range))
    return frozenset(filter(None, found))
