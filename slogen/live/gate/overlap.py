"""Events that are of both versions: a stable version that holds the canary hides what is wrong with it."""

from __future__ import annotations

from collections.abc import Sequence

from slogen.live.answers import Matrix
from slogen.live.client import Client
from slogen.model.slo import Slo
from slogen.promql.selector import Matcher, Selector
from slogen.promql.solve import is_readable, matches
from slogen.rules.raw import raw_counts
from slogen.settings import Settings
from slogen.units import MINUTE

Both = tuple[Sequence[Matcher], Sequence[Matcher]]


def shared(client: Client, slo: Slo, settings: Settings, both: Both, span: range) -> tuple[Matrix, ...]:
    """Total and bad events that the matchers of both versions select, minute by minute of `span`; nothing is
    asked where no series can pass both. Raises ServerError."""
    canary, stable = both
    if are_apart(canary, stable):
        return ()
    counts = raw_counts(slo, settings, MINUTE, (*canary, *(each for each in stable if each not in canary)))
    return tuple(
        client.query_range(expr, span[0], span[-1], span.step) for expr in (counts.total, counts.bad)
    )


def are_apart(canary: Sequence[Matcher], stable: Sequence[Matcher]) -> bool:
    """Whether the matchers alone say that no series can be of both."""
    return any(
        _excludes(one, other) or _excludes(other, one)
        for one in canary
        for other in stable
        if one.name == other.name
    )


def _excludes(one: Matcher, other: Matcher) -> bool:
    """Whether what passes `one` can't pass `other`."""
    if (one.op, other.op) == ("=~", "!~") and other.value == one.value:
        return True
    is_known = one.op == "=" and is_readable(Selector("", (other,)))
    return is_known and not matches(other, {one.name: one.value})
