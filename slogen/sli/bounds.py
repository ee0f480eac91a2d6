"""Comparisons that always hold, or never do, by what the names of their metrics say: a ratio with 80, a
number of consumers with 0, a time with an age.

Only what is certain by arithmetic, or said plainly by a name, is told.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from typing import Final

from slogen.promql.parse import selector_of, selectors
from slogen.promql.selector import Matcher, Selector
from slogen.promql.shape import constant
from slogen.promql.tree import (
    Aggregation,
    Binary,
    Call,
    Expr,
    Number,
    Range,
    VectorSelector,
    bare_tree,
    children,
    walk,
)
from slogen.promql.written import shown
from slogen.sli.counters import Doubt
from slogen.sli.facts import state_set, unlimited

# Of several series one, or something between them.
BETWEEN: Final = frozenset({"avg", "min", "max", "quantile", "topk", "bottomk"})
IN_TIME: Final = frozenset(f"{each}_over_time" for each in ("avg", "min", "max", "quantile", "last"))
# vLLM's end in `perc`, and go from 0 to 1.
RATIO: Final = re.compile(
    r"(?<!compression)(?<!amplification)(?:_ratio|:ratio(?:\d+[smhdw])?|(?:cache|kv)_usage_perc)$"
)
_LEAST_PERCENT: Final = 10  # what is compared with less may be more than 1 now and then, as a load
_REQUESTS: Final = re.compile(
    r"(?:request|http|rpc|latency|response|token|query|queries).*_seconds(?:_bucket)?$"
)
_SLOWEST: Final = 100  # seconds: nobody wants a request to be answered within more
_SLOW: Final = re.compile(
    r"(?:^|[_:])(?:llm|genai|gen_ai|vllm|completions?|generat\w*|agents?|chat|infer\w*)[_:]"
)
_SLOWEST_ANSWER: Final = 600  # a long answer of a model takes minutes
_NO_ANSWER: Final = re.compile(r"queue|oldest|time_?out|(?:^|_)(?:age|wait\w*|batch|job|backlog)(?:_|$)")
_WHOLE: Final = re.compile(
    r"(?:^|_)(?:max|limits?|capacity|quota|allocatable)(?:_|$)|_size_bytes$|MemTotal_bytes$"
    r"|(?:^|_)(?:mem|memory|disk|filesystem|heap|swap|storage|volume)_(?:\w+_)?total_bytes$"
)
_NO_WHOLE: Final = re.compile(r"batch|compress")
_NEVER_NEGATIVE: Final = re.compile(
    r"_(?:total|bytes|count|bucket|consumers|messages(?:_\w+)?|connections|replicas|pods|nodes|workers|requests"
    r"|clients|members|brokers|depth|length|up)$|^up$|^probe_success$"
)
_MAY_BE_NEGATIVE: Final = re.compile(
    r"delta|diff|chang|balance|remain|left|drift|growth|headroom|margin|net_"
)
_NEVER_BELOW_0: Final = frozenset(
    {"rate", "irate", "increase", "count_over_time", "changes", "resets", "abs"}
)
_TIME: Final = re.compile(
    r"_timestamp(?:_(?:milli)?seconds|_ms)?$|_start_time_seconds$|^(?:push|node_boot)_time_seconds$"
    r"|(?:^|_)last_(?:success\w*|completion|schedule|seen|heartbeat)_time(?:_seconds)?$"
)
TO_COME: Final = re.compile(
    r"expir[a-z]*(?:_at)?(?:_(?:timestamp|time|date))?(?:_(?:milli)?seconds|_ms)?$"
    r"|(?:^|_)(?:not_after|valid_until)$|_next_(?:\w+_)?time(?:_seconds)?$"
)
_MILLISECONDS: Final = re.compile(r"_(?:milliseconds|ms)$")
_LEAST_TIME: Final = 10**9  # 2001, in seconds
# What a comparison with more than there can be is.
_HOLDS: Final = {"<": "always", "<=": "always", ">": "never", ">=": "never"}
_ONES: Final = re.compile(r"^up$|_up$|^probe_success$")


def of_comparison(value: Expr, operator: str, bound: Expr) -> Iterator[Doubt]:
    """Warnings of `value operator bound`, whose outcome never changes."""
    limit = constant(bound)
    if limit is None:
        return
    yield from _of_count(value, operator)
    yield from of_states(value)
    shown, holds = f"`{operator} {float(limit):g}`", _HOLDS.get(operator, "")
    metric = alone(value)
    if metric is not None and RATIO.search(metric.metric) and limit > _LEAST_PERCENT and holds:
        message = f"`{metric.metric}` goes from 0 to 1, by its name, so {shown} {holds} holds"
        yield Doubt("out-of-range", message, f"compare it with {_as_share(limit)}")
    elif metric is not None and operator in ("<", "<=") and limit >= _slowest(metric.metric):
        message = f"`{metric.metric}` is in seconds, by its name, so {shown} is hardly ever not so"
        yield Doubt("out-of-range", message, f"write `{operator} {float(limit / 1000):g}` for milliseconds")
    elif limit > _LEAST_PERCENT and holds and _is_share(value):
        message = f"a part of a whole goes from 0 to 1, so {shown} {holds} holds"
        yield Doubt("out-of-range", message, f"compare it with {_as_share(limit)}")
    elif metric is not None and 1 <= limit < _LEAST_TIME and holds and _is_time(metric.metric):
        yield _time(value, metric, operator, limit)
    elif _is_below_all(operator, limit) and _never_negative(value):
        holds = "always" if operator in (">", ">=") else "never"
        message = f"what is compared is never below 0, by its name, so {shown} {holds} holds"
        hint = (
            "write `> 0`, or the least that is good" if holds == "always" else "write the most that is good"
        )
        yield Doubt("out-of-range", message, hint)


def alone(tree: Expr) -> Selector | None:
    """The one selector whose value this is, or something between several of its series and samples."""
    root = bare_tree(tree)
    match root:
        case Aggregation() if root.op in BETWEEN:
            return alone(root.expr)
        case Call() if root.name in IN_TIME:
            return alone(root.args[-1])
        case Call() if root.name == "histogram_quantile":
            read = selectors(root)
            return read[0] if len(read) == 1 else None
        case Range():
            return alone(root.selector)
        case VectorSelector() if root.name:
            return selector_of(root)
    return None


def _as_share(limit: Fraction) -> str:
    return f"{float(limit / 100):g}" if limit <= 100 else "a number up to 1"


def _slowest(name: str) -> float:
    """How many seconds nobody allows for what a metric measures, by its name."""
    if not _REQUESTS.search(name) or _NO_ANSWER.search(name):
        return float("inf")
    return _SLOWEST_ANSWER if _SLOW.search(name) else _SLOWEST


def _is_share(tree: Expr) -> bool:
    """Whether it is a part of a whole, from 0 to 1: by its selectors, or by the name of the whole."""
    root = bare_tree(tree)
    match root:
        case Aggregation() if root.op in BETWEEN:
            return _is_share(root.expr)
        case Call() if root.name in ("clamp_max", "clamp_min", "clamp"):
            return _is_share(root.args[0])
        case Binary(op="-", left=left, right=right) if isinstance(bare_tree(left), Number):
            return constant(left) == 1 and _is_share(right)
        case Binary(op="/", left=left, right=right):
            return _is_part(left, right)
    return False


def _is_part(part: Expr, whole: Expr) -> bool:
    numbers = [node.value for side in (part, whole) for node in walk(side) if isinstance(node, Number)]
    if any(value not in (0, 1) for value in numbers):  # perhaps it is a percentage already
        return False
    parts, wholes = selectors(part), {each.metric: {*each.matchers} for each in selectors(whole)}
    if len(wholes) != 1 or not parts:
        return False
    [(name, matchers)] = wholes.items()
    if all(each.metric == name and matchers <= {*each.matchers} for each in parts):
        return _is_sum(part) and _is_sum(whole)
    if not _WHOLE.search(name) or any(_WHOLE.search(each.metric) for each in parts):
        return False
    of_one_unit = all(name.endswith("_bytes") == each.metric.endswith("_bytes") for each in parts)
    return of_one_unit and not _NO_WHOLE.search(name)


def _is_sum(tree: Expr) -> bool:
    """Of one metric the sum of some series is at most that of all; of anything else it isn't known."""
    operators = {node.op for node in walk(tree) if isinstance(node, Aggregation)}
    return bool(operators) and operators <= {"sum", "count"}


