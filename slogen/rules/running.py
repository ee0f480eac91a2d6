"""Which targets of an SLI are up, where several services may share a scrape job.

With the labels that the selector and a target have in common, `up` says it alone. Where these are shared
(`job="kubernetes-pods"`, and the service is named by labels that no target carries), any other service's
target would say "up" for this one. There the targets count that look like those that exposed the
SLI's series lately: the same but for pod, instance and the like. What exposed it is known for an hour after
its data has gone; the page that begins in that time holds until there is data.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from slogen.conventions import ABSENT_ALERT, ID, SEVERITY
from slogen.model.alerting import Absent
from slogen.model.slo import Slo
from slogen.model.tiers import PAGE
from slogen.promql.parse import parse_selector
from slogen.promql.selector import Selector
from slogen.promql.text import any_of, selector, wrapped
from slogen.rules.seen import job_of, targets_seen
from slogen.settings import Settings

_STEADY = "4m:2m"  # a target must be up then, too: in a crash loop it is for a scrape now and then
_LATELY = ("20m", "1h")  # before: what exposed the series then
_PLACES = frozenset({"region", "zone", "datacenter"})
_OF_ONE_TARGET = _PLACES | {"instance", "pod", "node"}
_SHARED = _PLACES | {"job", "namespace", "cluster", "env", "environment"}  # by services of one scrape job

# Jobs of Prometheus's example for Kubernetes, of its chart and of Istio: they scrape whatever is annotated.
_OF_ALL: Final = frozenset(
    [
        *("kubernetes-pods", "kubernetes-pods-slow", "kubernetes-services", "kubernetes-endpoints"),
        *("kubernetes-service-endpoints", "kubernetes-service-endpoints-slow", "istio-mesh", "envoy-stats"),
    ]
)


def running(slo: Slo, absent: Absent, settings: Settings, *, pages: bool) -> str:
    """Targets that are up: those with all the labels. Where `up` never had these, those of the job. Who asks
    for a ticket is content with any of the job."""
    return any_of(each for up in absent.up for each in _of(slo, up, settings, pages))


def _of(slo: Slo, up: str, settings: Settings, pages: bool) -> Iterator[str]:
    job = job_of(up, settings)
    yield from _up(slo, up, "", settings, pages)
    if job and job != str(parse_selector(up)):
        yield from _up(slo, job, f" unless on () {targets_seen(slo, up, settings)}", settings, pages)


def _up(slo: Slo, up: str, unseen: str, settings: Settings, pages: bool) -> Iterator[str]:
    exposed = _exposed(slo, parse_selector(up), settings) if pages else None
    runs = f"{up} == 1 and min_over_time({up}[{_STEADY}]) == 1{unseen}" if pages else f"{up} == 1{unseen}"
    if exposed is None:
        yield runs
        return
    alike = ", ".join(label for label in settings.of_targets if label not in _OF_ONE_TARGET)
    theirs = any_of(f"{up} offset {ago} and on (job, instance) {exposed} offset {ago}" for ago in _LATELY)
    yield f"{runs} and on ({alike}) {wrapped('', theirs)}"
    yield f"{runs} unless on () {wrapped('', any_of([theirs, _told(slo, settings)]))}"


def looks_at_its_own(slo: Slo, up: str, settings: Settings) -> bool:
    """Whether of the targets of `up` the page looks only at those like what exposed the SLI's series."""
    return _exposed(slo, parse_selector(up), settings) is not None


def _exposed(slo: Slo, up: Selector, settings: Settings) -> Selector | None:
    """A series of the SLI that says more than `up` does, where other services may share these targets; or
    says as much, where they surely do."""
    shared = _SHARED.union(settings.scope)
    if not up.matchers or any(m.name not in shared for m in up.matchers):
        return None
    said = {"le", *(m.name for m in up.matchers)}
    is_of_all = any(m.name == "job" and m.op == "=" and m.value in _OF_ALL for m in up.matchers)
    for found in map(parse_selector, reversed(slo.sli.metrics())):
        own = [m for m in found.matchers if m.name not in said and m.op in ("=", "=~")]
        if (own or is_of_all) and set(up.matchers) <= set(found.matchers):
            return found
    return None


def _told(slo: Slo, settings: Settings) -> str:
    """The page that its targets are gone, firing already."""
    labels = {"alertname": slo.alerting.name(ABSENT_ALERT), "alertstate": "firing", ID: slo.id}
    return selector("ALERTS", {**labels, SEVERITY: slo.severity(PAGE, settings), **settings.labels})
