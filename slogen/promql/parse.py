"""Read the PromQL that users write: bare selectors and whole expressions, with clear refusals.

The parser (`tree`) knows the grammar and the types; this module knows what slogen accepts of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Final

from slogen.promql import limits, regex
from slogen.promql.selector import Selector
from slogen.promql.tree import (
    Aggregation,
    Binary,
    Call,
    Expr,
    Number,
    Range,
    String,
    Subquery,
    Unary,
    VectorSelector,
    bare_tree,
    parsed,
    walk,
)


class PromqlError(ValueError):
    """The text is not the PromQL that was expected here; `hint` says what would be."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.hint = hint


# What people write instead of an operator, outside of braces and strings, and what works.
_SLIPS: Final = {
    re.compile(r"=>|=<"): "the operators are `>=` and `<=`",
    re.compile(r"\d\s*%\s*(?:$|\))"): "write a share for percent: 0.85 for 85 %",
    re.compile(r"(?<![=!<>~])=(?![=~])(?![^{]*\})"): "equal is `==`",
}


@lru_cache(maxsize=4096)
def parse(text: str) -> Expr:
    """Parse an expression. Raises PromqlError with the parser's reason.

    For expressions of slogen's own making; what users write goes through `read`.
    """
    try:
        return parsed(limits.double_quoted(text))
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
    if slip := next((slip for slip in _SLIPS if slip.search(code)), None):
        return _SLIPS[slip]
    return 'series are written like `http_requests_total{job="api", code=~"5.."}`'


def read(text: str) -> Expr:
    """Parse what a user wrote. Raises PromqlError also for what is too large to look at."""
    reason = limits.refusal(text)
    if reason == limits.FUTURE:
        raise PromqlError(reason, "drop it")
    if reason and "$" in limits.without_strings(text):
        raise PromqlError(reason, "variables are Grafana's: write `[{{ window }}]`, or the time")
    if reason:
        raise PromqlError(reason, "record it with a rule of your own, and read that")
    return parse(text)


@lru_cache(maxsize=4096)
def parse_selector(text: str) -> Selector:
    """Read a bare selector such as `http_requests_total{job="api"}`.

    Raises PromqlError for anything else: a range, an offset, a function, several alternatives, no name.
    """
    return bare_selector(read(text), text)


def bare_selector(tree: Expr, text: str, more: str = ", without functions and comparisons") -> Selector:
    """The selector that a tree is; `text` is its source, and `more` what may stand there too, for hints.
    Raises PromqlError as above."""
    if isinstance(bare_tree(tree), Range):
        raise PromqlError(
            "a bare selector has no range", f"write `{strip_range(text)}`; slogen adds rate and range"
        )
    if not isinstance(tree, VectorSelector):
        raise PromqlError(
            f"a bare selector was expected, not {_ARTICLES.get(type(bare_tree(tree)), 'an expression')}",
            f'write `metric{{label="value"}}`{more}',
        )
    if tree.offset is not None or tree.has_at:
        raise PromqlError("a bare selector has no offset and no @", "slogen adds the windows itself")
    return selector_of(tree)


_ARTICLES: Final[Mapping[type[Expr], str]] = {
    Call: "a function call",
    Binary: "an operation",
    Aggregation: "an aggregation",
    Number: "a number",
    String: "a string",
    Subquery: "a subquery",
    Unary: "an operation",
}


def strip_range(text: str) -> str:
    """Cut a trailing range off a selector's text, for hints."""
    return re.sub(r"\s*\[[^\]]*\]\s*$", "", text)


def selector_of(node: VectorSelector) -> Selector:
    """The selector that a node is. Raises PromqlError as `parse_selector` does."""
    named = [m for m in node.matchers if m.name == "__name__"]
    if node.has_alternatives:
        raise PromqlError("alternatives (`or`) inside a selector are not supported", "use =~ with a|b")
    if node.name is None and not (len(named) == 1 and named[0].op == "=" and named[0].value):
        raise PromqlError("the selector has no metric name", "name one metric, as in `metric{...}`")
    for matcher in node.matchers:
        reason = regex.refusal(matcher.value) if matcher.op in ("=~", "!~") else ""
        if reason:
            raise PromqlError(reason, "write the expression without it")
    metric = node.name if node.name is not None else named[0].value
    return Selector(metric, tuple(m for m in node.matchers if m.name != "__name__"))


def check_version(selectors: Iterable[Selector], min_version: tuple[int, int]) -> None:
    """Raise PromqlError if a selector has names that `min_version` of Prometheus can't read."""
    if min_version < (3, 0) and any(selector.needs_utf8 for selector in selectors):
        raise PromqlError(
            "this name of a metric or label needs Prometheus 3",
            'set `prometheus.min_version: "3.0"` in slogen.yaml',
        )


def selectors(tree: Expr) -> tuple[Selector, ...]:
    """All selectors of an expression, each once, in order of appearance. Raises PromqlError."""
    found = [selector_of(node) for node in walk(tree) if isinstance(node, VectorSelector)]
    return tuple(dict.fromkeys(found))
