"""Proof from raw data: counters of an outage and its end, and of a quiet service whose data goes.

Linear counters, and no assertion on a value within a window's edge, so that the numbers are the same on
Prometheus 2 and 3 (whose ranges are left-open). Times in minutes until a check is made.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import ceil

from slogen.compile.proof.expected import alert_labels, firing_ratio, identity_labels
from slogen.compile.proof.history import check_near
from slogen.conventions import ABSENT_ALERT, BUCKET_ALERT, BURN_ALERT, CURRENT_BURN
from slogen.load.settings import Settings
from slogen.model.proof import Block, Claim, ExprCheck
from slogen.model.sli import Samples, UnsatisfiableError
from slogen.model.slo import Service, Slo
from slogen.model.windows import closure
from slogen.promql.parse import Selector, parse_selector
from slogen.promql.solve import selects, series, solve
from slogen.promql.text import quote
from slogen.units import MINUTE, format_duration

HEALTHY = 30  # minutes before the outage
LONGEST_OUTAGE = 60
RECOVERED_WITHIN = 10
AFTER = RECOVERED_WITHIN + 5
_START = 1e6  # of every counter: `rate` extrapolates less at a counter's zero
_SHOWN_BAD = 20  # bad events that the base window shows at the lowest page threshold


@dataclass(frozen=True, slots=True)
class Traffic:
    """A stretch of `minutes` with so many good and bad events a minute; None: the counters are gone.
    `reset` restarts the counters from 0."""

    minutes: int
    good: float | None
    bad: float | None
    reset: bool = False


@dataclass(frozen=True)
class Subject:
    """An SLO that sample series could be derived for: its groups with their series."""

    slo: Slo
    groups: tuple[tuple[dict[str, str], Samples], ...]

    @cached_property
    def reads(self) -> tuple[Selector, ...]:
        """The raw selectors of the SLI."""
        return tuple(map(parse_selector, self.slo.sli.metrics()))

    @cached_property
    def writes(self) -> tuple[tuple[str, dict[str, str]], ...]:
        """Metric and labels of each sample series."""
        names = {name: None for _, samples in self.groups for name in (*samples.good, *samples.bad)}
        found = [parse_selector(name) for name in names]
        return tuple((s.metric, {m.name: m.value for m in s.matchers}) for s in found)

    def disturbs(self, other: Subject) -> bool:
        """Whether the other's SLI reads any sample series of this one."""
        return any(selects(s, metric, labels) for s in other.reads for metric, labels in self.writes)


def apart(proven: tuple[Subject, ...]) -> list[tuple[Subject, ...]]:
    """As few sets as a simple look finds, in none of which one SLO reads another's samples."""
    sets: list[list[Subject]] = []
    for subject in proven:
        for found in sets:
            if not any(subject.disturbs(other) or other.disturbs(subject) for other in found):
                found.append(subject)
                break
        else:
            sets.append([subject])
    return [tuple(found) for found in sets]


def subjects(service: Service) -> tuple[tuple[Subject, ...], tuple[tuple[Slo, UnsatisfiableError], ...]]:
    """The SLOs that can be proven from raw data, and those that can't with the reason."""
    found, failed = [], []
    for slo in service.slos:
        try:
            groups = _groups(slo)
            if not groups:
                raise UnsatisfiableError("by", "its matchers leave a `by` label without a value")
            found.append(Subject(slo, groups))
        except UnsatisfiableError as error:
            failed.append((slo, error))
    return tuple(found), tuple(failed)


def _groups(slo: Slo) -> tuple[tuple[dict[str, str], Samples], ...]:
    """Groups with their series: the spec's own, or those that the SLI derives."""
    if slo.samples is not None:
        return slo.samples.by_group(slo.sli.by)
    return tuple((group, slo.sli.samples(group)) for group in slo.sli.groups())


