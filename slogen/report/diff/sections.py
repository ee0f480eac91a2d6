"""What text and Markdown share: the first sentence, and SLOs that change alike."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from slogen.model.slo import Slo
from slogen.project.difference.compare import COST, Kind, SloChange, cost_line
from slogen.project.difference.lines import Line
from slogen.project.difference.whole import Difference, FileChange

MOST_NAMED: Final = 5
_KINDS: Final = {
    Kind.CHANGED: "changes",
    Kind.NEW: "is new",
    Kind.REMOVED: "is removed",
    Kind.RENAMED: "is renamed",
}
_MANY: Final = {"changes": "change", "is": "are"}


@dataclass(frozen=True, slots=True)
class Alike:
    """SLOs to which the very same happens."""

    slos: tuple[SloChange, ...]

    @property
    def first(self) -> SloChange:
        """The one that stands for all."""
        return self.slos[0]

    @property
    def lines(self) -> tuple[Line, ...]:
        """What happens to each, and what all of them cost."""
        both = [(each.old.cost, each.new.cost) for each in self.slos if each.old and each.new]
        costs = cost_line([old for old, _ in both], [new for _, new in both])
        return (*_but_cost(self.first), *costs)


def alike(difference: Difference) -> list[Alike]:
    """The changes of SLOs, those that matter most first."""
    found: dict[tuple[object, ...], list[SloChange]] = {}
    for each in difference.slos:
        found.setdefault((each.kind, each.heir_of, _but_cost(each)), []).append(each)
    return sorted((Alike(tuple(slos)) for slos in found.values()), key=lambda each: _rank(each.first))


def _but_cost(change: SloChange) -> tuple[Line, ...]:
    return tuple(line for line in change.lines if line.topic != COST)


def _rank(change: SloChange) -> int:
    """What costs sleep or history comes first, what is only said otherwise last."""
    if change.kind is Kind.REMOVED:
        return 0
    if change.restarts:
        return 1
    if change.pages(later=True):
        return 2
    if change.kind is Kind.NEW:
        return 4
    return 5 if {line.topic for line in change.lines} <= {"texts", COST} else 3


def headline(difference: Difference) -> str:
    """What happens in all: "1 SLO changes, 2 are new; pages of 1 come later; 1 budget restarts"."""
    if difference.is_empty:
        return f"nothing changes: {_slos(difference.count)} {_mean(difference.count)}"
    parts = [", ".join(_counts(difference)) or "no SLO means anything else"]
    for later, word in ((False, "sooner"), (True, "later")):
        if count := sum(each.pages(later=later) for each in difference.slos):
            parts.append(f"pages of {count:,} come {word}")
    if count := sum(each.restarts for each in difference.slos):
        parts.append(f"{count:,} {'budget restarts' if count == 1 else 'budgets restart'}")
    if count := len(difference.unknown):
        parts.append(f"{count:,} can't be compared")
    return "; ".join(parts)


def _slos(count: int) -> str:
    return f"{count:,} SLO{'' if count == 1 else 's'}"


def _mean(count: int) -> str:
    return "means what it meant" if count == 1 else "mean what they meant"


def _counts(difference: Difference) -> Iterator[str]:
    kinds = [each.kind for each in difference.slos]
    is_first = True
    for kind, said in _KINDS.items():
        count = kinds.count(kind)
        if count:
            verb, _, rest = said.partition(" ")
            verb = verb if count == 1 else _MANY[verb]
            yield f"{_slos(count) if is_first else f'{count:,}'} {verb} {rest}".rstrip()
            is_first = False


def where(slo: Slo) -> str:
    """The place in a spec."""
    span = slo.origin.span()
    return f"{span.path}:{span.line}"


def others(slos: Sequence[SloChange]) -> str:
    """Names of the others that change alike, the first of them by name."""
    names = [each.view.slo.shown for each in slos[1:]]
    rest = len(names) - MOST_NAMED
    return ", ".join(names[:MOST_NAMED]) + (f" and {rest:,} more" if rest > 0 else "")


def files(found: Sequence[FileChange]) -> str:
    """How many files change, in words."""
    counts = [(how, sum(each.how == how for each in found)) for how in ("changed", "new", "removed")]
    return ", ".join(f"{count:,} {how}" for how, count in counts if count)
