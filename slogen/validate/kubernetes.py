"""What an AlertmanagerConfig object can't say, or says in another way than one would think."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from slogen.diagnostics import Problem, Severity
from slogen.model.channels import KINDS, shown
from slogen.model.notifications import Notifications, Secret
from slogen.model.origin import Origin
from slogen.settings import Settings

OBJECT_TARGET: Final = "alertmanagerconfig"
_LABEL: Final = "namespace"


def object_limits(said: Notifications, settings: Settings) -> Iterator[Problem]:
    """Check the hours, and that the operator's own matcher lets slogen's alerts through."""
    for name, spans in said.hours.items():
        for item in dict.fromkeys(span.item for span in spans if span.zone != "UTC"):
            message = "an AlertmanagerConfig knows no time zone but UTC"
            hint = f"write the hours in UTC, or leave out the target `{OBJECT_TARGET}`"
            yield said.origin.at("hours", name, item, "time_zone").problem("hours-target", message, hint)
    yield from _let_in(said.origin.at("kind"), settings)


def _let_in(here: Origin, settings: Settings) -> Iterator[Problem]:
    """What the operator of each cluster, or of the one place there is, lets into the object there. It is told
    of the whole project, which knows the labels that are a cluster's own."""
    if not settings.cluster and not settings.clusters:
        yield from _namespace(here, settings, settings.labels, "in slogen.yaml")
    for cluster in settings.clusters:
        where = f"for the cluster `{cluster.name}` in slogen.yaml"
        where += f", without `{_LABEL}` among those of all" * (_LABEL in settings.labels)
        for problem in _namespace(here, settings.of_cluster(cluster), cluster.labels, where):
            yield replace(problem, message=f"in the cluster `{cluster.name}`: {problem.message}")


def _namespace(here: Origin, settings: Settings, labels: Mapping[str, str], where: str) -> Iterator[Problem]:
    """`labels` are what is said `where` one more has to be."""
    namespace, said = settings.kubernetes.namespace, settings.labels.get(_LABEL)
    if not namespace:
        message = "an AlertmanagerConfig lies in a namespace, and slogen.yaml names none"
        yield here.problem("no-namespace", message, "set `kubernetes: {namespace: NAME}`")
    elif said != namespace:
        have = "none" if said is None else f'{_LABEL}="{said}"'
        message = (
            f'the operator lets only alerts with {_LABEL}="{namespace}" into an AlertmanagerConfig there; '
            f"these have {have}"
        )
        wanted = ", ".join(f"{name}: {value}" for name, value in {**labels, _LABEL: namespace}.items())
        hint = (
            f"set `labels: {{{wanted}}}` {where}, or in the Alertmanager object "
            "`alertmanagerConfigMatcherStrategy: {type: None}`"
        )
        yield here.problem("namespace-matcher", message, hint, severity=Severity.WARNING)


def channel_limits(kind: str, crd: str, given: Mapping[str, Any], here: Origin) -> Iterator[Problem]:
    """Check that the object has this kind of receiver (`crd` is its name), and knows its secrets."""
    if not crd:
        first = min(form.since for form in KINDS[kind])
        message = f"an AlertmanagerConfig has no receiver for `{kind}`"
        hint = f"an alertmanager.yml has one from {shown(first)} on; leave out the target `{OBJECT_TARGET}`"
        yield here.problem("receiver-target", message, hint, key=True)
    for name, value in given.items():
        if isinstance(value, Secret) and not value.name:
            message = (
                f"an AlertmanagerConfig reads `{name}` from a Kubernetes Secret; this is a file elsewhere"
            )
            yield here.at(name).problem(
                "receiver-target", message, "such as `{secret: slogen, key: webhook}`"
            )
