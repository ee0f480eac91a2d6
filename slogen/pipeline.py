"""The compiler in one page. Read this first.

    texts -> load -> shape -> model -> validate -> Project            (understand.py)
    Project -> rules, routing, proof -> render -> Result: artifacts   (here)

Pure: nothing here reads, writes or prints.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from slogen.conventions import META
from slogen.diagnostics import Problem, has_errors
from slogen.emitted.proof import Compiled, TestFile
from slogen.emitted.rules import RuleFile
from slogen.fanout import fan_out
from slogen.model.slo import Service
from slogen.owners import Owner, compiled, crowds, proof_of, rules_of
from slogen.render import TARGETS
from slogen.render.artifact import Artifact
from slogen.understand import Project, Source, understand


@dataclass(frozen=True, slots=True)
class Made:
    """What came of one owner; rules and tests only where somebody wants to have them, too."""

    artifacts: tuple[Artifact, ...]
    problems: tuple[Problem, ...] = ()
    rules: RuleFile | None = None
    tests: tuple[TestFile, ...] | None = None


Kept = Literal["rules", "tests"]
Reuse = Callable[[str, Sequence[str]], Made | None]


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
        owners: list[Owner] = [*self.services, None] if self.ok else []
        made = ((owner, self.made.get(_name(owner)) or Made(())) for owner in owners)
        return tuple(compiled(owner, self.project, each.rules, each.tests) for owner, each in made)


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
    owners: list[Owner] = [*services, None]
    known = {s.name: old for s in services if reuse and (old := reuse(s.name, s.sources))}
    missing = [owner for owner in owners if _name(owner) not in known]
    fresh = fan_out(lambda owner: _emit(owner, project, chosen, keeps), missing, jobs)
    made = known | dict(zip(map(_name, missing), fresh, strict=True))
    ordered = [made[_name(owner)] for owner in owners]
    artifacts = (a for target in chosen for each in ordered for a in each.artifacts if a.target == target)
    found = [problem for each in ordered for problem in each.problems]
    found += [] if only else crowds(project, chosen)
    if has_errors(found):
        return Result(project.with_problems(found))
    return Result(project.with_problems(found), services, tuple(artifacts), made)


def _name(owner: Owner) -> str:
    return owner.name if owner else META


def _emit(owner: Owner, project: Project, targets: Sequence[str], keeps: Collection[Kept]) -> Made:
    """All that is made of one service, or of the watcher."""
    rules = rules_of(owner, project)
    tests, problems = proof_of(owner, rules, project) if "tests" in targets else ([], [])
    whole = compiled(owner, project, rules, tuple(tests), targets)
    artifacts = tuple(a for target in targets for a in TARGETS[target](whole, project.settings))
    kept = rules if "rules" in keeps else None, tuple(tests) if "tests" in keeps else None
    return Made(artifacts, tuple(problems), *kept)


def compile_rules_of(project: Project, made: Mapping[str, Made] | None = None) -> tuple[RuleFile, ...]:
    """All rules of a project that has no errors, those of the watcher last; those that were kept when an
    owner was `made` are taken from there."""
    kept = {name: each.rules for name, each in (made or {}).items()}
    return tuple(kept.get(_name(owner)) or rules_of(owner, project) for owner in (*project.services, None))
