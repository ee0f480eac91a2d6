"""Emitted things to text: one module a target, one line each in TARGETS."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from typing import cast

from slogen.emitted.proof import Compiled
from slogen.render.artifact import Artifact
from slogen.settings import Settings

Renderer = Callable[[Compiled, Settings], Iterator[Artifact]]


def _late(name: str, function: str = "render") -> Renderer:
    """A function of a module, which is loaded when it is called: a run needs few of them."""

    def render(compiled: Compiled, settings: Settings) -> Iterator[Artifact]:
        module = import_module(f"{__name__}.{name}")
        return cast(Iterator[Artifact], getattr(module, function)(compiled, settings))

    return render


TARGETS: dict[str, Renderer] = {
    "prometheus": _late("rulers.prometheus"),
    "kubernetes": _late("rulers.operator"),
    "mimir": _late("rulers.mimir"),
    "cortex": _late("rulers.mimir", "render_cortex"),
    "thanos": _late("rulers.thanos"),
    "victoriametrics": _late("rulers.victoriametrics"),
    "gmp": _late("rulers.gmp"),
    "azure": _late("rulers.azure"),
    "grafana-alerting": _late("rulers.grafana_alerting"),
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
