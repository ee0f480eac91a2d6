"""Proof that a page ends when its fault is over, and not before; and that absence is forgotten in time.

The numbers are those of the design: a page whose short window is longer than the base ends when the base
ratio is below half of its threshold, now and 4 minutes ago, if the traffic could have shown more. Where it
could not, a page that fires goes on, and one that has ended doesn't come back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from slogen.conventions import ABSENT_ALERT, LAST_SEEN
from slogen.emitted.proof import Block, Claim, ExprCheck
from slogen.emitted.rules import RuleFile
from slogen.model.slo import Service, Slo
from slogen.proof.blind import missed_after, remembered
from slogen.proof.expected import (
    LONG_AGO,
    absence_alerts,
    absence_severity,
    alert_labels,
    firing_ratio,
    identity_labels,
    known_since,
    series_name,
)
from slogen.proof.firing import alerts_series, firing
from slogen.proof.margins import Edges
from slogen.proof.raw import STEP, Subject, targets_seen
from slogen.proof.shared import groups_of
from slogen.proof.values import Load, story_values
from slogen.proof.written import WrittenTier, absent_seconds, min_bad_events, tier_waits, tiers
from slogen.settings import Settings
from slogen.units import DAY, HOUR, MINUTE, format_duration

_LONGEST_WAIT = 6 * HOUR  # of an absence alert, for its end to be played: a step is five minutes
_LEAK = 0.6  # of the threshold: above half of it, so the fault is not over
_CLEAR = Fraction(1, 4)  # tiers with lower thresholds stay above them throughout
_OFTEN = 150  # seconds between evaluations: an alert's own state is seen for less than five minutes
# Minutes at which each stretch of the stories ends.
HEALTHY, OUTAGE = 5, 15
PAUSE, LEAK = 19, 30
OVER = 25
END = 40


def recovery(proven: tuple[Subject, ...], settings: Settings) -> Iterator[Block]:
    """After an outage a short pause, a leak, and silence at low traffic: none of them ends the page. Nor does
    low traffic bring it back, once it has ended."""
    stories = [
        (subject, tier)
        for subject in proven
        if (tier := _tier_with_recovery(subject.slo, settings)) and _pages_in_time(subject, settings)
    ]
    yield from _block("a page ends when its fault is over", _OFTEN, _doubts, stories, settings)
    idle = [(subject, tier) for subject, tier in stories if _can_fall_idle(subject, tier, settings)]
    yield from _block("a page that has ended stays ended", STEP * MINUTE, _ended, idle, settings)


@dataclass(frozen=True)
class _Course:
    """What happens to the traffic of a subject, when its page is looked at, whether it fires then, and what
    that shows."""

    loads: list[Load]
    looks: tuple[int, ...]
    fires: bool
    shows: str


def _block(
    name: str,
    step: int,
    course_of: Callable[[Subject, WrittenTier, Settings], _Course],
    stories: Sequence[tuple[Subject, WrittenTier]],
    settings: Settings,
) -> Iterator[Block]:
    data: dict[str, str] = {}
    checks: list[ExprCheck] = []
    claims: list[Claim] = []
    for subject, tier in stories:
        slo, course, (group, samples) = subject.slo, course_of(subject, tier, settings), subject.groups[0]
        data |= story_values(samples, course.loads)
        data[known_since(slo, group, settings)] = f"{LONG_AGO}x{END}"
        page = firing(slo, slo_tier=tier.name, severity=slo.severity("page", settings))
        expr, expected = (
            (f"count({page}) > bool 0", (("{}", 1.0),)) if course.fires else (f"count({page})", ())
        )
        checks += [ExprCheck(minute * MINUTE, expr, expected) for minute in course.looks]
        claims.append(Claim(slo.id, f"{tier.name} {course.shows}"))
    if data:
        yield Block(name, MINUTE, data, (), tuple(checks), tuple(claims), step)


def _doubts(subject: Subject, tier: WrittenTier, settings: Settings) -> _Course:
    """A pause too short for two looks, a leak of more than half of the threshold, traffic too low to tell."""
    rate, few = subject.rate, _few(subject, tier, settings)
    leak = rate * float(firing_ratio(subject.slo, tier)) * _LEAK
    loads = [
        Load(HEALTHY, rate, 0),
        Load(OUTAGE - HEALTHY, 0, rate),
        Load(PAUSE - OUTAGE, rate, 0),
        Load(LEAK - PAUSE, rate - leak, leak),
        Load(END - LEAK, few or rate, 0),
    ]
    is_quiet = few and settings.prometheus.base_window <= (END - LEAK) * MINUTE
    doubts = "a short pause leaves" if subject.slo.sli.timed else "a leak, a pause or low traffic leave"
    shows = f"goes on while {doubts} doubt that the fault is over"
    looks = (PAUSE + 1, LEAK, *([END] if is_quiet else []))
    return _Course(loads, looks, fires=True, shows=shows)


def _ended(subject: Subject, tier: WrittenTier, settings: Settings) -> _Course:
    """Traffic enough to see that the fault is over, then too little, while the short window remembers it."""
    rate, few = subject.rate, _few(subject, tier, settings)
    loads = [
        Load(HEALTHY, rate, 0),
        Load(OUTAGE - HEALTHY, 0, rate),
        Load(OVER - OUTAGE, rate, 0),
        Load(END - OVER, few, 0),
    ]
    return _Course(
        loads, (END - STEP, END), fires=False, shows="stays ended when traffic falls after the fault"
    )


def _few(subject: Subject, tier: WrittenTier, settings: Settings) -> float:
    """Events a minute of which silence means nothing: at the threshold one bad event too few; 0 where any
    traffic is enough."""
    shown = subject.slo.sli.reset_min_events - 1
    return max(shown, 0) * MINUTE / settings.prometheus.base_window / float(firing_ratio(subject.slo, tier))


def _can_fall_idle(subject: Subject, tier: WrittenTier, settings: Settings) -> bool:
    """Whether the traffic of the story can tell that the fault is over, before it falls, and the page is not
    kept firing until it is looked at."""
    if OVER * MINUTE + tier_waits(subject.slo, tier)[1] >= (END - STEP) * MINUTE:
        return False
    in_time = settings.prometheus.base_window <= STEP * MINUTE
    return in_time and 0 < _few(subject, tier, settings) < 0.8 * subject.rate


def _tier_with_recovery(slo: Slo, settings: Settings) -> WrittenTier | None:
    """The first page tier, of those that don't wait, whose short window would keep it firing long after the
    fault."""
    if not slo.alerting.severities["page"].enabled:
        return None
    shortest = max(30 * MINUTE, settings.prometheus.base_window + 1)
    pages = (t for t in tiers(slo, settings) if t.severity == "page" and not tier_waits(slo, t)[0])
    return next((t for t in pages if t.short >= shortest and firing_ratio(slo, t) < _CLEAR), None)


def _pages_in_time(subject: Subject, settings: Settings) -> bool:
    """Whether the outage of the story is seen for long enough: slices are so few that those which an alert
    needs may take longer. Of events, a minute brings as many."""
    slo = subject.slo
    if slo.sli.timed is None or subject.lag > HEALTHY:
        return subject.lag <= HEALTHY
    seen = OUTAGE - HEALTHY - subject.lag - Edges.of(slo, settings, 1).late
    return seen * subject.rate >= min_bad_events(slo) - Fraction(1, 2)


def forgetting(service: Service, rules: RuleFile, settings: Settings) -> Iterator[Block]:
    """Data that has been gone for almost as long as it is remembered: the alert fires, then ends."""
    del rules
    data: dict[str, str] = {}
    checks: list[ExprCheck] = []
    claims: list[Claim] = []
    for slo in service.slos:
        absent = slo.alerting.absent
        wait, forget = (absent_seconds(slo, key) for key in ("for", "forget"))
        is_told = absence_severity(slo) in absence_alerts(slo)
        if absent is None or not (absent.tells_away and is_told) or wait > _LONGEST_WAIT:
            continue
        if any(slo.alerting.severities[severity].keep_firing_for for severity in _told(slo, forget)):
            continue
        due = -(-wait // (STEP * MINUTE)) * STEP
        seen = (due + STEP) * MINUTE - forget + 1  # a last look sees it just so
        group = groups_of(slo)[0]
        data[series_name(LAST_SEEN, identity_labels(slo, group, settings))] = str(seen)
        data |= dict.fromkeys(targets_seen(slo, settings), f"0x{due + 2 * STEP}")
        of, last, end = group if absent.per_group else {}, (due + STEP) * MINUTE, (due + 2 * STEP) * MINUTE
        checks.append(_absent_at(last, slo, _told(slo, forget), of, settings))
        checks.append(_absent_at(end, slo, ["ticket"] if _goes_on(slo, service, end) else [], of, settings))
        claims.append(Claim(slo.id, f"missing data is forgotten after {format_duration(forget)}"))
    if data:
        name = "missing data is forgotten"
        yield Block(name, MINUTE, data, (), tuple(checks), tuple(claims), STEP * MINUTE)


def _absent_at(
    at: int, slo: Slo, severities: Iterable[str], group: dict[str, str], settings: Settings
) -> ExprCheck:
    """The SLO's alerts at a time: that it has no data, of these severities, and no others."""
    name = slo.alerting.name(ABSENT_ALERT)
    shown = [alerts_series(name, alert_labels(slo, group, severity, settings)) for severity in severities]
    return ExprCheck(at, firing(slo), tuple((each, 1.0) for each in shown))


def _goes_on(slo: Slo, service: Service, end: int) -> bool:
    """Whether the ticket that data is away outlasts what is forgotten: the service remembers for longer than
    this SLO, or the rules have run for so long that data that never came is missed."""
    forget = absent_seconds(slo, "forget")
    if "ticket" not in _told(slo, forget) or forget <= DAY:
        return False
    each_group = slo.alerting.absent and slo.alerting.absent.per_group and slo.sli.by
    return remembered(slo, service) > forget or (end >= missed_after(slo) and not each_group)


def _told(slo: Slo, forget: int) -> Iterator[str]:
    """Severities of the alerts just before data is forgotten: after a day a ticket says that it is away."""
    severity = absence_severity(slo)
    yield severity
    if severity != "ticket" and forget > DAY and slo.alerting.severities["ticket"].enabled:
        yield "ticket"
