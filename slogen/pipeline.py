"""The compiler in one page: load -> validate -> model -> compile -> render. Read this first.

Pure: texts in, artifacts and problems out. Nothing here reads, writes or prints.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from functools import cache, cached_property
from pathlib import Path

from slogen.conventions import META
from slogen.diagnostics import Problem, has_errors, once, sort_key
from slogen.emitted.proof import Compiled, TestFile
from slogen.emitted.routing import Routing
from slogen.emitted.rules import RuleFile
from slogen.fanout import fan_out
from slogen.load.document import Document
from slogen.load.reader import read
from slogen.model.build import Context, build
from slogen.model.identity import gather
from slogen.model.notifications import KIND as NOTIFICATIONS_KIND
from slogen.model.notifications import Notifications, build_notifications, escalated
from slogen.model.read_alerting import read_policy
from slogen.model.references import link
from slogen.model.slo import Service
from slogen.model.tiers import Policy
from slogen.render import TARGETS
from slogen.render.artifact import Artifact
from slogen.settings import FILE_NAME, Settings
from slogen.shape.salvage import salvage
from slogen.sli import KINDS
from slogen.validate.checks import check_meaning
from slogen.validate.notifications import check_notifications
from slogen.validate.policies import check as check_policy
from slogen.validate.secrets import may_hold_secrets, shape, without_lines, without_secrets
from slogen.validate.settings import read_settings
from slogen.validate.version import CODE as WRONG_VERSION

SLO_KIND, POLICY_KIND, SETTINGS_KIND = "ServiceLevelObjectives", "AlertPolicy", "Settings"
Source = str | bytes


@dataclass(frozen=True, slots=True)
class Project:
    """Everything that was understood: settings, services, who is told, and all problems on the way."""

    settings: Settings
    services: tuple[Service, ...] = ()
    notifications: Notifications | None = None
    problems: tuple[Problem, ...] = ()

    @property
    def names(self) -> list[str]:
        """The services, by name."""
        return [service.name for service in self.services]


@dataclass(frozen=True)
class Result:
    """What a compile gives. There are no artifacts when any problem is an error."""

    project: Project
    services: tuple[Service, ...] = ()
    artifacts: tuple[Artifact, ...] = ()

    @property
    def problems(self) -> tuple[Problem, ...]:
        """All problems, in the order of the files."""
        return self.project.problems

    @property
    def ok(self) -> bool:
        """Whether it compiled."""
        return not has_errors(self.problems)

    @property
    def owners(self) -> frozenset[str]:
        """Who owns the artifacts: the services, and the project's own watcher."""
        return frozenset([META, *(service.name for service in self.services)])

    @property
    def files(self) -> dict[str, str]:
        """The artifacts as `{path: text}`; tests below the name of their own folder."""
        tests = self.project.settings.tests_dir
        return {f"{tests}/{a.path}" if a.target == "tests" else a.path: a.text for a in self.artifacts}

    @cached_property
    def compiled(self) -> tuple[Compiled, ...]:
        """The rules and tests behind the artifacts, as data; compiled again when asked for."""
        each: list[Service | None] = [*self.services, None] if self.ok else []
        return tuple(_compile(service, self.project, with_tests=True)[0] for service in each)


def compile_project(
    sources: Mapping[str, Source],
    settings: Source | None = None,
    *,
    only: Set[str] | None = None,
    targets: Iterable[str] | None = None,
    places: tuple[str, str] | None = None,
    reuse: Callable[[str, Sequence[str]], list[Artifact] | None] | None = None,
) -> Result:
    """Compile spec texts by path. `only` limits the output (and the problems, but for what nobody can
    understand) to these paths; names are still checked over all. `targets` are keys of TARGETS; the
    settings' by default. `places` are the folders of output and tests, if other than the settings'. `reuse`
    may give the artifacts of an owner that comes of the specs at these paths, so that they are not made
    again."""
    project = understand(sources, settings, only=only)
    if places is not None:
        moved = replace(project.settings, output_dir=places[0], tests_dir=places[1])
        project = replace(project, settings=moved)
    if has_errors(project.problems):
        return Result(project)
    chosen = tuple(project.settings.targets if targets is None else targets)
    services = tuple(service for service in project.services if service.is_among(only))
    made: dict[str, tuple[list[Artifact], list[Problem]]] = {}
    for service in services:
        if reuse is not None and (known := reuse(service.name, service.sources)) is not None:
            made[service.name] = (known, [])
    missing: list[Service | None] = [*(s for s in services if s.name not in made), None]
    fresh = fan_out(lambda service: _emit(service, project, chosen), missing)
    made |= {s.name if s else META: outcome for s, outcome in zip(missing, fresh, strict=True)}
    ordered = [made[owner] for owner in (*(s.name for s in services), META)]
    found = [problem for _, problems in ordered for problem in problems]
    project = replace(project, problems=_sorted([*project.problems, *found]))
    by_target = [a for target in chosen for artifacts, _ in ordered for a in artifacts if a.target == target]
    return Result(project, services, tuple(by_target))


def _emit(
    service: Service | None, project: Project, targets: Iterable[str]
) -> tuple[list[Artifact], list[Problem]]:
    """The artifacts of one service, or with None of the watcher."""
    compiled, problems = _compile(service, project, with_tests="tests" in targets)
    return [a for target in targets for a in TARGETS[target](compiled, project.settings)], problems


def _compile(
    service: Service | None, project: Project, *, with_tests: bool
) -> tuple[Compiled, list[Problem]]:
    """Rules, and the tests that prove them; of one service, or with None of the watcher."""
    rules = _rules(service, project)
    tests, problems = _prove(service, rules, project) if with_tests else ([], [])
    if service is None:
        return Compiled(rules, tuple(tests), project.services, routing_of(project)), problems
    return Compiled(rules, tuple(tests), (service,)), problems


