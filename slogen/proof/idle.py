"""Proof from raw data of the alert for too little traffic: what is counted are the events that came, and an
outage is not taken for idleness. Where events are counted over hours, the injected stories say it all.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil

from slogen.conventions import TRAFFIC_ALERT
from slogen.emitted.proof import Block, Claim, ExprCheck
from slogen.model.states import Samples
from slogen.proof.expected import alert_labels
from slogen.proof.firing import alerts_series, firing
from slogen.proof.raw import STEP, Subject, up_series
from slogen.proof.scraped import minutes_between
from slogen.proof.traffic import per_group, told_of, waits
from slogen.proof.values import Load, story_values
from slogen.proof.written import WrittenTraffic
from slogen.settings import Settings
from slogen.units import HOUR, MINUTE, format_duration

_LONGEST = 2 * HOUR  # counted over, for a story to be played
_USUAL = Fraction(3, 2)  # of what there always is


@dataclass(frozen=True, slots=True)
class _Story:
    """An SLO with its traffic, in minutes. `usual` and `low` are events a minute of each group.
    `warm` is how long there is the usual traffic first: SLOs may share their targets, so all wait alike."""

    subject: Subject
    said: WrittenTraffic
    settings: Settings
    warm: int = 0

    @property
    def window(self) -> int:
        """Over so many minutes events are counted."""
        return -(-self.said.window // MINUTE)

    @property
    def margin(self) -> int:
        """Minutes by which what is counted may be behind what was sent."""
        base, gap = -(-self.settings.prometheus.base_window // MINUTE), minutes_between(self.settings)
        return base + 2 * gap + STEP

    @property
    def ready(self) -> int:
        """Minutes until the SLO is old enough, and its window full."""
        return _steps(self.window + self.margin)

    @property
    def counted(self) -> int:
        """Groups that are counted together."""
        return 1 if per_group(self.subject.slo) else len(self.subject.groups)

    @property
    def usual(self) -> int:
        """Enough, but not of one of several groups alone."""
        return ceil(_USUAL * self.said.least / (self.window * self.counted))

    @property
    def low(self) -> int:
        """Half of what is enough, if that is any."""
        return int(self.said.least / (2 * self.window * self.counted))

    @property
    def crosses(self) -> float:
        """Minutes of low traffic until the window holds too few."""
        spare = self.usual * self.counted * self.window - self.said.least
        return float(spare / ((self.usual - self.low) * self.counted))

    @property
    def told(self) -> int:
        """Minutes of no or low traffic after which the alert fires at the latest."""
        return _steps(self.crosses + self.margin + waits(self.subject.slo, self.said.severity)[0] / MINUTE)

    @property
    def held(self) -> int:
        """Minutes for which the alert holds on."""
        return _steps(waits(self.subject.slo, self.said.severity)[1] / MINUTE)

    @property
    def over(self) -> int:
        """The minute from which on the alert is over, if the usual traffic is back when it was told."""
        return _steps(self.warm + self.told + self.window + self.margin) + self.held

    @property
    def knows_up(self) -> bool:
        """Whether idle and gone are told apart by its targets."""
        absent = self.subject.slo.alerting.absent
        return absent is not None and bool(absent.up) and self.subject.has_up

    @property
    def is_told_anyway(self) -> bool:
        """Whether no other alert tells that its data is gone."""
        return self.subject.slo.alerting.absent is None

    def data(self, *stretches: Load) -> dict[str, str]:
        """The series of each group; where each counts alone, only the first has less."""
        found: dict[str, str] = {}
        whole = Load(sum(each.minutes for each in stretches), self.usual, 0)
        for number, (_, samples) in enumerate(self.subject.groups):
            falls = not number or not per_group(self.subject.slo)
            found |= story_values(samples, list(stretches) if falls else [whole])
        return found

    def check(self, minute: int, *, fires: bool) -> ExprCheck:
        """The alert, or none, at that minute."""
        slo = self.subject.slo
        name = slo.alerting.name(TRAFFIC_ALERT)
        group = self.subject.groups[0][0] if per_group(slo) else {}
        labels = alert_labels(slo, group, self.said.severity, self.settings)
        alert = firing(slo, alertname=name)
        if fires:
            return ExprCheck(minute * MINUTE, alert, ((alerts_series(name, labels), 1.0),))
        return ExprCheck(minute * MINUTE, f"count({alert})")

    def claim(self, words: str) -> Claim:
        """A claim about this SLO."""
        return Claim(self.subject.slo.id, words)


def _steps(minutes: float) -> int:
    return ceil(minutes / STEP) * STEP


def _played(proven: tuple[Subject, ...], settings: Settings) -> list[_Story]:
    found = []
    for subject in proven:
        said = told_of(subject.slo)
        is_short = said and said.window + waits(subject.slo, said.severity)[0] <= _LONGEST
        if said and is_short and all(isinstance(samples, Samples) for _, samples in subject.groups):
            found.append(_Story(subject, said, settings))
    warm = max((story.ready for story in found), default=0)
    return [replace(story, warm=warm) for story in found]


def trickle(proven: tuple[Subject, ...], settings: Settings) -> Iterator[Block]:
    """The usual traffic, then a trickle for a while, then the usual again."""
    data, checks, claims = dict[str, str](), list[ExprCheck](), list[Claim]()
    stories = _played(proven, settings)
    end = max((story.over for story in stories), default=0) + STEP
    for story in stories:
        back = story.warm + story.told
        usual, low = Load(story.warm, story.usual, 0), Load(story.told, story.low, 0)
        data |= story.data(usual, low, Load(end - back, story.usual, 0))
        data |= up_series(story.subject, [(end + 1, 1)])
        early = story.warm + max(int((story.crosses - story.margin) // STEP), 0) * STEP
        checks += [story.check(early, fires=False), story.check(back, fires=True)]
        checks.append(story.check(story.over, fires=False))
        window = format_duration(story.said.window)
        claims.append(story.claim(f"traffic that falls to a trickle is told within {story.told} min"))
        claims.append(story.claim(f"it is over when there was enough in {window} again"))
    if data:
        yield Block("traffic that falls", MINUTE, data, (), tuple(checks), tuple(claims), STEP * MINUTE)


def idle(proven: tuple[Subject, ...], settings: Settings) -> Iterator[Block]:
    """All counters are gone: with targets that are up nobody calls, else they are down."""
    stories = [story for story in _played(proven, settings) if not per_group(story.subject.slo)]
    for up, words in ((1, "counters that are gone while targets are up"), (0, "targets that are down")):
        data, checks, claims = dict[str, str](), list[ExprCheck](), list[Claim]()
        longest = max((story.told for story in stories), default=0)
        for story in (story for story in stories if story.knows_up or (up and story.is_told_anyway)):
            due = story.warm + story.told
            data |= story.data(Load(story.warm, story.usual, 0))
            data |= up_series(story.subject, [(story.warm + 1, 1), (longest + STEP, up)])
            checks += [story.check(minute, fires=False) for minute in range(story.warm, due, STEP) if not up]
            checks.append(story.check(due, fires=bool(up)))
            told = f"told within {story.told} min" if up else "not told to be idle"
            claims.append(story.claim(f"{words}: {told}"))
        if data:
            yield Block(words, MINUTE, data, (), tuple(checks), tuple(claims), STEP * MINUTE)
