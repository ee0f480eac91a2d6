"""What several kinds share: sums by group, and which `up` belongs to a selector."""

from __future__ import annotations

from collections.abc import Iterable

from slogen.promql.parse import Selector
from slogen.promql.text import any_of, indent, wrapped

TARGET_LABELS = ("job", "instance")


def summed(inner: str, by: tuple[str, ...]) -> str:
    """Sum an expression into one series per group."""
    head = f"sum by ({', '.join(by)}) " if by else "sum"
    return f"{head}({inner})" if "\n" not in inner and len(inner) < 90 else wrapped(head, inner)


def or_zero(expr: str, total: str) -> str:
    """The expression, and 0 for every group of `total` that it lacks: never failed is not unknown."""
    return any_of([expr, f"0 * {total}"])


def good_to_bad(good: str, total: str) -> str:
    """Bad events from good ones, never below zero (the two rates are extrapolated apart)."""
    return f"clamp_min(\n{indent(f'{total} -')} (\n{indent(good, 4)}\n  ),\n  0\n)"


def up_selectors(selectors: Iterable[Selector]) -> tuple[str, ...]:
    """`up` of the targets, from the `job` and `instance` matchers; empty if any selector has neither."""
    found = [(s, s.only(*TARGET_LABELS)) for s in selectors]
    if not all(matchers for _, matchers in found):
        return ()
    return tuple(dict.fromkeys(f"up{{{','.join(map(str, matchers))}}}" for _, matchers in found))
