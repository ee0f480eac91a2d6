"""What the name of a metric says of its values, where the kind that reads them takes them for something else:
a counter for a level, a status code for 0 and 1, a speed for a duration.

All of that compiles and proves, since a proof has the values that a kind expects; with the real ones no time
is ever bad, or all is. Only names that say it plainly are told, as warnings.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from slogen.promql.names import is_counter_name, operation
from slogen.promql.operators import COMPARISONS, FLIPPED
from slogen.promql.parse import selector_of, selectors
from slogen.promql.selector import Matcher, Selector
from slogen.promql.shape import is_scalar
from slogen.promql.tree import Aggregation, Binary, Call, Expr, Range, VectorSelector, bare_tree
from slogen.sli.bounds import BETWEEN, IN_TIME, RATIO, TO_COME, alone, of_comparison, of_states
from slogen.sli.counters import Doubt, known_types
from slogen.sli.facts import StateSet, state_set
from slogen.sli.threshold import unit_of
from slogen.sli.unanswered import of_unanswered

# Of several series one, or something between them, or all: the value stays what it is.
_KEEPING: Final = BETWEEN | {"sum"}
_OF_VALUES: Final = IN_TIME | {"histogram_quantile", "round", "ceil", "floor", "abs"}

_MORE_IS_BETTER: Final = re.compile(
    r"(?:^|[_:])(?:per_s(?:ec(?:ond)?)?|tps|[qr]ps|throughput|goodput|score|quality|accuracy|similarity|relevanc[ey]"
    r"|faithfulness|groundedness|correctness|helpfulness|recall|hit_rat(?:e|io)|success_rat(?:e|io))(?:_ratio)?$"
)
_LESS_IS_BETTER: Final = re.compile(
    r"(?:^|_)(?:[wc]er|r?mse|mae|ppl)_|err(?:or)?s?_|fail|anomal|risk|toxic|drift|distance|loss|hallucinat"
    r"|bias|perplex|miss|drop|threat|spam|harm|fraud|vulnerab|cvss|latency|duration"
)
# Gauges of 0 and 1 have no unit, and nobody counts with them.
_NO_PROBE: Final = re.compile(
    r"_(?:(?:milli|micro|nano)?seconds|minutes|hours|days|ms|duration|latency|bytes|celsius|percent(?:age)?|pct|score"
    r"|(?:status_?)?code|timestamp|expiry|replicas(?:_\w+)?|total|count|sum|bucket)$"
)
_ALWAYS_ONE: Final = re.compile(r"_info$")
_REASON: Final = re.compile(r"_reason$")
_TROUBLE: Final = re.compile(r"_(?:failed|failing|failure|down|unhealthy|degraded|error|alarm)$|_alarms?_")
_BOTH: Final = ("true", "false", "True")
_BAD_STATES: Final = frozenset(
    {"down", "maint", "drain", "nolb", "failed", "inactive", "stopped", "red", "critical", "lost", "unknown"}
)
_PERCENT: Final = re.compile(r"_(?:percent(?:age)?|pct)$")
_OFFSET: Final = re.compile(r"_(?:current|committed|latest|end)_offset(?:_sum)?$")
_AGE: Final = re.compile(
    r"_(?:age|lag|delay|staleness)(?:_(?:milli)?seconds|_ms)?$|(?:^|_)(?:time|seconds)_since_|_since_last_\w+_seconds$"
)
_IN_MILLISECONDS: Final = re.compile(r"_(?:ms|millis|milliseconds)$")


def of_probe(metric: Selector) -> Iterator[Doubt]:
    """A warning where a probe's gauge is not one of 0 and 1."""
    name = metric.metric
    if _ALWAYS_ONE.search(name):
        message = f"`{name}` is 1 for as long as it is there, by its name: no probe of it ever fails"
        yield Doubt("not-a-probe", message, "read a gauge that is 0 after a failure, such as `up`")
    elif found := state_set(name):
        yield from _of_states(metric, found)
    elif _REASON.search(name):
        message = f"`{name}` is 1 while that is so, by its name: a probe takes it for success"
        up = Selector("up", metric.only("job"))
        hint = f"write `timeslices` with `good: '(sum({metric}) or 0 * sum({up})) == 0'`"
        yield Doubt("not-a-probe", message, hint)
    elif _TROUBLE.search(name):
        message = f"`{name}` is 1 while something is wrong, by its name: a probe takes it for success"
        yield Doubt("not-a-probe", message, f"write `ratio` with `error: '{metric}'`")
    elif _NO_PROBE.search(name):
        message = f"`{name}` is no gauge of 0 and 1, by its name: every value above 0 would be a success"
        limit = " and the limit that is meant"
        if name.endswith("code"):  # which is 0 where nothing answers
            limit = f", as `good: '{metric} > 0 and {metric} < 400'`"
        yield Doubt("not-a-probe", message, f"write `timeslices` with the condition{limit}")


