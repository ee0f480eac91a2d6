"""How often a side counts an event: told by its selectors where it is a plain sum, else computed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from slogen.model.sli import UnsatisfiableError
from slogen.promql.parse import parse
from slogen.promql.solve import selects
from slogen.promql.tree import Aggregation, Binary, Call, Expr, Paren, Range, VectorSelector, walk
from slogen.promql.vectors import UnsupportedError
from slogen.sli import joins
from slogen.sli.joins import Series
from slogen.sli.placeholder import render
from slogen.sli.template import Side
from slogen.units import MINUTE

Event = tuple[Series, ...]
_RANGE: Final = 5 * MINUTE


def tree_of(side: Side) -> Expr:
    """Its PromQL."""
    return parse(render(side.text, MINUTE))


@dataclass(frozen=True, slots=True)
class Counting:
    """How often a side counts an event of a group, where the series `beside` read 1. Of one that `is_plain`
    the selectors that select its series tell it."""

    field: str
    side: Side
    beside: Event
    group: Mapping[str, str]
    is_plain: bool

    @property
    def only_counters(self) -> bool:
        """Whether it is nothing but counters, or a sum of these."""
        return all(term.bare is not None for term in self.side.terms or (self.side,))

    def of(self, event: Event) -> float:
        """Of one event, which increments these series."""
        if self.is_plain:
            return sum(selects(s, *each) for s in self.side.reads for each in event)
        return round(self.computed([(each, 1.0) for each in event]), 6)

    def computed(self, growth: Sequence[tuple[Series, float]]) -> float:
        """Where these counters grow by so much a second. Raises UnsatisfiableError."""
        try:
            return self._computed(self.side, growth)
        except UnsupportedError as error:
            message = f"{error}, so no sample series can be derived"
            raise UnsatisfiableError(self.field, message) from None

    def _computed(self, side: Side, growth: Sequence[tuple[Series, float]]) -> float:
        """Each term for itself, of which any may be missing."""
        if side.terms:
            return sum(self._computed(term, growth) for term in side.terms)
        text = f"rate({side.bare}[{_RANGE}s])" if side.bare else render(side.written or side.text, _RANGE)
        return joins.grows(text, growth, self.beside, self.group)


def is_plain_sum(side: Side) -> bool:
    """Whether it is a sum of rates and nothing else."""
    return side.bare is not None or all(map(_adds_up, walk(tree_of(side))))


def _adds_up(node: Expr) -> bool:
    match node:
        case Aggregation("sum") | Call("rate") | Range() | Paren() | VectorSelector():
            return True
        case Binary("+" | "or"):
            return node.matching is None
        case _:
            return False
