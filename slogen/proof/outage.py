"""Proof from raw data of a total outage: healthy and never failed, the page and its minute, recovery, a
counter reset, and data that ends.

The long story is evaluated every five minutes, the one of the page's minute every minute.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from slogen.conventions import ABSENT_ALERT, CURRENT_BURN, LAST_SEEN
from slogen.emitted.proof import Block, Claim, ExprCheck
from slogen.model.states import Samples
from slogen.model.windows import closure
from slogen.promql.text import quote
from slogen.proof.expected import absence_alerts, believed, firing_ratio, identity_labels
from slogen.proof.firing import any_tier, burning, firing
from slogen.proof.history import check_near
from slogen.proof.margins import Edges
from slogen.proof.raw import STEP, Subject, up_series
from slogen.proof.values import LATE, Load, counts_only_good, story_values
from slogen.proof.written import min_bad_events, tier_waits, tiers
from slogen.settings import Settings
from slogen.units import MINUTE, format_duration

LONGEST_OUTAGE = 60  # minutes
LONGEST_BY_MINUTE = 25  # a later page's minute is looked at every five minutes only
_AHEAD = 60  # a bucket is ahead of the count by one of so many events; whole ones, or sums get rounded


@dataclass(frozen=True, slots=True)
class _Times:
    """Minutes of the story at a base window of `base` minutes, with an outage of `length`, when SLIs see for
    `lag` minutes at most what is over."""

    base: int
    length: int = 0
    lag: int = 0

    @property
    def healthy(self) -> int:
        """Before the outage: the first bad event shows its counter, and there is no window's edge."""
        return _up(LATE + 1, self.base)

    @property
    def end(self) -> int:
        """When the outage ends."""
        return self.healthy + self.length

    def over(self, lag: int) -> int:
        """Minutes after the outage until the base window is clean, and was a look ago."""
        return self.base + _up(STEP + lag, STEP)

    @property
    def last_data(self) -> int:
        """When the last sample is seen."""
        return self.end + self.over(self.lag)


