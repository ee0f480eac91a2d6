"""`ratio`: a query that is ready, from 0 to 1, for what cannot be split into bad and total events.

sli: {ratio: {error: 'job:http_errors:ratio5m{job="chat-api"}'}}

Its average over the base window is recorded as bad, of a total of 1. So a minute at night weighs as much as
one at noon. What isn't a number, or is below 0, is missing; above 1 is 1.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any, Final

from slogen.model.origin import Origin
from slogen.model.sli import Parsed
from slogen.promql.limits import without_strings
from slogen.promql.operators import COMPARISONS
from slogen.promql.parse import PromqlError, check_version, read, selectors
from slogen.promql.ranges import check_changes
from slogen.promql.shape import is_of_each, is_scalar, labels_of
from slogen.promql.text import grouped
from slogen.promql.tree import Binary, Expr, Range, Subquery, bare_tree
from slogen.promql.versions import check_language
from slogen.settings import Settings
from slogen.sli.boundaries import tolerant
from slogen.sli.condition import check_data, lookback
from slogen.sli.placeholder import render
from slogen.sli.slices import Slices
from slogen.sli.values import of_ratio
from slogen.sli.vanishing import vanishing

_UNIT: Final = "seconds"
_LOST: Final = (
    "the budget counts time, not events: a quiet minute weighs as much as a busy one, "
    "so a night with errors costs more, and a burst at noon less, than it did to users",
    "several series of a group are averaged, whatever their traffic",
    "values above 1 count as 1; below 0 and NaN count as missing data",
)


def parse(config: Mapping[str, Any], origin: Origin, settings: Settings) -> Parsed:
    """Build Slices from its part of the spec; all that is wrong with it comes back as Problems."""
    field = "good" if "good" in config else "error"
    by = tuple(config.get("by", ()))
    try:
        written, doubts = tolerant(config[field])
        text = render(written, settings.prometheus.rate_range)
        tree = _checked(text, by)
        reads = selectors(tree)
        check_version(reads, settings.prometheus.min_version)
        check_language(text, settings.prometheus.min_version)
        check_changes(text, settings.prometheus.scrape_interval)
    except PromqlError as error:
        return None, [origin.at(field).problem("promql", f"`{field}`: {error}", error.hint)]
    missing = config.get("missing", "ignore")
    doubts += (*vanishing(tree, 1 if field == "good" else -1, missing), *of_ratio(tree))
    ratio = f"clamp_max(({text}) >= 0, 1)"
    if labels_of(tree) != frozenset(by):
        ratio = grouped("avg", ratio, by)
    return Slices(
        share=ratio,
        good_when=f"({text}) == {int(field == 'good')}",
        bad_when=f"({text}) == {int(field == 'error')}",
        length=1,
        missing=missing,
        by=by,
        reads=reads,
        lookback=lookback(tree),
        field=field,
        unit=_UNIT,
        bad_words="was the average error ratio",
        remarks=_LOST,
        errors=field == "error",
        reading="the error ratio" if field == "error" else "the good ratio",
        one_of_two=Fraction(1, 2) if is_of_each(tree) else None,
    ), [doubt.at(origin.at(field)) for doubt in dict.fromkeys(doubts)]


def _checked(text: str, by: tuple[str, ...]) -> Expr:
    """The tree of a query that can be a ratio. Raises PromqlError with a hint."""
    if "#" in without_strings(text):
        raise PromqlError("comments would swallow what slogen writes behind them", "write them in the YAML")
    tree = read(text)
    root = bare_tree(tree)
    if isinstance(root, Binary) and root.op in COMPARISONS:
        raise PromqlError("this is a condition, not a ratio", "write `timeslices: {good: ...}`")
    if is_scalar(tree) or not selectors(tree):
        raise PromqlError("this is a number, not a series", "name a metric, without scalar()")
    if isinstance(root, Range | Subquery):
        raise PromqlError("this is a range", "wrap it, as in avg_over_time(...)")
    check_data(tree)
    labels = labels_of(tree)
    lost = [label for label in by if labels is not None and label not in labels]
    if lost:
        raise PromqlError(
            f"the query has no label `{lost[0]}`, which `by` needs", f"aggregate by ({', '.join(by)})"
        )
    return tree
