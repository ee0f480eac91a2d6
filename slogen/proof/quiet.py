"""Proof from raw data of a quiet service, of data that goes, and of a histogram without its bucket."""

from __future__ import annotations

from collections.abc import Iterator
from math import ceil

from slogen.conventions import ABSENT_ALERT, BUCKET_ALERT
from slogen.emitted.proof import Block, Claim, ExprCheck
from slogen.model.slo import Slo
from slogen.model.states import Samples, States
from slogen.promql.parse import parse_selector
from slogen.promql.solve import selects, series
from slogen.promql.text import quote
from slogen.proof.expected import (
    absence_alerts,
    absence_severity,
    alert_labels,
    believed,
    identity_labels,
)
from slogen.proof.firing import alerts_series, firing
from slogen.proof.history import check_near
from slogen.proof.outage import page_spans
from slogen.proof.raw import STEP, Subject, up_of, up_series
from slogen.proof.values import Load, story_values
from slogen.proof.written import absent_seconds, min_bad_events
from slogen.settings import Settings
from slogen.units import MINUTE, format_duration

# Minutes: one event, no traffic any more, no data any more, targets still up; then they are down.
FAILURE, IDLE, GONE, DOWN, QUIET_END = 4, 10, 12, 31, 45
_LATER = 60  # events a minute of each target that has a histogram
_LONGEST = 360  # minutes: where an absence alert waits for longer, it is silent until then at least
_FILLED = 0.5  # of the time without data at least is filled in where rules run as rarely as here


def quiet(proven: tuple[Subject, ...], settings: Settings) -> Iterator[Block]:
    """One failure at low traffic; then counters that a restart creates lazily; then targets that are down."""
    data: dict[str, str] = {}
    checks: list[ExprCheck] = []
    claims: list[Claim] = []
    for subject in proven:
        slo = subject.slo
        for number, (group, samples) in enumerate(subject.groups):
            data |= _quiet_values(samples, fails=number == 0 and _forgives_one(subject))
            data |= believed(slo, group, settings)
        data |= up_series(subject, [(DOWN, 1), (QUIET_END - DOWN + 1, 0)])
        other = {"job": "slogen-other", "instance": "other:9"}
        if not any(selects(s, "up", other) for s in up_of(slo)):  # another target that is up proves nothing
            data[series("up", other)] = f"1x{QUIET_END}"
        checks += _quiet_checks(subject, settings)
        claims += _quiet_claims(subject, settings)
    if data:
        name = "a quiet service, and data that goes"
        yield Block(name, MINUTE, data, (), tuple(checks), tuple(claims), STEP * MINUTE)


def _forgives_one(subject: Subject) -> bool:
    """Whether one bad event alone must not alert: not where events are so rare that each counts."""
    slo = subject.slo
    return min_bad_events(slo) > 1 and not slo.sli.exact and slo.sli.timed is None


def _quiet_values(samples: Samples | States, *, fails: bool) -> dict[str, str]:
    """A single event, good or bad; what has no events is good all the time."""
    if isinstance(samples, States):
        good, gone = Load(GONE - 1, 1, 0), Load(QUIET_END - GONE + 1, 0, 0, gone=True)
        return story_values(samples, [good, gone])
    counting = samples.bad if fails else samples.good
    found = {
        name: f"0x{FAILURE - 1} {int(name in counting)}x{GONE - FAILURE - 1}" for name in samples.counters
    }
    return found | dict.fromkeys(samples.beside, f"1x{GONE - 1}")


def _quiet_checks(subject: Subject, settings: Settings) -> Iterator[ExprCheck]:
    slo, base = subject.slo, settings.prometheus.base_window // MINUTE
    alerts = f"count({firing(slo)})"
    if base == STEP and slo.sli.timed is None:  # the event was 6 minutes ago: no traffic is no ratio
        ratio = f"slo:sli_error:ratio_rate5m{{slo_id={quote(slo.id)}}}"
        yield ExprCheck(IDLE * MINUTE, f"count({ratio})")
    for minute in (STEP, 2 * STEP):
        yield ExprCheck(minute * MINUTE, alerts)
    if _is_filled(slo, "bad"):
        yield from _missing_is_bad(subject, settings)
        return
    if slo.parts and slo.fills_gaps:  # what its parts fill in, it counts
        return
    if absence_severity(slo) not in absence_alerts(slo):
        yield ExprCheck(QUIET_END * MINUTE, alerts)
        return
    for minute, fires in _absence(subject, settings):
        expected = tuple(_absent_expected(subject, settings)) if fires else ()
        yield ExprCheck(minute * MINUTE, firing(slo) if fires else alerts, expected)


def _absence(subject: Subject, settings: Settings) -> Iterator[tuple[int, bool]]:
    """Minutes at which the absence of data is not told yet, and at which it is, where the story is long
    enough: data is known to be gone once the base window holds a single sample (and an SLI that looks back
    no longer sees it), or from when targets are down; and then for as long as the spec says."""
    wait = _steps(absent_seconds(subject.slo, "for") / MINUTE)
    gone = GONE - 1 + settings.prometheus.base_window // MINUTE
    begins = _steps(max(DOWN, gone) if subject.has_up else gone)
    told = max(begins, _steps(gone + subject.lag)) + wait
    if begins > _steps(gone):
        yield begins - STEP, False
    if wait:
        yield min(begins + wait - STEP, _LONGEST), False
    if told <= QUIET_END and _is_told(subject, told, settings):
        yield told, True


