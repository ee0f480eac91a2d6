"""PrometheusRule objects for the Prometheus operator."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from slogen.emitted.proof import Compiled
from slogen.model.rulers import OPERATOR
from slogen.render.artifact import Artifact
from slogen.render.rulers.objects import Kind, objects
from slogen.settings import Settings

KIND: Final = Kind("monitoring.coreos.com/v1", "PrometheusRule", ".prometheusrule.yaml")
ENDING: Final = KIND.ending


def render(compiled: Compiled, settings: Settings) -> Iterator[Artifact]:
    """The object, or objects, of one owner."""
    return objects(compiled, OPERATOR, KIND, settings)
