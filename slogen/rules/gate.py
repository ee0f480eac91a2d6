"""What a gate asks, as PromQL for controllers that ask Prometheus themselves: 1 is go, 0 is blocked, and no
answer, or more than one, is no answer.

A version beside another is compared by the difference of the roots of its bad shares, whose variance doesn't
depend on the shares: that needs few words, and few bad events don't count for more than they are.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from slogen.conventions import (
    BUDGET,
    BUDGET_REMAINING,
    CURRENT_BURN,
    SEVERITY,
    bad_series,
    of_slo,
    ratio_series,
    slo_selector,
    total_series,
)
from slogen.model.slo import Slo
from slogen.model.tiers import PAGE
from slogen.promql.selector import Matcher
from slogen.promql.text import wrapped
from slogen.rules.raw import raw_counts
from slogen.settings import GateSettings, Settings
from slogen.units import HOUR, MINUTE, to_text

_SEEN_FOR: Final = 5 * MINUTE  # so old a sample may be that Prometheus still answers with
_IS_NUMBER: Final = ">= -Inf"  # what is none is no answer, not a 0
_WINDOWS: Final = {"1h": HOUR, "6h": 6 * HOUR}
SHOWS: Final = 10  # times the budget's rate: what must not go unseen
_BAD_TO_SHOW: Final = 8  # so many bad events are expected of it before a canary may go


@dataclass(frozen=True, slots=True)
class Test:
    """How a canary is compared over `window` seconds: it is worse with `beyond` bad events more than `times`
    the budget's rate, and a difference of `sigmas` standard deviations. `waits` for enough events."""

    window: int
    sigmas: int
    beyond: int
    times: int
    waits: bool


WORSE: Final = Test(window=10 * MINUTE, sigmas=3, beyond=3, times=2, waits=True)
WORSE_NOW: Final = Test(window=10 * MINUTE, sigmas=3, beyond=3, times=2, waits=False)
BROKEN: Final = Test(window=2 * MINUTE, sigmas=5, beyond=10, times=30, waits=False)


def questions(slo: Slo, settings: Settings, recorded: Collection[str]) -> Iterator[tuple[str, str]]:
    """Name and PromQL of each thing that the default policy asks of an SLO; `recorded` are the names of the
    series that its rules record. Of groups the worst counts."""
    gate = settings.gate
    if gate.budget_left is not None:
        left = _fresh(BUDGET_REMAINING, slo, gate, settings)
        yield "budget-left", f"min({left}) {_IS_NUMBER} >= bool {to_text(gate.budget_left)}"
    for window, most in gate.burn_below.items():
        burn = _burn(window, slo, gate, settings, recorded)
        yield f"burn-{window}", f"max({burn}) {_IS_NUMBER} < bool {to_text(most)}"
    if gate.no_page:
        pages = of_slo("ALERTS", slo.id, settings.labels).where(
            alertstate="firing", **{SEVERITY: slo.severity(PAGE, settings)}
        )
        known = _fresh(BUDGET, slo, gate, settings)
        yield "no-page", f"(count({pages}) or 0 * count({known})) == bool 0"


def _burn(window: str, slo: Slo, gate: GateSettings, settings: Settings, recorded: Collection[str]) -> str:
    """The burn rate over a window: by its ratio, or where no alert reads that, by its pair."""
    if window not in _WINDOWS:
        return _fresh(CURRENT_BURN, slo, gate, settings)
    length, budget = _WINDOWS[window], to_text(slo.budget, 12)
    if ratio_series(length) in recorded:
        return f"{_fresh(ratio_series(length), slo, gate, settings)} / {budget}"
    bad, total = (_fresh(series(length), slo, gate, settings) for series in (bad_series, total_series))
    return f"clamp_min({bad}, 0) / ({total} > 0) / {budget}"


def _fresh(series: str, slo: Slo, gate: GateSettings, settings: Settings) -> str:
    """A recorded series, as long as it is no older than the policy wants."""
    selector = slo_selector(series, slo.id, settings.labels)
    if gate.max_age >= _SEEN_FOR:
        return selector
    return f"({selector} and time() - timestamp({selector}) <= {gate.max_age})"


def comparison(
    slo: Slo, settings: Settings, canary: Sequence[Matcher], stable: Sequence[Matcher], test: Test
) -> str:
    """1 where the canary is no worse than the stable version, 0 where it is; nothing without either of them,
    or with too few events. Raises NotCountableError and PromqlError as `raw_counts` does."""
    new = raw_counts(slo, settings, test.window, canary, plainly=True)
    old = raw_counts(slo, settings, test.window, stable, plainly=True)
    bad, total, old_bad, old_total = (wrapped("", each) for each in (new.bad, new.total, old.bad, old.total))
    differs = wrapped(
        "",
        f"2 * (\nsqrt({bad} / {total})\n-\nsqrt({old_bad} / {old_total})\n)\n"
        f"/ sqrt(1 / {total} + 1 / {old_total}) {_IS_NUMBER} > bool {test.sigmas}",
    )
    worst = min(test.times * slo.budget, (1 + slo.budget) / 2)
    many = wrapped("", f"{bad}\n> bool {to_text(worst)} * {total} + {test.beyond}")
    parts = [f"{differs}\n* {many}\n== bool 0"]
    enough = to_text(Fraction(_BAD_TO_SHOW) / min(SHOWS * slo.budget, Fraction(1))) if test.waits else "0"
    comparing = ">=" if test.waits else ">"
    parts += [f"{each} {comparing} {enough}" for each in (total, old_total)]
    return "\nand\n".join(parts)
