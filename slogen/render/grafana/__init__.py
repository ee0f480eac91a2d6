"""Dashboards: JSON files, ConfigMaps for a sidecar, objects for Grafana's operator, file provisioning.

grafanalib is imported here and nowhere else, and only when boards are asked for.
"""

from __future__ import annotations

from collections.abc import Iterator

from slogen.conventions import META
from slogen.emitted.proof import Compiled
from slogen.render.artifact import Artifact
from slogen.settings import Settings

TARGET = "grafana"
MARKER_TAG = "generated-by-slogen"  # JSON has no comments, so a tag says whose the file is


def render(compiled: Compiled, settings: Settings) -> Iterator[Artifact]:
    """All files of one owner's boards."""
    from slogen.boards import boards
    from slogen.render.grafana import objects
    from slogen.render.grafana.build import build
    from slogen.render.grafana.jsontext import compact, dump
    from slogen.render.grafana.normalise import normalise

    owner = compiled.rules.owner
    for board in boards(compiled, settings):
        data = normalise(build(board))
        data["tags"].append(MARKER_TAG)
        for path, content in (
            (f"grafana/{board.uid}.json", dump(data)),
            (
                f"kubernetes/dashboards/{board.uid}.configmap.yaml",
                objects.config_map(board, compact(data), settings),
            ),
            (f"grafana/operator/{board.uid}.yaml", objects.grafana_dashboard(board, settings)),
        ):
            yield Artifact(path, content, owner, TARGET)
    if owner == META and compiled.services:
        yield Artifact("grafana/provisioning/slogen.yaml", objects.provider(settings), owner, TARGET)
