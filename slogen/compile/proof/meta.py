"""Proof of the meta alerts: each fires on what it watches for."""

from __future__ import annotations

from collections.abc import Iterator

from slogen.conventions import (
    LAST_SEEN,
    META_DEADMAN_ALERT,
    META_FAILURES_ALERT,
    META_GONE_ALERT,
    META_MISSED_ALERT,
    META_STALE_ALERT,
    UP,
)
from slogen.load.settings import Settings
from slogen.model.proof import Block, Claim, ExprCheck
from slogen.promql.text import selector
from slogen.units import DAY, HOUR, MINUTE

_GROUP = '{rule_group="/etc/prometheus/chat.yaml;slogen:chat-api:page"}'
_OTHER = '{rule_group="/etc/prometheus/other.yaml;node"}'
_WATCHER = "the watcher"


def blocks(settings: Settings) -> Iterator[Block]:
    """Failing and missed evaluations of slogen's groups only; rules that are gone; data long gone."""

    def recorded(metric: str, **labels: str) -> str:
        return selector(metric, labels | dict(settings.labels))

    def firing(at: int, alert: str, count: int | None) -> ExprCheck:
        """So many alerts of this name are firing; None: none."""
        severity = settings.severity("info" if alert == META_DEADMAN_ALERT else "ticket")
        found = recorded("ALERTS", alertname=alert, alertstate="firing", severity=severity)
        return ExprCheck(at, f"count({found})", (("{}", float(count)),) if count else ())

    failures = "prometheus_rule_evaluation_failures_total"
    missed = "prometheus_rule_group_iterations_missed_total"
    data = {
        f"{failures}{_GROUP}": "0x10 1x30",
        f"{failures}{_OTHER}": "0x10 1x30",
        f"{missed}{_GROUP}": "0x10 1+1x29",
        recorded(UP, slo_service="gone"): "1x10",
        recorded(UP, slo_service="here"): "1x40",
    }
    checks = (
        firing(10 * MINUTE, META_FAILURES_ALERT, None),
        firing(12 * MINUTE, META_FAILURES_ALERT, 1),
        firing(12 * MINUTE, META_MISSED_ALERT, None),
        firing(25 * MINUTE, META_MISSED_ALERT, 1),
        firing(14 * MINUTE, META_GONE_ALERT, None),
        firing(30 * MINUTE, META_GONE_ALERT, 1),
        *((firing(MINUTE, META_DEADMAN_ALERT, 1),) if settings.deadman else ()),
    )
    claims = tuple(
        Claim(_WATCHER, words)
        for words in (
            "a ticket when rules fail",
            "a ticket when evaluations are missed",
            "a ticket when a service's rules no longer run",
            *(("the dead man's switch always fires",) if settings.deadman else ()),
        )
    )
    yield Block("failing, missed and vanished rules", MINUTE, data, (), checks, claims)
    seen = recorded(LAST_SEEN, slo_id="a/b", slo_service="a", slo="b")
    stale = (firing(DAY, META_STALE_ALERT, None), firing(DAY + 2 * HOUR, META_STALE_ALERT, 1))
    words = (Claim(_WATCHER, "a ticket when an SLO had no data for a day"),)
    yield Block("data that is gone for a day", HOUR, {seen: "3600x30"}, (), stale, words)
