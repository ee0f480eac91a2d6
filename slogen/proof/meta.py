"""Proof of the meta alerts: each fires on what it watches for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from slogen.conventions import (
    META_DEADMAN_ALERT,
    META_FAILURES_ALERT,
    META_GONE_ALERT,
    META_MISSED_ALERT,
    object_name,
)
from slogen.emitted.proof import Block, Claim, ExprCheck
from slogen.model.rulers import OwnMetrics
from slogen.promql.text import selector
from slogen.settings import Settings
from slogen.units import MINUTE

_GROUP, _OTHER = "slogen:chat-api:page", "node"
_FILE = "/etc/prometheus/chat.yaml;"  # stands before a group's name for engines that say where it comes from
_WATCHER = "the watcher"
_RAN = 10  # minutes that the first service's rules run


def _before(metrics: OwnMetrics, settings: Settings) -> str:
    if metrics.has_namespaces and settings.place:
        return f"/rules/tenant/{object_name('chat-api', settings.place)};"
    return _FILE if metrics.before else ""


def blocks(
    services: Sequence[str], settings: Settings, metrics: OwnMetrics, signs: Sequence[str]
) -> Iterator[Block]:
    """Failing and missed evaluations of slogen's groups only; rules that are gone, of each service."""

    def recorded(metric: str, **labels: str) -> str:
        return selector(metric, labels | dict(settings.labels))

    def firing(at: int, alert: str, count: int | None) -> ExprCheck:
        """So many alerts of this name are firing; None: none."""
        severity = settings.severity("info" if alert == META_DEADMAN_ALERT else "ticket")
        found = recorded("ALERTS", alertname=alert, alertstate="firing", severity=severity)
        return ExprCheck(at, f"count({found})", (("{}", float(count)),) if count else ())

    def told(metric: str, group: str) -> str:
        """A counter of the engine's own about a group."""
        return selector(metric, {metrics.group: f"{_before(metrics, settings)}{group}"})

    data = {
        told(metrics.failed[0], _GROUP): "0x10 1x30",
        told(metrics.failed[0], _OTHER): "0x10 1x30",
        told(metrics.missed, _GROUP): "0x10 1+1x29",
        **{
            recorded(sign, slo_service=name): f"1x{_RAN + (number > 0) * 30}"
            for number, name in enumerate(services)
            for sign in signs
        },
    }
    # the first service's rules vanish; all the others run on
    checks = (
        firing(10 * MINUTE, META_FAILURES_ALERT, None),
        firing(12 * MINUTE, META_FAILURES_ALERT, 1),
        firing(12 * MINUTE, META_MISSED_ALERT, None),
        firing(25 * MINUTE, META_MISSED_ALERT, 1),
        *(
            (firing(14 * MINUTE, META_GONE_ALERT, None), firing(30 * MINUTE, META_GONE_ALERT, 1))
            if services
            else ()
        ),
        *(_none_is_forgotten(services, recorded) for _ in services[:1]),
        *((firing(MINUTE, META_DEADMAN_ALERT, 1),) if settings.alertmanager.deadman else ()),
    )
    claims = tuple(Claim(_WATCHER, words) for words in _words(settings))
    yield Block("failing, missed and vanished rules", MINUTE, data, (), checks, claims)


def _words(settings: Settings) -> Iterator[str]:
    yield "a ticket when rules fail"
    yield "a ticket when evaluations are missed"
    yield "a ticket when a service's rules no longer run"
    if settings.alertmanager.deadman:
        yield "the dead man's switch always fires"


def _none_is_forgotten(services: Sequence[str], recorded: Callable[..., str]) -> ExprCheck:
    """Long after the end of every sign, each service is told of."""
    found = recorded("ALERTS", alertname=META_GONE_ALERT, alertstate="firing")
    return ExprCheck(60 * MINUTE, f"count(count by (slo_service) ({found}))", (("{}", float(len(services))),))
