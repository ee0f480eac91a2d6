"""Proof of escalation: only what fires all the time is told to more people, and only while it does."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from slogen.conventions import BURN_ALERT, ESCALATED_ALERT
from slogen.emitted.proof import AlertCheck, Block, Claim, ExpectedAlert
from slogen.emitted.rules import RuleFile
from slogen.model.alerting import Escalation
from slogen.model.slo import Service, Slo
from slogen.proof.expected import alert_labels, compiled_alert, expected_alert
from slogen.proof.firing import alerts_series
from slogen.settings import Settings
from slogen.units import MINUTE, format_duration

# A test has few steps, however long the time is: at each of them every rule of the service is evaluated.
_STEPS: Final = 6  # in the time of the escalation, about
_BEFORE: Final = 2  # of silence, and again in the pause


def blocks(service: Service, rules: RuleFile, settings: Settings) -> Iterator[Block]:
    """A block for each escalation, with all SLOs that have it."""
    found: dict[Escalation, list[Slo]] = {}
    for slo in service.slos:
        for escalation in slo.alerting.escalations:
            found.setdefault(escalation, []).append(slo)
    for escalation, slos in found.items():
        yield _block(slos, escalation, rules, settings)


def _block(slos: Sequence[Slo], escalation: Escalation, rules: RuleFile, settings: Settings) -> Block:
    """The alert fires for almost the time, pauses, fires for longer than the time, and ends. A budget
    that is spent doesn't count."""
    step = max(escalation.after // _STEPS // MINUTE, 1) * MINUTE
    needed = -(-escalation.after // step)
    first = _BEFORE + needed - 1  # the last step of the first run of the alert
    again = first + _BEFORE + 1  # the first step of the second
    end = again + needed + 1  # its last step
    runs = f"_x{_BEFORE} 1x{needed - 1} stale _x{_BEFORE - 1} 1x{end - again} stale"
    series: dict[str, str] = {}
    for slo in slos:
        fired = alert_labels(slo, _group(slo), escalation.severity, settings)
        burning = fired | {"slo_tier": f"{escalation.severity}_fast"}
        series[alerts_series(slo.alerting.name(BURN_ALERT), burning)] = runs
        series[alerts_series("Spent", fired | {"slo_budget_consumed": "100%"})] = f"1x{end + 2}"
    by_name: dict[str, list[ExpectedAlert]] = {}
    for slo in slos:
        found = by_name.setdefault(slo.alerting.name(ESCALATED_ALERT), [])
        found.append(_expected(slo, escalation, rules, settings))
    quiet = (_BEFORE, first, again, again + needed - 1, end + 1)
    checks = [AlertCheck(at * step, name) for at in quiet for name in by_name]
    checks += [AlertCheck(end * step, name, tuple(found)) for name, found in by_name.items()]
    title = f"escalation of a {escalation.severity} after {format_duration(escalation.after)}"
    claims = tuple(claim for slo in slos for claim in _claims(slo, escalation))
    return Block(title, step, series, tuple(sorted(checks, key=lambda check: check.at)), claims=claims)


def _group(slo: Slo) -> dict[str, str]:
    return dict.fromkeys(slo.sli.by, "a")


def _claims(slo: Slo, escalation: Escalation) -> Iterator[Claim]:
    severity, after = escalation.severity, format_duration(escalation.after)
    yield Claim(slo.id, f"a {severity} that fires for {after} without a pause becomes an escalation")
    yield Claim(slo.id, f"a {severity} that pauses in that time, or a spent budget, doesn't")
    yield Claim(slo.id, f"the escalation ends with the {severity}")


def _expected(slo: Slo, escalation: Escalation, rules: RuleFile, settings: Settings) -> ExpectedAlert:
    told = {"slo_escalation": escalation.severity}
    labels = alert_labels(slo, _group(slo), "page", settings, **told)
    compiled = compiled_alert(rules, slo.alerting.name(ESCALATED_ALERT), slo, **told)
    return expected_alert(slo, "page", labels, compiled, 1.0)
