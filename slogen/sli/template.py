"""A side of an SLI as users write it: a bare selector, or PromQL with `{{ window }}` as its range."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from slogen.promql.parse import PromqlError, Selector, kind_of, parse, parse_selector, selectors, walk
from slogen.units import format_duration

if TYPE_CHECKING:
    from jinja2.sandbox import SandboxedEnvironment

_PLACEHOLDER = re.compile(r"\{\{-?\s*window\s*-?\}\}")
_JINJA = ("{{", "{%", "{#")
_PROBE_WINDOW = 7 * 60 + 7  # a length nobody writes by hand: finds the ranges that are the placeholder's


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a pair: the user's text, and its selector if it is a bare one."""

    text: str
    bare: Selector | None
    reads: tuple[Selector, ...]

    def rate(self, window: int) -> str:
        """Events per second over `window` seconds, not yet summed."""
        if self.bare is not None:
            return f"rate({self.bare}[{format_duration(window)}])"
        return render(self.text, window)


def side(text: str, by: tuple[str, ...]) -> Side:
    """Read one side. Raises PromqlError with a hint for all that would record nothing or nonsense."""
    if not any(mark in text for mark in _JINJA):
        return _bare(text)
    expr = render(text, _PROBE_WINDOW)
    tree = parse(expr)
    _check_ranges(tree)
    _check_type(tree)
    _check_groups(tree, by)
    return Side(text, None, selectors(tree))


@lru_cache(maxsize=4096)
def render(text: str, window: int) -> str:
    """Fill in the window (seconds). Raises PromqlError for a template that is broken or asks for more."""
    simple = _PLACEHOLDER.sub(format_duration(window), text)
    if not any(mark in simple for mark in _JINJA):
        return simple.strip()
    from jinja2 import TemplateError

    try:
        return _environment().from_string(text).render(window=format_duration(window)).strip()
    except TemplateError as error:
        raise PromqlError(f"template error: {error}", "only `{{ window }}` is known here") from None
    except Exception as error:  # a user's template can raise anything, `{{ 1 / 0 }}` for one
        raise PromqlError(f"template error: {error}", "only `{{ window }}` is known here") from None


@cache
def _environment() -> SandboxedEnvironment:
    from jinja2 import StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined)
    environment.globals.clear()
    return environment


def _bare(text: str) -> Side:
    tree = parse(text)
    if any(type(node).__name__ in ("MatrixSelector", "SubqueryExpr") for node in walk(tree)):
        if kind_of(tree) != "MatrixSelector":
            raise PromqlError(
                "this PromQL has a fixed range", "write `[{{ window }}]` where the range stands"
            )
    elif kind_of(tree) != "VectorSelector":
        raise PromqlError(
            "this PromQL has no `{{ window }}`",
            "write a bare counter selector, or `rate(metric[{{ window }}])` with the placeholder as range",
        )
    selector = parse_selector(text)
    if selector.metric.endswith("_bucket") and not selector.only("le"):
        raise PromqlError(
            "a histogram's buckets without `le` count every event many times", "use `_count`, or add le"
        )
    return Side(text, selector, (selector,))


def _check_ranges(tree: Any) -> None:
    ranges = [node.range.total_seconds() for node in walk(tree) if type(node).__name__ == "MatrixSelector"]
    if _PROBE_WINDOW not in ranges:
        raise PromqlError("`{{ window }}` is not the range of any selector", "write `rate(x[{{ window }}])`")
    if set(ranges) != {_PROBE_WINDOW}:
        raise PromqlError("a fixed range stands beside `{{ window }}`", "use `{{ window }}` for every range")


def _check_type(tree: Any) -> None:
    if kind_of(tree) in ("MatrixSelector", "SubqueryExpr", "NumberLiteral", "StringLiteral"):
        raise PromqlError("the expression must give events per second", "wrap it in rate(...)")
    if kind_of(tree) == "Call" and tree.func.name in ("scalar", "time", "pi"):
        raise PromqlError("the expression gives a scalar without labels", "drop scalar(...)")


def _check_groups(tree: Any, by: tuple[str, ...]) -> None:
    while type(tree).__name__ == "ParenExpr":
        tree = tree.expr
    if not by or type(tree).__name__ != "AggregateExpr":
        return
    modifier = tree.modifier
    kept = set(modifier.labels) if modifier is not None else set()
    without = modifier is not None and str(modifier.type).endswith("Without")
    lost = [label for label in by if (label in kept) == without]
    if lost:
        raise PromqlError(
            f"the aggregation drops `{lost[0]}`, which `by` needs", f"aggregate by ({', '.join(by)})"
        )