def _up(number: float, step: int) -> int:
    """The next multiple of a step."""
    return int(-(-number // step) * step)


def outage(proven: tuple[Subject, ...], settings: Settings) -> Iterator[Block]:
    """Healthy and never failed, a total outage, recovery with a counter reset, then no data any more."""
    base = settings.prometheus.base_window // MINUTE
    healthy = _Times(base).healthy
    dues = [_due(subject, healthy, settings, STEP) for subject in proven]
    fires = [due.fires(STEP) for due in dues if due and due.in_time]
    lag = max(map(_afterglow, proven))
    times = _Times(base, _up(max([15 + lag, 2 * base + lag, *fires]), base), lag)
    data, checks, claims = dict[str, str](), list[ExprCheck](), list[Claim]()
    for subject, due in zip(proven, dues, strict=True):
        rate = subject.rate
        for number, (group, samples) in enumerate(subject.groups):
            data |= story_values(samples, _traffic(times, rate, fails=not number))
            data |= believed(subject.slo, group, settings)
        # data that flows isn't absent, whatever `up` says
        data |= up_series(subject, [(times.last_data + 1, 0)])
        checks += _healthy_checks(subject, rate, settings)
        checks += _outage_checks(subject, due, settings, times)
        checks += _vanished_checks(subject, rate, settings, times)
        claims += _outage_claims(subject, due, times)
    yield Block("a total outage from raw data", MINUTE, data, (), tuple(checks), tuple(claims), STEP * MINUTE)


def _afterglow(subject: Subject) -> int:
    """Minutes for which an SLI still sees what is over: a look at time sees the last sample from before."""
    return subject.lag + (subject.slo.sli.timed is not None)


def _traffic(times: _Times, rate: float, *, fails: bool) -> list[Load]:
    before = Load(times.healthy, rate, 0, ahead=rate // _AHEAD)
    fault = Load(times.length, 0, rate) if fails else Load(times.length, rate, 0)
    return [before, fault, Load(times.over(times.lag), rate, 0, True)]


def minutes(proven: tuple[Subject, ...], settings: Settings) -> Iterator[Block]:
    """The minute of a total outage in which the page comes."""
    healthy = settings.prometheus.base_window // MINUTE
    data, checks, claims = dict[str, str](), list[ExprCheck](), list[Claim]()
    for subject in proven:
        due = _due(subject, healthy, settings, 1)
        if due and not due.lag and due.fires(1) <= LONGEST_BY_MINUTE:
            rate = subject.rate
            story = [Load(healthy, rate, 0), Load(due.fires(1), 0, rate)]
            data |= story_values(subject.groups[0][1], story)
            checks += _page_checks(subject, due, settings, healthy, 1)
            words = f"page after {due.fires(1)} min of total outage that follows {healthy} healthy ones"
            claims.append(Claim(subject.slo.id, words))
    if data:
        yield Block("the minute of the page", MINUTE, data, (), tuple(checks), tuple(claims))


@dataclass(frozen=True, slots=True)
class Span:
    """From and until which minute of a total outage a page tier may begin to be above its threshold. Then it
    waits for `wait` minutes."""

    first: float
    last: float
    wait: int


@dataclass(frozen=True, slots=True)
class _Due:
    """When each page of a total outage is due, `lag` minutes later if the SLI itself looks back so long."""

    spans: tuple[Span, ...]
    lag: int

    @property
    def in_time(self) -> bool:
        """Whether a page comes while the story lasts."""
        return min(int(span.last) + 1 + span.wait for span in self.spans) < LONGEST_OUTAGE

    def fires(self, step: int) -> int:
        """The minute at which the first must fire when rules are evaluated every `step` minutes."""
        return min(_up(int(s.last) + 1 + self.lag, step) + _up(s.wait, step) for s in self.spans)

    def silent_until(self, step: int) -> int:
        """A minute at which none can fire yet then."""
        return min((0 if self.lag else int(s.first)) // step * step + _up(s.wait, step) for s in self.spans)


def _due(subject: Subject, healthy: int, settings: Settings, step: int) -> _Due | None:
    """When the page is due, where rules are evaluated every `step` minutes. An SLI that looks back is healthy
    for so much longer, and by then anything."""
    spans = page_spans(subject, settings, healthy + subject.lag, step)
    return _Due(spans, subject.lag) if spans else None


def _page_checks(
    subject: Subject, due: _Due, settings: Settings, healthy: int, step: int
) -> Iterator[ExprCheck]:
    """Silent as long as no window can be above, firing as soon as one must be; for the first group only."""
    slo, group = subject.slo, subject.groups[0][0]
    page = burning(slo, "page", settings)
    by = ", ".join(["slo_id", *slo.sli.by])
    found = ", ".join(f"{k}={quote(v)}" for k, v in ({"slo_id": slo.id} | group).items())
    yield ExprCheck((healthy + due.silent_until(step)) * MINUTE, f"count({page})")
    at = (healthy + due.fires(step)) * MINUTE
    yield ExprCheck(at, f"count by ({by}) ({page}) > bool 0", ((f"{{{found}}}", 1.0),))


def page_spans(subject: Subject, settings: Settings, healthy: float, step: int) -> tuple[Span, ...]:
    """When the long windows of the page tiers may begin to be above in a total outage after so many healthy
    minutes; none where nothing pages. Slices are so few that those which an alert needs may take longer (no
    half of one may be missing)."""
    slo, found = subject.slo, []
    if not slo.alerting.severities["page"].enabled:
        return ()
    edges = Edges.of(slo, settings, step)
    enough = float(max(min_bad_events(slo) - Fraction(1, 2), Fraction(0))) / subject.rate
    for tier in (tier for tier in tiers(slo, settings) if tier.severity == "page"):
        first, last = edges.crossing(float(firing_ratio(slo, tier)), tier.long / MINUTE, healthy)
        wait = tier_waits(slo, tier)[0] // MINUTE
        found.append(Span(max(first, enough - edges.early), max(last, enough + edges.late), wait))
    return tuple(found)


def _ahead(subject: Subject, rate: float) -> float:
    """Good events a minute by which their counter runs ahead of the total in the healthy stretch."""
    samples = subject.groups[0][1]
    runs = isinstance(samples, Samples) and counts_only_good(samples)
    return rate // _AHEAD if runs else 0.0


def _healthy_checks(subject: Subject, rate: float, settings: Settings) -> Iterator[ExprCheck]:
    """From the first evaluation on, and before any bad event was ever counted, every group has its traffic
    and no error, and is not unknown. What is ahead of its total, as a bucket may be, is kept: over longer
    windows it evens out. As a ratio it is no error."""
    base = format_duration(settings.prometheus.base_window)
    for group, _ in subject.groups:
        labels, ahead = identity_labels(subject.slo, group, settings), _ahead(subject, rate)
        for at in sorted({settings.prometheus.base_window, (LATE - 1) * MINUTE}):
            if at > settings.prometheus.base_window or not subject.slo.sli.timed:
                yield check_near(at, f"slo:sli_total:rate{base}", labels, rate / 60)
                yield check_near(at, f"slo:sli_bad:rate{base}", labels, -ahead / 60)
                yield check_near(at, LAST_SEEN, labels, at)
        yield check_near(at, f"slo:sli_error:ratio_rate{base}", labels | {"slo_window": base}, 0)


def _outage_checks(
    subject: Subject, due: _Due | None, settings: Settings, times: _Times
) -> Iterator[ExprCheck]:
    slo, rate, base = subject.slo, subject.rate, settings.prometheus.base_window
    (group, _), window = subject.groups[0], format_duration(settings.prometheus.base_window)
    labels = identity_labels(slo, group, settings)
    at = (times.healthy + _up(max(2 * times.base, 15) + subject.lag, times.base)) * MINUTE
    yield check_near(at, f"slo:sli_bad:rate{window}", labels, rate / 60)
    yield check_near(at, f"slo:sli_error:ratio_rate{window}", labels | {"slo_window": window}, 1)
    yield check_near(at, CURRENT_BURN, labels, 1 / float(1 - slo.objective))
    for length in (30 * MINUTE, 60 * MINUTE) if not subject.lag else ():
        seen = at if length in subject.beside_pages else at - STEP * MINUTE
        failed = min(Fraction(seen - times.healthy * MINUTE, length), Fraction(1))
        if length in closure([*(tier.long for tier in tiers(slo, settings)), *slo.budget_windows], base):
            # looks see what was before the outage for a while
            lost = Edges.of(slo, settings, STEP).late * MINUTE / length
            within = {"within": rate / 60 * lost} if slo.sli.timed else {}
            series, begun = f"slo:sli_bad:rate{format_duration(length)}", max(seen - length, 0)
            early = _ahead(subject, rate) * max(times.healthy * MINUTE - begun, 0) / length / 60
            yield check_near(at, series, labels, rate / 60 * float(failed) - early, **within)
    yield ExprCheck(times.healthy * MINUTE, f"count({any_tier(slo)})")
    if due and due.fires(STEP) <= times.length:
        yield from _page_checks(subject, due, settings, times.healthy, STEP)
    yield from _over_checks(subject, settings, times)
    reset = (times.end + times.over(_afterglow(subject))) * MINUTE
    yield check_near(reset, f"slo:sli_total:rate{window}", labels, rate / 60)
    yield check_near(reset, f"slo:sli_bad:rate{window}", labels, 0)


def _over_checks(subject: Subject, settings: Settings, times: _Times) -> Iterator[ExprCheck]:
    """The page ends soon after the fault; there is none where the spec wants none; nothing is absent."""
    slo = subject.slo
    page = burning(slo, "page", settings)
    options, over = slo.alerting.severities["page"], (times.end + times.over(_afterglow(subject))) * MINUTE
    if options.keep_firing_for == 0:
        yield ExprCheck(over, f"count({page})")
    if not options.enabled:
        yield ExprCheck(times.end * MINUTE, f"count({page})")
    yield from _tickets_stay(subject, settings, times)
    if absence_alerts(slo):
        absent = firing(slo, alertname=slo.alerting.name(ABSENT_ALERT))
        yield ExprCheck(over, f"count({absent})")


def _vanished_checks(subject: Subject, rate: float, settings: Settings, times: _Times) -> Iterator[ExprCheck]:
    """Data that ended while the rules ran is in the windows once, and not held on to."""
    tiles = 30 // times.base
    if tiles > 2 and subject.slo.sli.timed is None:
        labels = identity_labels(subject.slo, subject.groups[0][0], settings)
        late = 0 if 30 * MINUTE in subject.beside_pages else STEP
        at = (times.last_data + 2 * times.base + late) * MINUTE
        yield check_near(at, "slo:sli_total:rate30m", labels, rate / 60 * (tiles - 2) / tiles)


def _tickets_stay(subject: Subject, settings: Settings, times: _Times) -> Iterator[ExprCheck]:
    """Tickets don't end with the fault: what was spent is still to be looked at."""
    slo, severity = subject.slo, subject.slo.severity("ticket", settings)
    at, ticket = times.end + times.over(_afterglow(subject)), slo.alerting.severities["ticket"]
    if not ticket.enabled:
        found = burning(slo, "ticket", settings)
        yield ExprCheck(at * MINUTE, f"count({found})")
    if not ticket.enabled:
        return
    for tier in (tier for tier in tiers(slo, settings) if not tier_waits(slo, tier)[0]):
        windows = (tier.long // MINUTE, tier.short // MINUTE)
        inside = [min(times.length - subject.lag, max(w - (at - times.end), 0)) for w in windows]
        ratio, edges = float(firing_ratio(slo, tier)), Edges.of(slo, settings, STEP)
        # what is younger than the long window is judged against it, by the traffic that was seen
        held = (windows[0] * (1 + edges.more / at), min(windows[1], at))
        above = all(edges.is_above(ratio, bad, total) for bad, total in zip(inside, held, strict=True))
        above &= (inside[0] - edges.late) * subject.rate >= min_bad_events(slo)
        if tier.severity == "ticket" and above:
            found = firing(slo, slo_tier=tier.name, severity=severity)
            yield ExprCheck(at * MINUTE, f"count({found}) > bool 0", (("{}", 1.0),))


def _outage_claims(subject: Subject, due: _Due | None, times: _Times) -> Iterator[Claim]:
    slo = subject.slo
    if slo.sli.timed is None:
        yield Claim(slo.id, "a service that never failed has an error ratio of 0, not an unknown one")
    if due and due.fires(STEP) <= times.length:
        after = f"within {due.fires(STEP)} min of a total outage that follows {times.healthy} healthy ones"
        yield Claim(slo.id, f"page {after}")
        over = f"page over within {times.over(_afterglow(subject))} min after an outage of {times.length} min"
        yield Claim(slo.id, over)
    if slo.sli.timed is None:
        yield Claim(slo.id, "a counter reset is neither errors nor a gap")
    if len(subject.groups) > 1:
        yield Claim(slo.id, "one group's outage alerts for that group only")
