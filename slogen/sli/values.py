"""What the name of a metric says of its values, where the kind that reads them takes them for something else:
a counter for a level, a status code for 0 and 1, a speed for a duration.

All of that compiles and proves, since a proof has the values that a kind expects; with the real ones no time
is ever bad, or all is. Only names that say it plainly are told, as warnings.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from slogen.promql.names import is_counter_name
from slogen.promql.operators import COMPARISONS
from slogen.promql.parse import selector_of
from slogen.promql.selector import Matcher, Selector
from slogen.promql.shape import constant, is_scalar
from slogen.promql.tree import Aggregation, Binary, Call, Expr, Range, VectorSelector, bare_tree
from slogen.sli.counters import Doubt, known_types
from slogen.sli.threshold import unit_of

# Of several series one, or something between them: the value stays what it is.
_KEEPING: Final = frozenset({"sum", "avg", "min", "max", "quantile", "topk", "bottomk"})
_BETWEEN: Final = _KEEPING - {"sum"}
_IN_TIME: Final = frozenset(f"{each}_over_time" for each in ("avg", "min", "max", "quantile", "last"))
_OF_VALUES: Final = _IN_TIME | {"histogram_quantile", "round", "ceil", "floor", "abs"}
_FLIPPED: Final = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}

_MORE_IS_BETTER: Final = re.compile(
    r"(?:^|[_:])(?:per_s(?:ec(?:ond)?)?|tps|[qr]ps|throughput|goodput|score|quality|accuracy|similarity|relevanc[ey]"
    r"|faithfulness|groundedness|correctness|helpfulness|recall|hit_rat(?:e|io)|success_rat(?:e|io))(?:_ratio)?$"
)
_LESS_IS_BETTER: Final = re.compile(
    r"err(?:or)?s?_|fail|anomal|risk|toxic|drift|distance|loss|hallucinat|bias|perplex|miss|drop|threat|spam|harm|fraud"
    r"|vulnerab|cvss|latency|duration"
)
# Gauges of 0 and 1 have no unit, and nobody counts with them.
_NO_PROBE: Final = re.compile(
    r"_(?:(?:milli|micro|nano)?seconds|minutes|hours|days|ms|duration|latency|bytes|celsius|percent(?:age)?|pct|score"
    r"|(?:status_?)?code|timestamp|expiry|replicas(?:_\w+)?|total|count|sum|bucket)$"
)
_ALWAYS_ONE: Final = re.compile(r"_info$")
_PERCENT: Final = re.compile(r"_(?:percent(?:age)?|pct)$")
# vLLM's end in `perc`, and go from 0 to 1.
_RATIO: Final = re.compile(r"(?:_ratio|:ratio(?:\d+[smhdw])?|(?:cache|kv)_usage_perc)$")
_AGE: Final = re.compile(r"_(?:age|lag|delay|staleness)(?:_(?:milli)?seconds|_ms)?$")
_IN_MILLISECONDS: Final = re.compile(r"_(?:ms|millis|milliseconds)$")


def of_probe(metric: Selector) -> Iterator[Doubt]:
    """A warning where a probe's gauge is not one of 0 and 1."""
    name = metric.metric
    if _ALWAYS_ONE.search(name):
        message = f"`{name}` is 1 for as long as it is there, by its name: no probe of it ever fails"
        yield Doubt("not-a-probe", message, "read a gauge that is 0 after a failure, such as `up`")
    elif _NO_PROBE.search(name):
        message = f"`{name}` is no gauge of 0 and 1, by its name: every value above 0 would be a success"
        limit = f", as `good: '{metric} < 400'`" if name.endswith("code") else " and the limit that is meant"
        hint = f"write `timeslices` with the condition{limit}"
        yield Doubt("not-a-probe", message, hint)


def of_histogram(
    histogram: Selector, boundary: Matcher, unit: str | None = None, *, native: bool = False
) -> Iterator[Doubt]:
    """Warnings where more is better of what a latency SLI wants to be at most the threshold, and where the
    `unit` that is said is another than that of the name."""
    name = histogram.metric
    if unit is not None and unit_of(name) not in (unit, None):
        message = f"`{name}` is in {unit_of(name)}, by its name, and `unit` says {unit}"
        yield Doubt("other-unit", message, "drop `unit`, unless the name is wrong")
    if not _MORE_IS_BETTER.search(name) or _LESS_IS_BETTER.search(name):
        return
    message = f"`latency` takes events of at most the threshold as good, and of `{name}` more is better"
    if native:
        rates = f"sum(rate({histogram}[{{{{ window }}}}]))"
        hint = f"write `ratio` with `error: 'histogram_fraction(0, LIMIT, {rates})'`"
    else:
        bad, total = histogram.suffixed("_bucket", boundary), histogram.suffixed("_count")
        hint = f"write `events` with `bad: '{bad}'` and `total: '{total}'`"
    yield Doubt("more-is-better", message, hint)


