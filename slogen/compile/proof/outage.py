"""Proof from raw data of a total outage: healthy and never failed, the page, recovery, a counter reset."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import ceil

from slogen.compile.proof.expected import firing_ratio, identity_labels
from slogen.compile.proof.history import check_near
from slogen.compile.proof.raw import (
    LATE,
    Subject,
    Traffic,
    events_a_minute,
    firing,
    story_values,
    up_series,
)
from slogen.conventions import ABSENT_ALERT, BURN_ALERT, CURRENT_BURN
from slogen.load.settings import Settings
from slogen.model.proof import Block, Claim, ExprCheck
from slogen.model.windows import closure
from slogen.promql.text import quote
from slogen.units import MINUTE, format_duration

HEALTHY = 20  # minutes before the outage
LONGEST_OUTAGE = 60
RECOVERED_WITHIN = 10
AFTER = RECOVERED_WITHIN + 1
SHORTEST_OUTAGE = 15


def outage(proven: tuple[Subject, ...], settings: Settings) -> Iterator[Block]:
    """Healthy and never failed, a total outage, recovery with a counter reset."""
    base = settings.base_window // MINUTE
    length = max(
        [
            *(SHORTEST_OUTAGE + s.lag for s in proven),
            *(ceil(m) + 5 + s.lag for s in proven if (m := _due(s))),
        ]
    )
    length = -(-length // base) * base
    after = AFTER + max(subject.lag for subject in proven)
    end, data = HEALTHY + length, dict[str, str]()
    checks: list[ExprCheck] = []
    claims: list[Claim] = []
    for subject in proven:
        rate = events_a_minute(subject, settings)
        for number, (_, samples) in enumerate(subject.groups):
            failing = [Traffic(HEALTHY, rate, 0), Traffic(length, 0, rate), Traffic(after, rate, 0, True)]
            steady = [Traffic(HEALTHY + length, rate, 0), Traffic(after, rate, 0, True)]
            data |= story_values(samples, steady if number else failing)
        data |= up_series(subject, [(end + after + 1, 0)])  # data that flows isn't absent, whatever `up` says
        checks += _healthy_checks(subject, rate, settings)
        checks += _outage_checks(subject, rate, settings, end)
        claims += _outage_claims(subject, length)
    yield Block("a total outage from raw data", MINUTE, data, (), tuple(checks), tuple(claims))


def _due(subject: Subject) -> float | None:
    """Minutes of total outage until the page; None where it comes too late for this story. An SLI that looks
    back is healthy for so much longer."""
    due = page_minute(subject, HEALTHY + subject.lag)
    return due if due is not None and due + 5 < LONGEST_OUTAGE else None


def page_minute(subject: Subject, healthy: int) -> float | None:
    """Minutes of total outage, after so many healthy ones, until a page tier's long window is above.

    Windows that reach back before the first sample hold what there is: m / (healthy + m). Slices are so few
    that those which an alert needs may take longer (no half of one may be missing).
    """
    slo = subject.slo
    if not slo.alerting.severities["page"].enabled:
        return None
    pages = [tier for tier in slo.alerting.tiers if tier.severity == "page"]
    above = (_minute_above(float(firing_ratio(slo, t)), t.long / MINUTE, healthy) for t in pages)
    needed = max(slo.alerting.min_bad_events - Fraction(1, 2), Fraction(0))
    enough = float(needed / slo.sli.timed.pace / MINUTE) if slo.sli.timed else 0.0
    return max(min(above), enough) if pages else None


def _minute_above(ratio: float, window: float, healthy: int) -> float:
    whole = ratio * window
    return whole if window <= healthy + whole else healthy * ratio / (1 - ratio)


def _healthy_checks(subject: Subject, rate: float, settings: Settings) -> Iterator[ExprCheck]:
    """Before any bad event was ever counted every group has its traffic and no error, and is not unknown."""
    at, base = (LATE - 1) * MINUTE, format_duration(settings.base_window)
    for group, _ in subject.groups:
        labels = identity_labels(subject.slo, group, settings)
        yield check_near(at, f"slo:sli_total:rate{base}", labels, rate / 60)
        yield check_near(at, f"slo:sli_bad:rate{base}", labels, 0)
        yield check_near(at, f"slo:sli_error:ratio_rate{base}", labels | {"slo_window": base}, 0)


def _outage_checks(subject: Subject, rate: float, settings: Settings, end: int) -> Iterator[ExprCheck]:
    slo, base = subject.slo, settings.base_window
    (group, _), window = subject.groups[0], format_duration(settings.base_window)
    labels = identity_labels(slo, group, settings)
    at = (HEALTHY + max(2 * base // MINUTE, 15) + subject.lag) * MINUTE
    at = -(-at // base) * base
    yield check_near(at, f"slo:sli_bad:rate{window}", labels, rate / 60)
    yield check_near(at, f"slo:sli_error:ratio_rate{window}", labels | {"slo_window": window}, 1)
    yield check_near(at, CURRENT_BURN, labels, 1 / float(1 - slo.objective))
    for length in (30 * MINUTE, 60 * MINUTE) if not subject.lag else ():
        failed = min(Fraction(at - HEALTHY * MINUTE, length), Fraction(1))
        if length in closure([tier.long for tier in slo.alerting.tiers] + [slo.window], base):
            # a slice is bad from its first bad point on, so that of the first base window a part may be lost
            within = {"within": rate / 60 * base / length / 4} if slo.sli.timed else {}
            series = f"slo:sli_bad:rate{format_duration(length)}"
            yield check_near(at, series, labels, rate / 60 * float(failed), **within)
    burning = (
        f'ALERTS{{alertname={quote(slo.alerting.name(BURN_ALERT))},alertstate="firing",slo_id={quote(slo.id)}'
    )
    page = f"{burning},severity={quote(settings.severity('page'))}}}"
    yield ExprCheck(HEALTHY * MINUTE, f"count({burning}}})")
    due = _due(subject)
    options = slo.alerting.severities["page"]
    if due is not None:
        wait = -(-options.wait // MINUTE)
        by = ", ".join(["slo_id", *slo.sli.by])
        found = ", ".join(f"{k}={quote(v)}" for k, v in ({"slo_id": slo.id} | group).items())
        fires = (HEALTHY + ceil(due) + 1 + wait + subject.lag) * MINUTE
        yield ExprCheck(fires, f"count by ({by}) ({page}) > bool 0", ((f"{{{found}}}", 1.0),))
        early = HEALTHY + int(due * 0.75) - 1
        if early > HEALTHY and not subject.lag:
            yield ExprCheck(early * MINUTE, f"count({page})")
    over = end + RECOVERED_WITHIN + 1 + subject.lag
    if options.keep_firing_for == 0:
        yield ExprCheck(over * MINUTE, f"count({page})")
    if not options.enabled:
        yield ExprCheck(end * MINUTE, f"count({page})")
    yield from _tickets_stay(subject, settings, end)
    absent = firing(slo, alertname=slo.alerting.name(ABSENT_ALERT))
    yield ExprCheck(over * MINUTE, f"count({absent})")
    reset = (end + 2 * base // MINUTE + subject.lag) * MINUTE
    yield check_near(reset, f"slo:sli_total:rate{window}", labels, rate / 60)
    yield check_near(reset, f"slo:sli_bad:rate{window}", labels, 0)


def _tickets_stay(subject: Subject, settings: Settings, end: int) -> Iterator[ExprCheck]:
    """Tickets don't end with the fault: what was spent is still to be looked at."""
    slo, at = subject.slo, end + RECOVERED_WITHIN + 1
    if not slo.alerting.severities["ticket"].enabled:
        ticket = firing(slo, severity=settings.severity("ticket"), alertname=slo.alerting.name(BURN_ALERT))
        yield ExprCheck(at * MINUTE, f"count({ticket})")
    if not slo.alerting.severities["ticket"].enabled or slo.alerting.severities["ticket"].wait:
        return
    for tier in slo.alerting.tiers:
        inside = [
            min(end - HEALTHY - subject.lag, max(w // MINUTE - (at - end), 0))
            for w in (tier.long, tier.short)
        ]
        shares = [bad / min(w // MINUTE, at) for bad, w in zip(inside, (tier.long, tier.short), strict=True)]
        if tier.severity == "ticket" and min(shares) > 1.1 * float(firing_ratio(slo, tier)):
            ticket = firing(slo, slo_tier=tier.name, severity=settings.severity("ticket"))
            yield ExprCheck(at * MINUTE, f"count({ticket}) > bool 0", (("{}", 1.0),))


def _outage_claims(subject: Subject, length: int) -> Iterator[Claim]:
    slo = subject.slo
    if slo.sli.timed is None:
        yield Claim(slo.id, "a service that never failed has an error ratio of 0, not an unknown one")
    due = _due(subject)
    if due is not None:
        after = max(ceil(due), 1) + subject.lag
        yield Claim(slo.id, f"page after {after} min of total outage that follows {HEALTHY} healthy ones")
        over = RECOVERED_WITHIN + subject.lag
        yield Claim(slo.id, f"page over within {over} min after an outage of {length} min")
    if slo.sli.timed is None:
        yield Claim(slo.id, "a counter reset is neither errors nor a gap")
    if len(subject.groups) > 1:
        yield Claim(slo.id, "one group's outage alerts for that group only")
