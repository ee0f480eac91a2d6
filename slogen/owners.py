"""What is made of one owner: rules and the tests that prove them, for Prometheus and for engines that need
others.

Rules and proof are loaded where they are needed: who only validates, or needs no tests, shouldn't wait for
them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from slogen.conventions import BUDGET_UP, META, UP
from slogen.diagnostics import Problem
from slogen.emitted.proof import Compiled, TestFile
from slogen.emitted.routing import Routing
from slogen.emitted.rules import RuleFile
from slogen.model.rulers import PROMETHEUS_METRICS, Ruler, rulers_among
from slogen.model.slo import Service
from slogen.settings import Settings
from slogen.understand import Project

Owner = Service | None  # None is the project's own watcher


def owners_of(project: Project) -> tuple[Owner, ...]:
    """All owners of a project, the watcher last."""
    return (*project.services, None)


def name_of(owner: Owner) -> str:
    """An owner's name, by which its files are known."""
    return owner.name if owner else META


def by_name(project: Project) -> dict[str, Owner]:
    """All owners of a project, or of one of its clusters, by name."""
    return {name_of(owner): owner for owner in owners_of(project)}


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
    folder = project.settings.cluster
    if owner is None:
        return Compiled(rules, tests, project.services, routing_of(project), others, folder)
    return Compiled(rules, tests, (owner,), others=others, folder=folder)


def rules_of(owner: Owner, project: Project) -> RuleFile:
    """The rules of an owner; none in a project whose clusters have them."""
    from slogen.rules import compile_meta, compile_service

    if project.clusters:
        return RuleFile(name_of(owner), owner.source if owner else "", ())
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
    """The rules of a project without errors for an engine, an owner each, of all its clusters; without tests.
    Those for Prometheus may have been made before."""
    placed = [(owner, place) for place in project.places for owner in owners_of(place)]
    made = rules if rules is not None else (None for _ in placed)
    return [
        compiled(owner, place, each, (), (ruler.target,))
        for (owner, place), each in zip(placed, made, strict=True)
    ]


def _others(
    owner: Owner, project: Project, tests: tuple[TestFile, ...], targets: Iterable[str]
) -> dict[str, Compiled]:
    """What is made of an owner for each target whose engine needs other rules than Prometheus: shorter ways
    from what happened to what is told where it is late, and its own words for what it tells of its rules."""
    rulers = rulers_among(targets, project.settings)
    if owner is None:
        signs = {ruler: _signs(ruler, project.settings) for ruler in rulers}
        others = (r for r in rulers if r.metrics != PROMETHEUS_METRICS or signs[r] != (UP,))
        return {ruler.target: _watcher(ruler, signs[ruler], project) for ruler in others}
    late = {ruler.target: ruler.has_metricsql for ruler in rulers if ruler.is_late}

    def made(has_metricsql: bool) -> Compiled:
        settings = replace(project.settings, is_late=True, has_metricsql=has_metricsql)
        return Compiled(rules_of(owner, replace(project, settings=settings)), tests)

    by_language = {each: made(each) for each in dict.fromkeys(late.values())}
    return {target: by_language[each] for target, each in late.items()}


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
