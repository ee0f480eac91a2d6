"""Conditions and selectors of specs as the project's engines are asked them: of one cluster alone where the
settings have a scope, and without what an engine selects on by itself."""

from __future__ import annotations

from collections.abc import Iterable

from slogen.model.rulers import Ruler, rulers_among
from slogen.promql.parse import PromqlError, read
from slogen.promql.scope import ScopeError, scoped
from slogen.promql.tree import VectorSelector, walk
from slogen.settings import Settings


class OwnLabelError(ScopeError):
    """The text is right, but an engine selects on a label of its matchers itself."""

    code = "ruler-label"

    def __init__(self, names: Iterable[str], ruler: Ruler) -> None:
        labels = " and ".join(f"`{name}`" for name in sorted(names))
        hint = f"drop the matcher on {labels}: the rules see the data of their own cluster alone"
        super().__init__(f"{ruler.called} selects on {labels} itself, and refuses rules that do", hint)


def as_asked(text: str, settings: Settings) -> str:
    """The text in the scope of the settings. It comes back as it is without a scope, and where it is no
    PromQL: who reads it says why. Raises ScopeError, with the code of a problem."""
    for ruler in rulers_among(settings.targets, settings):
        if ruler.own_labels:
            _check(text, ruler)
    return scoped(text, settings.scope)


def _check(text: str, ruler: Ruler) -> None:
    try:
        nodes = [node for node in walk(read(text)) if isinstance(node, VectorSelector)]
    except PromqlError:
        return
    if own := {matcher.name for node in nodes for matcher in node.matchers} & ruler.own_labels:
        raise OwnLabelError(own, ruler)
