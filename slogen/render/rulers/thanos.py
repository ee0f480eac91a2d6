"""Rules for Thanos Ruler: rule files, or PrometheusRule objects for a ThanosRuler of the Prometheus operator.

A page must not be decided on a part of the data, so its group gives up where a store doesn't answer, and is
told as failing. Budgets go on with what there is: they are looked at, and mend themselves.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from slogen.conventions import PATHS
from slogen.emitted.proof import Compiled
from slogen.model.rulers import THANOS
from slogen.render.artifact import Artifact
from slogen.render.rulers.files import rule_file
from slogen.render.rulers.objects import Kind, objects
from slogen.settings import Settings

KIND: Final = Kind("monitoring.coreos.com/v1", "PrometheusRule", ".thanosrule.yaml", suffix=".thanos")
ENDING: Final = KIND.ending
_PARTIAL: Final = "partial_response_strategy"
_BY_PATH: Final = {path: {_PARTIAL: "warn" if path == "budget" else "abort"} for path in (*PATHS, "")}


def render(compiled: Compiled, settings: Settings) -> Iterator[Artifact]:
    """The rule file of one owner, its objects, or both."""
    if "files" in settings.forms_of(THANOS.target):
        yield rule_file(compiled, THANOS, settings, more=_BY_PATH)
    if "objects" in settings.forms_of(THANOS.target):
        yield from objects(compiled, THANOS, KIND, settings, _BY_PATH, settings.thanos.labels)
