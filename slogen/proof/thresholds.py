"""Proof of the alerts that compare recorded error ratios: every tier, and the breach alert.

The series above the pair are injected, with no raw data: rules without input record nothing. One block
holds all SLOs of the service, and of each SLO all tiers that read different windows. It goes through
phases, each long enough for `for` and `keep_firing_for`:

long window just below · too few bad events · just above · short window just below
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from slogen.conventions import BREACHED_ALERT, BUDGET_REMAINING, BURN_ALERT
from slogen.emitted.proof import Block, Claim
from slogen.emitted.rules import RuleFile
from slogen.model.slo import Service, Slo
from slogen.model.windows import closure
from slogen.proof.expected import (
    LONG_AGO,
    alert_labels,
    compiled_alert,
    expected_alert,
    firing_ratio,
    identity_labels,
    known_since,
    series_name,
)
from slogen.proof.phases import ABOVE, FEW, LONG_BELOW, PHASES, SHORT_BELOW, Draft, ahead_of, step_of
from slogen.proof.shared import ENOUGH, groups_of, recorded_rate, too_few
from slogen.proof.written import WrittenTier, min_bad_events, tier_waits, tiers, waits
from slogen.settings import Settings
from slogen.units import MINUTE, format_duration, to_text

_JUST_ABOVE, _WELL_ABOVE, _JUST_BELOW = Fraction("1.001"), Fraction("1.05"), Fraction("0.999")
_SECOND_LOOK = 4 * MINUTE  # a page whose short window is the base looks back this far before it ends
_REST = 0.4375  # of the budget is left when the alert fires


def blocks(service: Service, rules: RuleFile, settings: Settings) -> Iterator[Block]:
    """As few blocks as there are tiers that read the same windows; apart from each other also where `for`
    and `keep_firing_for` differ. Breach alerts have a block of their own."""
    proof, drafts = _Proof(rules, settings), dict[tuple[object, ...], Draft]()
    lag = settings.prometheus.evaluation_interval
    sent = [(slo, t) for slo in service.slos for t in tiers(slo, settings)]
    paged = {tier_waits(slo, tier) for slo, tier in sent if tier.severity == "page"}

    def draft(times: tuple[int, int], round_: int, name: str) -> Draft:
        wait, keep = times
        shown = [f"for {format_duration(wait)}"] * bool(wait) + [f"kept {format_duration(keep)}"] * bool(keep)
        named = name + (f" ({', '.join(shown)})" if shown else "")
        return drafts.setdefault((name, round_, wait, keep), Draft(named, lag, wait, keep))

    for slo in service.slos:
        taken = dict[tuple[int, int], list[_Round]]()
        for tier in (t for t in tiers(slo, settings) if slo.alerting.severities[t.severity].enabled):
            times = tier_waits(slo, tier)
            rounds = taken.setdefault(times, [])
            step = step_of(*times, _SECOND_LOOK if times in paged else 0, lag)
            number = _place(_Round.of(slo, tier, settings, step), rounds)
            name = "over the whole SLO window" if rounds[number].is_alone else f"round {number + 1}"
            found = draft(times, number, f"tiers fire above their thresholds, {name}")
            proof.add_tier(found, slo, tier)
        if slo.alerting.needs_breach_alert:
            name = "a window too short for tiers pages on its own ratio"
            proof.add_breach(draft(waits(slo, "page"), 0, name), slo)
    yield from (found.block() for _, found in sorted(drafts.items(), key=lambda item: item[0]))


@dataclass(slots=True)
class _Round:
    """What the tiers of one SLO read that can be shown at the same time: their windows, the long ones, and
    the shorter windows that these are made of as long as the block takes. All of these, where a phase begins
    later for what is made of them.

    What is recorded from a ratio of the SLO window can't be injected beside it, so such a tier is alone.
    """

    reads: set[int]
    longs: set[int]
    parts: set[int]
    is_alone: bool

    @classmethod
    def of(cls, slo: Slo, tier: WrittenTier, settings: Settings, step: int) -> _Round:
        """A round of one tier, evaluated each `step` seconds. A slow page looks at the base for recovery."""
        base = settings.prometheus.base_window
        looks = {base} if tier.severity == "page" else set[int]()
        takes = PHASES * (step + sum(tier_waits(slo, tier))) + _SECOND_LOOK
        if not ahead_of(settings.prometheus.evaluation_interval, step):
            takes = tier.long
        parts = {part for part in (base, *closure([tier.long], base)) if part < min(tier.long, takes)}
        is_alone = slo.window in (tier.long, tier.short)
        return cls({tier.long, tier.short} | looks, {tier.long}, parts, is_alone)

    def fits(self, other: _Round) -> bool:
        """Whether neither injects what the other reads, or what the other's windows are made of."""
        shared = self.reads & other.reads or self.parts & other.longs or self.longs & other.parts
        return not (shared or self.is_alone or other.is_alone)


