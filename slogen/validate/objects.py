"""Objects that nobody would load: with kube-prometheus-stack's defaults an operator takes only what has the
label of its release, and says nothing of the rest. Not even slogen's own alerts could tell, as they are not
loaded either."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from slogen.diagnostics import Problem, Severity
from slogen.model.origin import Origin
from slogen.settings import Settings

_OBJECTS: Final = "kubernetes"


def check_objects(origin: Origin, settings: Settings) -> Iterator[Problem]:
    """A warning where rules are asked for as objects, and nobody says which labels they have; `{}` says
    that they need none."""
    targets = origin.at("targets")
    has_labels = origin.at("kubernetes", "labels").exists
    has_labels |= bool(settings.clusters) and all(each.object_labels for each in settings.clusters)
    if not targets.exists or _OBJECTS not in settings.targets or has_labels:
        return
    here = targets.at(settings.targets.index(_OBJECTS))
    message = "the objects have no label by which an operator would find them: it may never load them"
    hint = (
        "set `kubernetes: {labels: {release: NAME}}`, or what `ruleSelector` of your Prometheus object asks "
        "for; `labels: {}` if it takes all"
    )
    yield here.problem("no-object-labels", message, hint, severity=Severity.WARNING)
