"""What the controllers have in common: who is compared with whom, and what must be escaped."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from slogen.conventions import META
from slogen.emitted.proof import Compiled
from slogen.emitted.rules import Recording
from slogen.model.slo import Slo
from slogen.promql.matchers import added_matchers, with_marks, without_marks
from slogen.promql.selector import Matcher
from slogen.promql.text import STRING
from slogen.render.rulers.objects import AS_IT_IS, LABELS
from slogen.rules.gate import Test, comparison, questions
from slogen.rules.raw import NotCountableError
from slogen.settings import Settings
from slogen.target_settings import RolloutSettings


@dataclass(frozen=True, slots=True)
class Asked:
    """The questions about one SLO, by name; `comparisons` are those between versions."""

    slo: Slo
    questions: dict[str, str]
    comparisons: dict[str, str]


def asked(
    compiled: Compiled, settings: Settings, rollouts: RolloutSettings, tests: dict[str, Test]
) -> Iterator[Asked]:
    """What is asked about each SLO of a service; of those that count time, no versions are compared."""
    if compiled.rules.owner == META:
        return
    rules = (rule for group in compiled.rules.groups for rule in group.rules)
    recorded = {rule.record for rule in rules if isinstance(rule, Recording)}
    for slo in compiled.services[0].slos:
        plain = {name: _escaped(text) for name, text in questions(slo, settings, recorded)}
        compared = {name: _compared(slo, settings, rollouts, test) for name, test in tests.items()}
        yield Asked(slo, plain, {name: text for name, text in compared.items() if text})


def _compared(slo: Slo, settings: Settings, rollouts: RolloutSettings, test: Test) -> str:
    """The comparison, with what the controller fills in; "" where events can't be counted."""
    marks: dict[str, str] = {}
    canary, stable = _versions(settings, rollouts, marks)
    try:
        expr = comparison(slo, settings, canary, stable, test)
    except NotCountableError:
        return ""
    return without_marks(_escaped(expr), marks)


def _versions(
    settings: Settings, rollouts: RolloutSettings, marks: dict[str, str]
) -> Iterator[tuple[Matcher, ...]]:
    for number, text in enumerate((rollouts.canary, rollouts.stable)):
        marked, found = with_marks(text, number)
        marks |= found
        yield added_matchers(marked, settings.prometheus.min_version)


def _escaped(expr: str) -> str:
    """PromQL without double braces and runs of blanks in strings: the one would be filled in, the other
    shortened, by the controllers. Prometheus reads the same."""
    return STRING.sub(lambda match: _string(match[0]), expr)


def _string(text: str) -> str:
    text = text.replace("{{", r"\x7b{").replace("}}", r"\x7d}")
    return re.sub(r"(?<= ) ", r"\\x20", text)


def metadata(name: str, settings: Settings) -> dict[str, Any]:
    """The head of an object."""
    found: dict[str, Any] = {"name": name}
    if settings.kubernetes.namespace:
        found["namespace"] = settings.kubernetes.namespace
    return {**found, "labels": {**LABELS, **settings.kubernetes.labels}, "annotations": dict(AS_IT_IS)}
