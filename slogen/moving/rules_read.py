"""Rules of Prometheus as they stand in rule files, and in objects of its operator."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from slogen.moving.outcome import RefusedError
from slogen.moving.reading import Value, WrongShapeError
from slogen.promql.parse import PromqlError, read
from slogen.promql.tree import Expr

KIND = "PrometheusRule"


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """A rule: what it is called, its expression, and why that can't be read, if it can't."""

    at: Value
    name: str
    is_alert: bool
    expr: Value
    tree: Expr | None
    why: str

    @property
    def labels(self) -> Mapping[str, Value]:
        """The labels that it sets."""
        found = self.at.get("labels")
        return dict(found.items()) if found else {}

    @property
    def ids(self) -> dict[str, str]:
        """The same as text."""
        return {name: str(value.data) for name, value in self.labels.items()}


def is_of_rules(root: Value) -> bool:
    """Whether a document holds rules."""
    kind = root.get("kind")
    return kind.data == KIND if kind is not None else root.get("groups") is not None


def groups_of(root: Value) -> list[Value]:
    """The groups of a document. Raises WrongShapeError."""
    spec = root.need("spec") if root.get("kind") else root
    return spec.need("groups").each()


def rules_of(root: Value) -> list[Rule]:
    """The rules of a document, in order. Raises WrongShapeError."""
    return [_rule(at) for group in groups_of(root) for at in _rules(group)]


def _rules(group: Value) -> list[Value]:
    found = group.get("rules")
    return found.each() if found is not None else []


def _rule(at: Value) -> Rule:
    alert = at.get("alert")
    name = at.need("record") if alert is None else alert
    expr = at.need("expr")
    try:
        return Rule(at, str(name.data), alert is not None, expr, read(str(expr.data)), "")
    except PromqlError as error:
        return Rule(at, str(name.data), alert is not None, expr, None, str(error))


def all_rules(parts: tuple[Value, ...]) -> Iterator[Rule]:
    """The rules of all documents that can be read."""
    for part in parts:
        if part.is_mapping and is_of_rules(part):
            try:
                yield from rules_of(part)
            except (WrongShapeError, RefusedError):
                continue  # it is told where the document itself is read
