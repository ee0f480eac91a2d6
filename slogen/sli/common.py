"""What several kinds share: sums by group, and which `up` belongs to a selector."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, ClassVar

from slogen.load.settings import Settings
from slogen.model.sli import Look, Parsed, Part, Reference
from slogen.promql.parse import Matcher, Selector
from slogen.promql.solve import matches
from slogen.promql.text import any_of, indent, wrapped
from slogen.units import format_duration

if TYPE_CHECKING:
    from slogen.model.slo import Slo

TARGET_LABELS = ("job", "instance")


class Standalone:
    """What is the same for every kind that is not made of other SLOs."""

    references: ClassVar[tuple[Reference, ...]] = ()
    parts: ClassVar[tuple[Part, ...]] = ()

    def resolved(self, whole: Slo, slos: Sequence[Slo]) -> Parsed:
        """Never asked: there is nothing to resolve."""
        raise NotImplementedError

    def looks(self) -> Look:
        """Plain series."""
        return Look()


def summed(inner: str, by: tuple[str, ...]) -> str:
    """Sum an expression into one series per group."""
    return grouped("sum", inner, by)


def grouped(function: str, inner: str, by: tuple[str, ...]) -> str:
    """Aggregate an expression into one series per group."""
    head = f"{function} by ({', '.join(by)}) " if by else function
    return f"{head}({inner})" if "\n" not in inner and len(inner) < 90 else wrapped(head, inner)


def bad_rate(selector: Selector, settings: Settings) -> str:
    """Events per second of a counter of bad events, per series, without loss.

    Where a series was scraped at both ends of the base window and had no reset, what it grew by is what
    happened. `rate` does the rest (resets, series that come and go, a Prometheus that was away); alone it
    reads a first burst low, because it doesn't extrapolate below the zero at which such counters mostly
    stand.
    """
    base, reach = format_duration(settings.base_window), format_duration(settings.rate_range)
    one_scrape = format_duration(max(settings.scrape_interval - 1, 1))
    before = f"last_over_time({selector}[{one_scrape}] offset {base})"
    return (
        f"({selector} - {before}) / {settings.base_window}\n"
        f"and resets({selector}[{reach}]) == 0\nor\nrate({selector}[{reach}])"
    )


def or_zero(expr: str, total: str) -> str:
    """The expression, and 0 for every group of `total` that it lacks: never failed is not unknown."""
    return any_of([expr, f"0 * {total}"])


def good_to_bad(good: str, total: str) -> str:
    """Bad events from good ones, never below zero (the two rates are extrapolated apart)."""
    return f"clamp_min(\n{indent(f'{total} -')} (\n{indent(good, 4)}\n  ),\n  0\n)"


def up_selectors(selectors: Iterable[Selector]) -> tuple[str, ...]:
    """`up` of the targets, from the `job` and `instance` matchers; empty if any selector has neither.

    A matcher that other targets pass too (`job!="x"`, `job=~".+"`) says nothing about these.
    """
    found = [[m for m in s.only(*TARGET_LABELS) if _names_targets(m)] for s in selectors]
    if not all(found):
        return ()
    return tuple(dict.fromkeys(f"up{{{','.join(map(str, matchers))}}}" for matchers in found))


def _names_targets(matcher: Matcher) -> bool:
    unlikely = {"job": "\x00", "instance": "\x00"}
    return matcher.op in ("=", "=~") and matcher.value != "" and not matches(matcher, unlikely)