def outage(proven: tuple[Subject, ...], settings: Settings) -> Iterator[Block]:
    """Healthy and never failed, a total outage, recovery with a counter reset."""
    base = settings.base_window // MINUTE
    length = max(
        [20, *(ceil(m) + 5 for s in proven if (m := _page_minute(s.slo)) and m + 5 < LONGEST_OUTAGE)]
    )
    length = -(-length // base) * base
    end, data = HEALTHY + length, dict[str, str]()
    checks: list[ExprCheck] = []
    claims: list[Claim] = []
    for subject in proven:
        rate = _rate(subject.slo, settings)
        for number, (_, samples) in enumerate(subject.groups):
            failing = [Traffic(HEALTHY, rate, 0), Traffic(length, 0, rate), Traffic(AFTER, rate, 0, True)]
            steady = [Traffic(HEALTHY + length, rate, 0), Traffic(AFTER, rate, 0, True)]
            data |= counters(samples, steady if number else failing)
        data |= up_series(subject.slo, [(end + AFTER + 1, 1)])
        checks += _healthy_checks(subject, rate, settings)
        checks += _outage_checks(subject, rate, settings, end)
        claims += _outage_claims(subject, length)
    yield Block("a total outage from raw data", MINUTE, data, (), tuple(checks), tuple(claims))


def _rate(slo: Slo, settings: Settings) -> float:
    """Events a minute, enough for the base window to show that a page's fault is over."""
    pages = [firing_ratio(slo, tier) for tier in slo.alerting.tiers if tier.severity == "page"]
    lowest = min([*pages, 1 - slo.objective])
    per_minute = Fraction(_SHOWN_BAD) / lowest / (settings.base_window // MINUTE)
    return float(max(ceil(per_minute / 60) * 60, 60))


def _page_minute(slo: Slo) -> float | None:
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
    """At the end of the healthy time every group has its traffic and not one error, and is not unknown."""
    at, base = HEALTHY * MINUTE, format_duration(settings.base_window)
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
    due = _page_minute(slo)
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
    reset = (end + 2 * base // MINUTE) * MINUTE
    yield check_near(reset, f"slo:sli_total:rate{window}", labels, rate / 60)
    yield check_near(reset, f"slo:sli_bad:rate{window}", labels, 0)


def _outage_claims(subject: Subject, length: int) -> Iterator[Claim]:
    slo = subject.slo
    yield Claim(slo.id, "a service that never failed has an error ratio of 0, not an unknown one")
    due = _page_minute(slo)
    if due is not None and due + 5 < LONGEST_OUTAGE:
        yield Claim(
            slo.id, f"page after {max(ceil(due), 1)} min of total outage that follows {HEALTHY} healthy ones"
        )
        yield Claim(slo.id, f"page over within {RECOVERED_WITHIN} min after an outage of {length} min")
    yield Claim(slo.id, "a counter reset is neither errors nor a gap")
    if len(subject.groups) > 1:
        yield Claim(slo.id, "one group's outage alerts for that group only")


def counters(samples: Samples, story: list[Traffic]) -> dict[str, str]:
    """promtool values of every series of a group through a story, one sample a minute from 0."""
    names = dict.fromkeys((*samples.good, *samples.bad))
    return {name: _values(name, samples, story) for name in names}


def _values(name: str, samples: Samples, story: list[Traffic]) -> str:
    value, parts = _START, [f"{_START:.12g}"]
    for stretch in story:
        if stretch.good is None or stretch.bad is None:
            parts.append(f"_x{stretch.minutes}")
            continue
        step = (stretch.good if name in samples.good else 0) + (stretch.bad if name in samples.bad else 0)
        value = step if stretch.reset else value + step
        parts.append(f"{value:.12g}+{step:.12g}x{stretch.minutes - 1}")
        value += step * (stretch.minutes - 1)
    return " ".join(parts)


def up_series(slo: Slo, story: list[tuple[int, int]]) -> dict[str, str]:
    """`up` of the SLO's targets through a story of (minutes, value)."""
    found = {}
    for text in slo.alerting.absent.up if slo.alerting.absent else ():
        selector = parse_selector(text)
        labels = solve([selector])
        if labels is not None:
            values = " ".join(f"{value}x{minutes - 1}" for minutes, value in story)
            found[series(selector.metric, labels)] = values
    return found


QUIET_EVERY = 6  # minutes between two events
FAILURE, GONE, DOWN, QUIET_END = 9, 14, 31, 44


def quiet(proven: tuple[Subject, ...], settings: Settings) -> Iterator[Block]:
    """One failure at low traffic; then counters that a restart creates lazily; then targets that are down."""
    data: dict[str, str] = {}
    checks: list[ExprCheck] = []
    claims: list[Claim] = []
    for subject in proven:
        slo = subject.slo
        for number, (_, samples) in enumerate(subject.groups):
            data |= _quiet_counters(samples, fails=number == 0 and _forgives_one(slo))
        data |= up_series(slo, [(DOWN, 1), (QUIET_END - DOWN + 1, 0)])
        checks += _quiet_checks(subject, settings)
        claims += _quiet_claims(slo)
    if data:
        yield Block("a quiet service, and data that goes", MINUTE, data, (), tuple(checks), tuple(claims))


def _forgives_one(slo: Slo) -> bool:
    """Whether one bad event alone must not alert: not where events are so rare that each counts."""
    return slo.alerting.min_bad_events > 1 and not slo.sli.exact


def _quiet_counters(samples: Samples, *, fails: bool) -> dict[str, str]:
    """One event every few minutes; all of them good but one."""
    found = {}
    for name in dict.fromkeys((*samples.good, *samples.bad)):
        value, values = 0, []
        for minute in range(GONE):
            if minute % QUIET_EVERY == QUIET_EVERY // 2:
                is_bad = fails and minute == FAILURE
                value += name in (samples.bad if is_bad else samples.good)
            values.append(str(value))
        found[name] = " ".join(values)
    return found


def _firing(slo: Slo, **labels: str) -> str:
    inside = {"alertstate": "firing", "slo_id": slo.id} | labels
    return "ALERTS{" + ",".join(f"{k}={quote(v)}" for k, v in inside.items()) + "}"


def _quiet_checks(subject: Subject, settings: Settings) -> Iterator[ExprCheck]:
    slo = subject.slo
    alerts = f"count({_firing(slo)})"
    for minute in (FAILURE + 1, FAILURE + 3, GONE - 1):
        yield ExprCheck(minute * MINUTE, alerts)
    absent = slo.alerting.absent
    if absent is None:
        yield ExprCheck(QUIET_END * MINUTE, alerts)
        return
    gone = GONE - 1 + settings.base_window // MINUTE
    silent_until = max(DOWN, gone) if absent.up else gone
    fires = silent_until + -(-absent.wait // MINUTE) + 2
    if silent_until - 1 > GONE:
        yield ExprCheck((silent_until - 1) * MINUTE, alerts)
    if fires <= QUIET_END:
        yield ExprCheck(fires * MINUTE, _firing(slo), tuple(_absent_expected(subject, settings)))


def _absent_expected(subject: Subject, settings: Settings) -> Iterator[tuple[str, float]]:
    slo = subject.slo
    absent = slo.alerting.absent
    assert absent is not None
    severity = absent.severity
    if severity == "auto":
        pages = slo.alerting.has_pages or slo.alerting.needs_breach_alert
        severity = "page" if absent.up and pages and slo.alerting.severities["page"].enabled else "ticket"
    for group in (found for found, _ in subject.groups) if absent.per_group else ({},):
        labels = alert_labels(slo, group, severity, settings)
        labels |= {"alertname": slo.alerting.name(ABSENT_ALERT), "alertstate": "firing"}
        yield f"ALERTS{{{','.join(f'{k}={quote(v)}' for k, v in sorted(labels.items()))}}}", 1.0


def _quiet_claims(slo: Slo) -> Iterator[Claim]:
    if _forgives_one(slo):
        yield Claim(slo.id, "silent at one failure when traffic is low")
    absent = slo.alerting.absent
    if absent is not None:
        if absent.up:
            yield Claim(slo.id, "silent while its targets are up and idle")
        shown = "its targets are down" if absent.up else "its data is gone"
        yield Claim(slo.id, f"tells when {shown} for {format_duration(absent.wait)}, and nothing else fires")


def bucketless(proven: tuple[Subject, ...], settings: Settings) -> Iterator[Block]:
    """Events are counted but the bucket isn't there: somebody is told, and no perfect SLI is recorded."""
    data: dict[str, str] = {}
    checks: list[ExprCheck] = []
    claims: list[Claim] = []
    for slo, (group, samples) in ((s.slo, s.groups[0]) for s in proven if s.slo.sli.unjudged() is not None):
        only_total = Samples(good=(), bad=samples.bad)
        data |= counters(only_total, [Traffic(13, 0, 60)])
        labels = alert_labels(slo, group, "ticket", settings)
        labels |= {"alertname": slo.alerting.name(BUCKET_ALERT), "alertstate": "firing"}
        shown = f"ALERTS{{{','.join(f'{k}={quote(v)}' for k, v in sorted(labels.items()))}}}"
        checks.append(ExprCheck(13 * MINUTE, _firing(slo), ((shown, 1.0),)))
        window = format_duration(settings.base_window)
        checks.append(ExprCheck(13 * MINUTE, f"slo:sli_error:ratio_rate{window}{{slo_id={quote(slo.id)}}}"))
        claims.append(Claim(slo.id, "told when the histogram has no bucket at the threshold"))
    if data:
        yield Block("a histogram without the bucket", MINUTE, data, (), tuple(checks), tuple(claims))
