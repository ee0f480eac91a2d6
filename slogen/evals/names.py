"""Which metric of a run is the one that a spec names."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from slogen.evals.result import Measure

# What tools put behind a metric's name for the one number that stands for it.
_AGGREGATES: Final = re.compile(r"[/.:](?:mean|avg|average|score|value|true_fraction|v\d+)$")
_SEPARATORS: Final = re.compile(r"[\s.\-]+")
_PERCENT: Final = "%"


class AmbiguousError(Exception):
    """Several metrics of a run may be the one that is wanted: which."""

    def __init__(self, wanted: str, names: Iterable[str]) -> None:
        self.wanted, self.names = wanted, tuple(names)
        super().__init__(f"`{wanted}` may be any of {', '.join(f'`{name}`' for name in self.names)}")


@dataclass(frozen=True)
class Named:
    """What the user says: the run's metrics by the names that specs have for them; those of `percents` are
    divided by 100."""

    names: Mapping[str, str] = field(default_factory=dict)
    percents: frozenset[str] = frozenset()

    def find(self, wanted: str, measures: Iterable[str]) -> str | None:
        """The name in a run of the metric that is wanted; None where it has none. Raises AmbiguousError."""
        if wanted in self.names:
            return self.names[wanted] if self.names[wanted] in measures else None
        taken = set(self.names.values())
        return nearest(wanted, (name for name in measures if name not in taken))

    def measure(self, wanted: str, found: Measure) -> Measure:
        """A measure of the run by the name and in the unit that specs have for it."""
        return (found.times(0.01) if wanted in self.percents else found).called(wanted)


def nearest(wanted: str, names: Iterable[str]) -> str | None:
    """The name that means what is wanted: the same, the same but for how it is written, or with the word of
    a mean behind it, or the name of a scorer before it. Raises AmbiguousError where several do."""
    known = list(names)
    for same in _RANKS:
        found = [name for name in known if same(name, wanted)]
        if len(found) > 1:
            raise AmbiguousError(wanted, found)
        if found:
            return found[0]
    return None


def split_percent(name: str, measures: Iterable[str]) -> tuple[str, bool]:
    """A name without the `%` that says its unit, unless the metric is called so."""
    if name.endswith(_PERCENT) and name not in measures:
        return name.removesuffix(_PERCENT), True
    return name, False


def _plain(name: str) -> str:
    return _SEPARATORS.sub("_", name.strip().lower())


def _bare(name: str) -> str:
    """Without the words of an aggregate: `toxicity/v1/mean` is `toxicity`."""
    while (shorter := _AGGREGATES.sub("", name)) != name and shorter:
        name = shorter
    return name


_RANKS: Final[tuple[Callable[[str, str], bool], ...]] = (
    lambda name, wanted: name == wanted,
    lambda name, wanted: _plain(name) == _plain(wanted),
    lambda name, wanted: _plain(_bare(name)) == _plain(wanted),
    lambda name, wanted: _plain(_bare(name).rpartition("/")[2]) == _plain(wanted),
)
