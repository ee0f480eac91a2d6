"""The watcher watched: alerts about slogen's own rules. Of the specs it knows just the names of the services,
one a line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from slogen.conventions import (
    GROUP_PREFIX,
    META,
    META_DEADMAN_ALERT,
    META_FAILURES_ALERT,
    META_GONE_ALERT,
    META_MISSED_ALERT,
    PROJECT,
    SERVICE,
    SEVERITY,
    UP,
    object_name,
)
from slogen.emitted.rules import Alert
from slogen.model.rulers import PROMETHEUS_METRICS, OwnMetrics
from slogen.model.tiers import TICKET
from slogen.promql.text import any_of, selector
from slogen.rules.labels import cluster_words, escaped
from slogen.settings import Settings
from slogen.units import MINUTE

_WAIT = 10 * MINUTE


def alerts(
    services: Iterable[str],
    settings: Settings,
    metrics: OwnMetrics | None = PROMETHEUS_METRICS,
    signs: Sequence[str] = (UP,),
) -> Iterator[Alert]:
    """Failing rules, missed evaluations, services whose rules don't run, and a dead man. What its engine
    doesn't tell of rules (`metrics`), no alert can tell. `signs` are recorded by rules that run."""
    if metrics:
        yield from _of_the_engine(metrics, settings)
    if services:
        gone = any_of(
            f"absent({selector(sign, {SERVICE: name, **settings.labels})})"
            for name in sorted(services)
            for sign in signs
        )
        yield _alert(
            META_GONE_ALERT,
            gone,
            f"The SLO rules of {{{{ $labels.slo_service }}}}{cluster_words(settings)} don't run",
            "Its SLOs are in the specs. Its rule file was never loaded, was dropped, or is refused.",
            settings,
            wait=_WAIT,
        )
    if settings.alertmanager.deadman:
        yield _deadman(settings)


def _of_the_engine(metrics: OwnMetrics, settings: Settings) -> Iterator[Alert]:
    label, its = metrics.group, f'{{{metrics.group}=~"{_before(metrics, settings)}{GROUP_PREFIX}.+"}}'

    def grew(name: str) -> str:
        return f"sum by ({label}) (increase({name}{its}[15m])) > 0"

    yield _alert(
        META_FAILURES_ALERT,
        any_of(map(grew, metrics.failed)),
        f"Rules of {{{{ $labels.{label} }}}} fail",
        "{{ $value | humanize }} evaluations failed in 15m; the SLOs of this group may be blind. "
        "See the Rules page of Prometheus for the error.",
        settings,
    )
    yield _alert(
        META_MISSED_ALERT,
        grew(metrics.missed),
        f"{{{{ $labels.{label} }}}} misses evaluations",
        "{{ $value | humanize }} evaluations were missed in 15m: Prometheus is too slow for its rules.",
        settings,
        wait=_WAIT,
    )


def _before(metrics: OwnMetrics, settings: Settings) -> str:
    """What stands before a group's own name: of a project or cluster with a name, its namespaces alone."""
    if not (metrics.has_namespaces and settings.place):
        return metrics.before
    owner, watcher = (object_name(name, settings.place).replace(".", "[.]") for name in ("", META))
    return f".*/({owner}.+|{watcher});"


def _deadman(settings: Settings) -> Alert:
    """Where nobody gets it, it is only an alert that never ends."""
    return Alert(
        META_DEADMAN_ALERT,
        "vector(1)",
        _labels("info", settings),
        {
            "summary": "Always fires, to prove that alerts arrive",
            "description": "Route it to a dead man's switch that raises the alarm when it stops.",
        },
    )


def _alert(name: str, expr: str, summary: str, description: str, settings: Settings, wait: int = 0) -> Alert:
    texts = {"summary": summary, "description": description}
    return Alert(name, expr, _labels(TICKET, settings), texts, wait)


def _labels(severity: str, settings: Settings) -> dict[str, str]:
    named = {PROJECT: settings.project} if settings.project else {}
    labels = {SEVERITY: settings.severity(severity), **named, **settings.labels}
    return {name: escaped(value) for name, value in labels.items()}
