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
from typing import Any

import promql_parser
import yaml

from slogen.units import parse_milliseconds, plain, to_decimal

_RATE = re.compile(r"slo:sli_(bad|total):rate\w+")
_RECORDED = re.compile(r"\bslo(gen_|:)")
_TIMES_OF_RULES = ("for", "keep_firing_for")
_COMPARISONS = ("==", "!=", ">", "<", ">=", "<=")
# Names swallow the digits inside them, strings what looks like a number there.
_TOKEN = re.compile(
    r"""(?P<string>"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`[^`]*`)
    |(?P<name>[a-zA-Z_:][\w:]*)
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
    meanings = _numbers(promql_parser.parse(expr), None, None)

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
    promql_parser.parse(changed)
    return changed


def _number(text: str, by: Fraction) -> str:
    exact = Fraction(to_decimal(text)) * by
    return plain(to_decimal(f"{float(exact):.15f}"))


def _numbers(tree: Any, parent: Any, sibling: Any) -> Iterator[tuple[float, bool]]:
    """Each number in the order of the text, and whether it means seconds."""
    kind = type(tree).__name__
    if kind == "NumberLiteral":
        yield tree.val, _means_seconds(tree, parent, sibling)
    elif kind == "BinaryExpr":
        yield from _numbers(tree.lhs, tree, tree.rhs)
        yield from _numbers(tree.rhs, tree, tree.lhs)
    elif kind in ("ParenExpr", "SubqueryExpr", "AggregateExpr"):
        yield from _numbers(tree.expr, tree, None)
    elif kind == "Call":
        for argument in tree.args:
            yield from _numbers(argument, tree, None)
    elif kind not in ("VectorSelector", "MatrixSelector", "StringLiteral"):
        raise ValueError(f"can't scale a {kind}: {tree}")


def _means_seconds(number: Any, parent: Any, sibling: Any) -> bool:
    """What rates are multiplied with, growth is divided by, times differ by; not shares, counts, tiles."""
    op, other = str(parent.op) if sibling is not None else "", str(sibling)
    if op == "*" and _RATE.match(other):  # events in a window
        return True
    if op in ("-", *_COMPARISONS) and "time()" in other:
        return True
    if op == "/" and (not _RECORDED.search(other) or "resets(" in other):  # growth of a counter over a window
        return True
    if op == "/" and "time()" in other and not other.startswith("clamp_max"):  # an age in windows
        return True
    is_plain = (
        (sibling is None and parent.func.name in ("vector", "clamp_min", "clamp_max", "round"))
        or op in _COMPARISONS
        or (op == "/" and other.startswith("clamp_max"))  # a threshold, of all of a window
        or (op == "+" and "slo:error_budget:ratio" in other)  # days of the period, for people
        or (op in ("*", "-") and number.val in (0, 1))
        or (op == "*" and other.startswith("label_replace"))  # minutes of a tile, in a weighted mean
        or (op == "/" and other.startswith("sum without (slo_tile)"))
    )
    if not is_plain:
        raise ValueError(f"what does {number.val:g} mean in {parent}?")
    return False