def _place(new: _Round, rounds: list[_Round]) -> int:
    """Join the first round that fits, or begin one; returns which."""
    for number, found in enumerate(rounds):
        if found.fits(new):
            found.reads |= new.reads
            found.longs |= new.longs
            found.parts |= new.parts
            return number
    rounds.append(new)
    return len(rounds) - 1


@lru_cache(maxsize=1024)
def _around(ratio: Fraction) -> tuple[float, float, float]:
    """Just above the ratio, well above it, and just below."""
    above, well_above, below = (float(ratio * by) for by in (_JUST_ABOVE, _WELL_ABOVE, _JUST_BELOW))
    return above, well_above, below


@lru_cache(maxsize=1024)
def _bad_rates(need: Fraction, window: int, base: int) -> tuple[float, ...]:
    """Bad events per second in each phase: in one of them too few."""
    rates = [recorded_rate(need * ENOUGH, window, base)] * PHASES
    rates[FEW] = recorded_rate(too_few(need), window, base)
    return tuple(rates)


@dataclass(frozen=True, slots=True)
class _Proof:
    rules: RuleFile
    settings: Settings

    def add_tier(self, draft: Draft, slo: Slo, tier: WrittenTier) -> None:
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
            draft.phase, draft.follows = max(draft.phase, 2 * MINUTE), True
        else:
            for group in groups_of(slo):
                self._inject(draft, slo, group, BUDGET_REMAINING, [_REST] * PHASES)
        _, well_above, below = _around(ratio)
        spends = value if tier.short == tier.long else well_above
        seconds = left * float(slo.window * (1 - slo.objective)) / spends
        name = slo.alerting.name(BURN_ALERT)
        self._expect(draft, slo, name, tier.severity, value, labels, tier.short != tier.long, seconds)
        if tier.severity == "page" and tier.short == self.settings.prometheus.base_window:
            draft.second_look = _SECOND_LOOK
            if tier.short != tier.long:
                fired, spends = draft.firing[ABOVE, name][-1], below
                seconds = left * float(slo.window * (1 - slo.objective)) / spends
                compiled = compiled_alert(self.rules, name, slo, **labels)
                lingers = expected_alert(slo, tier.severity, dict(fired.labels), compiled, value, seconds)
                draft.lingering.setdefault(name, []).append((fired, lingers))
        share = f"{to_text(tier.share * 100, 3)}% of the {slo.budget_of} budget"
        held = f" for {format_duration(draft.wait)}" if tier.wait else ""
        words = f"{tier.severity} ({tier.name}) when {share} would be spent in {long}{held}, not below"
        draft.claims.append(Claim(slo.id, words))

    def add_breach(self, draft: Draft, slo: Slo) -> None:
        """The window's own ratio just above the budget."""
        value = self._inject_windows(draft, slo, 1 - slo.objective, slo.window, slo.window)
        name, labels = slo.alerting.name(BREACHED_ALERT), {"slo_window": slo.period}
        self._expect(draft, slo, name, "page", value, labels, False, None)
        draft.claims.append(
            Claim(slo.id, f"page when more than the budget fails over {slo.period}, not below")
        )

    def _inject_windows(self, draft: Draft, slo: Slo, ratio: Fraction, long: int, short: int) -> float:
        """Ratios of both windows and bad events of the long one; returns the long ratio when above."""
        above, well_above, below = _around(ratio)
        # The short window is higher: `$value` must be the long one's.
        long_values, short_values = [above] * PHASES, [well_above] * PHASES
        long_values[LONG_BELOW] = below
        short_values[SHORT_BELOW] = below
        for number, group in enumerate(groups_of(slo)):
            for window, values in ((short, short_values), (long, long_values)):
                shown = [below] * PHASES if number else values
                name = f"slo:sli_error:ratio_rate{format_duration(window)}"
                self._inject(draft, slo, group | {"slo_window": format_duration(window)}, name, shown)
            self._inject_bad(draft, slo, group, long)
            draft.values[known_since(slo, group, self.settings)] = [LONG_AGO] * PHASES
        return above

    def _inject_bad(self, draft: Draft, slo: Slo, group: dict[str, str], window: int) -> None:
        """As many bad events in the window as an alert needs; in one phase one less."""
        need, base = min_bad_events(slo), self.settings.prometheus.base_window
        rates = _bad_rates(need, window, base)
        self._inject(draft, slo, group, f"slo:sli_bad:rate{format_duration(window)}", rates)

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
        phases += [] if min_bad_events(slo) else [FEW]
        labels = alert_labels(slo, groups_of(slo)[0], severity, self.settings, **more)
        compiled = compiled_alert(self.rules, name, slo, **more)
        expected = expected_alert(slo, severity, labels, compiled, value, seconds_left)
        for phase in phases:
            draft.firing.setdefault((phase, name), []).append(expected)
        draft.names[name] = None
