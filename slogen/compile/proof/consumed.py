"""Proof of the budget alerts: the consumed share climbs from stair to stair, past each of them.

The consumed share is injected, with no raw data, for all SLOs of the service in one block:

just below the first alert · above the last, but too few bad events · on the first alert · just below the
second · on the second ... and, where an alert keeps firing, below all of them again
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from functools import cached_property

from slogen.compile.proof.expected import (
    alert_labels,
    compiled_alert,
    expected_alert,
    identity_labels,
    series_name,
)
from slogen.compile.proof.thresholds import ENOUGH, coarse, groups_of, repeated, too_few
from slogen.compile.proof.written import WrittenLine, budget_lines, budget_waits, min_bad_events
from slogen.conventions import (
    BUDGET_REMAINING,
    CONSUMED_ALERT,
    EXHAUSTED_ALERT,
    LAST_SEEN,
    PERIOD_BAD,
    PERIOD_BURN,
    bad_series,
)
from slogen.load.settings import Settings
from slogen.model.proof import AlertCheck, Block, Claim, ExpectedAlert
from slogen.model.rules import RuleFile
from slogen.model.slo import Service, Slo
from slogen.units import MINUTE, format_duration, to_text

_JUST_BELOW = Fraction("0.999")


def blocks(service: Service, rules: RuleFile, settings: Settings) -> Iterator[Block]:
    """One block, or one for each way in which the alerts wait."""
    staircases: dict[tuple[int, int], _Staircase] = {}
    for slo in service.slos:
        lines = tuple(line for line in budget_lines(slo) if _is_enabled(slo, line.severity))
        if lines:
            wait, keep = (
                max(times) for times in zip(*(budget_waits(slo, li.severity) for li in lines), strict=True)
            )
            found = staircases.setdefault((wait, keep), _Staircase(rules, settings, wait, keep))
            found.climbs.append(_Climb(slo, lines, is_kept=bool(keep)))
    yield from (found.block() for _, found in sorted(staircases.items(), key=lambda item: item[0]))


def _is_enabled(slo: Slo, severity: str) -> bool:
    options = slo.alerting.severities.get(severity)
    return options is None or options.enabled


@dataclass(frozen=True)
class _Climb:
    """An SLO with its budget alerts, smallest share first."""

    slo: Slo
    lines: tuple[WrittenLine, ...]
    is_kept: bool

    @cached_property
    def stairs(self) -> list[Fraction]:
        """The consumed share in each phase."""
        below = [line.consumed * _JUST_BELOW for line in self.lines]
        stairs = [below[0], self.lines[-1].consumed]
        for line, share in zip(self.lines, below, strict=True):
            stairs += [share, _on(line)]
        del stairs[2]  # below the first alert was the first stair
        return stairs + [below[0]] * self.is_kept

    @property
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


def _on(line: WrittenLine) -> Fraction:
    """The share itself, as far as rules write its digits: at least so much is consumed."""
    return max(line.consumed, Fraction(to_text(line.consumed)))


@dataclass(slots=True)
class _Staircase:
    rules: RuleFile
    settings: Settings
    wait: int
    keep: int
    climbs: list[_Climb] = field(default_factory=list)

    def block(self) -> Block:
        """All SLOs, phase by phase; those with fewer alerts stay where they are."""
        phases = max(len(climb.stairs) for climb in self.climbs)
        series: dict[str, str] = {}
        for climb in self.climbs:
            series |= dict(self._series(climb, phases))
        checks = [check for phase in range(phases) for check in self._checks(phase)]
        shown = f" (for {format_duration(self.wait)})" if self.wait else ""
        shown += f" (kept {format_duration(self.keep)})" if self.keep else ""
        name = f"budget alerts fire at their shares, and only there{shown}"
        claims = [
            Claim(c.slo.id, f"{li.severity} when {_percent(li)} of the budget is consumed, not below")
            for c in self.climbs
            for li in c.lines
        ]
        return Block(name, MINUTE, series, tuple(checks), (), tuple(claims), self._step)

    @property
    def _phase(self) -> int:
        return self._step + self.wait + self.keep

    @property
    def _step(self) -> int:
        times = (budget_waits(climb.slo, line.severity) for climb in self.climbs for line in climb.lines)
        return coarse(*(time for both in times for time in both))

    def _series(self, climb: _Climb, phases: int) -> Iterator[tuple[str, str]]:
        slo, count = climb.slo, self._phase // MINUTE
        need, window = min_bad_events(slo), 1 if slo.counts_from_a_date else slo.window
        enough, few = float(need * ENOUGH / window), float(too_few(need) / window)
        stairs = [float(share) for share in climb.stairs]
        stairs += stairs[-1:] * (phases - len(stairs))
        bad = [few if phase == 1 else enough for phase in range(phases)]
        for number, group in enumerate(groups_of(slo)):
            labels = identity_labels(slo, group, self.settings)
            burnt = [0.0] * phases if number else stairs
            spent = (
                (BUDGET_REMAINING, [1 - share for share in burnt])
                if slo.counts_from_a_date
                else (PERIOD_BURN, burnt)
            )
            counted = PERIOD_BAD if slo.counts_from_a_date else bad_series(slo.window)
            if slo.sli.by and not (slo.sli.timed and slo.sli.timed.measured):
                yield series_name(LAST_SEEN, labels), repeated(0.0, count * phases)
            for name, values in (spent, (counted, bad)):
                yield series_name(name, labels), " ".join(repeated(value, count) for value in values)

    def _checks(self, phase: int) -> Iterator[AlertCheck]:
        """At the end of a phase; and in between, while an alert waits or is kept."""
        start = phase * self._phase
        last, step = self._phase - self._step, self._step
        times = {start + last: self._firing(phase, last)}
        for late in sorted(
            {time for c in self.climbs for li in c.lines for time in budget_waits(c.slo, li.severity)}
        ):
            if late:
                times[start + late - step] = self._firing(phase, late - step)
        names = {name for climb in self.climbs for name in map(climb.slo.alerting.name, _names(climb.lines))}
        for at, found in sorted(times.items()):
            yield from (AlertCheck(at, name, tuple(found.get(name, ()))) for name in sorted(names))

    def _firing(self, phase: int, after: int) -> dict[str, list[ExpectedAlert]]:
        """What fires so many seconds after a phase began, by name."""
        found: dict[str, list[ExpectedAlert]] = {}
        for climb in self.climbs:
            now = min(phase, len(climb.stairs) - 1)
            fires = climb.firing[now]
            before = climb.firing[now - 1] if now and now == phase else fires
            for line in climb.lines:
                wait, keep = budget_waits(climb.slo, line.severity)
                goes_on = line in fires and (line in before or after >= wait)
                is_kept = line in before and line not in fires and after < keep
                if goes_on or is_kept:
                    share = climb.stairs[now if goes_on else now - 1]
                    name, alert = self._expected(climb.slo, line, float(share))
                    found.setdefault(name, []).append(alert)
        return found

    def _expected(self, slo: Slo, line: WrittenLine, share: float) -> tuple[str, ExpectedAlert]:
        (alert,) = _names((line,))
        name, more = slo.alerting.name(alert), {"slo_budget_consumed": _percent(line)}
        labels = alert_labels(slo, groups_of(slo)[0], line.severity, self.settings, **more)
        compiled = compiled_alert(self.rules, name, slo, **more)
        return name, expected_alert(slo, line.severity, labels, compiled, share)


def _names(lines: tuple[WrittenLine, ...]) -> dict[str, None]:
    return dict.fromkeys(EXHAUSTED_ALERT if line.consumed >= 1 else CONSUMED_ALERT for line in lines)


def _percent(line: WrittenLine) -> str:
    return f"{to_text(line.consumed * 100)}%"
