"""Rules that Grafana itself evaluates, as a file of its provisioning.

An alert is three nodes, as Grafana makes them of rules of Prometheus: the query, whether each series is there
at all, and whether that is above 0. Uids come from what a rule is about, so that a new SLO renames no other
one's alerts.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from slogen.conventions import (
    CONSUMED,
    ESCALATION,
    ID,
    LEVEL,
    SERVICE,
    SHORT_WINDOW,
    TIER,
    WINDOW,
    object_name,
    project_name,
)
from slogen.emitted.proof import Compiled
from slogen.emitted.rules import Alert, Recording, Rule
from slogen.model.rulers import GRAFANA_ALERTING
from slogen.render.artifact import Artifact, header
from slogen.render.provisioning import as_it_is
from slogen.render.rulers.plain import fitted, severities
from slogen.render.rulers.templates import ACTION
from slogen.settings import Settings
from slogen.units import MINUTE, format_duration
from slogen.yamltext import dump

ENDING: Final = ".alerting.yaml"
_QUERY, _IS_THERE, _FIRES = "query", "is_there", "fires"
_EXPRESSIONS: Final = "__expr__"
_RANGE: Final = {"from": 10 * MINUTE, "to": 0}
_TELLING: Final = (ID, SERVICE, TIER, WINDOW, SHORT_WINDOW, CONSUMED, ESCALATION, LEVEL)
_LONGEST: Final = 150  # of a title, which may have 190 characters


@dataclass(frozen=True, slots=True)
class _About:
    """What a rule is about, and which of its owner's rules about the same it is. Who is told, in which words,
    is no part of that: a rule that changes its team is the same rule."""

    owner: str
    rule: Rule
    severity: str
    number: int

    @property
    def told(self) -> tuple[str, ...]:
        """Its name and the values of the labels that tell it from others."""
        named = (self.rule.labels[name] for name in _TELLING if name in self.rule.labels)
        name = self.rule.record if isinstance(self.rule, Recording) else self.rule.alert
        return (name, *named, *((self.severity,) if self.severity else ()))

    @property
    def digest(self) -> str:
        """The same for as long as the rule is about the same, whatever it asks."""
        return hashlib.sha256("\0".join((self.owner, *self.told, str(self.number))).encode()).hexdigest()


def render(compiled: Compiled, settings: Settings) -> Iterator[Artifact]:
    """The provisioning file of one owner."""
    rules, seen, known = compiled.rules, Counter[tuple[str, ...]](), severities(compiled, settings)
    owner = object_name(rules.owner, settings.place)

    def about(rule: Rule) -> _About:
        found = _About(owner, rule, "" if isinstance(rule, Recording) else known(rule), 0)
        seen[found.told] += 1
        return replace(found, number=seen[found.told])

    groups = [
        {
            "orgId": settings.grafana_alerting.org,
            "name": ":".join(filter(None, (group.name, settings.cluster))),  # all clusters share a folder
            "folder": as_it_is(settings.grafana.folder),
            "interval": format_duration(group.interval),
            "rules": [_rule(about(rule), settings) for rule in group.rules],
        }
        for group in fitted(compiled, GRAFANA_ALERTING, settings)
    ]
    text = header(rules.source) + dump({"apiVersion": 1, "groups": groups})
    path = f"{GRAFANA_ALERTING.target}/{rules.owner}{ENDING}"
    yield Artifact(path, text, rules.owner, GRAFANA_ALERTING.target)


def _rule(about: _About, settings: Settings) -> dict[str, Any]:
    rule, source = about.rule, settings.grafana_alerting.datasource
    query = _node(_QUERY, source, {"expr": rule.expr, "instant": True, "range": False})
    uid = f"{project_name(settings.place)[:15]}-{about.digest[:24]}"  # 40 characters are the most
    title = f"{' '.join(about.told)[:_LONGEST]} [{about.digest[:6]}]"
    labels = {name: as_it_is(value) for name, value in rule.labels.items()}
    head = {"uid": uid, "title": as_it_is(title), "labels": labels}
    if isinstance(rule, Recording):
        record = {"metric": rule.record, "from": _QUERY, "targetDatasourceUid": source}
        return {**head, "condition": _QUERY, "data": [query], "record": record}
    return {**head, **_alert(rule, query)}


def _alert(rule: Alert, query: dict[str, Any]) -> dict[str, Any]:
    """No data is what a rule of Prometheus gives while all is well."""
    is_there = f"is_number(${_QUERY}) || is_nan(${_QUERY}) || is_inf(${_QUERY})"
    above = {"evaluator": {"type": "gt", "params": [0]}, "type": "query", "query": {"params": [_FIRES]}}
    data: dict[str, Any] = {
        "condition": _FIRES,
        "data": [
            query,
            _node(_IS_THERE, _EXPRESSIONS, {"type": "math", "expression": is_there}),
            _node(
                _FIRES, _EXPRESSIONS, {"type": "threshold", "expression": _IS_THERE, "conditions": [above]}
            ),
        ],
        "noDataState": "OK",
        "execErrState": "Error",
        "for": format_duration(rule.wait) if rule.wait else "0s",
    }
    if rule.keep_firing_for:
        data["keepFiringFor"] = format_duration(rule.keep_firing_for)
    annotations = {name: _annotation(text) for name, text in rule.annotations.items()}
    return {**data, "missing_series_evals_to_resolve": 1, "annotations": annotations}


def _node(ref: str, source: str, model: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "refId": ref,
        "relativeTimeRange": _RANGE,
        "datasourceUid": source,
        "model": {"refId": ref, **model},
    }


def _annotation(text: str) -> str:
    """In Grafana `$value` is a sentence about all nodes; what Prometheus means is the query's own. And what
    follows a dollar in braces is taken from Grafana's environment."""
    asked = ACTION.sub(lambda found: found[0].replace("$value", f"$values.{_QUERY}.Value"), text)
    return asked.replace("${", '{{ "$" }}{')
