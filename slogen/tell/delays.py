"""How much later an engine shows what happened than one that shows everything at once.

A group sees what other groups record one interval of theirs later; on a late engine it sees what it records
itself one interval later, too. So what reads recordings of recordings is as late as the longest way back to
the raw series: the sum over its links. What looks back further than an interval (`offset`), and what only
fills gaps with zeros (`0 * …`), is no link.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from slogen.conventions import ID
from slogen.emitted.rules import Alert, Group, Recording, Rule
from slogen.promql.parse import parse
from slogen.promql.tree import Binary, Expr, Number, Subquery, VectorSelector, children


@dataclass(frozen=True, slots=True)
class _Recorder:
    """A recording, where it stands, how often it is evaluated, in seconds, and whether by a late engine."""

    rule: Recording
    group: str
    interval: int
    is_late: bool


def delays(
    groups: Sequence[Group], slo_id: str, *, is_late: bool, elsewhere: Sequence[tuple[Group, bool]] = ()
) -> dict[tuple[str, str], int]:
    """The seconds by which each alert of an SLO may be late, at most: by its name and its severity's label;
    of several alike, the first to come. What the groups don't record is read of those `elsewhere`, of other
    engines, of which each is late or not."""
    recorders = _recorders([(group, is_late) for group in groups], slo_id)
    recorders = _recorders(elsewhere, slo_id) | recorders
    found: dict[tuple[str, str], int] = {}
    for group in groups:
        for rule in group.rules:
            if isinstance(rule, Alert) and rule.labels.get(ID) == slo_id:
                late = _late(rule, group.name, recorders, frozenset())
                name = rule.alert, rule.labels.get("severity", "")
                found[name] = min(late, found.get(name, late))
    return found


def _recorders(groups: Iterable[tuple[Group, bool]], slo_id: str) -> dict[str, list[_Recorder]]:
    found: dict[str, list[_Recorder]] = {}
    for group, is_late in groups:
        for rule in group.rules:
            if isinstance(rule, Recording) and rule.labels.get(ID, slo_id) == slo_id:
                recorder = _Recorder(rule, group.name, group.interval, is_late)
                found.setdefault(rule.record, []).append(recorder)
    return found


def _late(rule: Rule, group: str, recorders: Mapping[str, Sequence[_Recorder]], known: frozenset[int]) -> int:
    """The longest way back from a rule, in seconds; what reads itself goes round no further."""
    known |= {id(rule)}
    ways = [0]
    for name, ago in set(_names(parse(rule.expr))):
        for each in recorders.get(name, ()):
            if id(each.rule) not in known and 0 <= ago <= each.interval:
                link = ago + (each.interval if each.is_late or each.group != group else 0)
                ways.append(link + _late(each.rule, each.group, recorders, known))
    return max(ways)


def _names(tree: Expr) -> Iterator[tuple[str, int]]:
    """The series that an expression looks up, and how many seconds ago."""
    match tree:
        case VectorSelector(name=name, offset=offset) if name:
            yield name, int(offset.total_seconds()) if offset else 0
        case VectorSelector() | Subquery():
            return
        case Binary(op="*", left=Number(value=0)):
            return
        case Binary(op="unless" | "and", left=left):  # the other side only says whether
            yield from _names(left)
        case Binary(op="or", left=left, right=VectorSelector()):  # what is recorded of it fills gaps
            yield from _names(left)
        case _:
            for child in children(tree):
                yield from _names(child)
