"""kustomization.yaml: all Kubernetes objects as one tree, which Argo CD, Flux and `kubectl apply -k` take.

Argo CD reads no folder below the one that it is given unless it is told to, so that no board would arrive.
What is listed depends on the files of all owners: whoever writes only some of them names the `others`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from slogen.conventions import META
from slogen.render.artifact import Artifact, header
from slogen.yamltext import dump

TARGET: Final = "kubernetes"
NAME: Final = "kustomization.yaml"
_TREE: Final = re.compile(r"(?:[^/]+/)?kubernetes/")  # in the folder of a cluster, where there are several
_BOARDS: Final = "dashboards/"
_OPERATOR: Final = ".grafanadashboard.yaml"


def is_index(path: str) -> bool:
    """Whether a path is that of a kustomization.yaml of a tree."""
    tree = _tree(path)
    return bool(tree) and path in (f"{tree}{NAME}", f"{tree}{_BOARDS}{NAME}")


def is_object(path: str) -> bool:
    """Whether a path is that of an object, or of several, in a tree."""
    return bool(_tree(path)) and path.endswith(".yaml") and not is_index(path)


def _tree(path: str) -> str:
    """The tree that a path lies in; "" where it lies in none."""
    found = _TREE.match(path)
    return found[0] if found else ""


def indexes(paths: Iterable[str]) -> Iterator[Artifact]:
    """The kustomization.yaml that lists the objects among these paths, one a tree; none without any.

    Boards for Grafana's operator are a component: without its CRDs the rest can be taken alone.
    """
    trees: dict[str, set[str]] = {}
    for path in filter(is_object, paths):
        trees.setdefault(_tree(path), set()).add(path.removeprefix(_tree(path)))
    for tree, found in sorted(trees.items()):
        yield from _indexes(tree, sorted(found))


def _indexes(tree: str, found: Sequence[str]) -> Iterator[Artifact]:
    component = [path.removeprefix(_BOARDS) for path in found if path.endswith(_OPERATOR)]
    data: dict[str, Any] = {
        "apiVersion": "kustomize.config.k8s.io/v1beta1",
        "kind": "Kustomization",
    }
    if rest := [path for path in found if not path.endswith(_OPERATOR)]:
        data["resources"] = rest
    if component:
        data["components"] = [_BOARDS.rstrip("/")]
    yield _file(f"{tree}{NAME}", data)
    if component:
        head = {"apiVersion": "kustomize.config.k8s.io/v1alpha1", "kind": "Component"}
        yield _file(f"{tree}{_BOARDS}{NAME}", {**head, "resources": component})


def _file(path: str, data: dict[str, Any]) -> Artifact:
    return Artifact(path, header("") + dump(data), META, TARGET)
