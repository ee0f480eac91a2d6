"""Proof from raw data of a total outage: healthy and never failed, the page, recovery, a counter reset."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from math import ceil

from slogen.compile.proof.expected import firing_ratio, identity_labels
from slogen.compile.proof.history import check_near
from slogen.compile.proof.raw import LATE, Subject, Traffic, counters, events_a_minute, firing, up_series
from slogen.conventions import ABSENT_ALERT, BURN_ALERT, CURRENT_BURN
from slogen.load.settings import Settings
from slogen.model.proof import Block, Claim, ExprCheck
from slogen.model.slo import Slo
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
            SHORTEST_OUTAGE,
            *(ceil(m) + 5 for s in proven if (m := page_minute(s.slo)) and m + 5 < LONGEST_OUTAGE),
        ]
    )
    length = -(-length // base) * base
    end, data = HEALTHY + length, dict[str, str]()
    checks: list[ExprCheck] = []
    claims: list[Claim] = []
    for subject in proven:
        rate = events_a_minute(subject.slo, settings)
        for number, (_, samples) in enumerate(subject.groups):
            failing = [Traffic(HEALTHY, rate, 0), Traffic(length, 0, rate), Traffic(AFTER, rate, 0, True)]
            steady = [Traffic(HEALTHY + length, rate, 0), Traffic(AFTER, rate, 0, True)]
            data |= counters(samples, steady if number else failing)
        data |= up_series(
            subject.slo, [(end + AFTER + 1, 0)]
        )  # data that flows isn't absent, whatever `up` says
        checks += _healthy_checks(subject, rate, settings)
        checks += _outage_checks(subject, rate, settings, end)
        claims += _outage_claims(subject, length)
    yield Block("a total outage from raw data", MINUTE, data, (), tuple(checks), tuple(claims))


def page_minute(slo: Slo) -> float | None:
    """Minutes of total outage, after the healthy time, until a page tier's long window is above.

    Windows that reach back before the first sample hold what there is: m / (HEALTHY + m).
    """
    if not slo.alerting.severities["page"].enabled:
        return None
    pages = [tier for tier in slo.alerting.tiers if tier.severity == "page"]
    return min((_minute_above(float(firing_ratio(slo, t)), t.long / MINUTE) for t in pages), default=None)


def _minute_above(ratio: float, window: float) -> float:
    whole = ratio * window
    return whole if window <= HEALTHY + whole else HEALTHY * ratio / (1 - ratio)


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
    at = (HEALTHY + max(2 * base // MINUTE, 15)) * MINUTE
    at = -(-at // base) * base
    yield check_near(at, f"slo:sli_bad:rate{window}", labels, rate / 60)
    yield check_near(at, f"slo:sli_error:ratio_rate{window}", labels | {"slo_window": window}, 1)
    yield check_near(at, CURRENT_BURN, labels, 1 / float(1 - slo.objective))
    for length in (30 * MINUTE, 60 * MINUTE):
        failed = min(Fraction(at - HEALTHY * MINUTE, length), Fraction(1))
        if length in closure([tier.long for tier in slo.alerting.tiers] + [slo.window], base):
            yield check_near(
                at, f"slo:sli_bad:rate{format_duration(length)}", labels, rate / 60 * float(failed)
            )
    burning = (
        f'ALERTS{{alertname={quote(slo.alerting.name(BURN_ALERT))},alertstate="firing",slo_id={quote(slo.id)}'
    )
    page = f"{burning},severity={quote(settings.severity('page'))}}}"
    yield ExprCheck(HEALTHY * MINUTE, f"count({burning}}})")
    due = page_minute(slo)
    options = slo.alerting.severities["page"]
    if due is not None and due + 5 < LONGEST_OUTAGE:
        wait = -(-options.wait // MINUTE)
        by = ", ".join(["slo_id", *slo.sli.by])
        found = ", ".join(f"{k}={quote(v)}" for k, v in ({"slo_id": slo.id} | group).items())
        fires = (HEALTHY + ceil(due) + 1 + wait) * MINUTE
        yield ExprCheck(fires, f"count by ({by}) ({page}) > bool 0", ((f"{{{found}}}", 1.0),))
        early = HEALTHY + int(due * 0.75) - 1
        if early > HEALTHY:
            yield ExprCheck(early * MINUTE, f"count({page})")
    if options.keep_firing_for == 0:
        yield ExprCheck((end + RECOVERED_WITHIN + 1) * MINUTE, f"count({page})")
    if not options.enabled:
        yield ExprCheck(end * MINUTE, f"count({page})")
    yield from _tickets_stay(slo, settings, end)
    absent = firing(slo, alertname=slo.alerting.name(ABSENT_ALERT))
    yield ExprCheck((end + AFTER) * MINUTE, f"count({absent})")
    reset = (end + 2 * base // MINUTE) * MINUTE
    yield check_near(reset, f"slo:sli_total:rate{window}", labels, rate / 60)
    yield check_near(reset, f"slo:sli_bad:rate{window}", labels, 0)


def _tickets_stay(slo: Slo, settings: Settings, end: int) -> Iterator[ExprCheck]:
    """Tickets don't end with the fault: what was spent is still to be looked at."""
    at = end + RECOVERED_WITHIN + 1
    if not slo.alerting.severities["ticket"].enabled:
        ticket = firing(slo, severity=settings.severity("ticket"), alertname=slo.alerting.name(BURN_ALERT))
        yield ExprCheck(at * MINUTE, f"count({ticket})")
    if not slo.alerting.severities["ticket"].enabled or slo.alerting.severities["ticket"].wait:
        return
    for tier in slo.alerting.tiers:
        inside = [min(end - HEALTHY, max(w // MINUTE - (at - end), 0)) for w in (tier.long, tier.short)]
        shares = [bad / min(w // MINUTE, at) for bad, w in zip(inside, (tier.long, tier.short), strict=True)]
        if tier.severity == "ticket" and min(shares) > 1.1 * float(firing_ratio(slo, tier)):
            ticket = firing(slo, slo_tier=tier.name, severity=settings.severity("ticket"))
            yield ExprCheck(at * MINUTE, f"count({ticket}) > bool 0", (("{}", 1.0),))


def _outage_claims(subject: Subject, length: int) -> Iterator[Claim]:
    slo = subject.slo
    yield Claim(slo.id, "a service that never failed has an error ratio of 0, not an unknown one")
    due = page_minute(slo)
    if due is not None and due + 5 < LONGEST_OUTAGE:
        yield Claim(
            slo.id, f"page after {max(ceil(due), 1)} min of total outage that follows {HEALTHY} healthy ones"
        )
        yield Claim(slo.id, f"page over within {RECOVERED_WITHIN} min after an outage of {length} min")
    yield Claim(slo.id, "a counter reset is neither errors nor a gap")
    if len(subject.groups) > 1:
        yield Claim(slo.id, "one group's outage alerts for that group only")
