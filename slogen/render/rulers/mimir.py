"""Namespace files for Grafana Mimir and Cortex, as `mimirtool rules sync` and `cortextool rules sync` load
them: a namespace an owner, so that who syncs one owner's file leaves those of others alone."""

from __future__ import annotations

from collections.abc import Iterator

from slogen.conventions import object_name
from slogen.emitted.proof import Compiled
from slogen.model.rulers import CORTEX, MIMIR, Ruler
from slogen.render.artifact import Artifact
from slogen.render.rulers.files import rule_file
from slogen.settings import Settings


def render(compiled: Compiled, settings: Settings) -> Iterator[Artifact]:
    """The namespace of one owner, for Mimir."""
    yield _namespace(compiled, MIMIR, settings)


def render_cortex(compiled: Compiled, settings: Settings) -> Iterator[Artifact]:
    """The namespace of one owner, for Cortex."""
    yield _namespace(compiled, CORTEX, settings)


def _namespace(compiled: Compiled, ruler: Ruler, settings: Settings) -> Artifact:
    name = object_name(compiled.rules.owner, settings.place)
    return rule_file(compiled, ruler, settings, {"namespace": name})
