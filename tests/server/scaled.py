"""Generated rules in fast motion: every duration, and every number that means seconds, times a constant.

A window of an hour at 1/30 is two minutes long, with everything else about the rules unchanged: rates per
second become as many times higher as events per (scaled) minute stay the same. Numbers are told apart by
where they stand in the parsed expression; a number that this module can't explain is an error, so that
a new rule is never scaled by half.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from math import isfinite

import yaml

from slogen.promql.operators import COMPARISONS
from slogen.promql.parse import parse
from slogen.promql.text import STRING
from slogen.promql.tree import (
    Aggregation,
    Binary,
    Call,
    Expr,
    Grouping,
    Number,
    Paren,
    Unary,
    VectorSelector,
    children,
    walk,
)
from slogen.units import parse_milliseconds, plain, to_decimal

_RATE = re.compile(r"slo:sli_(bad|total):rate\w+")
_RECORDED = ("slo:", "slogen_")
_TIMES_OF_RULES = ("for", "keep_firing_for")
# Names swallow the digits inside them, strings what looks like a number there.
_TOKEN = re.compile(
    rf"""(?P<string>{STRING.pattern})"""
    r"""|(?P<name>[a-zA-Z_][\w:]*)
    |(?P<duration>\d+(?:ms|[smhdwy])(?:\d+(?:ms|[smhdwy]))*)
    |(?P<number>\d+(?:\.\d+)?(?:e[+-]?\d+)?)""",
    re.VERBOSE,
)
_SECONDS_IN_TEMPLATE = re.compile(r"(\} \* )([\d.]+)( / ignoring)")


def scaled_rules(text: str, by: Fraction) -> str:
    """A rule file with all its times multiplied. Raises ValueError for a number it can't explain."""
    file = yaml.safe_load(text)
    for group in file["groups"]:
        group["interval"] = scaled_duration(group["interval"], by)
        for rule in group["rules"]:
            rule["expr"] = scaled_expr(rule["expr"], by)
            rule |= {key: scaled_duration(rule[key], by) for key in _TIMES_OF_RULES if key in rule}
            for name, value in rule.get("annotations", {}).items():
                rule["annotations"][name] = scaled_annotation(value, by)
    return yaml.safe_dump(file, sort_keys=False)


def long_known(text: str) -> str:
    """The rules as they are for a service that has been known for 90 days, not just born: its windows are
    judged by what they hold. Births have stories of their own, at virtual time."""
    record, total = "record: slogen_first_seen_timestamp_seconds", r"slo:sli_total:rate5m\{[^}]*\}"
    first = rf"({record}\n.*?\n\s+0 \* {total} \+ time\(\))(?=\n)"
    return re.sub(first, r"\1 - 7776000", text, count=1, flags=re.DOTALL)


def scaled_duration(text: str, by: Fraction) -> str:
    """A Prometheus duration, to the millisecond."""
    return f"{round(parse_milliseconds(text) * by)}ms"


def scaled_annotation(text: str, by: Fraction) -> str:
    """An annotation with the seconds in the query of its template multiplied; what people read stays."""
    return _SECONDS_IN_TEMPLATE.sub(lambda m: m[1] + _number(m[2], by) + m[3], text)


def scaled_expr(expr: str, by: Fraction) -> str:
    """A PromQL expression with its ranges, offsets and seconds multiplied.

    The tree says what each number means, the text is what changes: printing a tree drops milliseconds.
    """
    meanings = _numbers(parse(expr))

    def token(match: re.Match[str]) -> str:
        if match["duration"]:
            return scaled_duration(match[0], by)
        if match["number"]:
            value, is_time = next(meanings)
            if value != float(match[0]):
                raise ValueError(f"{match[0]} and {value:g} don't line up in {expr}")
            return _number(match[0], by) if is_time else match[0]
        return match[0]

    changed = _TOKEN.sub(token, expr)
    parse(changed)
    return changed


def _number(text: str, by: Fraction) -> str:
    exact = Fraction(to_decimal(text)) * by
    return plain(to_decimal(f"{float(exact):.15f}"))


def _numbers(
    tree: Expr, parent: Expr | None = None, sibling: Expr | None = None
) -> Iterator[tuple[float, bool]]:
    """Each number in the order of the text, and whether it means seconds."""
    match tree:
        case Number(value) if not isfinite(value):
            return  # it is written as a name
        case Number(value):
            yield value, _means_seconds(value, parent, sibling)
        case Binary(_, left, right):
            yield from _numbers(left, tree, right)
            yield from _numbers(right, tree, left)
        case Unary() | Aggregation(param=Number()):
            raise ValueError(f"can't scale {tree}")
        case _:
            for child in children(tree):
                yield from _numbers(child, tree)


def _means_seconds(number: float, parent: Expr | None, sibling: Expr | None) -> bool:
    """What rates are multiplied with, growth is divided by, times differ by; not shares, counts, tiles."""
    if sibling is None or not isinstance(parent, Binary):
        if isinstance(parent, Call) and parent.name in ("vector", "clamp_min", "clamp_max", "round"):
            return False
        raise ValueError(f"what does {number:g} mean in {parent}?")
    op, head, names = parent.op, _head(sibling), _names(sibling)
    metric = head.name or "" if isinstance(head, VectorSelector) else ""
    function = head.name if isinstance(head, Call) else ""
    if op == "*" and _RATE.match(metric):  # events in a window
        return True
    if op in ("-", *COMPARISONS) and "time" in names:
        return True
    is_raw = not any(name.startswith(_RECORDED) for name in names)
    if op == "/" and (is_raw or "resets" in names):  # growth of a counter over a window
        return True
    if op == "/" and "time" in names and function != "clamp_max":  # an age in windows
        return True
    is_plain = (
        op in COMPARISONS
        or (op == "/" and function == "clamp_max")  # a threshold, of all of a window
        or (op == "+" and "slo:error_budget:ratio" in names)  # days of the period, for people
        or (op in ("*", "-") and number in (0, 1))
        or (op == "*" and names == {"slo:error_budget:ratio"})  # the factor of a tier
        or (op == "*" and function == "label_replace")  # minutes of a tile, in a weighted mean
        or (op == "/" and isinstance(head, Aggregation) and head.grouping == Grouping(("slo_tile",), False))
    )
    if not is_plain:
        raise ValueError(f"what does {number:g} mean in {parent}?")
    return False


def _head(tree: Expr) -> Expr:
    """What an expression begins with."""
    while isinstance(tree, Binary | Paren):
        tree = tree.left if isinstance(tree, Binary) else tree.expr
    return tree


def _names(tree: Expr) -> set[str]:
    """The metrics and functions of an expression."""
    return {node.name for node in walk(tree) if isinstance(node, VectorSelector | Call) and node.name}