def _rules(service: Service | None, project: Project) -> RuleFile:
    # Loaded here: who only validates, or needs no tests, shouldn't wait for it.
    from slogen.rules import compile_meta, compile_service

    if service is None:
        return compile_meta(project.names, project.settings)
    return compile_service(service, project.settings)


def _prove(
    service: Service | None, rules: RuleFile, project: Project
) -> tuple[list[TestFile], list[Problem]]:
    from slogen.proof import prove, prove_meta

    if service is None:
        return prove_meta(project.names, rules, project.settings), []
    return prove(service, rules, project.settings)


def routing_of(project: Project) -> Routing | None:
    """What Alertmanager is told, if the project says who is told of alerts."""
    from slogen.routing.routing import compile_routing

    if project.notifications is None:
        return None
    return compile_routing(project.notifications, project.services, project.settings)


def compile_routing_of(
    sources: Mapping[str, Source], settings: Source | None = None
) -> tuple[Routing | None, list[Problem]]:
    """Only what Alertmanager is told; None where nobody says, or where anything is wrong."""
    project = understand(sources, settings)
    problems = list(project.problems)
    return None if has_errors(problems) else routing_of(project), problems


def compile_rules_of(project: Project) -> tuple[RuleFile, ...]:
    """All rules of a project that has no errors, those of the watcher last; without tests."""
    return tuple(_rules(service, project) for service in (*project.services, None))


def understand(
    sources: Mapping[str, Source], settings: Source | None = None, *, only: Set[str] | None = None
) -> Project:
    """Load, validate and build the model. SLOs with errors are left out of it, others are not."""
    found_settings, problems = read_settings(settings)
    if any(problem.code == WRONG_VERSION for problem in problems):
        return Project(found_settings, problems=_sorted(problems))
    lost = set[str]()
    documents = _load(sources, problems, lost)
    policies = _shipped_policies() | _policies(documents, problems)
    context = Context(KINDS, policies, found_settings)
    services = []
    for document in documents:
        if document.data["kind"] == SLO_KIND:
            service, found = build(document, context)
            services.append(service)
            problems += found
    services, found = link(gather(services))
    problems += found
    problems += check_meaning(services, found_settings)
    notifications = _notifications(documents, services, found_settings, problems)
    services = [escalated(service, notifications) for service in services]
    if notifications is not None and notifications.deadman:
        found_settings = replace(found_settings, deadman=True)
    always = {FILE_NAME, *lost, *(d.path for d in documents if d.data["kind"] == NOTIFICATIONS_KIND)}
    if only is not None:  # all files of a service that is compiled
        only = {*only, *(path for s in services if s.is_among(only) for path in s.files)}
    chosen = [p for p in problems if only is None or p.span is None or p.span.path in {*only, *always}]
    return Project(found_settings, tuple(services), notifications, _sorted(chosen))


def _notifications(
    documents: Iterable[Document], services: Sequence[Service], settings: Settings, problems: list[Problem]
) -> Notifications | None:
    """The project's one Notifications document, if it has any that makes sense."""
    found = [document for document in documents if document.data["kind"] == NOTIFICATIONS_KIND]
    for other in found[1:]:
        message = "a project has one Notifications document"
        hint = f"the first is in {found[0].path}; put them together"
        problems.append(Problem("duplicate-notifications", message, other.span(("kind",)), hint))
    if not found:
        return None
    notifications = build_notifications(found[0], settings.alertmanager_version)
    problems += without_secrets(check_notifications(notifications, services, settings))
    return notifications


def _sorted(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    return tuple(sorted(once(problems), key=sort_key))


def _load(sources: Mapping[str, Source], problems: list[Problem], lost: set[str]) -> list[Document]:
    """All documents in the order of their paths; of those whose shape is wrong, what can be understood.

    `lost` gets the paths where something can't be: as nobody knows what it says, files that hold something
    of every service would come out without it.
    """
    fitting = []
    for path in sorted(sources):
        documents, found = read(path, sources[path])
        lost |= {path} if has_errors(found) else set()
        problems += without_lines(found) if may_hold_secrets(sources[path]) else found
        for document in documents:
            document, found = shape(document)
            problems += found
            if has_errors(found):
                salvaged = salvage(document)
                fitting += [salvaged] if salvaged else []
                lost |= set() if salvaged and salvaged.data["service"] else {path}
                continue
            if document.data["kind"] == SETTINGS_KIND:
                message = "settings stand in slogen.yaml beside the specs folder, not in a spec"
                problems.append(
                    Problem("misplaced-settings", message, document.span(("kind",)), "move it there")
                )
                continue
            fitting.append(document)
    return fitting


def _policies(documents: Iterable[Document], problems: list[Problem]) -> dict[str, Policy]:
    policies: dict[str, Policy] = {}
    for document in documents:
        if document.data["kind"] == POLICY_KIND:
            problems += check_policy(document)
            policy = read_policy(document.data)
            if policy.name in policies:
                message = f"the policy `{policy.name}` is declared twice"
                problems.append(Problem("duplicate-policy", message, document.span(("name",)), "rename one"))
            policies[policy.name] = policy
    return policies


@cache
def _shipped_policies() -> dict[str, Policy]:
    folder = Path(__file__).parent / "presets" / "policies"
    documents = [d for file in sorted(folder.iterdir()) for d in read(file.name, file.read_bytes())[0]]
    policies = (replace(read_policy(d.data), is_shipped=True) for d in documents)
    return {policy.name: policy for policy in policies}
