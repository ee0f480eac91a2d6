"""An Application for Argo CD, which applies generated/kubernetes.

It applies on the server's side: what a client applies is kept in an annotation, too, where a large board has
no room.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from slogen.conventions import META, project_name
from slogen.emitted.proof import Compiled
from slogen.render.artifact import Artifact, header
from slogen.settings import Settings
from slogen.yamltext import dump

TARGET: Final = "argocd"


def render(compiled: Compiled, settings: Settings) -> Iterator[Artifact]:
    """The object of the project; none for a service."""
    if compiled.rules.owner == META:
        name = project_name(settings.place)
        text = header("") + dump(_application(name, settings))
        yield Artifact(f"{TARGET}/{name}.application.yaml", text, META, TARGET)


def _application(name: str, settings: Settings) -> dict[str, Any]:
    said = settings.argocd
    destination = {"server": said.server}
    if settings.kubernetes.namespace:
        destination["namespace"] = settings.kubernetes.namespace
    return {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Application",
        "metadata": {"name": name, "namespace": said.namespace},
        "spec": {
            "project": said.project,
            "source": {
                "repoURL": said.repo,
                "targetRevision": said.revision,
                "path": settings.output.objects(said.path),
            },
            "destination": destination,
            "syncPolicy": {"automated": {"prune": True}, "syncOptions": ["ServerSideApply=true"]},
        },
    }
