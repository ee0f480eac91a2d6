"""What an expression reads, and how far back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from slogen.history.combs import Comb
from slogen.promql.tree import Expr, Range, Subquery, VectorSelector, children


@dataclass(frozen=True, slots=True)
class Look:
    """A range that is looked through: it ends `offset` seconds before each moment, is `length` long, and is
    looked at each multiple of `step`, or with 0 at every sample."""

    offset: int
    length: int
    step: int

    def of(self, comb: Comb, native: int) -> Comb:
        """When it looks, of what is evaluated on a comb; samples come each `native` seconds."""
        then = comb.earlier(self.offset)
        return Comb.over(then.start - self.length, then.end, self.step or native)


@dataclass(frozen=True, slots=True)
class Read:
    """A selector, and when it is read: `offset` seconds before each moment of the looks around it."""

    selector: VectorSelector
    looks: tuple[Look, ...] = ()
    offset: int = 0

    @property
    def ago(self) -> int:
        """How many seconds before a moment the first is that it reads."""
        return self.offset + sum(look.offset + look.length for look in self.looks)

    def of(self, comb: Comb, native: int) -> Comb:
        """When it is read for an expression that is evaluated on a comb."""
        for look in self.looks:
            comb = look.of(comb, native)
        return comb.earlier(self.offset)


def reads_of(tree: Expr, default: int, looks: tuple[Look, ...] = ()) -> Iterator[Read]:
    """All selectors of an expression; `default` is the step of subqueries that name none, in seconds."""
    match tree:
        case VectorSelector(has_at=True):  # `@ end()`: now, whatever subquery it stands in
            yield Read(tree, (), _seconds(tree.offset))
        case VectorSelector():
            yield Read(tree, looks, _seconds(tree.offset))
        case Range():
            look = Look(_seconds(tree.selector.offset), _seconds(tree.length), 0)
            yield Read(tree.selector, (*looks, look))
        case Subquery():
            look = Look(_seconds(tree.offset), _seconds(tree.length), _seconds(tree.step) or default)
            yield from reads_of(tree.expr, default, (*looks, look))
        case _:
            for child in children(tree):
                yield from reads_of(child, default, looks)


def _seconds(length: timedelta | None) -> int:
    """Whole seconds, the further ones where there are milliseconds."""
    return -int(-(length or timedelta()).total_seconds() // 1)