def of_condition(tree: Expr) -> Iterator[Doubt]:
    """Warnings of a condition that compares what its name says can't be compared so."""
    root = bare_tree(tree)
    if isinstance(root, Binary) and root.op in ("and", "or"):
        yield from of_condition(root.left)
        yield from of_condition(root.right)
    elif isinstance(root, Binary) and root.op in COMPARISONS:
        is_left = is_scalar(root.right)
        value, bound = (root.left, root.right) if is_left else (root.right, root.left)
        operator = root.op if is_left else _FLIPPED.get(root.op, root.op)
        yield from _lifetimes(value)
        yield from _always(value, operator, bound)


def of_ratio(tree: Expr) -> Iterator[Doubt]:
    """Warnings of a query whose value, by its name, doesn't lie between 0 and 1, or doesn't move."""
    yield from _lifetimes(tree)
    metric = _alone(tree)
    if metric and _PERCENT.search(metric.metric):
        message = f"`{metric.metric}` is in percent, by its name, and a ratio lies between 0 and 1"
        yield Doubt("out-of-range", message, f"write `{metric} / 100`")


def of_timestamp(tree: Expr, unit: str) -> Iterator[Doubt]:
    """Warnings of a timestamp that, by its name, is an age, or has another unit."""
    metric = _alone(tree)
    if metric is None:
        return
    if _AGE.search(metric.metric):
        message = f"`{metric.metric}` is an age, by its name, and `timestamp` wants the time of the success"
        yield Doubt("not-a-timestamp", message, f"write `timeslices: {{good: 'max({metric}) < 3600'}}`")
    elif _IN_MILLISECONDS.search(metric.metric) and unit == "seconds":
        message = f"`{metric.metric}` counts milliseconds, by its name, and is read in seconds"
        yield Doubt("not-a-timestamp", message, "write `unit: milliseconds`")


def is_age(tree: Expr) -> bool:
    """Whether an expression takes something from now: no time, but how long ago it was."""
    root = bare_tree(tree)
    if isinstance(root, Aggregation) and root.op in _KEEPING:
        return is_age(root.expr)
    now = bare_tree(root.left) if isinstance(root, Binary) and root.op == "-" else None
    return isinstance(now, Call) and now.name == "time"


def _lifetimes(tree: Expr) -> Iterator[Doubt]:
    """Counters whose own values are looked at: what they counted since their process began. Differences of
    two are levels (started, finished)."""
    root = bare_tree(tree)
    match root:
        case Aggregation() if root.op in _KEEPING:
            yield from _lifetimes(root.expr)
        case Binary() if root.op in "+*/":
            for side in (root.left, root.right):
                yield from _lifetimes(side)
        case Call() if root.name in _OF_VALUES:
            for each in root.args:
                yield from _lifetimes(each)
        case Range():
            yield from _lifetimes(root.selector)
        case VectorSelector() if root.name and _only_rises(root.name):
            selector = selector_of(root)
            message = f"`{root.name}` has counted since its process began, so its value only rises"
            yield Doubt("lifetime-count", message, f"write `rate({selector}[{{{{ window }}}}])`")


def _only_rises(name: str) -> bool:
    types = known_types(name)
    return is_counter_name(name) and not (types and types.isdisjoint({"counter", "histogram", "summary"}))


def _always(value: Expr, operator: str, bound: Expr) -> Iterator[Doubt]:
    """A ratio that is compared with what it can't exceed."""
    metric, limit = _alone(value), constant(bound)
    if metric is None or limit is None or limit <= 1 or not _RATIO.search(metric.metric):
        return
    holds = {"<": "always", "<=": "always", ">": "never", ">=": "never"}.get(operator)
    if holds:
        shown = f"`{operator} {float(limit):g}` {holds} holds"
        message = f"`{metric.metric}` goes from 0 to 1, by its name, so {shown}"
        yield Doubt("out-of-range", message, f"compare it with {float(limit / 100):g}")


def _alone(tree: Expr) -> Selector | None:
    """The one selector whose value this is, or something between several of its series and samples."""
    root = bare_tree(tree)
    match root:
        case Aggregation() if root.op in _BETWEEN:
            return _alone(root.expr)
        case Call() if root.name in _IN_TIME:
            return _alone(root.args[-1])
        case Range():
            return _alone(root.selector)
        case VectorSelector() if root.name:
            return selector_of(root)
    return None
