"""`timeslices`: the share of time slices in which a condition holds.

sli: {timeslices: {good: 'avg(eval_score{suite="support"}) >= 0.85', slice: 5m, missing: ignore}}
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from slogen.model.origin import Origin
from slogen.model.sli import Parsed
from slogen.promql.parse import PromqlError, check_version, read
from slogen.promql.ranges import check_changes
from slogen.promql.versions import check_language
from slogen.settings import Settings
from slogen.sli.boundaries import tolerant
from slogen.sli.condition import Condition, condition_problem, read_condition
from slogen.sli.length import read_length
from slogen.sli.slices import Slices
from slogen.sli.values import of_condition
from slogen.sli.vanishing import vanishing
from slogen.units import MINUTE

UNIT = "time slices"
LENGTH = 5 * MINUTE
_LONGEST_WORDS = 100


def parse(config: Mapping[str, Any], origin: Origin, settings: Settings) -> Parsed:
    """Build Slices from its part of the spec; all that is wrong with it comes back as Problems."""
    by = tuple(config.get("by", ()))
    length, problems = read_length(config, origin, settings, LENGTH)
    condition, (good, doubts) = None, tolerant(config["good"])
    try:
        condition = read_condition(good, by, settings.prometheus.rate_range)
        check_version(condition.reads, settings.prometheus.min_version)
        check_language(condition.text, settings.prometheus.min_version)
        check_changes(condition.text, settings.prometheus.scrape_interval)
    except PromqlError as error:
        problems.append(condition_problem(origin, "good", error))
    if problems or condition is None:
        return None, problems
    missing = config.get("missing", "ignore")
    tree = read(condition.text)
    doubts += (*vanishing(tree, 0, missing), *of_condition(tree))
    return Slices(
        share=condition.verdict,
        good_when=condition.holds,
        bad_when=condition.opposite,
        length=length,
        missing=missing,
        by=by,
        reads=condition.reads,
        lookback=condition.lookback,
        field="good",
        unit=UNIT,
        bad_words=f"of {UNIT} were bad{_because(condition)}",
        remarks=(),
        condition=condition,
        one_of_two=condition.one_of_two,
    ), [doubt.at(origin.at("good")) for doubt in dict.fromkeys(doubts)]


def _because(condition: Condition) -> str:
    """The condition of a bad slice, where it is short enough to be read at night."""
    shown = " ".join(condition.opposite.split()) if condition.comparison else ""
    return f" ({shown})" if 0 < len(shown) <= _LONGEST_WORDS else ""
