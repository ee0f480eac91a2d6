"""ClusterRules for Google Managed Prometheus. It selects on its cluster's labels, and sets them, by itself,
and its rules can't say how long an alert is kept."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from slogen.emitted.proof import Compiled
from slogen.model.rulers import GMP
from slogen.render.artifact import Artifact
from slogen.render.rulers.objects import Kind, objects
from slogen.settings import Settings

KIND: Final = Kind("monitoring.googleapis.com/v1", "ClusterRules", ".clusterrules.yaml", has_namespace=False)
ENDING: Final = KIND.ending


def render(compiled: Compiled, settings: Settings) -> Iterator[Artifact]:
    """The object, or objects, of one owner."""
    return objects(compiled, GMP, KIND, settings)
