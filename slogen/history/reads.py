"""What an expression reads, and how far back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from slogen.history.combs import Comb
from slogen.promql.tree import Expr, Range, Subquery, VectorSelector, children


@dataclass(frozen=True, slots=True)
class Read:
    """A selector, and when it is read: at each moment less `offset` seconds. With a `length` it is read over
    so many seconds before that: every `step` seconds, or with 0 every sample."""

    selector: VectorSelector
    offset: int = 0
    length: int = 0
    step: int = 0

    def of(self, comb: Comb, native: int) -> Comb:
        """When it is read for an expression that is evaluated on a comb; samples come each `native`
        seconds."""
        then = comb.earlier(self.offset)
        if not self.length:
            return then
        return Comb.over(then.start - self.length, then.end, self.step or native)


def reads_of(tree: Expr, default: int) -> Iterator[Read]:
    """All selectors of an expression; `default` is the step of subqueries that name none, in seconds."""
    yield from _within(tree, Read(VectorSelector(None)), default)


def _within(tree: Expr, around: Read, default: int) -> Iterator[Read]:
    match tree:
        case VectorSelector(has_at=True):  # `@ end()`: now, whatever subquery it stands in
            yield Read(tree, _seconds(tree.offset))
        case VectorSelector():
            yield Read(tree, around.offset + _seconds(tree.offset), around.length, around.step)
        case Range():
            offset, length = _seconds(tree.selector.offset), _seconds(tree.length)
            yield Read(tree.selector, around.offset + offset, around.length + length)
        case Subquery():
            step = _seconds(tree.step) or default
            length = around.length + _seconds(tree.length)
            inside = Read(around.selector, around.offset + _seconds(tree.offset), length, step)
            yield from _within(tree.expr, inside, default)
        case _:
            for child in children(tree):
                yield from _within(child, around, default)


def _seconds(length: timedelta | None) -> int:
    """Whole seconds, the further ones where there are milliseconds."""
    return -int(-(length or timedelta()).total_seconds() // 1)
