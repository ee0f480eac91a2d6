"""Escalation: an alert that nobody ends is told to more people.

Alertmanager knows nothing of the kind, so Prometheus watches its own alerts. `for` counts without a pause,
and Prometheus restores it after a restart of up to an hour. Budget alerts say what is spent, not what goes
wrong now, and stay for weeks: they escalate nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

from slogen.conventions import CONSUMED, ESCALATED_ALERT, ESCALATION, ID, SEVERITY, identity_names
from slogen.emitted.rules import Alert, Rule
from slogen.model.alerting import Escalation
from slogen.model.slo import Service, Slo
from slogen.model.tiers import PAGE
from slogen.promql.text import selector, wrapped
from slogen.rules.labels import alert_annotations, alert_labels
from slogen.settings import Settings
from slogen.units import format_duration


def alerts(service: Service, settings: Settings) -> Iterator[Rule]:
    """The escalations that the owner of each SLO asks for."""
    for slo in service.slos:
        for escalation in slo.alerting.escalations:
            yield escalation_alert(slo, escalation, settings)


def escalation_alert(slo: Slo, escalation: Escalation, settings: Settings) -> Alert:
    """Pages while alerts of a severity fire, from `after` seconds on; its `$value` is how many do."""
    after = format_duration(escalation.after)
    return Alert(
        slo.alerting.name(ESCALATED_ALERT),
        watched(slo, escalation, settings),
        alert_labels(slo, PAGE, settings, **{ESCALATION: escalation.severity}),
        alert_annotations(
            slo,
            PAGE,
            settings,
            f"has had a {escalation.severity} for {after} without a pause",
            f"The {escalation.severity} has fired for more than {after} and nobody has ended it. "
            f"It ends when the {escalation.severity} does.",
        ),
        wait=escalation.after,
    )


def watched(slo: Slo, escalation: Escalation, settings: Settings) -> str:
    """The firing alerts of a severity, one series a group: what changes its tier goes on."""
    labels = {"alertstate": "firing", ID: slo.id, SEVERITY: slo.severity(escalation.severity, settings)}
    firing = selector("ALERTS", labels | dict(settings.labels) | {ESCALATION: "", CONSUMED: ""})
    group = identity_names(settings.labels, slo.sli.by)
    return wrapped(f"count by ({group}) ", firing)
