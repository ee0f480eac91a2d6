"""How much later an engine shows what happened than one that shows everything at once.

A group sees what other groups record one interval of theirs later; on a late engine it sees what it records
itself one interval later, too. So what reads recordings of recordings is as late as the longest way back to
the raw series: the sum over its links. What looks back anyway (`offset`), and what only fills gaps with zeros
(`0 * …`), is no link.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from slogen.conventions import ID
from slogen.emitted.rules import Alert, Group, Recording, Rule
from slogen.promql.parse import parse
from slogen.promql.tree import Binary, Expr, Number, Subquery, VectorSelector, children


@dataclass(frozen=True, slots=True)
class _Recorder:
    """A recording, where it stands, and how often it is evaluated, in seconds."""

    rule: Recording
    group: str
    interval: int


def delays(groups: Sequence[Group], slo_id: str, *, is_late: bool) -> dict[tuple[str, str], int]:
    """The seconds by which each alert of an SLO may be late, at most: by its name and its severity's label;
    of several alike, the first to come."""
    recorders: dict[str, list[_Recorder]] = {}
    for group in groups:
        for rule in group.rules:
            if isinstance(rule, Recording) and rule.labels.get(ID, slo_id) == slo_id:
                recorders.setdefault(rule.record, []).append(_Recorder(rule, group.name, group.interval))
    found: dict[tuple[str, str], int] = {}
    for group in groups:
        for rule in group.rules:
            if isinstance(rule, Alert) and rule.labels.get(ID) == slo_id:
                late = _late(rule, group.name, recorders, is_late, frozenset())
                name = rule.alert, rule.labels.get("severity", "")
                found[name] = min(late, found.get(name, late))
    return found


def _late(
    rule: Rule,
    group: str,
    recorders: Mapping[str, Sequence[_Recorder]],
    is_late: bool,
    known: frozenset[int],
) -> int:
    """The longest way back from a rule, in seconds; what reads itself goes round no further."""
    known |= {id(rule)}
    ways = [0]
    for name in set(_names(parse(rule.expr))):
        for each in recorders.get(name, ()):
            if id(each.rule) not in known:
                link = each.interval if is_late or each.group != group else 0
                ways.append(link + _late(each.rule, each.group, recorders, is_late, known))
    return max(ways)


def _names(tree: Expr) -> Iterator[str]:
    """The series that an expression needs of now."""
    match tree:
        case VectorSelector(name=name, offset=None) if name:
            yield name
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
