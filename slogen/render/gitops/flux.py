"""A Kustomization for Flux, which applies generated/kubernetes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from slogen.conventions import META, project_name
from slogen.emitted.proof import Compiled
from slogen.render.artifact import Artifact, header
from slogen.settings import Settings
from slogen.yamltext import dump

TARGET: Final = "flux"
_EVERY: Final = "10m"  # also looks for what somebody has changed in the cluster; a commit is seen at once


def render(compiled: Compiled, settings: Settings) -> Iterator[Artifact]:
    """The object of the project; none for a service."""
    if compiled.rules.owner == META:
        name = project_name(settings.place)
        text = header("") + dump(_kustomization(name, settings))
        yield Artifact(f"{TARGET}/{name}.kustomization.yaml", text, META, TARGET)


def _kustomization(name: str, settings: Settings) -> dict[str, Any]:
    said = settings.flux
    return {
        "apiVersion": "kustomize.toolkit.fluxcd.io/v1",
        "kind": "Kustomization",
        "metadata": {"name": name, "namespace": said.namespace},
        "spec": {
            "interval": _EVERY,
            "path": f"./{settings.output.objects(said.path)}",
            "prune": True,
            "sourceRef": {"kind": said.kind, "name": said.source},
        },
    }
