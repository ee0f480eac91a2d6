"""Proof that an SLO without data is told of: one whose data never came, and one whose data went a day ago
although its targets are up."""

from __future__ import annotations

from collections.abc import Iterator

from slogen.conventions import ABSENT_ALERT, LAST_SEEN
from slogen.emitted.proof import Block, Claim, ExprCheck
from slogen.emitted.rules import RuleFile
from slogen.model.slo import Service, Slo
from slogen.promql.parse import parse_selector
from slogen.proof.expected import alert_labels, identity_labels, series_name
from slogen.proof.firing import alerts_series, firing
from slogen.proof.raw import up_values
from slogen.proof.shared import groups_of, up
from slogen.proof.written import absent_seconds
from slogen.settings import Settings
from slogen.units import DAY, HOUR, MINUTE, format_duration

_NEVER = 40 * MINUTE  # so long after its rules began, an SLO without data is blind
_MEMORY = 7 * DAY
_MOST_STEPS, _MOST_STEPS_IN_ALL = 8, 100
_LONG, _COARSE = 6 * HOUR, 30 * MINUTE  # an alert that waits so long is looked at so rarely


def blocks(service: Service, rules: RuleFile, settings: Settings) -> Iterator[Block]:
    """A block for each time after which data that never came is missed, and one for data that went."""
    del rules
    told = [slo for slo in service.slos if slo.alerting.absent and slo.alerting.severities["ticket"].enabled]
    by_time: dict[int, list[Slo]] = {}
    for slo in told:
        by_time.setdefault(missed_after(slo), []).append(slo)
    yield from (_never(grace, slos, settings) for grace, slos in sorted(by_time.items()))
    away = [
        slo
        for slo in told
        if slo.alerting.absent and slo.alerting.absent.tells_away
        if DAY + absent_seconds(slo, "for") + 4 * _COARSE < remembered(slo, service)
    ]
    if away and not _reads_up(service):
        yield _away(away, settings)


def _reads_up(service: Service) -> bool:
    """Whether an SLI is about `up` itself, which the story says of targets."""
    return any(parse_selector(text).metric == "up" for slo in service.slos for text in slo.sli.metrics())


def missed_after(slo: Slo) -> int:
    """Seconds after which an SLO of which no data is known is told to be blind."""
    return max(_NEVER, slo.sli.timed.grace if slo.sli.timed else 0)


def remembered(slo: Slo, service: Service) -> int:
    """Seconds for which the rules know when an SLO last had data: as long as for any of its service; where
    time without data is filled in, only for as long as it is."""
    forget = absent_seconds(slo, "forget")
    if slo.fills_gaps:
        return forget
    return max(_MEMORY, *(absent_seconds(each, "forget") for each in service.slos))


def _never(grace: int, slos: list[Slo], settings: Settings) -> Block:
    """Rules without any data: silent for as long as it may take, then a ticket."""
    longest = grace + max(absent_seconds(slo, "for") for slo in slos)
    fits = (
        n for n in range(_MOST_STEPS, 1, -1) if grace % n == 0 and longest * n // grace <= _MOST_STEPS_IN_ALL
    )
    step = grace // next(fits, 1)
    checks = []
    for slo in slos:
        checks.append(ExprCheck(grace - step, f"count({_absent(slo)})"))
        checks.append(_ticket(slo, {}, grace + up(absent_seconds(slo, "for"), step), settings))
    words = f"a ticket when no data has come within {format_duration(grace)}"
    claims = tuple(Claim(slo.id, words) for slo in slos)
    return Block(
        f"data that never came within {format_duration(grace)}", step, {}, (), tuple(checks), claims, step
    )


def _away(slos: list[Slo], settings: Settings) -> Block:
    """Seen a day ago, and its targets are up: it may have been renamed."""
    waits_long = any(absent_seconds(slo, "for") > _LONG for slo in slos)
    step, data, checks = _COARSE if waits_long else 5 * MINUTE, dict[str, str](), list[ExprCheck]()
    for slo in slos:
        wait, group = up(absent_seconds(slo, "for"), step), groups_of(slo)[0]
        data[series_name(LAST_SEEN, identity_labels(slo, group, settings))] = str(2 * step - DAY)
        data |= up_values(slo, f"1x{(wait + 4 * step) // MINUTE}", [group])
        of = group if slo.alerting.absent and slo.alerting.absent.per_group else {}
        if slo.alerting.absent and slo.alerting.absent.up:
            checks.append(ExprCheck(2 * step + wait, f"count({_absent(slo)})"))
        checks.append(_ticket(slo, of, 3 * step + wait, settings))
    claims = tuple(Claim(slo.id, "a ticket when its data has been away for a day") for slo in slos)
    return Block("data that went a day ago", MINUTE, data, (), tuple(checks), claims, step)


def _absent(slo: Slo) -> str:
    return firing(slo, alertname=slo.alerting.name(ABSENT_ALERT))


def _ticket(slo: Slo, group: dict[str, str], at: int, settings: Settings) -> ExprCheck:
    labels = alert_labels(slo, group, "ticket", settings)
    shown = alerts_series(slo.alerting.name(ABSENT_ALERT), labels)
    return ExprCheck(at, firing(slo, severity=slo.severity("ticket", settings)), ((shown, 1.0),))
