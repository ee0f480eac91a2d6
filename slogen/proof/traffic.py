"""Proof of the alert for too little traffic, to the event: counts are injected, whatever the time is over
which events are counted. An evaluation is one look at what runs, so a story of a week has few.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from math import ceil

from slogen.conventions import ABSENT_ALERT, EXCLUSION, LAST_SEEN, TRAFFIC_ALERT
from slogen.emitted.proof import AlertCheck, Block, Claim, ExpectedAlert
from slogen.emitted.rules import RuleFile
from slogen.model.slo import Service, Slo
from slogen.proof.expected import (
    LONG_AGO,
    alert_labels,
    compiled_alert,
    expected_alert,
    identity_labels,
    known_since,
    series_name,
)
from slogen.proof.firing import alerts_series
from slogen.proof.raw import up_values
from slogen.proof.shared import groups_of
from slogen.proof.written import WrittenTraffic, absent_seconds, traffic
from slogen.settings import Settings
from slogen.units import HOUR, MINUTE, format_duration, to_text

_MOST_LOOKS, _LEAST_APART = 12, 5 * MINUTE
_HELD = 30 * MINUTE  # so long the alert holds on when there is traffic again
_LONG = 1000  # steps, longer than any story
_AWAY = 20 * HOUR  # what is away for longer may be told to be absent
YOUNG, TOLD, EXCLUDED, DOWN = "young", "told", "excluded", "down"
_HELD_BACK = {
    YOUNG: "low traffic of what is younger than {} is not told",
    TOLD: "low traffic is not told within {} of data that was gone",
    EXCLUDED: "low traffic is not told within {} of excluded time",
    DOWN: "low traffic is not told within {} of targets that were down",
}


def blocks(service: Service, rules: RuleFile, settings: Settings) -> Iterator[Block]:
    """For each time over which events are counted: fewer than there always are, then what holds it back."""
    by_window: dict[int, list[Slo]] = {}
    for slo in service.slos:
        if (said := told_of(slo)) is not None:
            by_window.setdefault(said.window, []).append(slo)
    for window, slos in sorted(by_window.items()):
        yield _fewer(_Story(window, rules, settings), slos)
        for why in _HELD_BACK:
            held = [slo for slo in slos if _is_held_back(slo, why, window)]
            if held:
                yield _later(_Story(window, rules, settings), held, why)


def told_of(slo: Slo) -> WrittenTraffic | None:
    """What the spec says of its traffic, where alerts of that severity are there."""
    said = traffic(slo)
    return said if said and slo.alerting.severities[said.severity].enabled else None


def looks(window: int) -> int:
    """How often in the window it is looked at whether targets are up: 12 times at most, 5m apart at least."""
    fits = (n for n in range(_MOST_LOOKS, 1, -1) if window % n == 0 and window // n >= _LEAST_APART)
    return next(fits, 1)


def per_group(slo: Slo) -> bool:
    """Whether each group has to have the traffic."""
    return slo.alerting.absent is not None and slo.alerting.absent.per_group


def waits(slo: Slo, severity: str) -> tuple[int, int]:
    """`for` and `keep_firing_for` of the alert, in seconds."""
    options = slo.alerting.severities[severity]
    return options.wait, max(options.keep_firing_for, _HELD)


def _knows_up(slo: Slo) -> bool:
    return slo.alerting.absent is not None and bool(slo.alerting.absent.up)


def _is_held_back(slo: Slo, why: str, window: int) -> bool:
    if why == EXCLUDED:
        return bool(slo.exclusions)
    if why == DOWN:  # for so short that SLODataAbsent isn't told of it
        few_looks, short = looks(window) < 4, 4 * window // looks(window)
        return _knows_up(slo) and not few_looks and absent_seconds(slo, "for") > short
    return why == YOUNG or _knows_up(slo)


@dataclass(slots=True)
class _Story:
    """A block while SLOs are added. Times are in steps, of which `looks` make the window."""

    window: int
    rules: RuleFile
    settings: Settings
    series: dict[str, str] = field(default_factory=dict)
    fires: list[tuple[int, int, str, ExpectedAlert]] = field(default_factory=list)
    minutes: set[int] = field(default_factory=set)
    names: dict[str, None] = field(default_factory=dict)
    claims: list[Claim] = field(default_factory=list)

    @property
    def looks(self) -> int:
        """Steps in the window."""
        return looks(self.window)

    @property
    def step(self) -> int:
        """Seconds."""
        return self.window // self.looks

    def steps(self, seconds: int) -> int:
        """So many seconds, in steps."""
        return -(-seconds // self.step)

    def waits(self, slo: Slo) -> tuple[int, int]:
        """Steps for which the alert waits, and holds on."""
        said = told_of(slo)
        assert said is not None
        wait, keep = waits(slo, said.severity)
        return self.steps(wait), self.steps(keep)

    def count(self, slo: Slo, values: str) -> None:
        """Values of the recorded count of the SLO: `E` enough and `F` one event too few for so many steps,
        `stale` the end. Of several groups half each; where each counts alone, the others have enough."""
        said = told_of(slo)
        assert said is not None
        groups = groups_of(slo)
        for number, group in enumerate(groups):
            labels = identity_labels(slo, group, self.settings)
            share = 1 if per_group(slo) else len(groups)
            text = f"Ex{_LONG}" if number and per_group(slo) else values
            for letter, events in (("E", float(said.least)), ("F", few(said))):
                text = text.replace(letter, repr(events / self.window / share))
            self.series[series_name(f"slo:sli_total:rate{format_duration(self.window)}", labels)] = text

    def expect(self, slo: Slo, first: int, end: int, value: float) -> None:
        """The alert fires from step `first` on until before `end`; looked at right before and after both."""
        said = told_of(slo)
        assert said is not None
        name, group = slo.alerting.name(TRAFFIC_ALERT), groups_of(slo)[0] if per_group(slo) else {}
        labels = alert_labels(slo, group, said.severity, self.settings)
        found = expected_alert(slo, said.severity, labels, compiled_alert(self.rules, name, slo), value)
        self.fires.append((first, end, name, found))
        self.minutes |= {first, end - 1}

    def block(self, name: str) -> Block:
        """The finished block."""
        checks = [
            AlertCheck(at * self.step, name, tuple(self._at(at, name)))
            for at in sorted(self.minutes)
            for name in self.names
        ]
        return Block(
            f"{name.format(format_duration(self.window))} ({format_duration(self.window)})",
            self.step,
            self.series,
            tuple(checks),
            (),
            tuple(self.claims),
        )

    def _at(self, at: int, name: str) -> Iterator[ExpectedAlert]:
        return (found for first, end, its, found in self.fires if its == name and first <= at < end)


def few(said: WrittenTraffic) -> int:
    """The most events that are too few."""
    return ceil(said.least) - 1


def _value(story: _Story, said: WrittenTraffic) -> float:
    """The same as the rule counts them."""
    return few(said) / story.window * story.window


def _known(story: _Story, slo: Slo, steps: int, *, since: str = str(LONG_AGO), ends: int = 0) -> None:
    """An SLO that has data in each of so many steps, on targets that are up. Data may end before that."""
    for group in groups_of(slo):
        labels = identity_labels(slo, group, story.settings)
        if story.window != story.settings.prometheus.base_window:  # then the rules see it by themselves
            seen = f"0+{story.step}x{ends - 1} {(ends - 1) * story.step}x{steps - ends}" if ends else ""
            story.series[series_name(LAST_SEEN, labels)] = seen or f"0+{story.step}x{steps}"
        story.series[known_since(slo, group, story.settings)] = f"{since}x{steps}"
    story.series |= up_values(slo, f"1x{steps}", groups_of(slo))
    story.names[slo.alerting.name(TRAFFIC_ALERT)] = None


def _fewer(story: _Story, slos: list[Slo]) -> Block:
    """Enough, one event too few, enough again, and then no counters any more."""
    wait, keep = (max(times) for times in zip(*map(story.waits, slos), strict=True))
    begins = story.looks + 2
    ends = begins + wait + 2
    gone = ends + keep + 2
    last = gone + wait + 1
    forget = min(absent_seconds(slo, "forget") for slo in slos)
    is_played = (wait + 1) * story.step <= min(_AWAY, forget - story.step)
    for slo in slos:
        said, (its_wait, its_keep) = traffic(slo), story.waits(slo)
        assert said is not None
        _known(story, slo, last, ends=gone)
        # where nothing says whether targets are up, data that is gone is not this alert's
        tells_gone = slo.alerting.absent is None or _knows_up(slo)
        end = "stale" if tells_gone and is_played else f"Ex{last - gone}"
        story.count(slo, f"Ex{begins - 1} Fx{ends - begins - 1} Ex{gone - ends - 1} {end}")
        story.expect(slo, begins + its_wait, ends + its_keep, _value(story, said))
        story.minutes |= {begins - 1, begins + its_wait - 1, ends + its_keep}
        window = format_duration(said.window)
        claim = f"{said.severity} at fewer than {to_text(said.least, 12)} events in {window}, not at so many"
        story.claims.append(Claim(slo.id, claim))
        if tells_gone and is_played:
            story.expect(slo, gone + its_wait, last + 1, 0.0)
            story.claims.append(Claim(slo.id, f"{said.severity} when nothing is counted any more"))
    return story.block("traffic is low below what there always is")


def _later(story: _Story, slos: list[Slo], why: str) -> Block:
    """Too few events, of which nobody is told as long as the window reaches back to what explains them."""
    since = story.looks + 4  # the last step of what holds it back
    wait = max(story.waits(slo)[0] for slo in slos)
    last = since + story.looks + wait + 4
    for slo in slos:
        said, (its_wait, _) = traffic(slo), story.waits(slo)
        assert said is not None
        _known(story, slo, last, since=str(since * story.step) if why == YOUNG else str(LONG_AGO))
        story.count(slo, f"Ex{since} Fx{last - since - 1}")
        before = f"_x{since - 2} 1x2 stale"
        if why == TOLD:
            group = groups_of(slo)[0] if per_group(slo) else {}
            absent = alert_labels(slo, group, "ticket", story.settings)
            story.series[alerts_series(slo.alerting.name(ABSENT_ALERT), absent)] = before
        elif why == EXCLUDED:
            labels = identity_labels(slo, {}, story.settings)
            story.series[series_name(EXCLUSION, labels)] = before
        elif why == DOWN:
            story.series |= up_values(slo, f"1x{since - 3} 0x2 1x{last - since - 1}", groups_of(slo))
        story.expect(slo, since + story.looks + its_wait + 3, last + 1, _value(story, said))
        story.minutes |= {since + 1, since + story.looks - (3 if why == DOWN else 1)}
        words = _HELD_BACK[why].format(format_duration(said.window))
        story.claims.append(Claim(slo.id, words))
    return story.block(f"held back: {_HELD_BACK[why]}")
