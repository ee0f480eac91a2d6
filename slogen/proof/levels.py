"""Proof of levels: each fires beyond its threshold after its `for`, is silent inside, and ends.

Readings are injected. All SLOs of a service that wait equally long go through the same stretches:

just inside all · just beyond the warning · just inside the critical · beyond it · over

Where a reading is an estimate, it is over when too few bad events are left, else when the reading is good.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction

from slogen.conventions import LEVEL_ALERT
from slogen.emitted.proof import AlertCheck, Block, Claim, ExpectedAlert
from slogen.emitted.rules import RuleFile
from slogen.model.levels import CRITICAL, WARNING, Level, Levels
from slogen.model.slo import Service, Slo
from slogen.proof.expected import (
    alert_labels,
    compiled_alert,
    expected_alert,
    identity_labels,
    series_name,
)
from slogen.proof.shared import groups_of, repeated, telling, up
from slogen.settings import Settings
from slogen.units import MINUTE, format_duration

STRETCHES = 5
INSIDE, WARNED, ALMOST, BEYOND, OVER = range(STRETCHES)
_NEAR = 0.001  # of the threshold: so near beyond or inside
_FIRST = {WARNING: WARNED, CRITICAL: BEYOND}
_SEVERITY = {WARNING: "ticket", CRITICAL: "page"}
Timing = tuple[int, ...]


def blocks(service: Service, rules: RuleFile, settings: Settings) -> Iterator[Block]:
    """A block for each set of SLOs whose levels have the same `for` and `keep_firing_for`."""
    stories: dict[Timing, _Story] = {}
    for slo in service.slos:
        if slo.levels is not None and (enabled := _enabled(slo, slo.levels)):
            timing = tuple(seconds for level in enabled for seconds in _times(slo, level))
            story = stories.setdefault(timing, _Story(rules, settings, timing))
            story.add(slo, slo.levels, enabled)
    yield from (story.block() for _, story in sorted(stories.items()))


def _enabled(slo: Slo, levels: Levels) -> list[Level]:
    return [level for level in levels.each if slo.alerting.severities[level.severity].enabled]


def _times(slo: Slo, level: Level) -> tuple[int, int]:
    """`for` and `keep_firing_for` in seconds."""
    return level.wait, slo.alerting.severities[level.severity].keep_firing_for


def just(levels: Levels, level: Level, *, beyond: bool) -> float:
    """A reading right at the edge of a level: on its bad side, or still inside."""
    threshold, others = float(level.threshold), [float(other.threshold) for other in levels.each]
    step = abs(threshold) * _NEAR or _NEAR
    if len(others) > 1:
        step = min(step, abs(others[0] - others[1]) / 4)
    if levels.gauge.beyond == ">=":
        return threshold if beyond else threshold - step
    if not beyond:
        return threshold
    return threshold - step if levels.gauge.beyond == "<" else threshold + step


@dataclass(frozen=True, slots=True)
class _Watched:
    """An alert that fires from one evaluation until before another, in seconds."""

    slo: Slo
    level: Level
    start: int
    end: int
    readings: tuple[float, ...]


@dataclass(slots=True)
class _Story:
    """SLOs that go through stretches, longer than every wait."""

    rules: RuleFile
    settings: Settings
    timing: Timing
    series: dict[str, str] = field(default_factory=dict)
    watched: list[_Watched] = field(default_factory=list)

    @property
    def step(self) -> int:
        """Seconds between evaluations: where alerts wait long, few of them."""
        return telling(*self.timing)

    @property
    def length(self) -> int:
        """Seconds of a stretch."""
        return up(max(self.timing), self.step) + 2 * self.step

    def add(self, slo: Slo, levels: Levels, enabled: list[Level]) -> None:
        """One group goes through the stretches, another stays inside."""
        guarded = levels.gauge.is_estimate and bool(slo.alerting.min_bad_events)
        readings = _readings(levels, guarded=guarded)
        for number, group in enumerate(groups_of(slo)):
            labels = identity_labels(slo, group, self.settings)
            shown = readings[:1] * STRETCHES if number else readings
            self.series[series_name("slo:sli_value:current", labels)] = self._values(shown)
            if guarded:
                need, base = slo.alerting.min_bad_events, self.settings.prometheus.base_window
                enough, few = float(need / base), float(max(need - 1, Fraction(0)) / base)
                name = series_name(f"slo:sli_bad:rate{format_duration(base)}", labels)
                self.series[name] = self._values((enough,) * OVER + (few,))
        for level in enabled:
            wait, keep = _times(slo, level)
            start = _FIRST[level.name] * self.length + up(wait, self.step)
            end = OVER * self.length + up(keep, self.step)
            self.watched.append(_Watched(slo, level, start, end, readings))

    def _values(self, readings: tuple[float, ...]) -> str:
        return " ".join(repeated(value, self.length // MINUTE) for value in readings)

    def block(self) -> Block:
        """Check before and at each beginning and end, and at the end of each stretch."""
        times = {n * self.length - self.step for n in range(1, STRETCHES + 1)}
        times |= {at for w in self.watched for edge in (w.start, w.end) for at in (edge - self.step, edge)}
        checks = [
            AlertCheck(at, name, tuple(self._firing(name, at)))
            for at in sorted(times)
            for name in dict.fromkeys(w.slo.alerting.name(LEVEL_ALERT) for w in self.watched)
        ]
        claims = [
            Claim(
                w.slo.id,
                f"{_SEVERITY[w.level.name]} at its {w.level.name} level of {w.level.shown}, not before",
            )
            for w in self.watched
        ]
        return Block(
            "levels fire beyond their thresholds, and only there",
            MINUTE,
            self.series,
            tuple(checks),
            (),
            tuple(claims),
            self.step,
        )

    def _firing(self, name: str, at: int) -> Iterator[ExpectedAlert]:
        for w in self.watched:
            if w.slo.alerting.name(LEVEL_ALERT) == name and w.start <= at < w.end:
                labels = {"slo_level": w.level.name}
                compiled = compiled_alert(self.rules, name, w.slo, **labels)
                severity, group = _SEVERITY[w.level.name], groups_of(w.slo)[0]
                labels = alert_labels(w.slo, group, severity, self.settings, **labels)
                value = w.readings[min(at // self.length, BEYOND)]  # what is kept firing keeps its value
                yield expected_alert(w.slo, severity, labels, compiled, value)


def _readings(levels: Levels, *, guarded: bool) -> tuple[float, ...]:
    """A reading for each stretch."""
    found = {level.name: level for level in levels.each}
    inside = just(levels, levels.each[0], beyond=False)
    warned = just(levels, found[WARNING], beyond=True) if WARNING in found else inside
    if CRITICAL not in found:
        return inside, warned, warned, warned, warned if guarded else inside
    almost, beyond = (just(levels, found[CRITICAL], beyond=beyond) for beyond in (False, True))
    return inside, warned, almost, beyond, beyond if guarded else inside
