"""Proof of the budget alerts: the consumed share climbs from stair to stair, past each of them.

The consumed share is injected, with no raw data, for all SLOs of the service in one block:

just below the first alert · above the last, but too few bad events · on the first alert · just below the
second · on the second ... and, where alerts keep firing, at last below all of them again
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property, lru_cache

from slogen.conventions import (
    BUDGET_REMAINING,
    CONSUMED_ALERT,
    EXHAUSTED_ALERT,
    LAST_SEEN,
    PERIOD_BAD,
    PERIOD_BURN,
    bad_series,
)
from slogen.emitted.proof import AlertCheck, Block, Claim, ExpectedAlert
from slogen.emitted.rules import RuleFile
from slogen.model.slo import Service, Slo
from slogen.proof.expected import (
    alert_labels,
    compiled_alert,
    expected_alert,
    identity_labels,
    series_name,
)
from slogen.proof.shared import ENOUGH, coarse, groups_of, repeated, too_few, up
from slogen.proof.written import WrittenLine, budget_lines, budget_waits, min_bad_events
from slogen.settings import Settings
from slogen.units import MINUTE, format_duration, to_text

_JUST_BELOW = Fraction("0.999")
_A_LITTLE = Fraction(1, 10**9)


def blocks(service: Service, rules: RuleFile, settings: Settings) -> Iterator[Block]:
    """One block, or one for each way in which the alerts wait."""
    staircases: dict[tuple[int, int], _Staircase] = {}
    for slo in service.slos:
        lines = tuple(line for line in budget_lines(slo) if _is_enabled(slo, line.severity))
        if lines:
            climb = _Climb(slo, lines)
            wait, keep = (max(times) for times in zip(*climb.waits, strict=True))
            found = staircases.setdefault((wait, keep), _Staircase(rules, settings, wait, keep))
            found.climbs.append(climb)
    yield from (found.block() for _, found in sorted(staircases.items(), key=lambda item: item[0]))


def _is_enabled(slo: Slo, severity: str) -> bool:
    options = slo.alerting.severities.get(severity)
    return options is None or options.enabled


@dataclass(frozen=True)
class _Climb:
    """An SLO with its budget alerts, smallest share first."""

    slo: Slo
    lines: tuple[WrittenLine, ...]
    expected: dict[tuple[int, int], tuple[str, ExpectedAlert]] = field(default_factory=dict)

    @cached_property
    def stairs(self) -> list[Fraction]:
        """The consumed share in each phase, up to the highest."""
        below = [line.consumed * _JUST_BELOW for line in self.lines]
        stairs = [below[0], self.lines[-1].consumed if self.is_guarded else below[0]]
        for line, share in zip(self.lines, below, strict=True):
            stairs += [share, _on(line, self.slo)]
        del stairs[2]  # below the first alert was the first stair
        return stairs

    @cached_property
    def waits(self) -> list[tuple[int, int]]:
        """How long each alert waits, and is kept."""
        return [budget_waits(self.slo, line.severity) for line in self.lines]

    @cached_property
    def is_guarded(self) -> bool:
        """Whether too few bad events keep the alerts silent."""
        return bool(min_bad_events(self.slo)) and not self.slo.sli.exact

    @cached_property
    def firing(self) -> list[list[WrittenLine]]:
        """The alerts that fire at the end of each phase."""
        return [
            [li for li in self.lines if li.consumed <= share and (phase != 1 or not self.is_guarded)]
            for phase, share in enumerate(self.stairs)
        ]


def _on(line: WrittenLine, slo: Slo) -> Fraction:
    """The share itself, as far as rules write its digits: at least so much is consumed. Of a budget since a
    date what is left is recorded, and 1 - 0.9 is a little below 0.1 in binary: then a little more is."""
    written = Fraction(to_text(line.consumed))
    share = max(line.consumed, written)
    is_lost = slo.counts_from_a_date and 1 - float(1 - share) < float(written)
    return share + _A_LITTLE if is_lost else share


@dataclass
class _Staircase:
    rules: RuleFile
    settings: Settings
    wait: int
    keep: int
    climbs: list[_Climb] = field(default_factory=list)

    def block(self) -> Block:
        """All SLOs, phase by phase; those with fewer alerts stay where they are until all go down."""
        series: dict[str, str] = {}
        for climb in self.climbs:
            series |= dict(self._series(climb))
        checks = [check for phase in range(len(self._lengths)) for check in self._checks(phase)]
        shown = f" (for {format_duration(self.wait)})" if self.wait else ""
        shown += f" (kept {format_duration(self.keep)})" if self.keep else ""
        name = f"budget alerts fire at their shares, and only there{shown}"
        claims = [
            Claim(c.slo.id, f"{li.severity} when {_percent(li)} of the budget is consumed, not below")
            for c in self.climbs
            for li in c.lines
        ]
        return Block(name, MINUTE, series, tuple(checks), (), tuple(claims), self._step)

    @cached_property
    def _lengths(self) -> list[int]:
        """Seconds of each phase."""
        phases = max(len(climb.stairs) for climb in self.climbs)
        up_there = [self._step + up(self.wait, self._step)] * phases
        return up_there + [self._step + up(self.keep, self._step)] * bool(self.keep)

    @cached_property
    def _step(self) -> int:
        return coarse(*self._waits)

    def _by_phase(self, stairs: list[float]) -> list[float]:
        """A value for each phase; after the highest stair it stays there, until it is as low as at first."""
        ups = len(self._lengths) - bool(self.keep)
        return [*stairs, *stairs[-1:] * (ups - len(stairs)), *stairs[:1] * bool(self.keep)]

    def _series(self, climb: _Climb) -> Iterator[tuple[str, str]]:
        slo, counts = climb.slo, [length // MINUTE for length in self._lengths]
        need, window = min_bad_events(slo), 1 if slo.counts_from_a_date else slo.window
        enough, few = float(need * ENOUGH / window), float(too_few(need) / window)
        stairs = self._by_phase([float(share) for share in climb.stairs])
        bad = [few if phase == 1 else enough for phase in range(len(counts))]
        for number, group in enumerate(groups_of(slo)):
            labels = identity_labels(slo, group, self.settings)
            burnt = [0.0] * len(counts) if number else stairs
            spent = (
                (BUDGET_REMAINING, [1 - share for share in burnt])
                if slo.counts_from_a_date
                else (PERIOD_BURN, burnt)
            )
            counted = PERIOD_BAD if slo.counts_from_a_date else bad_series(slo.window)
            if slo.sli.by and not (slo.sli.timed and slo.sli.timed.measured):
                yield series_name(LAST_SEEN, labels), repeated(0.0, sum(counts))
            for name, values in (spent, (counted, bad)):
                yield series_name(name, labels), " ".join(map(repeated, values, counts))

    @cached_property
    def _waits(self) -> frozenset[int]:
        return frozenset(time for climb in self.climbs for both in climb.waits for time in both)

    @cached_property
    def _alerts(self) -> list[str]:
        return sorted({name for c in self.climbs for name in map(c.slo.alerting.name, _names(c.lines))})

    def _checks(self, phase: int) -> Iterator[AlertCheck]:
        """At the end of a phase; and in between, just before an alert that waits or is kept changes."""
        start, last = sum(self._lengths[:phase]), self._lengths[phase] - self._step
        afters = {last, *(up(time, self._step) - self._step for time in self._waits if time)}
        for after in sorted(after for after in afters if after <= last):
            found = self._firing(phase, after)
            yield from (AlertCheck(start + after, name, tuple(found.get(name, ()))) for name in self._alerts)

    def _firing(self, phase: int, after: int) -> dict[str, list[ExpectedAlert]]:
        """What fires so many seconds after a phase began, by name."""
        found: dict[str, list[ExpectedAlert]] = {}
        for climb in self.climbs:
            top, is_down = len(climb.stairs) - 1, self.keep and phase == len(self._lengths) - 1
            fires = [] if is_down else climb.firing[min(phase, top)]
            before = climb.firing[min(phase - 1, top)] if phase else fires
            for number, (line, (wait, keep)) in enumerate(zip(climb.lines, climb.waits, strict=True)):
                goes_on = line in fires and (line in before or after >= wait)
                is_kept = line in before and line not in fires and after < keep
                if goes_on or is_kept:
                    stair = min(phase if goes_on else phase - 1, top)
                    name, alert = self._expected(climb, number, stair)
                    found.setdefault(name, []).append(alert)
        return found

    def _expected(self, climb: _Climb, line: int, stair: int) -> tuple[str, ExpectedAlert]:
        """An alert and its name; most are looked at several times while the share stays."""
        if (line, stair) not in climb.expected:
            made = self._made(climb.slo, climb.lines[line], float(climb.stairs[stair]))
            climb.expected[line, stair] = made
        return climb.expected[line, stair]

    def _made(self, slo: Slo, line: WrittenLine, share: float) -> tuple[str, ExpectedAlert]:
        (alert,) = _names((line,))
        name, more = slo.alerting.name(alert), {"slo_budget_consumed": _percent(line)}
        labels = alert_labels(slo, groups_of(slo)[0], line.severity, self.settings, **more)
        compiled = compiled_alert(self.rules, name, slo, **more)
        return name, expected_alert(slo, line.severity, labels, compiled, share)


def _names(lines: tuple[WrittenLine, ...]) -> dict[str, None]:
    return dict.fromkeys(EXHAUSTED_ALERT if line.consumed >= 1 else CONSUMED_ALERT for line in lines)


def _percent(line: WrittenLine) -> str:
    return _as_percent(line.consumed)


@lru_cache(maxsize=256)
def _as_percent(share: Fraction) -> str:
    return f"{to_text(share * 100)}%"
