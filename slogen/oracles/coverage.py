"""What the generated tests leave out: alerts that none expects, series that none looks at, names that
match no alert. Judged on what was compiled, before anything runs."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from itertools import chain

from slogen.conventions import CONSUMED, ESCALATION, ID, LEVEL, TIER
from slogen.diagnostics import Problem, Span
from slogen.emitted.proof import Compiled, ExprCheck
from slogen.emitted.rules import Alert, Recording

_TELLING = (ID, TIER, CONSUMED, LEVEL, ESCALATION)  # what tells two alerts of one name apart
_WORD = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*")
_SELECTOR = re.compile(r'\{((?:[^{}"]|"(?:[^"\\]|\\.)*")*)\}')
_EQUAL = re.compile(r'(\w+)\s*=\s*"((?:[^"\\]|\\.)*)"')
_ESCAPE = re.compile(r"\\(.)")
_HINT = "this is a gap in slogen's proof and not in the spec; please report it"


def uncovered(compiled: Compiled, unproven: Collection[str] = ()) -> Iterator[Problem]:
    """A problem for each rule that no test of its owner reaches, and each alert name that tests make up.

    For the SLOs in `unproven` there is no sample series to test with, so their alerts may lack tests; and
    so may series, where an owner has no other SLO.
    """
    rules = [rule for group in compiled.rules.groups for rule in group.rules]
    alerts = [rule for rule in rules if isinstance(rule, Alert)]
    span = Span(compiled.rules.source or f"{compiled.rules.owner}.rules.yaml")
    firing = list(_firing(compiled))
    tested = [alert for alert in alerts if any(_is_expected(alert, labels) for labels in firing)]
    for alert in alerts:
        if alert not in tested and alert.labels.get(ID) not in unproven:
            message = f"rule without any test: none expects the alert {_shown(alert)} to fire"
            yield Problem("untested-rule", message, span, _HINT)
    for name in sorted(_mentioned(compiled) - {alert.alert for alert in alerts}):
        message = f"test matches no alert: no rule of `{compiled.rules.owner}` is called `{name}`"
        yield Problem("unknown-alert", message, span, _HINT)
    recorded = [rule for rule in rules if isinstance(rule, Recording)]
    if unproven and {rule.labels[ID] for rule in rules if ID in rule.labels} <= set(unproven):
        return
    for series in sorted(_unread(compiled, recorded, tested)):
        message = f"rule without any test: none looks at the series `{series}` or at what is made of it"
        yield Problem("untested-rule", message, span, _HINT)


def _shown(alert: Alert) -> str:
    telling = ", ".join(f"{name}={alert.labels[name]}" for name in _TELLING if name in alert.labels)
    return f"`{alert.alert}`" + (f" ({telling})" if telling else "")


def _is_expected(alert: Alert, labels: Mapping[str, str]) -> bool:
    wanted = {name: alert.labels[name] for name in _TELLING if name in alert.labels}
    return labels.get("alertname") == alert.alert and wanted.items() <= labels.items()


def _exprs(compiled: Compiled) -> Iterator[ExprCheck]:
    return (check for test in compiled.tests for block in test.blocks for check in block.exprs)


def _firing(compiled: Compiled) -> Iterator[Mapping[str, str]]:
    """The labels, as far as a test tells them, of each alert that is expected to fire."""
    for check in (c for test in compiled.tests for block in test.blocks for c in block.alerts):
        yield from ({"alertname": check.alert, **alert.labels} for alert in check.expected)
    for looked in _exprs(compiled):
        if "ALERTS" in looked.expr and looked.expected:
            texts = (looked.expr, *(labels for labels, _ in looked.expected))
            yield from chain.from_iterable(map(_selectors, texts))


def _selectors(text: str) -> Iterator[dict[str, str]]:
    for inside in _SELECTOR.findall(text):
        yield {name: _ESCAPE.sub(r"\1", value) for name, value in _EQUAL.findall(inside)}


def _mentioned(compiled: Compiled) -> set[str]:
    """Every alert name in a test, whether it is expected to fire or to be silent."""
    names = {check.alert for test in compiled.tests for block in test.blocks for check in block.alerts}
    for check in _exprs(compiled):
        names |= alert_names(check.expr)
    return names


def alert_names(expr: str) -> set[str]:
    """The alert names that an expression selects by equality."""
    return {found["alertname"] for found in _selectors(expr) if "alertname" in found}


def _unread(compiled: Compiled, recorded: list[Recording], tested: list[Alert]) -> set[str]:
    """Recorded series that no expression of a test reads, nor any rule that is itself reached by one."""
    reads: dict[str, set[str]] = {}
    for rule in recorded:
        reads.setdefault(rule.record, set()).update(_WORD.findall(rule.expr))
    texts = [check.expr for check in _exprs(compiled)]
    texts += [text for alert in tested for text in (alert.expr, *alert.annotations.values())]
    reached, todo = set[str](), {word for text in texts for word in _WORD.findall(text)} & reads.keys()
    while todo:
        reached |= todo
        todo = {word for name in todo for word in reads[name]} & reads.keys() - reached
    return reads.keys() - reached
