"""Proof of escalation: only what fires all the time is told to more people, and only while it does."""

from __future__ import annotations

from collections.abc import Iterator

from slogen.compile.proof.expected import alert_labels, compiled_alert, expected_alert
from slogen.compile.proof.raw import alerts_series
from slogen.conventions import BURN_ALERT, ESCALATED_ALERT
from slogen.load.settings import Settings
from slogen.model.proof import AlertCheck, Block, Claim, ExpectedAlert
from slogen.model.rules import RuleFile
from slogen.model.slo import Escalation, Service, Slo
from slogen.units import HOUR, MINUTE, format_duration

_LONG = 2 * HOUR  # from here on, steps of five minutes are fine enough
_STEPS_BEFORE = 3  # of silence, and again in the pause


def blocks(service: Service, rules: RuleFile, settings: Settings) -> Iterator[Block]:
    """A block for each escalation of each SLO."""
    for slo in service.slos:
        for escalation in slo.alerting.escalations:
            yield _block(slo, escalation, rules, settings)


def _block(slo: Slo, escalation: Escalation, rules: RuleFile, settings: Settings) -> Block:
    """The alert fires for almost the time, pauses, fires for longer than the time, and ends. A budget
    that is spent doesn't count."""
    step = 5 * MINUTE if escalation.after >= _LONG else MINUTE
    needed = -(-escalation.after // step)
    gone = 5 * MINUTE // step + 1  # steps until Prometheus no longer sees a series that has ended
    first = _STEPS_BEFORE + needed - 1  # where the first run of the alert ends
    again = first + gone + _STEPS_BEFORE
    end = again + needed + 3
    values = f"_x{_STEPS_BEFORE} 1x{needed - 2} stale {_missing(again - first - 1)} 1x{end - again - 1} stale"
    group = dict.fromkeys(slo.sli.by, "a")
    severity = escalation.severity
    fired = alert_labels(slo, group, severity, settings)
    series = {
        alerts_series(slo.alerting.name(BURN_ALERT), fired | {"slo_tier": f"{severity}_fast"}): values,
        alerts_series("Other", fired | {"slo_budget_consumed": "100%"}): f"1x{end + 2}",
    }
    name = slo.alerting.name(ESCALATED_ALERT)
    expected = _expected(slo, escalation, rules, group, settings)
    after = format_duration(escalation.after)
    quiet = (_STEPS_BEFORE, first, again, again + needed - 1)
    checks = [AlertCheck(at * step, name) for at in quiet]
    checks.append(AlertCheck((again + needed + 1) * step, name, (expected,)))
    checks.append(AlertCheck((end + 1) * step, name))
    claims = (
        Claim(slo.id, f"a {severity} that fires for {after} without a pause becomes an escalation"),
        Claim(slo.id, f"a {severity} that pauses in that time, or a spent budget, doesn't"),
        Claim(slo.id, f"the escalation ends with the {severity}"),
    )
    return Block(f"{slo.id}: escalation of a {severity}", step, series, tuple(checks), claims=claims)


def _missing(steps: int) -> str:
    return f"_x{steps}"


def _expected(
    slo: Slo, escalation: Escalation, rules: RuleFile, group: dict[str, str], settings: Settings
) -> ExpectedAlert:
    labels = alert_labels(slo, group, "page", settings, slo_escalation=escalation.severity)
    compiled = compiled_alert(
        rules, slo.alerting.name(ESCALATED_ALERT), slo, slo_escalation=escalation.severity
    )
    return expected_alert(slo, "page", labels, compiled, 1.0)
