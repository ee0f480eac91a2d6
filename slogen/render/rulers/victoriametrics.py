"""Rules for vmalert, the ruler of VictoriaMetrics: rule files, or VMRule objects for its operator.

vmalert reads Prometheus' own format. It never gets `query_offset`, which its operator takes for something
else. By default it asks for the last whole multiple of the interval before its delay, which is up to an
interval late for nothing: here it asks for the moment itself, as Prometheus does.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from slogen.conventions import PATHS
from slogen.emitted.proof import Compiled
from slogen.model.rulers import VICTORIAMETRICS
from slogen.render.artifact import Artifact
from slogen.render.rulers.files import rule_file
from slogen.render.rulers.objects import Kind, objects
from slogen.settings import Settings

KIND: Final = Kind("operator.victoriametrics.com/v1beta1", "VMRule", ".vmrule.yaml")
ENDING: Final = KIND.ending
_NOT_ALIGNED: Final = {path: {"eval_alignment": False} for path in (*PATHS, "")}


def render(compiled: Compiled, settings: Settings) -> Iterator[Artifact]:
    """The rule file of one owner, its objects, or both."""
    if "files" in settings.forms_of(VICTORIAMETRICS.target):
        yield rule_file(compiled, VICTORIAMETRICS, settings, more=_NOT_ALIGNED)
    if "objects" in settings.forms_of(VICTORIAMETRICS.target):
        labels = settings.victoriametrics.labels
        yield from objects(compiled, VICTORIAMETRICS, KIND, settings, _NOT_ALIGNED, labels)