def _is_told(subject: Subject, minute: int, settings: Settings) -> bool:
    """Whether there was data at all, and it is remembered at that minute. Exact counts need a base window."""
    forget, needs = absent_seconds(subject.slo, "forget"), settings.prometheus.base_window // MINUTE + STEP
    return (minute - GONE + 1) * MINUTE < forget and not (subject.slo.sli.exact and needs > GONE)


def _steps(minutes: float) -> int:
    """Minutes, rounded up to whole steps."""
    return ceil(minutes / STEP) * STEP


def _is_filled(slo: Slo, how: str) -> bool:
    return slo.sli.timed is not None and slo.sli.timed.missing == how


def _missing_is_bad(subject: Subject, settings: Settings) -> Iterator[ExprCheck]:
    """Data that goes is an outage, and is told as one."""
    slo, due = subject.slo, _missing_pages(subject, settings)
    if due:
        page = firing(slo, severity=slo.severity("page", settings))
        yield ExprCheck(due * MINUTE, f"count({page}) > bool 0", (("{}", 1.0),))
    if absence_alerts(slo):
        absent = firing(slo, alertname=slo.alerting.name(ABSENT_ALERT))
        yield ExprCheck(QUIET_END * MINUTE, f"count({absent})")


def _missing_pages(subject: Subject, settings: Settings) -> int | None:
    """The minute at which data that is missing must have paged; None where the story is too short, or it is
    forgotten until then."""
    spans = page_spans(subject, settings, GONE, STEP)
    due = [_steps(GONE + subject.lag + ceil(s.last / _FILLED) + 1) + _steps(s.wait) for s in spans]
    end = min(QUIET_END, GONE - STEP + absent_seconds(subject.slo, "forget") // MINUTE)
    return min((fires for fires in due if fires <= end), default=None)


def _absent_expected(subject: Subject, settings: Settings) -> Iterator[tuple[str, float]]:
    slo = subject.slo
    per_group = slo.alerting.absent is not None and slo.alerting.absent.per_group
    for group in (found for found, _ in subject.groups) if per_group else ({},):
        labels = alert_labels(slo, group, absence_severity(slo), settings)
        yield alerts_series(slo.alerting.name(ABSENT_ALERT), labels), 1.0


def _quiet_claims(subject: Subject, settings: Settings) -> Iterator[Claim]:
    slo = subject.slo
    if _forgives_one(subject):
        yield Claim(slo.id, "silent at one failure when traffic is low")
    absent = slo.alerting.absent
    if _is_filled(slo, "bad") and (due := _missing_pages(subject, settings)):
        yield Claim(slo.id, f"page when data has been missing for {due - GONE} min, as for any outage")
    elif (
        absent is not None
        and absence_severity(slo) in absence_alerts(slo)
        and any(fires for _, fires in _absence(subject, settings))
    ):
        if subject.has_up:
            yield Claim(slo.id, "silent while its targets are up and idle")
        shown = "its targets are down" if subject.has_up else "its data is gone"
        yield Claim(slo.id, f"tells when {shown} for {format_duration(absent.wait)}, and nothing else fires")


def bucketless(proven: tuple[Subject, ...], settings: Settings) -> Iterator[Block]:
    """Events are counted but the bucket isn't there: somebody is told, and no perfect SLI is recorded. Later
    another target comes that has the bucket: its events are judged, the others are left out."""
    base, window = settings.prometheus.base_window // MINUTE, format_duration(settings.prometheus.base_window)
    end = 3 * base
    data: dict[str, str] = {}
    checks: list[ExprCheck] = []
    claims: list[Claim] = []
    for subject in (s for s in proven if s.slo.sli.unjudged() is not None):
        slo, (group, samples) = subject.slo, subject.groups[0]
        if not isinstance(samples, Samples):
            continue
        counted = tuple(name for name in samples.bad if not parse_selector(name).metric.endswith("_bucket"))
        data |= story_values(Samples(good=(), bad=counted), [Load(end, 0, _LATER)])
        data |= {_sibling(name): f"_x{base} 0+{_LATER}x{end - base}" for name in samples.good}
        labels = alert_labels(slo, group, "ticket", settings)
        shown = alerts_series(slo.alerting.name(BUCKET_ALERT), labels)
        checks.append(ExprCheck(base * MINUTE, f"slo:sli_error:ratio_rate{window}{{slo_id={quote(slo.id)}}}"))
        checks.append(ExprCheck(end * MINUTE, firing(slo), ((shown, 1.0),)))
        recorded = identity_labels(slo, group, settings)
        checks.append(check_near(end * MINUTE, f"slo:sli_total:rate{window}", recorded, _LATER / 60))
        checks.append(check_near(end * MINUTE, f"slo:sli_bad:rate{window}", recorded, 0))
        claims.append(Claim(slo.id, "told when the histogram has no bucket at the threshold"))
    if data:
        name = "a histogram without the bucket"
        yield Block(name, MINUTE, data, (), tuple(checks), tuple(claims), STEP * MINUTE)


def _sibling(name: str) -> str:
    """The same series of another target: it has a label that no selector names."""
    selector = parse_selector(name)
    return series(selector.metric, selector.labels | {"slogen_sibling": "1"})
