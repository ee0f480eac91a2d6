"""`freshness`: the newest success is younger than an age. A condition on a timestamp, for time slices.

sli: {freshness: {timestamp: 'max(index_built_timestamp_seconds{index="support"})', max_age: 2h}}
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from slogen.diagnostics import Problem
from slogen.model.origin import Origin
from slogen.model.sli import Parsed
from slogen.promql.operators import split
from slogen.promql.parse import PromqlError, check_version, read
from slogen.promql.ranges import check_changes
from slogen.promql.shape import is_scalar
from slogen.promql.tree import Binary, Range, Subquery, bare_tree
from slogen.promql.versions import check_language
from slogen.settings import Settings
from slogen.sli.condition import Condition, ConditionError, condition_problem, read_condition
from slogen.sli.length import read_length
from slogen.sli.placeholder import render
from slogen.sli.slices import Slices
from slogen.sli.timeslices import LENGTH, UNIT
from slogen.sli.values import is_age, of_timestamp
from slogen.units import format_duration, parse_duration

_IN_A_SECOND: Final = {"seconds": 1, "milliseconds": 1000}
_FIRST = "what never succeeded (no timestamp, or 0) has `max_age` from when the rules began; then it is bad"
_FUTURE = "a timestamp that is further in the future than the age is bad: a clock or the unit is wrong"


def parse(config: Mapping[str, Any], origin: Origin, settings: Settings) -> Parsed:
    """Build Slices from its part of the spec; all that is wrong with it comes back as Problems."""
    by = tuple(config.get("by", ()))
    length, problems = read_length(config, origin, settings, LENGTH)
    age = parse_duration(config["max_age"])
    if age < settings.prometheus.step:
        message = f"an age of {format_duration(age)} is below the time between two samples"
        hint = f"{format_duration(settings.prometheus.step)} is the shortest (`prometheus` in slogen.yaml)"
        problems.append(origin.at("max_age").problem("max-age", message, hint))
    condition = _condition(config, age, origin, settings, problems)
    if problems or condition is None:
        return None, problems
    timestamp = read(render(config["timestamp"], settings.prometheus.rate_range))
    doubts = of_timestamp(timestamp, config.get("unit", "seconds"), age)
    return Slices(
        share=condition.verdict,
        good_when=_compared(config, age, ">"),
        bad_when=_compared(config, age, "<"),
        length=length,
        missing=config.get("missing", "bad"),
        by=by,
        reads=condition.reads,
        lookback=condition.lookback,
        field="timestamp",
        unit=UNIT,
        bad_words=f"of {UNIT} had no success younger than {format_duration(age)}",
        remarks=(_FIRST, _FUTURE),
        condition=condition,
        reading="the age",
        grace=age,
        reading_unit="seconds",
        one_of_two=condition.one_of_two,
    ), [doubt.at(origin.at("timestamp")) for doubt in doubts]


def _compared(config: Mapping[str, Any], age: int, operator: str) -> str:
    """The same in other words, so that the proof doesn't take the condition for right."""
    oldest = f"time() - {age}" if config.get("unit") != "milliseconds" else f"1000 * time() - {age * 1000}"
    return f"({config['timestamp']}) {operator} {oldest}"


def _condition(
    config: Mapping[str, Any], age: int, origin: Origin, settings: Settings, problems: list[Problem]
) -> Condition | None:
    """`abs(time() - (x)) <= age`: far in the future is as wrong as far in the past."""
    divisor = _IN_A_SECOND[config.get("unit", "seconds")]
    try:
        timestamp = render(config["timestamp"], settings.prometheus.rate_range)
        _check(timestamp)
        in_seconds = f"(({timestamp}) != 0)" if divisor == 1 else f"(({timestamp}) != 0) / {divisor}"
        by = tuple(config.get("by", ()))
        condition = read_condition(f"abs(time() - {in_seconds}) <= {age}", by, settings.prometheus.rate_range)
        check_version(condition.reads, settings.prometheus.min_version)
        check_language(condition.text, settings.prometheus.min_version)
        check_changes(condition.text, settings.prometheus.scrape_interval)
    except PromqlError as error:
        problems.append(condition_problem(origin, "timestamp", error))
        return None
    return condition


def _check(timestamp: str) -> None:
    """On its own it must be a vector; what is no expression could break out of the parentheses."""
    tree = bare_tree(read(timestamp))
    if is_scalar(tree):
        raise ConditionError("this is a number, not a series", "name the metric of the timestamp")
    if split(timestamp) is not None and isinstance(tree, Binary):
        raise ConditionError(
            "this is a condition, not a timestamp", "name the metric alone; `max_age` is the limit"
        )
    if is_age(tree):
        raise ConditionError("this is an age, not a timestamp", "drop `time() -`; `max_age` is the limit")
    if isinstance(tree, Range | Subquery):
        raise ConditionError("this is a range", "wrap it, as in max_over_time(...)")
