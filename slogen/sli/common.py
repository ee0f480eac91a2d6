"""What several kinds share: sums by group, and which `up` belongs to a selector."""

from __future__ import annotations

from collections.abc import Iterable

from slogen.promql.selector import Matcher, Selector
from slogen.promql.solve import matches
from slogen.promql.text import any_of, grouped
from slogen.settings import Settings


def summed(inner: str, by: tuple[str, ...]) -> str:
    """Sum an expression into one series per group."""
    return grouped("sum", inner, by)


def or_zero(expr: str, total: str) -> str:
    """The expression, and 0 for every group of `total` that it lacks: never failed is not unknown."""
    return any_of([expr, f"0 * {total}"])


def up_selectors(selectors: Iterable[Selector], settings: Settings) -> tuple[str, ...]:
    """`up` of the targets, from the matchers that a target can carry; empty if any selector has none.

    A matcher that other targets pass too (`job!="x"`, `job=~".+"`, the scope of a cluster) says nothing about
    these.
    """
    labels = settings.of_targets
    found = [[m for m in s.only(*labels) if _names_targets(m)] for s in selectors]
    if not all(any(m.name not in settings.scope for m in matchers) for matchers in found):
        return ()
    return tuple(dict.fromkeys(f"up{{{','.join(map(str, matchers))}}}" for matchers in found))


def _names_targets(matcher: Matcher) -> bool:
    unlikely, missing = {matcher.name: "\x00"}, dict[str, str]()
    return matcher.op in ("=", "=~") and not matches(matcher, unlikely) and not matches(matcher, missing)
