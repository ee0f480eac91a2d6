"""Budget alerts: so much of the SLO window's error budget is consumed."""

from __future__ import annotations

from collections.abc import Iterator

from slogen.conventions import (
    BUDGET_REMAINING,
    CONSUMED,
    CONSUMED_ALERT,
    EXHAUSTED_ALERT,
    LAST_SEEN,
    PERIOD_BAD,
    PERIOD_BURN,
    slo_selector,
)
from slogen.emitted.rules import Alert, Rule
from slogen.model.alerting import BudgetAlert
from slogen.model.alerts import SETTLED
from slogen.model.slo import Service, Slo
from slogen.rules.burn import bad_events, just_too_few
from slogen.rules.labels import STATE_HELD, alert_annotations, alert_labels, timing
from slogen.settings import Settings
from slogen.units import DAY, to_text


def alerts(service: Service, settings: Settings) -> Iterator[Rule]:
    """One alert for each share of the budget that somebody wants to hear of."""
    for slo in service.slos:
        for line in slo.alerting.budget:
            if slo.alerting.sends(line.severity):
                yield budget_alert(slo, line, settings)


def budget_alert(slo: Slo, line: BudgetAlert, settings: Settings) -> Alert:
    """Consumed at least the share; its `$value` is the consumed share. Exact counts need no guard."""
    percent = line.percent
    parts = [f"{_consumed(slo, settings)} >= {to_text(line.consumed)}"]
    if slo.alerting.min_bad_events and not slo.sli.exact:
        parts += ["and", _enough_bad(slo, settings)]
    if slo.sli.by and not (slo.sli.timed and slo.sli.timed.measured):
        # a group that is gone (a pod) keeps no ticket open; where missing data counts, it isn't gone
        parts += ["and", f"{slo_selector(LAST_SEEN, slo.id, settings.labels)} > time() - {DAY}"]
    exhausted, times = line.consumed >= 1, timing(slo, line.severity)
    return Alert(
        slo.alerting.name(EXHAUSTED_ALERT if exhausted else CONSUMED_ALERT),
        "\n".join(parts),
        alert_labels(slo, line.severity, settings, **{CONSUMED: percent}),
        alert_annotations(
            slo,
            line.severity,
            settings,
            "has used up its error budget" if exhausted else f"has consumed {percent} of its error budget",
            f"{{{{ $value | humanizePercentage }}}} of the {slo.budget_of} error budget is consumed; "
            f"the objective is {slo.percent}.",
        ),
        wait=max(times["wait"], SETTLED),
        keep_firing_for=max(times["keep_firing_for"], STATE_HELD),
    )


def _consumed(slo: Slo, settings: Settings) -> str:
    """The consumed share: since a date, the burn so far times the share of the period that is over."""
    if slo.counts_from_a_date:
        return f"1 - {slo_selector(BUDGET_REMAINING, slo.id, settings.labels)}"
    return slo_selector(PERIOD_BURN, slo.id, settings.labels)


def _enough_bad(slo: Slo, settings: Settings) -> str:
    if not slo.counts_from_a_date:
        return bad_events(slo, slo.window, settings)
    return f"{slo_selector(PERIOD_BAD, slo.id, settings.labels)} > {just_too_few(slo, settings)}"
