"""ARM templates of rule groups for Azure Monitor's managed Prometheus: a resource a group.

Where rules go, and who is told, stands in the template's parameters: the workspace, and an action group each
for pages and tickets. There is no Alertmanager; severities are numbers from 0 to 4 there.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

from slogen.conventions import object_name
from slogen.emitted.proof import Compiled
from slogen.emitted.rules import Group, Recording, Rule
from slogen.model.rulers import AZURE
from slogen.render.artifact import Artifact, header
from slogen.render.rulers.plain import Severities, fitted, severities
from slogen.settings import Settings
from slogen.units import HOUR, MINUTE

ENDING: Final = ".rulegroups.json"
_SCHEMA: Final = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"
_TYPE: Final = "Microsoft.AlertsManagement/prometheusRuleGroups"
_API: Final = "2023-03-01"
_SEVERITY: Final = {"page": 1, "ticket": 3, "info": 4}
_ACTIONS: Final = {"page": "pageActionGroup", "ticket": "ticketActionGroup"}
_PARAMETERS: Final[dict[str, Any]] = {
    "location": {"type": "string", "defaultValue": "[resourceGroup().location]"},
    "workspace": {
        "type": "string",
        "metadata": {"description": "Resource ID of the Azure Monitor workspace"},
    },
    "clusterName": {"type": "string", "defaultValue": ""},
    **{
        name: {
            "type": "string",
            "metadata": {"description": f"Resource ID of the action group that is told of {severity}s"},
        }
        for severity, name in _ACTIONS.items()
    },
}


def render(compiled: Compiled, settings: Settings) -> Iterator[Artifact]:
    """The template of one owner."""
    rules = compiled.rules
    name = object_name(rules.owner, settings.place)
    template = {
        "$schema": _SCHEMA,
        "contentVersion": "1.0.0.0",
        "metadata": {"comment": header(rules.source).strip().removeprefix("# ")},
        "parameters": _PARAMETERS,
        "resources": [
            _resource(name, group, severities(compiled, settings))
            for group in fitted(compiled, AZURE, settings)
        ],
    }
    text = json.dumps(template, indent=2, ensure_ascii=True) + "\n"
    yield Artifact(f"azure/{rules.owner}{ENDING}", text, rules.owner, AZURE.target)


def _resource(owner: str, group: Group, known: Severities) -> dict[str, Any]:
    """A group; its name has no character that Azure refuses in names of resources."""
    return {
        "type": _TYPE,
        "apiVersion": _API,
        "name": f"{owner}-{group.name.rpartition(':')[2]}",
        "location": "[parameters('location')]",
        "properties": {
            "enabled": True,
            "scopes": ["[parameters('workspace')]"],
            "clusterName": "[parameters('clusterName')]",
            "interval": iso_duration(group.interval),
            "rules": [_rule(rule, known) for rule in group.rules],
        },
    }


def _rule(rule: Rule, known: Severities) -> dict[str, Any]:
    if isinstance(rule, Recording):
        return {"record": rule.record, "expression": _literal(rule.expr), "labels": _literals(rule.labels)}
    severity = known(rule)
    group = _ACTIONS.get(severity)
    actions = [{"actionGroupId": f"[parameters('{group}')]"}] if group else []
    return {
        "alert": rule.alert,
        "enabled": True,
        "expression": _literal(rule.expr),
        "for": iso_duration(rule.wait),
        "severity": _SEVERITY[severity],
        "labels": _literals(rule.labels),
        "annotations": _literals(rule.annotations),
        "resolveConfiguration": {"autoResolved": True, "timeToResolve": iso_duration(2 * MINUTE)},
        "actions": actions,
    }


def _literals(texts: Any) -> dict[str, str]:
    return {name: _literal(text) for name, text in texts.items()}


def _literal(text: str) -> str:
    """A text within brackets is an expression of ARM, unless the first one is doubled."""
    return f"[{text}" if text.startswith("[") and text.endswith("]") else text


def iso_duration(seconds: int) -> str:
    """A duration in ISO 8601: PT5M, PT1H30M, PT0S."""
    hours, rest = divmod(seconds, HOUR)
    minutes, rest = divmod(rest, MINUTE)
    parts = [f"{number}{unit}" for number, unit in ((hours, "H"), (minutes, "M"), (rest, "S")) if number]
    return f"PT{''.join(parts) or '0S'}"
