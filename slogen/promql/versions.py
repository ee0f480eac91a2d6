"""What of PromQL a version of Prometheus reads, as data, and what it parses but can't compute.

The figures were found with promtool of 2.42, 2.53 and 3.5, and with Prometheus's changelog.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from fractions import Fraction
from math import isinf
from typing import Final

from slogen.promql.limits import without_strings
from slogen.promql.parse import PromqlError, parse, parse_selector
from slogen.promql.shape import constant
from slogen.promql.text import is_label_name, quote
from slogen.promql.tree import Aggregation, Binary, Call, Expr, String, bare_tree, walk

Version = tuple[int, int]

SINCE: Final[dict[str, Version]] = {
    "histogram_stddev": (2, 47),
    "histogram_stdvar": (2, 47),
    "histogram_avg": (2, 51),
}
# Read only with --enable-feature=promql-experimental-functions, which most servers don't have.
EXPERIMENTAL: Final = frozenset(
    [
        *("info", "limitk", "limit_ratio", "mad_over_time", "sort_by_label", "sort_by_label_desc"),
        *("double_exponential_smoothing", "first_over_time", "histogram_quantiles"),
        *("ts_of_first_over_time", "ts_of_last_over_time", "ts_of_max_over_time", "ts_of_min_over_time"),
        *("max_of", "min_of", "range", "start", "end", "step"),
    ]
)
_MOST: Final = 2**63  # beyond it a number of series is an error
_UTF8: Final[Version] = (3, 0)
_BRACES: Final = re.compile(r"\{[^{}]*\}")
_QUOTED_NAME: Final = re.compile(r'[{,]\s*""')
_QUOTED_LABELS: Final = re.compile(
    r'\b(?:by|without|on|ignoring|group_left|group_right)\s*\([^()]*""', re.IGNORECASE
)
_NUMBER: Final = re.compile(r"(?<![\w.])(?:\d+\.?\d*|\.\d+)(?:e[-+]?\d+)?(?![\w.])", re.IGNORECASE)
_RANGE: Final = re.compile(r"\[[^]]*\]")
_OFFSET: Final = re.compile(r"\boffset\s*(?P<sign>[-+]?)\s*(?P<length>\w+)", re.IGNORECASE)
_FILL: Final = re.compile(r"\b(fill(?:_left|_right)?)\s*\(", re.IGNORECASE)
_DURATION: Final = re.compile(r"(?<![\w.:])(?:\d+(?:ms|[smhdwy]))+\b")


def check_language(text: str, min_version: Version) -> None:
    """Raise PromqlError for what `min_version` doesn't read, or no version can compute.

    The text has been read before (`parse.read`), so that it is small and valid to the parser.
    """
    code = without_strings(text)
    _check_numbers(code)
    _check_durations(code)
    _check_fill(code)
    if min_version < _UTF8:
        _check_quoted(code)
    for node in walk(parse(text)):
        _check_node(node, min_version)


def _check_numbers(code: str) -> None:
    for match in _NUMBER.finditer(code):
        if isinf(float(match.group())):
            hint = "write Inf if that is meant"
            raise PromqlError(f"the number {match.group()} is larger than PromQL can hold", hint)


def _check_durations(code: str) -> None:
    for match in _OFFSET.finditer(code):
        if match["sign"] == "+":
            raise PromqlError("`offset +` is an error to Prometheus 2", f"write `offset {match['length']}`")
    found = _DURATION.search(_OFFSET.sub("", _RANGE.sub("", _BRACES.sub("", code))))
    if found:
        message = f"the duration {found.group()} stands where a number is expected"
        raise PromqlError(message, "write the seconds, as in 300 for 5m: Prometheus 3 alone reads durations")


def _check_fill(code: str) -> None:
    found = _FILL.search(code)
    if found:
        raise _experimental(found[1].lower())


def _experimental(name: str) -> PromqlError:
    message = f"`{name}` is experimental: Prometheus reads it with a feature flag only"
    return PromqlError(message, "write it with other functions, or record it with a rule of your own")


def _check_quoted(code: str) -> None:
    in_braces = any(_QUOTED_NAME.search(inside) for inside in _BRACES.findall(code))
    if in_braces or _QUOTED_LABELS.search(_BRACES.sub("", code)):
        hint = 'drop the quotes, or set `prometheus.min_version: "3.0"` in slogen.yaml'
        raise PromqlError("a name of a metric or label in quotes needs Prometheus 3", hint)


def _check_node(node: Expr, min_version: Version) -> None:
    if isinstance(node, Binary):
        _check_matching(node)
    if not isinstance(node, Call | Aggregation):
        return
    name = node.name if isinstance(node, Call) else node.op
    if name in EXPERIMENTAL:
        raise _experimental(name)
    if min_version < SINCE.get(name, min_version):
        first = ".".join(map(str, SINCE[name]))
        hint = f'set `prometheus.min_version: "{first}"` in slogen.yaml'
        raise PromqlError(f"`{name}` is there from Prometheus {first} on", hint)
    for label in _labels(node):
        if not label or (min_version < _UTF8 and not is_label_name(label)):
            raise PromqlError(
                f"`{name}` writes to or reads `{label}`, which is no label's name", "such as `code`"
            )
    match node:
        case Aggregation("topk" | "bottomk", param=param) if param is not None:
            _check_number(name, constant(param))
        case Call("label_replace", args):
            _check_pattern(_string(args[4]))


def _check_matching(tree: Binary) -> None:
    """Prometheus 3 writes these names without their quotes when it evaluates a rule, and then fails."""
    matched = tree.matching.labels if tree.matching is not None else ()
    for label in (*matched, *tree.included):
        if not is_label_name(label):
            message = f"rules can't match by `{label}`: Prometheus fails when it evaluates them"
            raise PromqlError(message, "copy it to a plain label with `label_replace`")


def _check_number(name: str, number: Fraction | None) -> None:
    """The number of series must be there whatever the data: Prometheus 2 fails for one that is NaN."""
    if number is None or abs(number) >= _MOST:
        raise PromqlError(f"`{name}` takes a plain number of series here", f"such as `{name}(3, ...)`")


def _labels(node: Call | Aggregation) -> Iterator[str]:
    """The labels that a function names in strings, as far as Prometheus looks at them."""
    match node:
        case Call("label_replace", args):
            yield _string(args[1])
        case Call("label_join", args):
            yield from (_string(arg) for place, arg in enumerate(args) if place not in (0, 2))
        case Aggregation("count_values", param=param) if param is not None:
            yield _string(param)


def _string(tree: Expr) -> str:
    found = bare_tree(tree)
    return found.value if isinstance(found, String) else ""


def _check_pattern(pattern: str) -> None:
    try:
        parse_selector(f"x{{y=~{quote(pattern)}}}")
    except PromqlError as error:
        raise PromqlError(f"`label_replace`: {error}", error.hint or "mend its regular expression") from None
