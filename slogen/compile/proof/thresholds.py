"""Proof of the alerts that compare recorded numbers: every tier, the breach alert, the budget alerts.

The series above the pair are injected, with no raw data: rules without input record nothing. One block
holds all SLOs of the service and goes through phases, each long enough for `for` and `keep_firing_for`:

long window just below · too few bad events · just above · short window just below
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from slogen.compile.proof.expected import (
    alert_labels,
    compiled_alert,
    expected_alert,
    firing_ratio,
    identity_labels,
    series_name,
)
from slogen.conventions import BREACHED_ALERT, BUDGET_REMAINING, BURN_ALERT, CONSUMED_ALERT, EXHAUSTED_ALERT
from slogen.load.settings import Settings
from slogen.model.proof import AlertCheck, Block, Claim, ExpectedAlert
from slogen.model.rules import RuleFile
from slogen.model.slo import BudgetAlert, Service, SeverityOptions, Slo
from slogen.model.tiers import Tier
from slogen.units import MINUTE, format_duration, to_text

PHASES = 4
LONG_BELOW, FEW, ABOVE, SHORT_BELOW = range(PHASES)
_JUST_ABOVE, _WELL_ABOVE, _JUST_BELOW = Fraction("1.001"), Fraction("1.05"), Fraction("0.999")
_SECOND_LOOK = 4 * MINUTE  # a page whose short window is the base looks back this far before it ends
_REST = 0.4375  # of the budget is left when the alert fires


@dataclass(slots=True)
class Draft:
    """A block while SLOs are added: a value per phase and series, the alerts expected per phase."""

    name: str
    wait: int = 0
    keep: int = 0
    phase: int = MINUTE
    second_look: int = 0
    values: dict[str, Sequence[float]] = field(default_factory=dict)
    firing: dict[tuple[int, str], list[ExpectedAlert]] = field(default_factory=dict)
    lingering: dict[str, list[ExpectedAlert]] = field(default_factory=dict)
    names: dict[str, None] = field(default_factory=dict)
    claims: list[Claim] = field(default_factory=list)

    def block(self) -> Block:
        """The finished block."""
        phase = self.phase + self.wait + self.keep
        lengths = [phase] * (PHASES - 1) + [phase + self.second_look]
        series = {
            name: " ".join(_repeated(v, n // MINUTE) for v, n in zip(values, lengths, strict=True))
            for name, values in self.values.items()
        }
        checks = [
            AlertCheck(sum(lengths[: phase + 1]) - MINUTE, name, tuple(self.firing.get((phase, name), ())))
            for phase in range(PHASES)
            for name in self.names
        ]
        checks += self._timed_checks(sum(lengths[:ABOVE]), sum(lengths[:SHORT_BELOW]))
        return Block(self.name, MINUTE, series, tuple(checks), (), tuple(self.claims))

    def _timed_checks(self, above: int, below: int) -> Iterator[AlertCheck]:
        """Just before `for` has passed, just before `keep_firing_for` has, and before the second look."""
        for name in self.names:
            if self.wait:
                yield AlertCheck(above + self.wait - MINUTE, name)
            if self.keep:
                firing = tuple(self.firing.get((ABOVE, name), ()))
                yield AlertCheck(below + self.keep - MINUTE, name, firing)
        for name, found in self.lingering.items() if self.second_look else ():
            firing = (*found, *self.firing.get((SHORT_BELOW, name), ()))
            yield AlertCheck(below + self.second_look - MINUTE, name, firing)


def _repeated(value: float, count: int) -> str:
    return f"{value!r}x{count - 1}" if count > 1 else repr(value)


def blocks(service: Service, rules: RuleFile, settings: Settings) -> Iterator[Block]:
    """A block per tier position, one for breach alerts, one per budget alert position; apart from each
    other where `for` and `keep_firing_for` differ."""
    proof, drafts = _Proof(rules, settings), dict[tuple[str, int, int], Draft]()

    def draft(name: str, slo: Slo, severity: str) -> Draft:
        options = slo.alerting.severities.get(severity, SeverityOptions())
        wait, keep = (-(-time // MINUTE) * MINUTE for time in (options.wait, options.keep_firing_for))
        return drafts.setdefault((name, wait, keep), Draft(name, wait, keep))

    for slo in service.slos:
        for number, tier in enumerate(slo.alerting.tiers, 1):
            if slo.alerting.severities[tier.severity].enabled:
                name = f"tier {number} fires above its threshold, and only there"
                proof.add_tier(draft(name, slo, tier.severity), slo, tier)
        if slo.alerting.needs_breach_alert:
            proof.add_breach(draft("a window too short for tiers pages on its own ratio", slo, "page"), slo)
        for number, line in enumerate(slo.alerting.budget, 1):
            if _is_enabled(slo, line.severity):
                name = f"budget alert {number} fires at its share, and only there"
                proof.add_budget(draft(name, slo, line.severity), slo, line)
    yield from (found.block() for _, found in sorted(drafts.items(), key=lambda item: item[0]))


def _is_enabled(slo: Slo, severity: str) -> bool:
    options = slo.alerting.severities.get(severity)
    return options is None or options.enabled


def groups_of(slo: Slo) -> tuple[dict[str, str], ...]:
    """A group that goes through the phases and, if there are groups, another that stays below."""
    if not slo.sli.by:
        return ({},)
    return tuple(dict.fromkeys(slo.sli.by, value) for value in ("a", "b"))


@dataclass(frozen=True, slots=True)
class _Proof:
    rules: RuleFile
    settings: Settings

    def add_tier(self, draft: Draft, slo: Slo, tier: Tier) -> None:
        """The tier fires just above the error ratio that spends its share of the budget, not below."""
        ratio, long = firing_ratio(slo, tier), format_duration(tier.long)
        labels = {"slo_tier": tier.name, "slo_window": long}
        value = self._inject_windows(draft, slo, ratio, tier.long, tier.short)
        left = _REST
        if not slo.calendar and slo.window in (
            tier.long,
            tier.short,
        ):  # recorded from the ratio, so it can't be injected too
            left = 1 - value / float(1 - slo.objective)
            draft.phase = max(draft.phase, 2 * MINUTE)
        else:
            for group in groups_of(slo):
                self._inject(draft, slo, group, BUDGET_REMAINING, [_REST] * PHASES)
        seconds = left * float(slo.window * (1 - slo.objective)) / value
        name = slo.alerting.name(BURN_ALERT)
        self._expect(draft, slo, name, tier.severity, value, labels, tier.short != tier.long, seconds)
        if tier.severity == "page" and tier.short == self.settings.base_window:
            draft.second_look = _SECOND_LOOK
            if tier.short != tier.long:
                draft.lingering.setdefault(name, []).append(draft.firing[ABOVE, name][-1])
        share = f"{to_text(tier.share * 100, 3)}% of the {slo.budget_of} budget"
        draft.claims.append(
            Claim(slo.id, f"{tier.severity} ({tier.name}) when {share} would be spent in {long}, not below")
        )

    def add_breach(self, draft: Draft, slo: Slo) -> None:
        """The window's own ratio just above the budget."""
        value = self._inject_windows(draft, slo, 1 - slo.objective, slo.window, slo.window)
        name, labels = slo.alerting.name(BREACHED_ALERT), {"slo_window": slo.period}
        self._expect(draft, slo, name, "page", value, labels, False, None)
        draft.claims.append(
            Claim(slo.id, f"page when more than the budget fails over {slo.period}, not below")
        )

    def add_budget(self, draft: Draft, slo: Slo, line: BudgetAlert) -> None:
        """The consumed share of the budget just above the alert's."""
        above, below = (float(line.consumed * edge) for edge in (_JUST_ABOVE, _JUST_BELOW))
        consumed = [above] * PHASES
        consumed[LONG_BELOW] = below
        for group in groups_of(slo):
            quiet = group != groups_of(slo)[0]
            burnt = [0.0] * PHASES if quiet else consumed
            if slo.calendar:
                left = [1 - share for share in burnt]
                self._inject(draft, slo, group, BUDGET_REMAINING, left)
            else:
                self._inject(draft, slo, group, "slo:period_burn_rate:ratio", burnt)
            if slo.counts_from_a_date:
                self._inject(draft, slo, group, "slo:period_bad:count", self._bad_events(slo))
            else:
                self._inject_bad(draft, slo, group, slo.window)
        for phase, value in enumerate(consumed):
            for other in slo.alerting.budget:
                enough = phase != FEW or not self._is_guarded(slo)
                if float(other.consumed) <= value and enough and _is_enabled(slo, other.severity):
                    self._expect_budget(draft, slo, other, phase, value)
        percent = f"{to_text(line.consumed * 100)}%"
        draft.claims.append(
            Claim(slo.id, f"{line.severity} when {percent} of the budget is consumed, not below")
        )

    def _expect_budget(self, draft: Draft, slo: Slo, line: BudgetAlert, phase: int, value: float) -> None:
        name = slo.alerting.name(EXHAUSTED_ALERT if line.consumed >= 1 else CONSUMED_ALERT)
        more = {"slo_budget_consumed": f"{to_text(line.consumed * 100)}%"}
        labels = alert_labels(slo, groups_of(slo)[0], line.severity, self.settings, **more)
        compiled = compiled_alert(self.rules, name, slo, **more)
        draft.firing.setdefault((phase, name), []).append(
            expected_alert(slo, line.severity, labels, compiled, value)
        )
        draft.names[slo.alerting.name(CONSUMED_ALERT)] = draft.names[slo.alerting.name(EXHAUSTED_ALERT)] = (
            None
        )

    def _is_guarded(self, slo: Slo) -> bool:
        return bool(slo.alerting.min_bad_events) and not slo.sli.exact

    def _inject_windows(self, draft: Draft, slo: Slo, ratio: Fraction, long: int, short: int) -> float:
        """Ratios of both windows and bad events of the long one; returns the long ratio when above."""
        above, below = float(ratio * _JUST_ABOVE), float(ratio * _JUST_BELOW)
        # The short window is higher: `$value` must be the long one's.
        long_values, short_values = [above] * PHASES, [float(ratio * _WELL_ABOVE)] * PHASES
        long_values[LONG_BELOW] = below
        short_values[SHORT_BELOW] = below
        for number, group in enumerate(groups_of(slo)):
            for window, values in ((short, short_values), (long, long_values)):
                shown = [below] * PHASES if number else values
                name = f"slo:sli_error:ratio_rate{format_duration(window)}"
                self._inject(draft, slo, group | {"slo_window": format_duration(window)}, name, shown)
            self._inject_bad(draft, slo, group, long)
        return above

    def _inject_bad(self, draft: Draft, slo: Slo, group: dict[str, str], window: int) -> None:
        """As many bad events in the window as an alert needs; in the last phase one less."""
        rates = [events / window for events in self._bad_events(slo)]
        self._inject(draft, slo, group, f"slo:sli_bad:rate{format_duration(window)}", rates)

    def _bad_events(self, slo: Slo) -> list[float]:
        """As many bad events as an alert needs, by phase; in one of them one less."""
        events = [float(slo.alerting.min_bad_events)] * PHASES
        events[FEW] = float(max(slo.alerting.min_bad_events - 1, Fraction(0)))
        return events

    def _inject(
        self, draft: Draft, slo: Slo, more: dict[str, str], metric: str, values: Sequence[float]
    ) -> None:
        labels = identity_labels(slo, more, self.settings)
        draft.values[series_name(metric, labels)] = values

    def _expect(
        self,
        draft: Draft,
        slo: Slo,
        name: str,
        severity: str,
        value: float,
        more: dict[str, str],
        has_short: bool,
        seconds_left: float | None,
    ) -> None:
        phases = [ABOVE]
        phases += [] if has_short else [SHORT_BELOW]
        phases += [] if slo.alerting.min_bad_events else [FEW]
        labels = alert_labels(slo, groups_of(slo)[0], severity, self.settings, **more)
        compiled = compiled_alert(self.rules, name, slo, **more)
        expected = expected_alert(slo, severity, labels, compiled, value, seconds_left)
        for phase in phases:
            draft.firing.setdefault((phase, name), []).append(expected)
        draft.names[name] = None
