"""The alerts that Prometheus keeps as series: how a story selects those that fire."""

from __future__ import annotations

from slogen.conventions import BURN_ALERT, TIER, TRAFFIC_ALERT
from slogen.model.slo import Slo
from slogen.promql.selector import Matcher
from slogen.promql.solve import series
from slogen.promql.text import selector
from slogen.proof.written import tiers
from slogen.settings import Settings


def alerts_series(alert: str, labels: dict[str, str]) -> str:
    """The series that Prometheus keeps of a firing alert."""
    return series("ALERTS", labels | {"alertname": alert, "alertstate": "firing"})


def firing(slo: Slo, **labels: str) -> str:
    """Select the firing alerts of an SLO."""
    return _firing(slo, labels)


def _firing(slo: Slo, labels: dict[str, str], *more: Matcher) -> str:
    """That it has little traffic is told beside anything else, in most stories rightly: who doesn't ask for
    it by name doesn't mean it."""
    found = selector("ALERTS", {"alertstate": "firing", "slo_id": slo.id} | labels)
    if slo.alerting.traffic is not None and "alertname" not in labels:
        more = (Matcher("alertname", "!=", slo.alerting.name(TRAFFIC_ALERT)), *more)
    return f"{found[:-1]},{','.join(map(str, more))}}}" if more else found


def burning(slo: Slo, severity: str, settings: Settings) -> str:
    """Select the firing burn alerts of a severity."""
    said = tiers(slo, settings)
    if not any(slo.alerting.severities[tier.severity].enabled for tier in said):
        return any_tier(slo)  # there is no alert of that name
    return firing(slo, alertname=slo.alerting.name(BURN_ALERT), severity=slo.severity(severity, settings))


def any_tier(slo: Slo) -> str:
    """Select the firing burn alerts of an SLO, whatever they are called."""
    return _firing(slo, {}, Matcher(TIER, "!=", ""))