def _is_below_all(operator: str, limit: Fraction) -> bool:
    return (operator in (">=", "<") and limit <= 0) or (operator in (">", "<=") and limit < 0)


def _never_negative(tree: Expr) -> bool:
    root = bare_tree(tree)
    match root:
        case Number():
            return root.value >= 0
        case Aggregation():
            return root.op == "count" or (root.op in BETWEEN | {"sum"} and _never_negative(root.expr))
        case Call():
            in_time = root.name in IN_TIME | {"sum_over_time"} and _never_negative(root.args[-1])
            return root.name in _NEVER_BELOW_0 or in_time
        case Binary() if root.op in ("+", "*", "/", "or"):
            return _never_negative(root.left) and _never_negative(root.right)
        case Range():
            return _never_negative(root.selector)
        case VectorSelector() if root.name:
            is_number = _NEVER_NEGATIVE.search(root.name) and not _MAY_BE_NEGATIVE.search(root.name)
            return bool(is_number or state_set(root.name))
    return False


def _is_time(name: str) -> bool:
    """Whether a name says that it is a moment; how long something took is none."""
    return bool(_TIME.search(name) or TO_COME.search(name))


def _time(value: Expr, metric: Selector, operator: str, limit: Fraction) -> Doubt:
    """A moment, in seconds since 1970, that is compared with what can only be an age."""
    holds = {"always": "never", "never": "always"}[_HOLDS[operator]]
    message = f"`{metric.metric}` is a time, by its name, so `{operator} {float(limit):g}` {holds} holds"
    when = shown(value, "X") + (" / 1000" if _MILLISECONDS.search(metric.metric) else "")
    age = f"{when} - time() >" if TO_COME.search(metric.metric) else f"time() - {when} <"
    return Doubt("out-of-range", message, f"write `{age} {float(limit):.15g}`")


