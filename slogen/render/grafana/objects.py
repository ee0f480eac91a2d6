"""How boards reach a Grafana: ConfigMaps for its sidecar, objects for its operator, a provider of files."""

from __future__ import annotations

from typing import Any, Final

from slogen.emitted.panels import Board
from slogen.render.artifact import header
from slogen.render.rulers.operator import LABELS
from slogen.settings import Settings
from slogen.yamltext import dump

# Flux replaces ${...} in what it applies, and would empty every variable of a board.
_NO_SUBSTITUTION: Final = {"kustomize.toolkit.fluxcd.io/substitute": "disabled"}
_FOLDER: Final = "grafana_folder"  # the annotation that the sidecar is usually told to read


def config_map(board: Board, text: str, settings: Settings) -> str:
    """A ConfigMap that Grafana's sidecar loads, for its label; `text` is the board as JSON on one line."""
    labels = {**LABELS, **settings.kubernetes.labels, "grafana_dashboard": "1"}
    annotations = {**_NO_SUBSTITUTION}
    if settings.grafana.folder:
        annotations[_FOLDER] = settings.grafana.folder
    metadata = _metadata(board, settings, labels) | {"annotations": annotations}
    head = dump({"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata})
    # As a block: JSON's own quoting makes it safe there, and nothing needs a second one.
    return f"{header(board.source)}{head}data:\n  {board.uid}.json: |-\n    {text}\n"


def grafana_dashboard(board: Board, settings: Settings) -> str:
    """An object for Grafana's operator, which takes the board from the ConfigMap."""
    spec: dict[str, Any] = {
        "instanceSelector": {"matchLabels": dict(settings.grafana.instances)},
        "configMapRef": {"name": _name(board), "key": f"{board.uid}.json"},
    }
    if settings.grafana.folder:
        spec["folder"] = settings.grafana.folder
    metadata = _metadata(board, settings, {**LABELS, **settings.kubernetes.labels})
    data = {
        "apiVersion": "grafana.integreatly.org/v1beta1",
        "kind": "GrafanaDashboard",
        "metadata": {**metadata, "annotations": dict(_NO_SUBSTITUTION)},
        "spec": spec,
    }
    return header(board.source) + dump(data)


def _metadata(board: Board, settings: Settings, labels: dict[str, str]) -> dict[str, Any]:
    place = {"namespace": settings.kubernetes.namespace} if settings.kubernetes.namespace else {}
    return {"name": _name(board), **place, "labels": labels}


def _name(board: Board) -> str:
    """Name of the objects; unlike a uid it may not hold `_`."""
    return f"slogen-board-{board.uid.replace('_', '.')}"


def provider(settings: Settings) -> str:
    """A provider file for a Grafana that reads boards from a folder."""
    provider = {
        "name": "slogen",
        "type": "file",
        "folder": settings.grafana.folder or "",
        "allowUiUpdates": False,
        "updateIntervalSeconds": 60,
        "options": {"path": settings.grafana.path},
    }
    return header("") + dump({"apiVersion": 1, "providers": [provider]})
