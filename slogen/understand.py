"""Texts in, a Project and all problems out: load -> shape -> model -> validate.

Pure: nothing here reads, writes or prints.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace

from slogen.diagnostics import Problem, has_errors, once, sort_key
from slogen.documents import SLO_KIND, Source, declared_policies, load, shipped_policies
from slogen.load.document import Document
from slogen.model.build import Context, build
from slogen.model.identity import gather
from slogen.model.notifications import KIND as NOTIFICATIONS_KIND
from slogen.model.notifications import Notifications, build_notifications, escalated
from slogen.model.references import link
from slogen.model.slo import Service
from slogen.settings import FILE_NAME, OutputSettings, Settings
from slogen.sli import KINDS
from slogen.validate.checks import check_meaning
from slogen.validate.clusters import check_clusters, is_in
from slogen.validate.notifications import check_notifications
from slogen.validate.secrets import without_secrets
from slogen.validate.settings import read_settings
from slogen.validate.version import CODE as WRONG_VERSION


@dataclass(frozen=True, slots=True)
class Project:
    """Everything that was understood: settings, services, who is told, and all problems on the way; those of
    sources that weren't chosen are `elsewhere`. Where the settings name clusters, each of them is a project
    whose SLOs read its series alone; the whole reads those of all."""

    settings: Settings
    services: tuple[Service, ...] = ()
    notifications: Notifications | None = None
    problems: tuple[Problem, ...] = ()
    elsewhere: tuple[Problem, ...] = ()
    clusters: tuple[Project, ...] = ()

    @property
    def places(self) -> tuple[Project, ...]:
        """Where rules run: in each cluster, or in the one place there is."""
        return self.clusters or (self,)

    @property
    def names(self) -> list[str]:
        """The services, by name."""
        return [service.name for service in self.services]

    @property
    def ok(self) -> bool:
        """Whether nothing of what was chosen is wrong."""
        return not has_errors(self.problems)

    @property
    def all_problems(self) -> tuple[Problem, ...]:
        """Those of all sources, in the order of the files."""
        return _sorted([*self.problems, *self.elsewhere])

    def among(self, only: Set[str] | None) -> tuple[Service, ...]:
        """The services of the chosen sources."""
        return tuple(service for service in self.services if service.is_among(only))

    def placed(self, output: str, tests: str) -> Project:
        """The same, with other folders than the settings'."""
        folders = OutputSettings(output, tests, self.settings.cluster)
        clusters = tuple(each.placed(output, tests) for each in self.clusters)
        return replace(self, settings=replace(self.settings, output=folders), clusters=clusters)

    def with_problems(self, found: Iterable[Problem]) -> Project:
        """The same, with what else was found."""
        return replace(self, problems=_sorted([*self.problems, *found]))


def understand(
    sources: Mapping[str, Source],
    settings: Source | None = None,
    *,
    only: Set[str] | None = None,
    target: str = "",
) -> Project:
    """Load, validate and build the model. SLOs with errors are left out of it, others are not. With a
    `target`, as if the settings named that one, too."""
    found_settings, problems = read_settings(settings, target)
    if any(problem.code == WRONG_VERSION for problem in problems):
        return Project(found_settings, problems=_sorted(problems))
    lost = set[str]()
    documents = load(sources, problems, lost)
    policies = shipped_policies() | declared_policies(documents, problems)
    problems += check_clusters(documents, found_settings)
    names = () if has_errors(problems) else found_settings.clusters
    whole = _meaning(documents, Context(KINDS, policies, found_settings))
    clusters = tuple(
        _meaning(
            [each for each in documents if is_in(each, cluster.name)],
            Context(KINDS, policies, found_settings.of_cluster(cluster)),
        )
        for cluster in names
    )
    problems += whole.problems
    problems += [problem for each in clusters for problem in _only_there(each, whole)]
    services = whole.services
    always = {FILE_NAME, *lost, *(d.path for d in documents if d.data["kind"] == NOTIFICATIONS_KIND)}
    if only is not None:  # all files of a service that is compiled
        only = {*only, *(path for s in services if s.is_among(only) for path in s.files)}
    told = {*only, *always} if only is not None else None
    chosen = [p for p in problems if told is None or p.span is None or p.span.path in told]
    others = _sorted(set(problems) - set(chosen))
    return replace(whole, problems=_sorted(chosen), elsewhere=others, clusters=clusters)


def _meaning(documents: Sequence[Document], context: Context) -> Project:
    """What documents mean in one place, with the problems of that."""
    services, problems, settings = list[Service](), list[Problem](), context.settings
    for document in documents:
        if document.data["kind"] == SLO_KIND:
            service, found = build(document, context)
            services.append(service)
            problems += found
    services, found = link(gather(services))
    problems += found
    problems += check_meaning(services, settings)
    notifications = _notifications(documents, services, settings, problems)
    services = [escalated(service, notifications) for service in services]
    if notifications is not None and notifications.deadman:
        settings = replace(settings, alertmanager=replace(settings.alertmanager, deadman=True))
    return Project(settings, tuple(services), notifications, tuple(problems))


def _only_there(cluster: Project, whole: Project) -> Iterator[Problem]:
    """What is wrong in a cluster and not in the whole."""
    known = {(problem.code, problem.span) for problem in whole.problems}
    for problem in cluster.problems:
        if (problem.code, problem.span) not in known:
            message = f"in the cluster `{cluster.settings.cluster}`: {problem.message}"
            yield replace(problem, message=message)


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
    notifications = build_notifications(found[0], settings.alertmanager.min_version)
    problems += without_secrets(check_notifications(notifications, services, settings))
    return notifications


def _sorted(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    return tuple(sorted(once(problems), key=sort_key))
