"""Dashboards in the forms that the settings name: JSON files, ConfigMaps for a sidecar, objects for Grafana's
operator.

grafanalib is imported here and nowhere else, and only when boards are asked for.
"""

from __future__ import annotations

from collections.abc import Iterator

from slogen.conventions import META, project_name
from slogen.emitted.proof import Compiled
from slogen.render.artifact import Artifact
from slogen.settings import Settings

TARGET = "grafana"


def render(compiled: Compiled, settings: Settings) -> Iterator[Artifact]:
    """All files of one owner's boards."""
    from slogen.boards import boards
    from slogen.render.grafana import objects
    from slogen.render.grafana.parts import parts

    owner, forms = compiled.rules.owner, settings.board_forms
    slos = {slo.name for service in compiled.services for slo in service.slos}
    for board in boards(compiled, settings):
        for part, text in parts(board, slos, settings.kubernetes.max_bytes):
            for form in forms:
                path, content = objects.FORMS[form](part, text, settings)
                yield Artifact(path, content, owner, TARGET)
    if owner == META and compiled.services and "files" in forms:
        name = project_name(settings.project)
        yield Artifact(f"grafana/provisioning/{name}.yaml", objects.provider(settings), owner, TARGET)
