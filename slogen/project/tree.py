"""The tree of Kubernetes objects: its kustomization.yaml lists what this run makes, and what stays of earlier
ones."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from slogen.render.artifact import Artifact
from slogen.render.kustomize import indexes, is_object
from slogen.write.disk import BlockedError, Disk
from slogen.write.ownership import read_lists
from slogen.write.projects import split


def with_tree(
    artifacts: Iterable[Artifact],
    root: Path,
    home: Path,
    *,
    owners: Collection[str] | None,
    targets: Collection[str],
) -> tuple[Artifact, ...]:
    """The artifacts with a kustomization.yaml for all objects that are below `root` after this run, which is
    one of the `owners` (None: of all) and `targets`. Without an object among them there is none to write."""
    made = tuple(artifacts)
    paths = [artifact.path for artifact in made if is_object(artifact.path)]
    if not paths:
        return made
    makers = {artifact.owner for artifact in made}
    return *made, *indexes([*paths, *_staying(root, home, makers, owners, targets)])


def _staying(
    root: Path,
    home: Path,
    makers: Collection[str],
    owners: Collection[str] | None,
    targets: Collection[str],
) -> Iterator[str]:
    """Objects that this run neither makes nor prunes. What is wrong with the lists tells the plan."""
    with suppress(BlockedError):
        ours, _ = split(read_lists(Disk(root))[0], home, root, makers)
        for owner, listed in ours.items():
            is_covered = owners is None or owner in owners
            for entry in filter(lambda entry: is_object(entry.path), listed.entries):
                is_pruned = is_covered and entry.target in targets
                if not is_pruned and (root / entry.path).is_file():
                    yield entry.path
