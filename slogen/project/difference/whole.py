"""All that differs between two sides: SLOs, what stands beside them, and the files that come of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from slogen.diagnostics import Problem
from slogen.fanout import cores
from slogen.model.slo import Service
from slogen.pipeline import Kept, Result, compile_understood
from slogen.project.difference.compare import Kind, SloChange, added, changed, removed
from slogen.project.difference.lines import Line
from slogen.project.difference.settings import beside
from slogen.project.difference.sides import Side
from slogen.project.difference.view import Clusters, View, clusters_of, views
from slogen.project.identities import heirs
from slogen.project.job import TESTS_TARGET
from slogen.render.artifact import Artifact
from slogen.settings import FILE_NAME

_KEEPS: Final[tuple[Kept, ...]] = ("rules",)


@dataclass(frozen=True, slots=True)
class FileChange:
    """A generated file that the specs ask for on one side alone, or with another content: "new", "changed"
    or "removed"."""

    path: str
    how: str


@dataclass(frozen=True)
class Difference:
    """What a change means. `unknown` are SLOs of which nobody knows what they were, as the old side has
    `errors`, and then nobody knows its files either; `count` is how many there are in all now."""

    old: str
    new: str
    slos: tuple[SloChange, ...]
    project: tuple[Line, ...]
    files: tuple[FileChange, ...]
    errors: tuple[Problem, ...]
    unknown: tuple[str, ...]
    count: int

    @property
    def is_empty(self) -> bool:
        """Whether nothing means anything else than it did."""
        return not (self.slos or self.project or self.files or self.unknown)


def compare(old: Side, new: Side) -> Difference:
    """Compile what may differ, on both sides, and compare it."""
    names = _differing(old, new)
    before, after = _compiled(old, names), _compiled(new, names)
    was, now = clusters_of(old.project), clusters_of(new.project)
    slos, unknown = _slos(_views(old, before, was, now), _views(new, after, now, was), old)
    services = new.project.among(new.only)
    return Difference(
        old.name,
        new.name,
        tuple(sorted(slos, key=lambda each: list(Kind).index(each.kind))),
        tuple(beside(old.project, new.project)) if old.settings_known else (),
        () if old.errors else tuple(_files(old, before, new, after, names)),
        old.errors,
        tuple(unknown),
        sum(len(service.slos) for service in services),
    )


def _differing(old: Side, new: Side) -> frozenset[str]:
    """The services whose texts differ, or all where something differs that may concern them all."""
    sides = [
        {service.name: _texts(service, side) for service in side.project.services} for side in (old, new)
    ]
    names = sides[0].keys() | sides[1].keys()
    if old.common == new.common:
        names = {name for name in names if sides[0].get(name) != sides[1].get(name)}
    chosen = {service.name for side in (old, new) for service in side.project.among(new.only)}
    return frozenset(names & chosen)


def _texts(service: Service, side: Side) -> list[tuple[str, bytes]]:
    return [(path, side.sources[path]) for path in service.sources]


def _compiled(side: Side, names: frozenset[str]) -> Result:
    """What comes of these services, and of the project as a whole."""
    files = {path for service in side.project.services if service.name in names for path in service.files}
    return compile_understood(side.project, only=files, keeps=_KEEPS, jobs=cores())


def _views(side: Side, result: Result, clusters: Clusters, others: Clusters) -> dict[str, View]:
    rules = {name: made.rules for name, made in result.made.items() if made.rules}
    return views(side.project, rules, clusters, others)


def _slos(
    before: Mapping[str, View], after: Mapping[str, View], old: Side
) -> tuple[list[SloChange], list[str]]:
    """What happened to each SLO, and the ones of which nobody can tell."""
    unknown = [slo for slo, view in after.items() if slo not in before and _is_unknown(slo, view, old)]
    after = {slo: view for slo, view in after.items() if slo not in unknown}
    found = [changed(view, after[slo]) for slo, view in before.items() if slo in after]
    followed = heirs(*({slo: view.facts for slo, view in side.items()} for side in (before, after)))
    known = {heir: slo for slo, theirs in followed.items() for heir in theirs}
    found += [removed(before[slo]) for slo, theirs in followed.items() if not theirs]
    found += [changed(before[slo], after[heir], slo) for heir, slo in known.items()]
    found += [added(view) for slo, view in after.items() if slo not in before and slo not in known]
    return [each for each in found if each], unknown


def _is_unknown(slo: str, view: View, old: Side) -> bool:
    """Whether the old side may have had an SLO, and can't say what it was."""
    return slo in old.declared or not old.blind.isdisjoint((view.slo.origin.document.path, FILE_NAME))


def _files(
    old: Side, before: Result, new: Side, after: Result, names: frozenset[str]
) -> Iterator[FileChange]:
    """The files that differ: all of them, or those of the chosen services."""
    was, now = (
        {_path(each, side): each.text for each in result.artifacts if new.only is None or each.owner in names}
        for side, result in ((old, before), (new, after))
    )
    for path in sorted(was.keys() | now.keys()):
        if path not in was or path not in now:
            yield FileChange(path, "new" if path in now else "removed")
        elif was[path] != now[path]:
            yield FileChange(path, "changed")


def _path(artifact: Artifact, side: Side) -> str:
    output = side.project.settings.output
    return f"{output.tests if artifact.target == TESTS_TARGET else output.dir}/{artifact.path}"
