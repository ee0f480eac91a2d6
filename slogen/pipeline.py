"""The compiler in one page. Read this first.

    texts -> load -> shape -> model -> validate -> Project            (understand.py)
    Project -> rules, routing, proof -> render -> Result: artifacts   (here)

Pure: nothing here reads, writes or prints.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal

from slogen.conventions import META
from slogen.diagnostics import Problem, has_errors
from slogen.documents import Source
from slogen.emitted.proof import Compiled, TestFile
from slogen.emitted.rules import RuleFile
from slogen.fanout import fan_out
from slogen.model.slo import Service
from slogen.owners import Owner, by_name, compiled, name_of, owners_of, proof_of, rules_of
from slogen.render import TARGETS
from slogen.render.artifact import Artifact
from slogen.render.rulers.tenancy import crowded, group_counts
from slogen.understand import Project, understand


@dataclass(frozen=True, slots=True)
class Made:
    """What came of one owner; rules and tests only where somebody wants to have them, too, by the cluster
    that they are of ("" where there is one place). `groups` says how many there are for each engine that
    takes no more than so many."""

    artifacts: tuple[Artifact, ...]
    problems: tuple[Problem, ...] = ()
    rules: Mapping[str, RuleFile] = field(default_factory=dict)
    tests: Mapping[str, tuple[TestFile, ...]] = field(default_factory=dict)
    groups: Mapping[str, int] = field(default_factory=dict)


Kept = Literal["rules", "tests"]
Reuse = Callable[[str, Sequence[str]], Made | None]
Place = tuple[Project, Mapping[str, Owner]]  # a project, or one of its clusters, and its owners by name


@dataclass(frozen=True)
class Result:
    """What a compile gives. There are no artifacts when any problem is an error."""

    project: Project
    services: tuple[Service, ...] = ()
    artifacts: tuple[Artifact, ...] = ()
    made: Mapping[str, Made] = field(default_factory=dict)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """All problems, in the order of the files."""
        return self.project.problems

    @property
    def ok(self) -> bool:
        """Whether it compiled."""
        return self.project.ok

    @property
    def files(self) -> dict[str, str]:
        """The artifacts as `{path: text}`; tests below the name of their own folder."""
        tests = self.project.settings.output.tests
        return {f"{tests}/{a.path}" if a.target == "tests" else a.path: a.text for a in self.artifacts}

    @cached_property
    def compiled(self) -> tuple[Compiled, ...]:
        """The rules and tests behind the artifacts, as data."""
        names = [*(service.name for service in self.services), META] if self.ok else []
        return tuple(each for place in self.project.places for each in self._compiled_in(place, names))

    def _compiled_in(self, place: Project, names: Iterable[str]) -> Iterator[Compiled]:
        owners, cluster = by_name(place), place.settings.cluster
        for name in filter(owners.__contains__, names):
            made = self.made.get(name) or Made(())
            yield compiled(owners[name], place, made.rules.get(cluster), made.tests.get(cluster))


def compile_project(
    sources: Mapping[str, Source],
    settings: Source | None = None,
    *,
    only: Set[str] | None = None,
    targets: Iterable[str] | None = None,
) -> Result:
    """Compile spec texts by path. `only` limits the output (and the problems, but for what nobody can
    understand) to these paths; names are still checked over all."""
    return compile_understood(understand(sources, settings, only=only), only=only, targets=targets)


def compile_understood(
    project: Project,
    *,
    only: Set[str] | None = None,
    targets: Iterable[str] | None = None,
    reuse: Reuse | None = None,
    keeps: Collection[Kept] = (),
    jobs: int = 1,
) -> Result:
    """Compile what was understood. `targets` are keys of TARGETS; the settings' by default. `reuse` may give
    what was made of the specs at these paths before. What `keeps` names is kept beside the artifacts. With
    several `jobs` the work is shared among processes, which are forked."""
    if not project.ok:
        return Result(project)
    chosen = tuple(project.settings.targets if targets is None else targets)
    services = project.among(only)
    names = [*(service.name for service in services), META]
    known = {s.name: old for s in services if reuse and (old := reuse(s.name, s.sources))}
    missing = [name for name in names if name not in known]
    places = [(place, by_name(place)) for place in (project, *project.clusters)]
    made = known | _fresh(lambda name: _emit(name, places, chosen, keeps), missing, services, jobs)
    ordered = [made[name] for name in names]
    artifacts = (a for target in chosen for each in ordered for a in each.artifacts if a.target == target)
    problems = [problem for each in ordered for problem in each.problems]
    problems += [] if only else crowded(_added(each.groups for each in ordered), project.settings)
    if has_errors(problems):
        return Result(project.with_problems(problems))
    return Result(project.with_problems(problems), services, tuple(artifacts), made)


def _fresh(
    emit: Callable[[str], Made], names: Sequence[str], services: Iterable[Service], jobs: int
) -> dict[str, Made]:
    """What is made of these owners; first, and here, of the watcher and the smallest service: what they load
    is then there in all processes."""
    sizes = {service.name: len(service.slos) for service in services}
    made = {name: emit(name) for name in sorted(names, key=lambda name: sizes.get(name, 0))[:2]}
    rest = [name for name in names if name not in made]
    return made | dict(zip(rest, fan_out(emit, rest, jobs), strict=True))


def _emit(name: str, places: Iterable[Place], targets: Sequence[str], keeps: Collection[Kept]) -> Made:
    """All that is made of one service, or of the watcher: once, and in each cluster that has it."""
    parts = [_emit_in(owners[name], place, targets, keeps) for place, owners in places if name in owners]
    return Made(
        tuple(artifact.packed() for made in parts for artifact in made.artifacts),
        tuple(dict.fromkeys(problem for made in parts for problem in made.problems)),
        {cluster: rules for made in parts for cluster, rules in made.rules.items()},
        {cluster: tests for made in parts for cluster, tests in made.tests.items()},
        _added(made.groups for made in parts),
    )


def _added(counts: Iterable[Mapping[str, int]]) -> Counter[str]:
    return sum(map(Counter, counts), Counter[str]())


def _emit_in(owner: Owner, project: Project, targets: Sequence[str], keeps: Collection[Kept]) -> Made:
    """The same in one place."""
    wanted = [target for target in targets if project.settings.makes(target)]
    rules = rules_of(owner, project)
    tests, problems = proof_of(owner, rules, project) if "tests" in wanted else ([], [])
    whole = compiled(owner, project, rules, tuple(tests), wanted)
    found = (a for target in wanted for a in TARGETS[target](whole, project.settings))
    cluster = project.settings.cluster
    artifacts = tuple(replace(a, path=f"{cluster}/{a.path}") if cluster else a for a in found)
    has_rules = not project.clusters
    return Made(
        artifacts,
        tuple(problems),
        {cluster: rules} if has_rules and "rules" in keeps else {},
        {cluster: tuple(tests)} if has_rules and "tests" in keeps else {},
        group_counts(whole, project.settings, wanted),
    )


def compile_rules_of(project: Project, made: Mapping[str, Made] | None = None) -> tuple[RuleFile, ...]:
    """All rules of a project that has no errors, in each place those of the watcher last; those that were
    kept when an owner was `made` are taken from there."""
    kept = {name: each.rules for name, each in (made or {}).items()}
    return tuple(
        kept.get(name_of(owner), {}).get(place.settings.cluster) or rules_of(owner, place)
        for place in project.places
        for owner in owners_of(place)
    )
