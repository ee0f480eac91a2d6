"""AnalysisTemplates for Argo Rollouts: one an SLO.

A measurement that is neither go nor blocked is inconclusive, which pauses a rollout instead of aborting it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from slogen.conventions import slo_object
from slogen.emitted.proof import Compiled
from slogen.render.artifact import Artifact, header
from slogen.render.rollouts.common import Asked, asked, metadata
from slogen.rules.gate import BROKEN, WORSE
from slogen.settings import Settings
from slogen.target_settings import RolloutSettings
from slogen.units import MINUTE, format_duration
from slogen.yamltext import dump

TARGET: Final = "argo-rollouts"
_ADDRESS: Final = "prometheus"
_ARGUMENT: Final = re.compile(r"\{\{\s*args\.([-\w]+)\s*\}\}")
_LASTS: Final = 30 * MINUTE
# Windows that don't overlap: of errors in bursts, two in three of them are seldom struck by chance.
_TIMES: Final = {
    "canary": {
        "initialDelay": format_duration(WORSE.window),
        "interval": format_duration(WORSE.window),
        "count": _LASTS // WORSE.window,
        "failureLimit": 1,
        "inconclusiveLimit": _LASTS // WORSE.window - 1,
    },
    "canary-broken": {
        "initialDelay": format_duration(BROKEN.window),
        "interval": "1m",
        "count": (_LASTS - BROKEN.window) // MINUTE,
        "inconclusiveLimit": (_LASTS - BROKEN.window) // MINUTE,  # the other tells of that
    },
}


def render(compiled: Compiled, settings: Settings) -> Iterator[Artifact]:
    """The templates of one service, in one file."""
    rollouts = settings.argo_rollouts
    tests = {"canary": WORSE, "canary-broken": BROKEN}
    documents = [
        dump(_template(each, settings, rollouts)) for each in asked(compiled, settings, rollouts, tests)
    ]
    if documents:
        owner = compiled.rules.owner
        path = f"{TARGET}/{owner}.analysistemplates.yaml"
        yield Artifact(path, header(compiled.rules.source) + "---\n".join(documents), owner, TARGET)


def _template(found: Asked, settings: Settings, rollouts: RolloutSettings) -> dict[str, Any]:
    metrics = [
        *(_metric(name, query, {}, rollouts) for name, query in found.questions.items()),
        *(_metric(name, query, _TIMES[name], rollouts) for name, query in found.comparisons.items()),
    ]
    told = "".join([rollouts.canary, rollouts.stable] if found.comparisons else [])
    told += "".join(rollouts.headers.values())
    names = dict.fromkeys(_ARGUMENT.findall(told))
    names.pop(_ADDRESS, None)
    address = {"name": _ADDRESS, "value": settings.address_of(rollouts)}
    return {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "AnalysisTemplate",
        "metadata": metadata(slo_object(found.slo.id, settings.place), settings),
        "spec": {"args": [address, *({"name": name} for name in names)], "metrics": metrics},
    }


def _metric(name: str, query: str, times: dict[str, Any], rollouts: RolloutSettings) -> dict[str, Any]:
    headers = [{"key": key, "value": value} for key, value in rollouts.headers.items()]
    provider = {"address": f"{{{{args.{_ADDRESS}}}}}", **({"headers": headers} if headers else {})}
    return {
        "name": name,
        **times,
        "successCondition": "len(result) == 1 && result[0] == 1",
        "failureCondition": "len(result) == 1 && result[0] == 0",
        "provider": {"prometheus": {**provider, "query": query}},
    }
