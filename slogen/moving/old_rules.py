"""The rules of another tool, as Prometheus or its operator loads them, each with where it stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from slogen.diagnostics import Problem, Severity, Span, has_errors
from slogen.emitted.rules import Alert, Recording, Rule
from slogen.load.reader import read
from slogen.moving.reading import Value, WrongShapeError
from slogen.promql.parse import PromqlError
from slogen.promql.parse import read as read_promql
from slogen.promql.tree import Expr, VectorSelector, walk
from slogen.units import parse_duration

NOT_PLAYED: Final = "compare-not-played"
_UNKNOWN: Final = "compare-unknown-document"
_OBJECT: Final = "PrometheusRule"


@dataclass(frozen=True, slots=True)
class OldRule:
    """A rule with its expression as a tree; evaluated every `interval` seconds, or with 0 as the server says.
    `place` is that of the expression."""

    rule: Rule
    tree: Expr
    interval: int
    place: Span

    @property
    def name(self) -> str:
        """What it records, or what its alert is called."""
        return self.rule.record if isinstance(self.rule, Recording) else self.rule.alert

    @property
    def selectors(self) -> tuple[VectorSelector, ...]:
        """All that it reads."""
        return tuple(node for node in walk(self.tree) if isinstance(node, VectorSelector))

    def problem(self, code: str, message: str, hint: str) -> Problem:
        """Something about it, at its expression."""
        return Problem(code, f"`{self.name}` {message}", self.place, hint, Severity.WARNING)


def read_rules(texts: Mapping[str, bytes]) -> tuple[list[OldRule], list[Problem]]:
    """The rules of files (by path): rule files, and PrometheusRule objects, also in lists. What can't be read
    or played is left out, and told."""
    rules: list[OldRule] = []
    problems: list[Problem] = []
    for path in sorted(texts):
        documents, wrong = read(path, texts[path])
        problems += wrong
        for document in documents if not has_errors(wrong) else ():
            found = [*_document(Value.of(document))]
            rules += [each for each in found if isinstance(each, OldRule)]
            problems += [each for each in found if isinstance(each, Problem)]
    return rules, problems


def _document(root: Value) -> Iterator[OldRule | Problem]:
    try:
        groups = [group for part in _objects(root) for group in _groups(part)]
        if not groups:
            hint = f"rule files have `groups`, objects are of `kind: {_OBJECT}`"
            yield root.problem(_UNKNOWN, "this document holds no rules of Prometheus", hint)
        for group in groups:
            yield from _group(group)
    except WrongShapeError as error:
        yield _misshapen(error)


def _misshapen(error: WrongShapeError) -> Problem:
    path = ".".join(map(str, error.value.path)) or "the document"
    message = f"`{path}` should have or be {error.wanted}"
    return error.value.problem(_UNKNOWN, message, "promtool check rules says what else is wrong")


def _objects(root: Value) -> list[Value]:
    items = root.get("items") if root.is_mapping else None
    return items.each() if items is not None else [root]


def _groups(part: Value) -> list[Value]:
    if not part.is_mapping:
        return []
    kind = part.get("kind")
    holder = part.get("spec") if kind is not None and kind.data == _OBJECT else part
    groups = holder.get("groups") if holder is not None else None
    return groups.each() if groups is not None else []


def _group(group: Value) -> Iterator[OldRule | Problem]:
    interval = _seconds(group.get("interval"))
    rules = group.get("rules")
    for rule in rules.each() if rules is not None else ():
        try:
            yield _rule(rule, interval)
        except WrongShapeError as error:
            yield _misshapen(error)


def _rule(at: Value, interval: int) -> OldRule | Problem:
    expr, labels = at.need("expr"), at.get("labels")
    said = {name: value.text() for name, value in labels.items()} if labels is not None else {}
    record = at.get("record")
    rule: Rule
    if record is not None:
        rule = Recording(record.text(), expr.text(), said)
    else:
        times = (_seconds(at.get(name)) for name in ("for", "keep_firing_for"))
        rule = Alert(at.need("alert").text(), expr.text(), said, {}, *times)
    try:
        return OldRule(rule, read_promql(rule.expr), interval, expr.span())
    except PromqlError as error:
        name = record.text() if record is not None else at.need("alert").text()
        return expr.problem(NOT_PLAYED, f"`{name}` can't be played: {error}", error.hint)


def _seconds(at: Value | None) -> int:
    """A time in seconds; 0 where none is said."""
    if at is None:
        return 0
    try:
        return parse_duration(at.text())
    except ValueError as error:
        raise WrongShapeError(at, f"a duration ({error})") from None
