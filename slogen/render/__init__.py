"""Emitted things to text: one module a target, one line each in TARGETS."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from slogen.load.settings import Settings
from slogen.model.rules import RuleFile
from slogen.render import kubernetes, prometheus
from slogen.render.artifact import Artifact

Renderer = Callable[[RuleFile, Settings], Iterator[Artifact]]

TARGETS: dict[str, Renderer] = {
    "prometheus": prometheus.render,
    "kubernetes": kubernetes.render,
}

__all__ = ["TARGETS", "Artifact", "Renderer"]
