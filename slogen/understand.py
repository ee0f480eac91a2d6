"""Texts in, a Project and all problems out: load -> shape -> model -> validate.

Pure: nothing here reads, writes or prints.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from slogen.diagnostics import Problem, has_errors, once, sort_key
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
from slogen.settings import FILE_NAME, OutputSettings, Settings
from slogen.shape.salvage import salvage
from slogen.sli import KINDS
from slogen.validate.checks import check_meaning
from slogen.validate.notifications import check_notifications
from slogen.validate.policies import check as check_policy
from slogen.validate.secrets import is_named, may_hold_secrets, shape, without_lines, without_secrets
from slogen.validate.settings import read_settings
from slogen.validate.version import CODE as WRONG_VERSION

SLO_KIND, POLICY_KIND, SETTINGS_KIND = "ServiceLevelObjectives", "AlertPolicy", "Settings"
Source = str | bytes


@dataclass(frozen=True, slots=True)
class Project:
    """Everything that was understood: settings, services, who is told, and all problems on the way; those of
    sources that weren't chosen are `elsewhere`."""

    settings: Settings
    services: tuple[Service, ...] = ()
    notifications: Notifications | None = None
    problems: tuple[Problem, ...] = ()
    elsewhere: tuple[Problem, ...] = ()

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
        return replace(self, settings=replace(self.settings, output=OutputSettings(output, tests)))

    def with_problems(self, found: Iterable[Problem]) -> Project:
        """The same, with what else was found."""
        return replace(self, problems=_sorted([*self.problems, *found]))


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
        heard = replace(found_settings.alertmanager, deadman=True)
        found_settings = replace(found_settings, alertmanager=heard)
    always = {FILE_NAME, *lost, *(d.path for d in documents if d.data["kind"] == NOTIFICATIONS_KIND)}
    if only is not None:  # all files of a service that is compiled
        only = {*only, *(path for s in services if s.is_among(only) for path in s.files)}
    told = {*only, *always} if only is not None else None
    chosen = [p for p in problems if told is None or p.span is None or p.span.path in told]
    others = _sorted(set(problems) - set(chosen))
    return Project(found_settings, tuple(services), notifications, _sorted(chosen), others)


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


def _load(sources: Mapping[str, Source], problems: list[Problem], lost: set[str]) -> list[Document]:
    """All documents in the order of their paths; of those whose shape is wrong, what can be understood.

    `lost` gets the paths where something can't be: as nobody knows what it says, files that hold something
    of every service would come out without it.
    """
    fitting = []
    for path in sorted(sources):
        documents, found = read(path, sources[path])
        lost |= {path} if has_errors(found) else set()
        is_secret = is_named(path) or may_hold_secrets(sources[path])
        problems += without_lines(found) if is_secret else found
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
