"""Emitted things to text: one module a target, one line each in TARGETS."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from typing import cast

from slogen.emitted.proof import Compiled
from slogen.render.artifact import Artifact
from slogen.settings import Settings

Renderer = Callable[[Compiled, Settings], Iterator[Artifact]]


def _late(name: str) -> Renderer:
    """The `render` of a module, which is loaded when that is called: a run needs few of them."""

    def render(compiled: Compiled, settings: Settings) -> Iterator[Artifact]:
        module = import_module(f"{__name__}.{name}")
        return cast(Iterator[Artifact], module.render(compiled, settings))

    return render


TARGETS: dict[str, Renderer] = {
    "prometheus": _late("rulers.prometheus"),
    "kubernetes": _late("rulers.operator"),
    "alertmanager": _late("alertmanager"),
    "alertmanagerconfig": _late("alertmanagerconfig"),
    "grafana": _late("grafana"),
    "argo-rollouts": _late("rollouts.argo"),
    "flagger": _late("rollouts.flagger"),
    "argocd": _late("gitops.argocd"),
    "flux": _late("gitops.flux"),
    "docs": _late("docs"),
    "tests": _late("promtool"),
}

__all__ = ["TARGETS", "Artifact", "Renderer"]
