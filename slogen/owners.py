"""What is made of one owner: rules and the tests that prove them, for Prometheus and for engines that need
others.

Rules and proof are loaded where they are needed: who only validates, or needs no tests, shouldn't wait for
them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from slogen.conventions import BUDGET_UP, UP
from slogen.diagnostics import Problem
from slogen.emitted.proof import Compiled, TestFile
from slogen.emitted.routing import Routing
from slogen.emitted.rules import RuleFile
from slogen.model.rulers import PROMETHEUS_METRICS, RULERS, Ruler, limits
from slogen.model.slo import Service
from slogen.render.rulers.tenancy import crowded
from slogen.settings import Settings
from slogen.understand import Project

Owner = Service | None  # None is the project's own watcher


def owners_of(project: Project) -> tuple[Owner, ...]:
    """All owners of a project, the watcher last."""
    return (*project.services, None)


def compiled(
    owner: Owner,
    project: Project,
    rules: RuleFile | None = None,
    tests: tuple[TestFile, ...] | None = None,
    targets: Iterable[str] | None = None,
) -> Compiled:
    """Rules, and the tests that prove them, made where they are not given; and what is made otherwise for
    these targets, the settings' by default."""
    rules = rules or rules_of(owner, project)
    tests = tuple(proof_of(owner, rules, project)[0]) if tests is None else tests
    others = _others(owner, project, tests, project.settings.targets if targets is None else targets)
    if owner is None:
        return Compiled(rules, tests, project.services, routing_of(project), others)
    return Compiled(rules, tests, (owner,), others=others)


def rules_of(owner: Owner, project: Project) -> RuleFile:
    """The rules of an owner."""
    from slogen.rules import compile_meta, compile_service

    if owner is None:
        return compile_meta(project.names, project.settings)
    return compile_service(owner, project.settings)


def proof_of(owner: Owner, rules: RuleFile, project: Project) -> tuple[list[TestFile], list[Problem]]:
    """The tests that prove the rules of an owner, and problems of what no test can be made for."""
    from slogen.proof import prove, prove_meta

    if owner is None:
        return prove_meta(project.names, rules, project.settings), []
    return prove(owner, rules, project.settings)


def compiled_for(project: Project, ruler: Ruler, rules: Iterable[RuleFile] | None = None) -> list[Compiled]:
    """The rules of a project without errors for an engine, an owner each; without tests. Those for Prometheus
    may have been made before."""
    owners = owners_of(project)
    made = rules if rules is not None else (None for _ in owners)
    return [
        compiled(owner, project, each, (), (ruler.target,)) for owner, each in zip(owners, made, strict=True)
    ]


def crowds(project: Project, targets: Iterable[str]) -> list[Problem]:
    """Problems of engines that take fewer groups than the project has."""
    rulers = [RULERS[target] for target in targets if target in RULERS]
    return [
        problem
        for ruler in rulers
        if limits(ruler, project.settings)[1]
        for problem in crowded(compiled_for(project, ruler), ruler, project.settings)
    ]


def _others(
    owner: Owner, project: Project, tests: tuple[TestFile, ...], targets: Iterable[str]
) -> dict[str, Compiled]:
    """What is made of an owner for each target whose engine needs other rules than Prometheus: shorter ways
    from what happened to what is told where it is late, and its own words for what it tells of its rules."""
    found = {}
    for ruler in (RULERS[target] for target in targets if target in RULERS):
        signs = _signs(ruler, project.settings)
        if owner is None and (ruler.metrics != PROMETHEUS_METRICS or signs != (UP,)):
            found[ruler.target] = _watcher(ruler, signs, project)
        elif owner is not None and ruler.is_late:
            settings = replace(project.settings, is_late=True)
            found[ruler.target] = Compiled(rules_of(owner, replace(project, settings=settings)), tests)
    return found


def _signs(ruler: Ruler, settings: Settings) -> tuple[str, ...]:
    """What is recorded as long as rules run that this engine sees. One that has budgets alone sees pages too,
    and nobody else would tell that budgets are gone."""
    has_budgets_alone = ruler.target == settings.groups.get("budget") != settings.groups.get("page")
    return (UP, BUDGET_UP) if has_budgets_alone else (UP,)


def _watcher(ruler: Ruler, signs: tuple[str, ...], project: Project) -> Compiled:
    from slogen.proof import prove_meta
    from slogen.rules import compile_meta

    names, settings = project.names, project.settings
    rules = compile_meta(names, settings, ruler.metrics, signs)
    tests = prove_meta(names, rules, settings, ruler.metrics, signs) if ruler.metrics else []
    return Compiled(rules, tuple(tests))


def routing_of(project: Project) -> Routing | None:
    """What Alertmanager is told, if the project says who is told of alerts; of one without errors."""
    from slogen.routing import compile_routing

    if project.notifications is None or not project.ok:
        return None
    return compile_routing(project.notifications, project.services, project.settings)
