"""Emitted things to text: one module a target, one line each in TARGETS."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from slogen.load.settings import Settings
from slogen.model.proof import Compiled
from slogen.render import (
    alertmanager,
    alertmanagerconfig,
    docs,
    grafana,
    kubernetes,
    prometheus,
    promtool,
)
from slogen.render.artifact import Artifact

Renderer = Callable[[Compiled, Settings], Iterator[Artifact]]

TARGETS: dict[str, Renderer] = {
    "prometheus": prometheus.render,
    "kubernetes": kubernetes.render,
    "alertmanager": alertmanager.render,
    "alertmanagerconfig": alertmanagerconfig.render,
    "grafana": grafana.render,
    "docs": docs.render,
    "tests": promtool.render,
}

__all__ = ["TARGETS", "Artifact", "Renderer"]
