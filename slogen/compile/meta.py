"""The watcher watched: alerts about slogen's own rules. The same for every set of specs, so that teams
never meet in this file."""

from __future__ import annotations

from collections.abc import Iterator

from slogen.compile.labels import escaped
from slogen.conventions import (
    GROUP_PREFIX,
    IDENTITY,
    LAST_SEEN,
    META_DEADMAN_ALERT,
    META_FAILURES_ALERT,
    META_GONE_ALERT,
    META_MISSED_ALERT,
    META_STALE_ALERT,
    SERVICE,
    SEVERITY,
    UP,
)
from slogen.load.settings import Settings
from slogen.model.rules import Alert
from slogen.model.tiers import TICKET
from slogen.promql.text import selector
from slogen.units import DAY, MINUTE

_GROUPS = f'{{rule_group=~".+;{GROUP_PREFIX}.+"}}'
_WAIT = 10 * MINUTE


def alerts(settings: Settings) -> Iterator[Alert]:
    """Failing rules, missed evaluations, rules that are gone, data long stale, and a dead man."""
    up, seen = selector(UP, settings.labels), selector(LAST_SEEN, settings.labels)
    yield _alert(
        META_FAILURES_ALERT,
        f"sum by (rule_group) (increase(prometheus_rule_evaluation_failures_total{_GROUPS}[15m])) > 0",
        "Rules of {{ $labels.rule_group }} fail",
        "{{ $value | humanize }} evaluations failed in 15m; the SLOs of this group may be blind. "
        "See the Rules page of Prometheus for the error.",
        settings,
    )
    yield _alert(
        META_MISSED_ALERT,
        f"sum by (rule_group) (increase(prometheus_rule_group_iterations_missed_total{_GROUPS}[15m])) > 0",
        "{{ $labels.rule_group }} misses evaluations",
        "{{ $value | humanize }} evaluations were missed in 15m: Prometheus is too slow for its rules.",
        settings,
        wait=_WAIT,
    )
    yield _alert(
        META_GONE_ALERT,
        f"max by ({SERVICE}) (max_over_time({up}[1h]))\nunless on ({SERVICE})\n{up}",
        "The SLO rules of {{ $labels.slo_service }} no longer run",
        "They ran within the last hour. If the service's SLOs were not removed on purpose, "
        "its rule file was dropped or refused.",
        settings,
        wait=_WAIT,
    )
    yield _alert(
        META_STALE_ALERT,
        f"time() - max by ({', '.join([*IDENTITY, *settings.labels])}) ({seen}) > {DAY}",
        "{{ $labels.slo_id }} has had no data for a day",
        "No data for {{ $value | humanizeDuration }}. If the service is idle this is harmless; "
        "if its metrics were renamed, this SLO is blind.",
        settings,
    )
    if settings.deadman:
        yield _deadman(settings)


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
    labels = {SEVERITY: settings.severity(severity), **settings.labels}
    return {name: escaped(value) for name, value in labels.items()}
