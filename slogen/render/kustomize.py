"""kustomization.yaml: all Kubernetes objects as one tree, which Argo CD, Flux and `kubectl apply -k` take.

Argo CD reads no folder below the one that it is given unless it is told to, so that no board would arrive.
What is listed depends on the files of all owners: whoever writes only some of them names the `others`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from slogen.conventions import META
from slogen.render.artifact import Artifact, header
from slogen.yamltext import dump

TARGET: Final = "kubernetes"
NAME: Final = "kustomization.yaml"
_TREE: Final = "kubernetes/"
_BOARDS: Final = "dashboards/"
_OPERATOR: Final = ".grafanadashboard.yaml"


def is_index(path: str) -> bool:
    """Whether a path is that of a kustomization.yaml of the tree."""
    return path in (f"{_TREE}{NAME}", f"{_TREE}{_BOARDS}{NAME}")


def is_object(path: str) -> bool:
    """Whether a path is that of an object, or of several, in the tree."""
    return path.startswith(_TREE) and path.endswith(".yaml") and not is_index(path)


def indexes(paths: Iterable[str]) -> Iterator[Artifact]:
    """The kustomization.yaml that lists the objects among these paths; none without any.

    Boards for Grafana's operator are a component: without its CRDs the rest can be taken alone.
    """
    found = sorted({path.removeprefix(_TREE) for path in paths if is_object(path)})
    if not found:
        return
    component = [path.removeprefix(_BOARDS) for path in found if path.endswith(_OPERATOR)]
    data: dict[str, Any] = {
        "apiVersion": "kustomize.config.k8s.io/v1beta1",
        "kind": "Kustomization",
    }
    if rest := [path for path in found if not path.endswith(_OPERATOR)]:
        data["resources"] = rest
    if component:
        data["components"] = [_BOARDS.rstrip("/")]
    yield _file(f"{_TREE}{NAME}", data)
    if component:
        head = {"apiVersion": "kustomize.config.k8s.io/v1alpha1", "kind": "Component"}
        yield _file(f"{_TREE}{_BOARDS}{NAME}", {**head, "resources": component})


def _file(path: str, data: dict[str, Any]) -> Artifact:
    return Artifact(path, header("") + dump(data), META, TARGET)