def _of_count(value: Expr, operator: str) -> Iterator[Doubt]:
    """The number of series of a gauge of 0 and 1: those that are 0 are counted, too."""
    root = bare_tree(value)
    counted = bare_tree(root.expr) if isinstance(root, Aggregation) and root.op == "count" else None
    if not isinstance(counted, VectorSelector) or not counted.name or operator not in (">", ">=", "=="):
        return
    if state_set(counted.name) or _ONES.search(counted.name):
        message = f"`count` of `{counted.name}` counts series, also those that are 0"
        summed = replace(root, op="sum") if isinstance(root, Aggregation) else root
        yield Doubt("out-of-range", message, f"write `{shown(summed, 'X')}`, which counts those that are 1")


def of_states(value: Expr) -> Iterator[Doubt]:
    """A warning of a sum, a maximum or the like of all states of a thing: one is 1, whichever it is."""
    labels = {label for node in walk(value) for label in _kept(node)}
    counted = {*_numerators(value)}
    for selector, found in unlimited(selectors(value)):
        if found.label not in labels and selector in counted:
            message = (
                f"`{selector.metric}` has a series for each `{found.label}`, of which one is always 1: "
                "without that label this never changes"
            )
            meant = selector.without(found.label).where(Matcher(found.label, "=", found.good_of(selector)))
            yield Doubt("out-of-range", message, f"write `{meant}`")


def _numerators(tree: Expr) -> Iterator[Selector]:
    """What is read, without divisors: the sum of all states is how many things there are."""
    root = bare_tree(tree)
    if isinstance(root, VectorSelector):
        yield selector_of(root)
    for each in children(root):
        if not (isinstance(root, Binary) and root.op == "/" and each is root.right):
            yield from _numerators(each)


def _kept(node: Expr) -> tuple[str, ...]:
    """The labels that an aggregation or a matching names."""
    if isinstance(node, Aggregation):
        return node.grouping.labels if node.grouping.keeps else ()
    if isinstance(node, Binary) and node.matching is not None:
        return (*node.matching.labels, *node.included)
    return ()
