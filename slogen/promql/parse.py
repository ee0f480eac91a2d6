"""Read the PromQL that users write: bare selectors and whole expressions, with clear refusals.

promql-parser (Rust) knows the grammar and the types; this module knows what slogen accepts of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from slogen.promql import limits, regex
from slogen.promql.text import LABEL_NAME, quote

_OPS: Final = {"Equal": "=", "NotEqual": "!=", "Re": "=~", "NotRe": "!~"}
_LEGACY_NAME: Final = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*")
KEYWORDS: Final = frozenset(
    [
        *("and", "or", "unless", "atan2", "on", "ignoring", "group_left", "group_right"),
        *("bool", "by", "without", "offset", "inf", "nan"),
    ]
)


class PromqlError(ValueError):
    """The text is not the PromQL that was expected here; `hint` says what would be."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


@dataclass(frozen=True, slots=True)
class Matcher:
    """One label matcher; `op` is `=`, `!=`, `=~` or `!~`."""

    name: str
    op: str
    value: str

    def __str__(self) -> str:
        name = self.name if LABEL_NAME.fullmatch(self.name) else quote(self.name)
        return f"{name}{self.op}{quote(self.value)}"


@dataclass(frozen=True, slots=True)
class Selector:
    """A bare series selector: metric name and matchers, without range, offset or `@`."""

    metric: str
    matchers: tuple[Matcher, ...]

    def __str__(self) -> str:
        return self.suffixed("")

    def suffixed(self, suffix: str, *extra: Matcher) -> str:
        """Write the selector with a suffix on the metric name and further matchers."""
        name, inside = self.metric + suffix, [str(m) for m in (*self.matchers, *extra)]
        if not _LEGACY_NAME.fullmatch(name):
            return "{" + ",".join([quote(name), *inside]) + "}"
        if name.lower() in KEYWORDS:
            return "{" + ",".join([f"__name__={quote(name)}", *inside]) + "}"
        return f"{name}{{{','.join(inside)}}}" if inside else name

    def only(self, *names: str) -> tuple[Matcher, ...]:
        """The matchers on these labels."""
        return tuple(m for m in self.matchers if m.name in names)

    @property
    def needs_utf8(self) -> bool:
        """Whether a name needs the quoted syntax that only Prometheus 3 reads."""
        labels_are_plain = all(LABEL_NAME.fullmatch(m.name) for m in self.matchers)
        return not (labels_are_plain and _LEGACY_NAME.fullmatch(self.metric))


@lru_cache(maxsize=4096)
def parse(text: str) -> Any:
    """Parse an expression into promql-parser's tree. Raises PromqlError with the parser's reason.

    For expressions of slogen's own making; what users write goes through `read`.
    """
    import promql_parser

    try:
        return promql_parser.parse(limits.double_quoted(text))
    except ValueError as error:
        raise PromqlError(f"PromQL syntax error: {error}", _mended(text)) from None


def _mended(text: str) -> str:
    """What is likely missing in a text that doesn't parse."""
    code = limits.without_strings(text).replace('""', "")
    if any(mark in code for mark in "\"'`"):
        return "end what is quoted with the mark that it begins with"
    unpaired = [pair for pair in ("()", "{}", "[]") if code.count(pair[0]) != code.count(pair[1])]
    if unpaired:
        return f"give each `{unpaired[0][0]}` its `{unpaired[0][1]}`"
    return 'series are written like `http_requests_total{job="api", code=~"5.."}`'


def read(text: str) -> Any:
    """Parse what a user wrote. Raises PromqlError also for what is too large to look at."""
    reason = limits.refusal(text)
    if reason == limits.FUTURE:
        raise PromqlError(reason, "drop it")
    if reason:
        raise PromqlError(reason, "record it with a rule of your own, and read that")
    return parse(text)


def bare_tree(tree: Any) -> Any:
    """The tree without the parentheses around it."""
    while type(tree).__name__ == "ParenExpr":
        tree = tree.expr
    return tree


def kind_of(tree: Any) -> str:
    """Class of a tree's root without its parentheses: "VectorSelector", "Call", "BinaryExpr", ..."""
    return type(bare_tree(tree)).__name__


def parse_selector(text: str) -> Selector:
    """Read a bare selector such as `http_requests_total{job="api"}`.

    Raises PromqlError for anything else: a range, an offset, a function, several alternatives, no name.
    """
    return bare_selector(read(text), text)


def bare_selector(tree: Any, text: str) -> Selector:
    """The selector that a tree is; `text` is its source, for hints. Raises PromqlError as above."""
    if kind_of(tree) == "MatrixSelector":
        raise PromqlError(
            "a bare selector has no range", f"write `{strip_range(text)}`; slogen adds rate and range"
        )
    if type(tree).__name__ != "VectorSelector":
        raise PromqlError(
            f"a bare selector was expected, not {_ARTICLES.get(kind_of(tree), 'an expression')}",
            'write `metric{label="value"}`, or PromQL with `{{ window }}` as the range',
        )
    if tree.offset is not None or tree.at is not None:
        raise PromqlError("a bare selector has no offset and no @", "slogen adds the windows itself")
    return selector_of(tree)


_ARTICLES: Final = {
    "Call": "a function call",
    "BinaryExpr": "an operation",
    "AggregateExpr": "an aggregation",
    "NumberLiteral": "a number",
    "StringLiteral": "a string",
    "SubqueryExpr": "a subquery",
    "UnaryExpr": "an operation",
}


def strip_range(text: str) -> str:
    """Cut a trailing range off a selector's text, for hints."""
    return re.sub(r"\s*\[[^\]]*\]\s*$", "", text)


def selector_of(node: Any) -> Selector:
    """The selector that a VectorSelector node is. Raises PromqlError as `parse_selector` does."""
    matchers = [
        Matcher(m.name, _OPS[str(m.op).removeprefix("MatchOp.")], m.value) for m in node.matchers.matchers
    ]
    named = [m for m in matchers if m.name == "__name__"]
    if node.matchers.or_matchers:
        raise PromqlError("alternatives (`or`) inside a selector are not supported", "use =~ with a|b")
    if node.name is None and not (len(named) == 1 and named[0].op == "=" and named[0].value):
        raise PromqlError("the selector has no metric name", "name one metric, as in `metric{...}`")
    for matcher in matchers:
        reason = regex.refusal(matcher.value) if matcher.op in ("=~", "!~") else ""
        if reason:
            raise PromqlError(reason, "write the expression without it")
    metric = node.name if node.name is not None else named[0].value
    return Selector(metric, tuple(m for m in matchers if m.name != "__name__"))


def check_version(selectors: Iterable[Selector], min_version: tuple[int, int]) -> None:
    """Raise PromqlError if a selector has names that `min_version` of Prometheus can't read."""
    if min_version < (3, 0) and any(selector.needs_utf8 for selector in selectors):
        raise PromqlError(
            "this name of a metric or label needs Prometheus 3",
            'set `prometheus.min_version: "3.0"` in slogen.yaml',
        )


def walk(tree: Any) -> list[Any]:
    """Every node of a tree, parents first. Costly: promql-parser copies each node."""
    nodes: list[Any] = []
    import promql_parser

    promql_parser.walk(tree, nodes.append)
    return nodes


def selectors(tree: Any) -> tuple[Selector, ...]:
    """All selectors of an expression, each once, in order of appearance. Raises PromqlError."""
    found = [selector_of(node) for node in walk(tree) if type(node).__name__ == "VectorSelector"]
    return tuple(dict.fromkeys(found))
