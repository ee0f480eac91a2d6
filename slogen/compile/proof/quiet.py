"""Proof from raw data of a quiet service, of data that goes, and of a histogram without its bucket."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil

from slogen.compile.proof.expected import absence_severity, alert_labels
from slogen.compile.proof.outage import page_minute
from slogen.compile.proof.raw import (
    Subject,
    Traffic,
    alerts_series,
    firing,
    story_values,
    up_of,
    up_series,
)
from slogen.conventions import ABSENT_ALERT, BUCKET_ALERT
from slogen.load.settings import Settings
from slogen.model.proof import Block, Claim, ExprCheck
from slogen.model.sli import Samples, States
from slogen.model.slo import Slo
from slogen.promql.solve import selects, series
from slogen.promql.text import quote
from slogen.units import MINUTE, format_duration

QUIET_EVERY = 8  # minutes between two events
FAILURE, IDLE, GONE, DOWN, QUIET_END = 4, 11, 12, 29, 42


def quiet(proven: tuple[Subject, ...], settings: Settings) -> Iterator[Block]:
    """One failure at low traffic; then counters that a restart creates lazily; then targets that are down."""
    data: dict[str, str] = {}
    checks: list[ExprCheck] = []
    claims: list[Claim] = []
    for subject in proven:
        slo = subject.slo
        for number, (_, samples) in enumerate(subject.groups):
            data |= _quiet_values(samples, fails=number == 0 and _forgives_one(subject))
        data |= up_series(subject, [(DOWN, 1), (QUIET_END - DOWN + 1, 0)])
        other = {"job": "slogen-other", "instance": "other:9"}
        if not any(selects(s, "up", other) for s in up_of(slo)):  # another target that is up proves nothing
            data[series("up", other)] = f"1x{QUIET_END}"
        checks += _quiet_checks(subject, settings)
        claims += _quiet_claims(subject)
    if data:
        yield Block("a quiet service, and data that goes", MINUTE, data, (), tuple(checks), tuple(claims))


def _forgives_one(subject: Subject) -> bool:
    """Whether one bad event alone must not alert: not where events are so rare that each counts."""
    sli = subject.slo.sli
    return subject.slo.alerting.min_bad_events > 1 and not sli.exact and sli.timed is None


def _quiet_values(samples: Samples | States, *, fails: bool) -> dict[str, str]:
    """One event every few minutes, all of them good but one; what has no events is good all the time."""
    if isinstance(samples, States):
        good, gone = Traffic(GONE - 1, 1, 0), Traffic(QUIET_END - GONE + 1, 0, 0, gone=True)
        return story_values(samples, [good, gone])
    found = {}
    for name in samples.series:
        value, values = 0, []
        for minute in range(GONE):
            if minute % QUIET_EVERY == QUIET_EVERY // 2:
                is_bad = fails and minute == FAILURE
                value += name in (samples.bad if is_bad else samples.good)
            values.append(str(value))
        found[name] = " ".join(values)
    return found


def _quiet_checks(subject: Subject, settings: Settings) -> Iterator[ExprCheck]:
    slo = subject.slo
    alerts = f"count({firing(slo)})"
    if (
        settings.base_window == 5 * MINUTE and slo.sli.timed is None
    ):  # the last event was 7 minutes ago: no traffic is no ratio
        ratio = f"slo:sli_error:ratio_rate5m{{slo_id={quote(slo.id)}}}"
        yield ExprCheck(IDLE * MINUTE, f"count({ratio})")
    for minute in (FAILURE + 1, FAILURE + 3, GONE - 1):
        yield ExprCheck(minute * MINUTE, alerts)
    absent = slo.alerting.absent
    if _is_filled(slo, "bad"):
        yield from _missing_is_bad(subject, settings)
        return
    if absent is None:
        yield ExprCheck(QUIET_END * MINUTE, alerts)
        return
    gone = GONE - 1 + settings.base_window // MINUTE
    silent_until = max(DOWN, gone) if subject.has_up else gone
    due = silent_until + -(-absent.wait // MINUTE)
    fires = max(due, gone + subject.lag + -(-absent.wait // MINUTE)) + 2
    if silent_until - 1 > GONE:
        yield ExprCheck((silent_until - 1) * MINUTE, alerts)
    if due - 2 > silent_until:
        yield ExprCheck((due - 2) * MINUTE, alerts)
    if fires <= QUIET_END:
        yield ExprCheck(fires * MINUTE, firing(slo), tuple(_absent_expected(subject, settings)))


def _is_filled(slo: Slo, how: str) -> bool:
    return slo.sli.timed is not None and slo.sli.timed.missing == how


def _missing_is_bad(subject: Subject, settings: Settings) -> Iterator[ExprCheck]:
    """Data that goes is an outage, and is told as one."""
    slo, due = subject.slo, _missing_pages(subject)
    if due:
        page = firing(slo, severity=settings.severity("page"))
        yield ExprCheck(due * MINUTE, f"count({page}) > bool 0", (("{}", 1.0),))
    absent = firing(slo, alertname=slo.alerting.name(ABSENT_ALERT))
    yield ExprCheck(QUIET_END * MINUTE, f"count({absent})")


def _missing_pages(subject: Subject) -> int | None:
    """The minute at which data that is missing must have paged; None where the story is too short."""
    due, options = page_minute(subject, GONE), subject.slo.alerting.severities["page"]
    fires = None if due is None else GONE + subject.lag + ceil(due) + 1 - (-options.wait // MINUTE)
    return fires if fires is not None and fires <= QUIET_END else None


def _absent_expected(subject: Subject, settings: Settings) -> Iterator[tuple[str, float]]:
    slo = subject.slo
    per_group = slo.alerting.absent is not None and slo.alerting.absent.per_group
    for group in (found for found, _ in subject.groups) if per_group else ({},):
        labels = alert_labels(slo, group, absence_severity(slo), settings)
        yield alerts_series(slo.alerting.name(ABSENT_ALERT), labels), 1.0


def _quiet_claims(subject: Subject) -> Iterator[Claim]:
    slo = subject.slo
    if _forgives_one(subject):
        yield Claim(slo.id, "silent at one failure when traffic is low")
    absent = slo.alerting.absent
    if _is_filled(slo, "bad") and (due := _missing_pages(subject)):
        yield Claim(slo.id, f"page when data has been missing for {due - GONE} min, as for any outage")
    elif absent is not None:
        if subject.has_up:
            yield Claim(slo.id, "silent while its targets are up and idle")
        shown = "its targets are down" if subject.has_up else "its data is gone"
        yield Claim(slo.id, f"tells when {shown} for {format_duration(absent.wait)}, and nothing else fires")


def bucketless(proven: tuple[Subject, ...], settings: Settings) -> Iterator[Block]:
    """Events are counted but the bucket isn't there: somebody is told, and no perfect SLI is recorded."""
    data: dict[str, str] = {}
    checks: list[ExprCheck] = []
    claims: list[Claim] = []
    for slo, (group, samples) in ((s.slo, s.groups[0]) for s in proven if s.slo.sli.unjudged() is not None):
        if not isinstance(samples, Samples):
            continue
        only_total = Samples(good=(), bad=samples.bad)
        data |= story_values(only_total, [Traffic(13, 0, 60)])
        labels = alert_labels(slo, group, "ticket", settings)
        shown = alerts_series(slo.alerting.name(BUCKET_ALERT), labels)
        checks.append(ExprCheck(13 * MINUTE, firing(slo), ((shown, 1.0),)))
        window = format_duration(settings.base_window)
        checks.append(ExprCheck(13 * MINUTE, f"slo:sli_error:ratio_rate{window}{{slo_id={quote(slo.id)}}}"))
        claims.append(Claim(slo.id, "told when the histogram has no bucket at the threshold"))
    if data:
        yield Block("a histogram without the bucket", MINUTE, data, (), tuple(checks), tuple(claims))
