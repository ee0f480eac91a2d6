"""What the kinds read, one selector at a time, for whoever looks whether it is there."""

from __future__ import annotations

from collections.abc import Iterable

from slogen.model.sli import Need, Role
from slogen.promql.parse import parse, selectors
from slogen.promql.selector import Selector
from slogen.promql.tree import Binary, Expr, walk
from slogen.sli.looks import counted


def needs_of(reads: Iterable[Selector], field: str, role: Role, text: str) -> tuple[Need, ...]:
    """Each selector of a text of PromQL: counters are those of which it takes the growth, optional those
    beside which there is another (`or`), or which are best not there (`unless`)."""
    counters, optional = counted([text]), _optional(parse(text))
    return tuple(
        Need(each, field, role, each.metric in counters, optional=each in optional) for each in reads
    )


def _optional(tree: Expr) -> frozenset[Selector]:
    """The selectors of the operands of `or`, and of what `unless` leaves out."""
    found = [node for node in walk(tree) if isinstance(node, Binary)]
    parts = [node for node in found if node.op == "or"] + [n.right for n in found if n.op == "unless"]
    return frozenset(selector for part in parts for selector in selectors(part))
