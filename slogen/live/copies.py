"""Recorded series by their labels: of which copy of an SLO (a cluster, a replica), and of which group."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final, Protocol, TypeVar

from slogen.conventions import IDENTITY, TILE, WINDOW

NAME: Final = "__name__"
_NEITHER: Final = frozenset(
    {*IDENTITY, NAME, WINDOW, TILE}
)  # labels that tell neither copies nor groups apart
_MOST: Final = 1e15  # of events, seconds, whatever; NaN is not below it either
Labels = Mapping[str, str]
Group = tuple[tuple[str, str], ...]
Points = dict[float, float]  # of each tile, by its end


class _Placed(Protocol):
    @property
    def place(self) -> Labels: ...


Copy = TypeVar("Copy", bound=_Placed)


def beside_identity(labels: Labels) -> Labels:
    """The further labels of a series. Those of an SLO's budget, which has no groups, tell copies apart."""
    return {name: value for name, value in labels.items() if name not in _NEITHER}


def group_of(labels: Labels, place: Labels) -> Group:
    """The labels that give one budget each, of a series of the copy at this place."""
    return tuple(sorted((k, v) for k, v in labels.items() if k not in _NEITHER and k not in place))


def whose(copies: Iterable[Copy], labels: Labels) -> Copy | None:
    """The copy whose labels a series has: of several the one that says most, for a local one has none."""
    fitting = (copy for copy in copies if copy.place.items() <= labels.items())
    return max(fitting, key=lambda copy: len(copy.place), default=None)


def is_recorded(value: float) -> bool:
    """Whether rules could have recorded such a number."""
    return abs(value) < _MOST