def _of_states(metric: Selector, found: StateSet) -> Iterator[Doubt]:
    """A probe of all states of a thing, or of one that is bad."""
    states, good = found.states_of(metric), found.good_of(metric)
    hint = f"write `{metric.without(found.label).where(Matcher(found.label, '=', good))}`"
    if len(states) > 1:
        message = f"`{metric.metric}` has a series for each `{found.label}`, and a probe averages them"
        yield Doubt("not-a-probe", message, hint)
    elif states and states[0] != good and (good in _BOTH or states[0].lower() in _BAD_STATES):
        message = f"`{metric.metric}` is 1 here while `{found.label}` is {states[0]}: that is no success"
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
    yield from _of_comparisons(tree)
    yield from of_unanswered(tree)


def _of_comparisons(tree: Expr) -> Iterator[Doubt]:
    root = bare_tree(tree)
    if isinstance(root, Binary) and root.op in ("and", "or"):
        yield from _of_comparisons(root.left)
        yield from _of_comparisons(root.right)
    elif isinstance(root, Binary) and root.op in COMPARISONS:
        is_left = is_scalar(root.right)
        value, bound = (root.left, root.right) if is_left else (root.right, root.left)
        operator = root.op if is_left else FLIPPED[root.op]
        yield from _lifetimes(value, _names(value))
        yield from of_comparison(value, operator, bound)


def of_ratio(tree: Expr) -> Iterator[Doubt]:
    """Warnings of a query whose value, by its name, doesn't lie between 0 and 1, or doesn't move."""
    yield from _lifetimes(tree, _names(tree))
    yield from _sums(tree)
    yield from of_states(tree)
    metric = alone(tree)
    if metric and _PERCENT.search(metric.metric):
        message = f"`{metric.metric}` is in percent, by its name, and a ratio lies between 0 and 1"
        yield Doubt("out-of-range", message, f"write `{metric} / 100`")


def _sums(tree: Expr) -> Iterator[Doubt]:
    """The sum of several gauges: two of three that are 1 are still a success."""
    root = bare_tree(tree)
    if not isinstance(root, Aggregation) or root.op not in ("sum", "count"):
        return
    summed = bare_tree(root.expr)
    if isinstance(summed, VectorSelector) and summed.name and not _is_share(summed.name):
        message = f"`{root.op}` of several series is above 1, and a ratio lies between 0 and 1"
        yield Doubt(
            "out-of-range", message, f"write `avg({selector_of(summed)})`, or divide it by their number"
        )


def _is_share(name: str) -> bool:
    return bool(RATIO.search(name) or operation(name))


def of_timestamp(tree: Expr, unit: str, age: int) -> Iterator[Doubt]:
    """Warnings of a timestamp that, by its name, is an age, or has another unit. `age` is the largest, in
    seconds."""
    metric = alone(tree)
    if metric is None:
        return
    if _AGE.search(metric.metric):
        message = f"`{metric.metric}` is an age, by its name, and `timestamp` wants the time of the success"
        hint = f"write `timeslices: {{good: 'max({metric}) < {age}', missing: bad}}`"
        yield Doubt("not-a-timestamp", message, hint)
    elif TO_COME.search(metric.metric):
        message = f"`{metric.metric}` is a time to come, by its name, and `timestamp` wants that of a success"
        hint = f"write `timeslices: {{good: 'min({metric}) - time() > {age}', missing: bad}}`"
        yield Doubt("not-a-timestamp", message, hint)
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


def _lifetimes(tree: Expr, names: frozenset[str], *, is_divided: bool = False) -> Iterator[Doubt]:
    """Counters whose own values are looked at: what they counted since their process began. Differences of
    two are levels (started, finished)."""
    root = bare_tree(tree)
    match root:
        case Aggregation() if root.op in _KEEPING:
            yield from _lifetimes(root.expr, names, is_divided=is_divided)
        case Binary() if root.op in "+*/":
            for side in (root.left, root.right):
                yield from _lifetimes(side, names, is_divided=is_divided or root.op == "/")
        case Call() if root.name in _OF_VALUES:
            for each in root.args:
                yield from _lifetimes(each, names, is_divided=is_divided or root.name == "histogram_quantile")
        case Range():
            yield from _lifetimes(root.selector, names, is_divided=is_divided)
        case VectorSelector() if root.name and _only_rises(root.name, names):
            selector = selector_of(root)
            if selector.only("quantile"):  # of a summary: a level, beside its `_count` and `_sum`
                return
            message = f"`{root.name}` has counted since its process began, so its value only rises"
            now = f"rate({selector}[{{{{ window }}}}])"
            hint = (
                f"write `{now}`"
                if is_divided
                else f"write `increase({selector}[5m])`, what came in 5 minutes"
            )
            yield Doubt("lifetime-count", message, hint)


def _names(tree: Expr) -> frozenset[str]:
    return frozenset(selector.metric for selector in selectors(tree))


def _only_rises(name: str, names: frozenset[str]) -> bool:
    """Whether it is a counter for certain: gauges may end in `_count` and `_sum`, too."""
    if types := known_types(name):
        return not types.isdisjoint({"counter", "histogram", "summary"})
    base, _, last = name.rpartition("_")
    if last in ("count", "sum"):
        return {f"{base}_count", f"{base}_sum"} <= names or base.endswith(("_seconds", "_bytes"))
    return is_counter_name(name) or bool(_OFFSET.search(name))
