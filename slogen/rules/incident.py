"""One incident is one message: the faster of two pages of an SLO keeps firing until the slower has ended.

Alertmanager tells a group again when an alert fires that it hasn't told before. A faster page holds back the
slower one (see inhibition.py), so that joining tells nothing; were the faster one to end first, the slower
would appear after all, in the middle of the incident. Prometheus knows by its own ALERTS that both fire.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from slogen.conventions import ID, TIER, identity_names, ratio_series, slo_selector
from slogen.emitted.rules import Alert
from slogen.model.slo import Slo
from slogen.model.tiers import Tier
from slogen.promql.selector import Matcher, one_of
from slogen.promql.text import selector
from slogen.settings import Settings


def one_incident(slo: Slo, alerts: Sequence[Alert], settings: Settings) -> Iterator[Alert]:
    """The pages of an SLO; each but the slowest also holds while a slower one fires. The slowest is evaluated
    first, so that the others see its end at once and not an evaluation later. `alerts` are in the order of
    their tiers."""
    tiers = slo.alerting.page_tiers if alerts else ()
    for number, (tier, alert) in reversed(list(enumerate(zip(tiers, alerts, strict=True), 1))):
        slower = [each.name for each in tiers[number:]]
        if not slower:
            yield alert
            continue
        yield replace(alert, expr=f"{alert.expr}\nor\n{_held(slo, tier, slower, alert.alert, settings)}")


def _held(slo: Slo, tier: Tier, slower: list[str], name: str, settings: Settings) -> str:
    """This page and one behind it fire. The ratio stands first, so that `$value` stays what it is."""
    group = identity_names(settings.labels, slo.sli.by)
    ratio = slo_selector(ratio_series(tier.long), slo.id, settings.labels)
    tiers = ([tier.name], slower)
    firing = (alert_states(slo, names, name, settings, alertstate="firing") for names in tiers)
    return f"\nand on ({group})\n".join([ratio, *firing])


def alert_states(slo: Slo, tiers: list[str], name: str, settings: Settings, **state: str) -> str:
    """Prometheus's own record of the alerts of these tiers, pending ones too unless a state is asked for."""
    labels = {"alertname": name, **state, ID: slo.id, **settings.labels}
    those = one_of(TIER, tiers) if len(tiers) > 1 else Matcher(TIER, "=", tiers[0])
    return f"{selector('ALERTS', labels)[:-1]},{those}}}"
