"""A side of an SLI as users write it: a bare selector, or PromQL with `{{ window }}` as its range."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from slogen.promql.limits import without_strings
from slogen.promql.parse import (
    PromqlError,
    Selector,
    bare_selector,
    bare_tree,
    kind_of,
    read,
    selectors,
    walk,
)
from slogen.units import format_duration

if TYPE_CHECKING:
    from jinja2.sandbox import SandboxedEnvironment

_PLACEHOLDER = re.compile(r"\{\{-?\s*window\s*-?\}\}")
_JINJA = ("{{", "{%", "{#")
_PROBE_WINDOW = 7 * 60 + 7  # a length nobody writes by hand: finds the ranges that are the placeholder's
_NO_RATES = {
    "increase": "counts per window, not per second",
    "delta": "counts per window, not per second",
    "irate": "looks at the last two samples only",
    "idelta": "looks at the last two samples only",
}
_ONLY_WINDOW = "only `{{ window }}` is known here"


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a pair: the user's text, its selector if it is a bare one, and all that it reads.

    `is_summed` says that the expression already is the sum by just the labels that were asked for.
    """

    text: str
    bare: Selector | None
    reads: tuple[Selector, ...]
    is_summed: bool = False

    def rate(self, window: int) -> str:
        """Events per second over `window` seconds, not yet summed unless `is_summed`."""
        if self.bare is not None:
            return f"rate({self.bare}[{format_duration(window)}])"
        return render(self.text, window)

    @property
    def meaning(self) -> object:
        """Equal for sides that are the same but for spaces and the order of matchers."""
        if self.bare is None:
            return tuple(self.text.split())
        return self.bare.metric, frozenset(self.bare.matchers)


def side(text: str, by: tuple[str, ...]) -> Side:
    """Read one side. Raises PromqlError with a hint for all that would record nothing or nonsense."""
    if not any(mark in text for mark in _JINJA):
        return _bare(text)
    expr = render(text, _PROBE_WINDOW)
    code = without_strings(expr)
    if "#" in code:
        raise PromqlError("comments would swallow what slogen writes behind them", "write them in the YAML")
    if "@" in code:
        raise PromqlError("`@` fixes the time, so this would never change", "drop it")
    tree = read(expr)
    root = bare_tree(tree)
    _check_type(root)
    _check_nodes(walk(tree))
    _check_groups(root, by)
    return Side(text, None, selectors(tree), _is_sum_by(root, by))


@lru_cache(maxsize=4096)
def render(text: str, window: int) -> str:
    """Fill in the window (seconds). Raises PromqlError for a template that is broken or asks for more."""
    simple = _PLACEHOLDER.sub(format_duration(window), text)
    if not any(mark in simple for mark in _JINJA):
        return simple.strip()
    from jinja2 import TemplateError

    try:
        _check_tokens(text)
        return _environment().from_string(text).render(window=format_duration(window)).strip()
    except TemplateError as error:
        raise PromqlError(f"template error: {error}", _ONLY_WINDOW) from None


def _check_tokens(text: str) -> None:
    """Let through text and `{{ window }}` alone: the sandbox bounds neither time nor memory."""
    harmless = {"data", "whitespace", "variable_begin", "variable_end"}
    tokens = _environment().lex(text)
    for _, kind, value in tokens:
        if kind not in harmless and (kind, value) != ("name", "window"):
            raise PromqlError(f"template error: unexpected `{value.strip()}`", _ONLY_WINDOW)


@cache
def _environment() -> SandboxedEnvironment:
    from jinja2 import StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined)
    environment.globals.clear()
    return environment


def _bare(text: str) -> Side:
    tree = read(text)
    kind = kind_of(tree)
    if kind not in ("VectorSelector", "MatrixSelector"):
        if any(type(node).__name__ in ("MatrixSelector", "SubqueryExpr") for node in walk(tree)):
            raise PromqlError(
                "this PromQL has a fixed range", "write `[{{ window }}]` where the range stands"
            )
        raise PromqlError(
            "this PromQL has no `{{ window }}`",
            "write a bare counter selector, or `rate(metric[{{ window }}])` with the placeholder as range",
        )
    selector = bare_selector(tree, text)
    if selector.metric.endswith("_bucket") and not selector.only("le"):
        raise PromqlError(
            "a histogram's buckets without `le` count every event many times", "use `_count`, or add le"
        )
    return Side(text, selector, (selector,))


def _check_nodes(nodes: list[Any]) -> None:
    ranges = {node.range.total_seconds() for node in nodes if type(node).__name__ == "MatrixSelector"}
    if _PROBE_WINDOW not in ranges:
        raise PromqlError("`{{ window }}` is not the range of any selector", "write `rate(x[{{ window }}])`")
    if ranges != {_PROBE_WINDOW}:
        raise PromqlError("a fixed range stands beside `{{ window }}`", "use `{{ window }}` for every range")
    for name in (node.func.name for node in nodes if type(node).__name__ == "Call"):
        if name in _NO_RATES:
            raise PromqlError(f"`{name}` {_NO_RATES[name]}", "use rate: a side gives events per second")


def _check_type(root: Any) -> None:
    kind = type(root).__name__
    if kind in ("MatrixSelector", "SubqueryExpr", "NumberLiteral", "StringLiteral"):
        raise PromqlError("the expression must give events per second", "wrap it in rate(...)")
    if kind == "Call" and root.func.name in ("scalar", "time", "pi"):
        raise PromqlError("the expression gives a scalar without labels", "drop scalar(...)")


def _check_groups(root: Any, by: tuple[str, ...]) -> None:
    if not by or type(root).__name__ != "AggregateExpr":
        return
    kept, without = _grouping(root)
    lost = [label for label in by if (label in kept) == without]
    if lost:
        raise PromqlError(
            f"the aggregation drops `{lost[0]}`, which `by` needs", f"aggregate by ({', '.join(by)})"
        )


def _is_sum_by(root: Any, by: tuple[str, ...]) -> bool:
    is_sum = type(root).__name__ == "AggregateExpr" and str(root.op) == "sum"
    return is_sum and _grouping(root) == (set(by), False)


def _grouping(root: Any) -> tuple[set[str], bool]:
    """The labels of an aggregation, and whether they are those that it drops."""
    modifier = root.modifier
    if modifier is None:
        return set(), False
    return set(modifier.labels), str(modifier.type).endswith("Without")
