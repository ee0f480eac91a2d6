"""Clusters of slogen.yaml: names of folders of their own, labels that tell them apart; and specs that name
them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final

from slogen.conventions import identity_of, slo_id
from slogen.diagnostics import Problem, Severity, did_you_mean
from slogen.load.document import Document
from slogen.model.origin import Origin
from slogen.model.rulers import RULERS
from slogen.settings import TARGETS, Settings
from slogen.target_settings import ClusterSettings
from slogen.validate.labels import identity_labels
from slogen.validate.rulers import rulers_of

_CODE: Final = "clusters"
FOLDERS: Final = frozenset(
    (*TARGETS, *RULERS, "alertmanagerconfig", "argo-rollouts", "flagger", "argocd", "flux")
)
_TEMPLATE: Final = ("{{", "{%", "{#")  # PromQL of specs may be a template, and the scope is put into it
_NEVER: Final = ("__name__", "le")  # in a scope: they are of series, not of where they are from


def check_settings(origin: Origin, settings: Settings) -> Iterator[Problem]:
    """Problems of the clusters that the settings name."""
    names, told = set[str](), dict[Any, str]()
    for number, cluster in enumerate(settings.clusters):
        here = origin.at("clusters", number)
        if cluster.name in names:
            yield here.at("name").problem(_CODE, f"the cluster `{cluster.name}` is there twice", "drop one")
        names.add(cluster.name)
        if cluster.name in FOLDERS:
            message = f"a cluster can't be called `{cluster.name}`: the output has a folder of that name"
            yield here.at("name").problem(_CODE, message, "give it another name")
        yield from _labels(here, cluster, settings, told)
        yield from _scope(here, cluster, settings)
        yield from _overlaps(here.at("scope"), cluster, settings.clusters[:number])
    own = {name for cluster in settings.clusters for name in cluster.labels}
    for name in own.intersection(settings.labels):
        message = f"the label `{name}` is each cluster's own: what is said here is never used"
        yield origin.at("labels", name).problem(_CODE, message, "drop it", key=True)


def _labels(
    here: Origin, cluster: ClusterSettings, settings: Settings, told: dict[Any, str]
) -> Iterator[Problem]:
    """`told` are the clusters by their labels, of those before."""
    own = settings.of_cluster(cluster)
    where = here.at("labels") if here.at("labels").exists else here.at("name")
    yield from identity_labels(here.at("labels"), cluster.labels)
    for ruler in rulers_of(settings):
        for name in ruler.own_labels.intersection(cluster.labels):
            message = f"{ruler.called} sets the label `{name}` itself, and refuses rules that do"
            hint = "say which labels it is known by: `labels: {env: prod-eu}`"
            yield where.at(name).problem("ruler-label", message, hint, key=True)
    other = told.setdefault(frozenset(own.labels.items()), cluster.name)
    if other != cluster.name:
        message = f"the clusters `{other}` and `{cluster.name}` have the same labels: their series would mix"
        yield where.problem(_CODE, message, "give each a label of its own, such as `cluster`")
    first = settings.clusters[0]
    if lacks := {*first.labels} ^ {*cluster.labels}:
        name = min(lacks)
        message = f"not each cluster has the label `{name}`, so boards can't tell them apart by it"
        yield where.problem(_CODE, message, "give all clusters labels of the same names")


def _scope(here: Origin, cluster: ClusterSettings, settings: Settings) -> Iterator[Problem]:
    for name, value in cluster.scope.items():
        where = here.at("scope", name)
        for mark in (mark for mark in _TEMPLATE if mark in value):
            message = f"a scope can't hold `{mark}`: it is put into PromQL, where that begins a template"
            yield where.problem(_CODE, message, "tell the cluster by a label with another value")
        if name in _NEVER:
            yield where.problem(
                _CODE, f"`{name}` says nothing of where a series is from", "drop it", key=True
            )
        for ruler in rulers_of(settings):
            if name in ruler.own_labels:
                message = f"{ruler.called} selects on `{name}` itself, and refuses rules that do"
                hint = "drop it: the rules see the data of their own cluster alone"
                yield where.problem("ruler-label", message, hint, key=True)


def _overlaps(here: Origin, cluster: ClusterSettings, before: Iterable[ClusterSettings]) -> Iterator[Problem]:
    """Scopes that no label tells apart. A cluster without any may have a server of its own."""
    hint = "say what tells their series apart: a label of one name, with another value for each"
    for other in (each for each in before if each.scope and cluster.scope):
        mine, its = cluster.scope.items(), other.scope.items()
        if mine == its:
            message = f"the clusters `{other.name}` and `{cluster.name}` would read the same series"
            yield here.problem(_CODE, message, hint)
        elif all(other.scope.get(name, value) == value for name, value in mine):
            wide, narrow = (cluster, other) if mine <= its else (other, cluster)
            message = f"the cluster `{wide.name}` reads all series of `{narrow.name}` too"
            if not (mine <= its or its <= mine):
                message = (
                    f"`{other.name}` and `{cluster.name}` would both read a series with the labels of both"
                )
            yield here.problem(_CODE, message, hint, severity=Severity.WARNING)


def check_clusters(documents: Sequence[Document], settings: Settings) -> Iterator[Problem]:
    """Problems of the clusters that specs name, and of SLOs that need others which are not there."""
    names = [cluster.name for cluster in settings.clusters]
    for document in documents:
        for number, name in enumerate(document.data.get("clusters", ())):
            if name not in names:
                known = f"slogen.yaml has {', '.join(names)}" if names else "slogen.yaml has no `clusters`"
                here = Origin(document).at("clusters", number)
                yield here.problem(
                    "unknown-cluster", f"unknown cluster `{name}`", did_you_mean(name, names) or known
                )

    yield from _needed([each for each in documents if "slos" in each.data], names)


def _needed(documents: Sequence[Document], names: Sequence[str]) -> Iterator[Problem]:
    """Dependencies on SLOs that are in fewer clusters."""
    found = dict[str, set[str]]()
    for document in documents:
        for item in document.data["slos"]:
            known = found.setdefault(slo_id(*identity_of(document.data["service"], item)), set())
            known.update(name for name in names if is_in(document, name))
    for document in documents:
        own = [name for name in names if is_in(document, name)]
        for index, item in enumerate(document.data["slos"]):
            for number, needed in enumerate(item.get("depends_on", ())):
                both = [name for name in own if name in found.get(needed, own)]
                if both == own:
                    continue
                lacks = next(name for name in own if name not in both)
                message = f"`{needed}` is not in the cluster `{lacks}`, as this SLO is"
                hint = f"have `{needed}` in `clusters` of its file there too"
                if both:
                    hint += f"; or move this SLO to a file with `clusters: [{', '.join(both)}]`"
                here = Origin(document).at("slos", index, "depends_on", number)
                yield here.problem("dependency", message, hint)


def is_in(document: Document, cluster: str) -> bool:
    """Whether what a document says is about a cluster."""
    return cluster in document.data.get("clusters", (cluster,))
