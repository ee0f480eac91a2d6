"""PromQL that reads the series of one cluster alone, where a server has those of several."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from slogen.promql.parse import PromqlError, read
from slogen.promql.selector import Matcher, Selector
from slogen.promql.solve import is_readable, matches
from slogen.promql.tree import VectorSelector
from slogen.promql.written import Lengths, duration, with_selectors, written


class ScopeError(PromqlError):
    """The text is right, but can't read the series of one cluster alone. `code` is that of its problem."""

    code = "cluster-scope"


def scoped(text: str, scope: Mapping[str, str], lengths: Lengths = duration) -> str:
    """The text with these labels asked for in each of its selectors; `lengths` writes its ranges. It comes
    back as it is without a scope, and where it is no PromQL: who reads it says why. Raises ScopeError."""
    if not scope:
        return text
    try:
        tree = read(text)
    except PromqlError:
        return text
    narrowed = with_selectors(tree, lambda found: _narrowed(found, scope))
    try:
        return written(narrowed, lengths)
    except ValueError as error:
        raise ScopeError(f"it can't be asked of one cluster: {error}", "write it without that") from None


def _narrowed(found: VectorSelector, scope: Mapping[str, str]) -> VectorSelector:
    """The selector with the labels asked for. Raises ScopeError for one that no series of them can pass."""
    for own in found.matchers:
        wanted = Matcher(own.name, "=", scope.get(own.name, ""))
        is_other = own.name in scope and not matches(own, scope)
        if is_other and is_readable(Selector("", (own,))):
            hint = f"drop `{own}`, or say which clusters have the SLOs of this file: `clusters: [...]`"
            raise ScopeError(f"no series passes both `{own}` and `{wanted}`, the cluster's own", hint)
    more = (Matcher(name, "=", value) for name, value in scope.items())
    return replace(found, matchers=tuple(dict.fromkeys((*found.matchers, *more))))
