"""MetricTemplates for Flagger: one for how an SLO stands, one that compares versions. Both give one number,
1 for go and 0 for blocked, so that a Canary asks `thresholdRange: {min: 1}`.

Flagger has no third answer: without a number the check has failed. So a canary that has too few events to
tell is not held up; one without any is.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from slogen.conventions import slo_object
from slogen.emitted.proof import Compiled
from slogen.model.slo import Slo
from slogen.render.artifact import Artifact, header
from slogen.render.rollouts.common import asked, metadata
from slogen.rules.gate import WORSE_NOW
from slogen.settings import Settings
from slogen.yamltext import dump

TARGET: Final = "flagger"


def render(compiled: Compiled, settings: Settings) -> Iterator[Artifact]:
    """The templates of one service, in one file."""
    documents = []
    for found in asked(compiled, settings, settings.flagger, {"canary": WORSE_NOW}):
        standing = "\n* ".join(f"({query})" for query in found.questions.values())
        if standing:
            documents.append(_template("standing", standing, found.slo, settings))
        documents += [
            _template(name, query, found.slo, settings) for name, query in found.comparisons.items()
        ]
    if documents:
        owner = compiled.rules.owner
        path = f"{TARGET}/{owner}.metrictemplates.yaml"
        text = "---\n".join(map(dump, documents))
        yield Artifact(path, header(compiled.rules.source) + text, owner, TARGET)


def _template(what: str, query: str, slo: Slo, settings: Settings) -> dict[str, Any]:
    rollouts = settings.flagger
    provider: dict[str, Any] = {"type": "prometheus", "address": settings.address_of(rollouts)}
    if rollouts.secret:
        provider["secretRef"] = {"name": rollouts.secret}
    return {
        "apiVersion": "flagger.app/v1beta1",
        "kind": "MetricTemplate",
        "metadata": metadata(slo_object(slo.id, settings.place, what), settings),
        "spec": {"provider": provider, "query": query},
    }
