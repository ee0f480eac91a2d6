"""How boards reach a Grafana: ConfigMaps for its sidecar, objects for its operator, a provider of files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from textwrap import indent
from typing import Any, Final

from slogen.conventions import project_name
from slogen.emitted.panels import Board
from slogen.render.artifact import header
from slogen.render.provisioning import as_it_is
from slogen.render.rulers.objects import AS_IT_IS, LABELS
from slogen.settings import Settings
from slogen.yamltext import dump

_FOLDER: Final = "grafana_folder"  # the annotation that the sidecar is usually told to read
_PLACE: Final = "kubernetes/dashboards"


def file(board: Board, text: str, settings: Settings) -> tuple[str, str]:
    """The board alone: path, and `text`, its JSON."""
    del settings
    return f"grafana/{board.uid}.json", text


def config_map(board: Board, text: str, settings: Settings) -> tuple[str, str]:
    """A ConfigMap that Grafana's sidecar loads, for its label: path and text."""
    labels = {**LABELS, **settings.kubernetes.labels, "grafana_dashboard": "1"}
    annotations = {**AS_IT_IS}
    if settings.grafana.folder:
        annotations[_FOLDER] = settings.grafana.folder
    metadata = _metadata(board, settings, labels) | {"annotations": annotations}
    head = dump({"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata})
    return f"{_PLACE}/{board.uid}.configmap.yaml", _with_board(
        header(board.source) + head + "data:\n", f"{board.uid}.json", text
    )


def grafana_dashboard(board: Board, text: str, settings: Settings) -> tuple[str, str]:
    """An object for Grafana's operator, with the board in it: path and text. If it referred to a ConfigMap,
    most operators would not hear of changes there."""
    spec: dict[str, Any] = {"instanceSelector": {"matchLabels": dict(settings.grafana.instances)}}
    if settings.grafana.folder:
        spec["folder"] = settings.grafana.folder
    metadata = _metadata(board, settings, {**LABELS, **settings.kubernetes.labels})
    data = {
        "apiVersion": "grafana.integreatly.org/v1beta1",
        "kind": "GrafanaDashboard",
        "metadata": {**metadata, "annotations": dict(AS_IT_IS)},
        "spec": spec,
    }
    return f"{_PLACE}/{board.uid}.grafanadashboard.yaml", _with_board(
        header(board.source) + dump(data), "json", text
    )


# By the names that the settings have for them.
FORMS: Final[Mapping[str, Callable[[Board, str, Settings], tuple[str, str]]]] = {
    "files": file,
    "sidecar": config_map,
    "operator": grafana_dashboard,
}


def _with_board(head: str, key: str, text: str) -> str:
    """A document that ends with a mapping, and in that the board as a block: the very lines of the file.
    JSON's own quoting makes them safe there, and nothing needs a second one."""
    return f"{head}  {key}: |\n" + indent(text, "    ")


def _metadata(board: Board, settings: Settings, labels: dict[str, str]) -> dict[str, Any]:
    place = {"namespace": settings.kubernetes.namespace} if settings.kubernetes.namespace else {}
    return {"name": _name(board), **place, "labels": labels}


def _name(board: Board) -> str:
    """Name of the objects; unlike a uid it may not hold `_`."""
    return f"slogen-board-{board.uid.replace('_', '.')}"


def provider(settings: Settings) -> str:
    """A provider file for a Grafana that reads boards from a folder."""
    provider = {
        "name": project_name(settings.project),
        "type": "file",
        "folder": as_it_is(settings.grafana.folder or ""),
        "allowUiUpdates": False,
        "updateIntervalSeconds": 60,
        "options": {"path": settings.boards_path},
    }
    return header("") + dump({"apiVersion": 1, "providers": [provider]})
