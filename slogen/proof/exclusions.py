"""Proof of excluded time: an outage within it is silent and costs nothing, one that outlasts it pages.

Schedules are silent in the 1970 of unit tests, so the outages are excluded by a condition's series or, where
none is to be found, by the recorded exclusion itself. When schedules hold is looked at in large steps that
go through all hours of the week, compared with what the zone's clocks show.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import ceil

from slogen.emitted.proof import Block, Claim, ExprCheck
from slogen.emitted.rules import RuleFile
from slogen.model.clocks import VALID_FROM
from slogen.model.slo import Service, Slo
from slogen.promql.parse import parse_selector
from slogen.promql.text import quote
from slogen.proof.expected import LONG_AGO, identity_labels, known_since, series_name
from slogen.proof.firing import firing
from slogen.proof.history import check_near
from slogen.proof.outage import page_spans
from slogen.proof.raw import Subject, up_series
from slogen.proof.shared import groups_of, up
from slogen.proof.values import Load, story_values
from slogen.settings import Settings
from slogen.units import HOUR, MINUTE, WEEK, format_duration

# Minutes: excluded from the first to the second, an outage within.
BEGIN, END = 20, 40
_PAUSE = 20  # minutes until it is excluded again, at least
_LONGEST_OUTAGE = 60
_SCHEDULE_STEP = 52 * WEEK + HOUR  # each step is an hour later in the week
_FEW_STEPS = 60


@dataclass(frozen=True, slots=True)
class _Times:
    """Minutes of the story of an exclusion that ends `hold` minutes late at most: the base window still holds
    events of it, seen by a scrape and an evaluation."""

    hold: int

    @classmethod
    def of(cls, settings: Settings) -> _Times:
        """Those of a project."""
        told = settings.prometheus
        seconds = (told.base_window, told.scrape_interval, told.evaluation_interval)
        return cls(sum(ceil(each / MINUTE) for each in seconds) + 1)

    @property
    def healthy(self) -> int:
        """When it is excluded again; five minutes later there is an outage that goes on for longer."""
        return END + max(_PAUSE, up(self.hold + 1, 5))

    @property
    def again(self) -> int:
        """While it is excluded again."""
        return self.healthy + 15

    @property
    def over(self) -> int:
        """When the second exclusion ends."""
        return self.healthy + 20


def excluded(proven: tuple[Subject, ...], settings: Settings) -> Iterator[Block]:
    """Two outages: the first is over before its exclusion is, the second outlasts it."""
    data: dict[str, str] = {}
    checks: list[ExprCheck] = []
    claims: list[Claim] = []
    times = _Times.of(settings)
    outlasts = times.over + times.hold + max([_page_delay(s, settings) or 0 for s in proven], default=0) + 3
    for subject in proven:
        if not subject.slo.exclusions:
            continue
        rate = subject.rate
        story = [
            Load(BEGIN, rate, 0),
            Load(END - 2 - BEGIN, 0, rate),
            Load(times.healthy + 5 - END + 2, rate, 0),
            Load(outlasts - times.healthy - 5, 0, rate),
        ]
        for _, samples in subject.groups:
            data |= story_values(samples, story)
        data |= up_series(subject, [(outlasts + 1, 0)])  # else counters that show late were born with all
        data |= _exclusion_series(subject, outlasts, settings)
        checks += _silent_checks(subject.slo, settings)
        checks += _outlasting_checks(subject, settings)
        claims += _claims(subject, settings)
    if claims:
        yield Block("excluded time", MINUTE, data, (), tuple(checks), tuple(claims))


def _exclusion_series(subject: Subject, minutes: int, settings: Settings) -> dict[str, str]:
    """What makes the exclusion hold: a series of its condition, else the recorded one."""
    times = _Times.of(settings)
    off, on, between, again = BEGIN, END - BEGIN, times.healthy - END, times.over - times.healthy
    for exclusion in subject.slo.exclusions:
        found = exclusion.sample()
        if found is not None and not _is_read(subject, found.series):
            name, holds, fails = found
            first, second = f"{fails!r}x{off - 1} {holds!r}x{on - 1}", f"{fails!r}x{between - 1}"
            return {name: f"{first} {second} {holds!r}x{again - 1} {fails!r}x{minutes - times.over}"}
    labels = identity_labels(subject.slo, {}, settings)
    values = f"_x{off} 1x{on - 1} stale _x{between - 1} 1x{again - 1} stale"
    return {series_name("slogen_exclusion_active", labels): values}


def _is_read(subject: Subject, name: str) -> bool:
    """Whether the SLI or its absence alert reads a series of this name, which other data then has."""
    metric = parse_selector(name).metric
    return metric == "up" or metric in {selector.metric for selector in subject.reads}


def _silent_checks(slo: Slo, settings: Settings) -> Iterator[ExprCheck]:
    alerts, at_work, times = f"count({firing(slo)})", (END - 3) * MINUTE, _Times.of(settings)
    for minute in (END - 3, END + times.hold, times.healthy, times.again, times.over):
        yield ExprCheck(minute * MINUTE, alerts)
    window, own = format_duration(settings.prometheus.base_window), identity_labels(slo, {}, settings)
    yield check_near(at_work, "slogen_excluded", own, 1)
    yield ExprCheck((BEGIN - 1) * MINUTE, f"slogen_excluded{{slo_id={quote(slo.id)}}}")
    yield ExprCheck((END + times.hold) * MINUTE, f"slogen_excluded{{slo_id={quote(slo.id)}}}")
    for kind in ("bad", "total"):
        counted = f"slo:sli_{kind}:rate{window}{{slo_id={quote(slo.id)}}}"
        yield ExprCheck(at_work, f"sum({counted})", (("{}", 0.0),))
        yield ExprCheck(END * MINUTE, f"sum({counted})", (("{}", 0.0),))  # it still holds excluded minutes


def _page_delay(subject: Subject, settings: Settings) -> int | None:
    """Minutes of total outage until the page, if that is soon enough to be looked at."""
    spans = page_spans(subject, settings, _Times.of(settings).healthy + subject.lag, 1)
    soon = (s for s in spans if s.last <= _LONGEST_OUTAGE and s.wait <= HOUR // MINUTE)
    return min((ceil(span.last) + subject.lag + span.wait for span in soon), default=None)


def _outlasting_checks(subject: Subject, settings: Settings) -> Iterator[ExprCheck]:
    delay = _page_delay(subject, settings)
    if delay is not None:
        page = f"count({firing(subject.slo)}) > bool 0"
        times = _Times.of(settings)
        yield ExprCheck((times.over + times.hold + delay + 2) * MINUTE, page, (("{}", 1.0),))


def _claims(subject: Subject, settings: Settings) -> Iterator[Claim]:
    slo = subject.slo
    yield Claim(slo.id, "an outage in excluded time is silent and consumes no budget")
    if _page_delay(subject, settings) is not None:
        yield Claim(slo.id, "an outage that outlasts its exclusion pages")


def schedules(service: Service, rules: RuleFile, settings: Settings) -> Iterator[Block]:
    """Weekly schedules at every hour of the week, dated ones at their first and last moment."""
    del rules
    weekly = [slo for slo in service.slos if any(e.pause is not None for e in slo.exclusions)]
    if weekly:
        first = -(-VALID_FROM // _SCHEDULE_STEP)
        times = [number * _SCHEDULE_STEP for number in range(first, first + WEEK // HOUR)]
        yield _block("weekly schedules", weekly, _SCHEDULE_STEP, times, settings)
    for once in dict.fromkeys(e for slo in service.slos for e in slo.exclusions):
        slos = [slo for slo in service.slos if once in slo.exclusions]
        for moment, edge in zip(once.edges or (), ("begins", "ends"), strict=False):
            step = moment // _FEW_STEPS  # exact: dates are whole minutes
            yield _block(f"{once.words} {edge}", slos, step, [moment - step, moment], settings)


def _block(name: str, slos: list[Slo], step: int, times: list[int], settings: Settings) -> Block:
    checks = [_check(slo, at, settings) for slo in slos for at in _telling(slo, times)]
    claims = tuple(Claim(slo.id, f"excluded when its schedule says so: {name}") for slo in slos)
    return Block(name, step, {}, (), tuple(checks), claims)


def _telling(slo: Slo, times: list[int]) -> list[int]:
    """The times beside which it changes whether the SLO is excluded, and every few others."""
    held = [_holds(slo, at) for at in times]
    changes = {n + side for n in range(len(times) - 1) for side in (0, 1) if held[n] != held[n + 1]}
    return [at for n, at in enumerate(times) if n in changes or n % 24 == 0]


def _check(slo: Slo, at: int, settings: Settings) -> ExprCheck:
    labels = series_name("slogen_exclusion_active", identity_labels(slo, {}, settings))
    return ExprCheck(at, labels, ((labels, 1.0),) if _holds(slo, at) else ())


def _holds(slo: Slo, at: int) -> bool:
    return any(exclusion.holds(at) for exclusion in slo.exclusions)


def silenced(service: Service, rules: RuleFile, settings: Settings) -> Iterator[Block]:
    """A budget that burns when an exclusion begins: no alert until it has ended."""
    del rules
    data: dict[str, str] = {}
    checks: list[ExprCheck] = []
    claims: list[Claim] = []
    over = max(18, _Times.of(settings).hold + 5)
    for slo in (slo for slo in service.slos if slo.exclusions):
        severities = slo.alerting.severities
        at_once = (t for t in slo.alerting.tiers if severities[t.severity].enabled)
        tier = next((tier for tier in at_once if not slo.alerting.wait(tier)), None)
        if tier is None:
            continue
        labels = identity_labels(slo, groups_of(slo)[0], settings)
        for window in dict.fromkeys((tier.long, tier.short)):
            name = format_duration(window)
            data[series_name(f"slo:sli_error:ratio_rate{name}", labels | {"slo_window": name})] = (
                f"1x{over + 2}"
            )
        data[series_name(f"slo:sli_bad:rate{format_duration(tier.long)}", labels)] = f"1x{over + 2}"
        data[known_since(slo, groups_of(slo)[0], settings)] = f"{LONG_AGO}x{over + 2}"
        own = identity_labels(slo, {}, settings)
        data[series_name("slogen_exclusion_active", own)] = "1x4 stale"
        checks.append(ExprCheck(3 * MINUTE, f"count({firing(slo)})"))
        checks.append(ExprCheck(over * MINUTE, f"count({firing(slo)}) > bool 0", (("{}", 1.0),)))
        claims.append(Claim(slo.id, "what burns when an exclusion begins is silent until it ends"))
    if claims:
        yield Block("a budget that burns is silenced", MINUTE, data, (), tuple(checks), tuple(claims))
