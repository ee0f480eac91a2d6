"""Controllers that apply what is generated: where they find it, and what it may be called."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from slogen.conventions import project_name
from slogen.diagnostics import Problem
from slogen.model.origin import Origin, Path
from slogen.settings import Settings
from slogen.validate.secrets import without_lines

_CODE: Final = "gitops-settings"
# A token in the place of the user, or a password; `git@` of ssh is neither.
_SECRET: Final = re.compile(r"https?://[^/]*@|\w+://[^/@:]*:[^/@]*@")
_OUTSIDE: Final = "../"
# Of the value of a label. Both controllers write the name of their object as one on all that they apply.
_LONGEST: Final = 63


def check_gitops(origin: Origin, settings: Settings) -> Iterator[Problem]:
    """A problem for each target that doesn't say where the objects come from, or whose own would have too
    long a name, and for secrets in that."""
    argocd, flux = settings.argocd, settings.flux
    needed = {
        "argocd": (argocd.repo, argocd.path, "repo: https://git.example.com/slos"),
        "flux": (flux.source, flux.path, "source: slos"),
    }
    for target, (value, path, example) in needed.items():
        if target not in settings.targets:
            continue
        here = origin.at("targets", list(origin.at("targets").value or ()).index(target))
        if not _has_objects(settings):
            message = f"the target `{target}` has no objects to apply: no other target writes any"
            yield here.problem(_CODE, message, f"add `kubernetes` to the targets, or leave `{target}` out")
        elif not value:
            message = f"the target `{target}` doesn't say where the objects come from"
            yield here.problem(_CODE, message, f"set `{target}: {{{example}}}`")
        elif not path and settings.output.objects().startswith((_OUTSIDE, "/")):
            message = f"the target `{target}` needs the folder of the objects in the repository"
            hint = f"set `{target}: {{path: ...}}`: the output doesn't lie beside slogen.yaml"
            yield here.problem(_CODE, message, hint)
        yield from _too_long(origin, settings, target)
    if _SECRET.match(argocd.repo):
        message = "the address of the repository holds a user or a password"
        hint = "let Argo CD have them in a Secret of its own (`argocd repo add`)"
        yield from without_lines([origin.at("argocd", "repo").problem("secret-in-address", message, hint)])


def _has_objects(settings: Settings) -> bool:
    places = (settings, *map(settings.of_cluster, settings.clusters))
    return any(place.has_objects for place in places)


def _too_long(origin: Origin, settings: Settings, target: str) -> Iterator[Problem]:
    """A problem at the longer of the names that a target's object has its own of, each once."""
    told = set[Path]()
    for own, here in _named(origin, settings):
        name = project_name(own.place)
        if len(name) <= _LONGEST or here.keys in told:
            continue
        told.add(here.keys)
        message = (
            f"`{name}`, the object for the target `{target}`, has a name of {len(name)} characters: as a "
            f"label of all that is applied it may have {_LONGEST}"
        )
        parts = ["`project`"] * bool(own.project) + ["the cluster's name"] * bool(own.cluster)
        room = _LONGEST - len(name) + len(own.project) + len(own.cluster)
        hint = f"{' and '.join(parts)} may have {room} characters" + " together" * (len(parts) - 1)
        yield here.problem("gitops-name", message, hint)


def _named(origin: Origin, settings: Settings) -> Iterator[tuple[Settings, Origin]]:
    """The settings of each place that has an object, and where the longer one of its names is said."""
    project = origin.at("project")
    if not settings.clusters:
        yield settings, project
    for number, cluster in enumerate(settings.clusters):
        is_longer = len(settings.project) > len(cluster.name)
        yield settings.of_cluster(cluster), project if is_longer else origin.at("clusters", number, "name")
