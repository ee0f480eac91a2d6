"""Proof of windows and budget from injected history: the true event counts against what is recorded.

Recorded windows of one length (a link) are injected, one sample per length, with traffic and errors that
vary, so that a ratio averaged over time would differ from one of events. Everything longer must then
follow. A group that vanishes halfway keeps what it had spent.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from math import gcd

from slogen.conventions import INFO
from slogen.emitted.proof import Block, Claim, ExprCheck
from slogen.emitted.rules import RuleFile
from slogen.model.slo import Service, Slo
from slogen.model.windows import closure
from slogen.model.windows import tiles as tiles_of
from slogen.promql.text import quote
from slogen.proof.expected import LONG_AGO, identity_labels, known_since, series_name, sorted_braces
from slogen.proof.shared import groups_of
from slogen.proof.written import tiers
from slogen.settings import Settings
from slogen.units import DAY, HOUR, MINUTE, format_duration

_LEVELS = (DAY, 6 * HOUR, HOUR, 30 * MINUTE)
_MOST_SAMPLES = 96
_TOLERANCE = 1e-9


@dataclass(frozen=True, slots=True)
class History:
    """Injected samples of one group: bad and total events per second, one sample each `level` seconds."""

    bad: tuple[float, ...]
    total: tuple[float, ...]

    def ratio(self, last: int, count: int) -> float:
        """True error ratio over the `count` samples that end at index `last`."""
        first = max(last - count + 1, 0)
        return sum(self.bad[first : last + 1]) / sum(self.total[first : last + 1])


def blocks(service: Service, rules: RuleFile, settings: Settings) -> Iterator[Block]:
    """A block per link that some recorded window is a multiple of."""
    del rules
    recorded = _Recorded.of(service, settings)
    pending = {window for window in recorded.pairs | recorded.ratios if window > _LEVELS[-1]}
    for level in _LEVELS:
        above = {w for w in pending if w > level and w % level == 0 and w // level <= _MOST_SAMPLES}
        pending -= above
        if above:
            yield _block(service, settings, level, sorted(above), recorded)


@dataclass(frozen=True, slots=True)
class _Recorded:
    """Windows with an error ratio: those that budgets and enabled tiers read. Windows with a pair: those
    whose events are counted (long windows and budgets), and all that others are made of."""

    ratios: frozenset[int]
    pairs: frozenset[int]

    @classmethod
    def of(cls, service: Service, settings: Settings) -> _Recorded:
        base, ratios = (
            settings.prometheus.base_window,
            {slo.window for slo in service.slos if not slo.counts_from_a_date},
        )
        counted = {window for slo in service.slos for window in slo.budget_windows}
        for slo in service.slos:
            for tier in tiers(slo, settings):
                if slo.alerting.severities[tier.severity].enabled:
                    ratios |= {tier.long, tier.short}
                    counted.add(tier.long)
        parts = {tile.length for window in ratios if window > base for tile in tiles_of(window, base)}
        return cls(frozenset(ratios), frozenset(closure(counted | parts, base)))


def _block(
    service: Service, settings: Settings, level: int, windows: list[int], recorded: _Recorded
) -> Block:
    """Evaluated only as often as windows are made of others of this block."""
    made_of = {
        tile.length for window in windows for tile in tiles_of(window, settings.prometheus.base_window)
    }
    step = gcd(*(length for length in made_of if length > level), max(windows))
    last = max(windows) // level  # one more than the longest window holds, so that the oldest has dropped out
    series: dict[str, str] = {}
    checks: list[ExprCheck] = []
    claims: list[Claim] = []
    for slo in service.slos:
        for number, group in enumerate(groups_of(slo)):
            history = history_of(slo, last + 1, vanishes=number == 1)
            labels = identity_labels(slo, group, settings)
            series[known_since(slo, group, settings)] = f"{LONG_AGO}x{last}"
            for kind, values in (("bad", history.bad), ("total", history.total)):
                name = f"slo:sli_{kind}:rate{format_duration(level)}"
                series[series_name(name, labels)] = promtool_values(values, last + 1)
            checks += _window_checks(labels, history, level, windows, recorded)
            rolls = slo.window in windows and not slo.counts_from_a_date
            if rolls and history.total[max(last + 1 - slo.window // level, 0) :]:
                checks += _budget_checks(slo, labels, history, level, last)
        if rolls:
            claims.append(Claim(slo.id, f"the budget over {slo.period} counts events, whenever they came"))
    shown = ", ".join(map(format_duration, windows))
    name = f"windows from {format_duration(level)}: {shown}"
    return Block(name, level, series, (), tuple(checks), tuple(claims), step)


def history_of(slo: Slo, samples: int, *, vanishes: bool) -> History:
    """Busy and quiet times, and errors that come with neither: about half the budget is burnt."""
    return _history(float(1 - slo.objective), samples, vanishes)


@lru_cache(maxsize=1024)
def _history(budget: float, samples: int, vanishes: bool) -> History:
    total = tuple(float(1 + (n * 7) % 5 * 4) for n in range(samples))
    bad = tuple(t * budget * (0.0, 1.5, 0.25)[n % 3] for n, t in enumerate(total))
    if vanishes:
        kept = samples // 2 + 1
        return History(bad[:kept], total[:kept])
    return History(bad, total)


@lru_cache(maxsize=1024)
def promtool_values(values: tuple[float, ...], samples: int) -> str:
    """So many samples as promtool writes them; those that are missing are gaps."""
    missing = samples - len(values)
    return " ".join([*(repr(v) for v in values), *(["_"] * missing)])


def check_near(
    at: int, name: str, labels: dict[str, str], value: float, within: float = _TOLERANCE
) -> ExprCheck:
    """Check that a series is there with exactly these labels and this value, within float noise if nothing
    else is said."""
    there = tuple(labels.items())
    near = f"abs({name}{sorted_braces(there)} - {value!r}) < bool {within!r}"
    return ExprCheck(at, near, _is_one(there))


@lru_cache(maxsize=4096)
def _is_one(labels: tuple[tuple[str, str], ...]) -> tuple[tuple[str, float], ...]:
    """What a check gives that holds: one series with these labels, and the value 1."""
    inside = ", ".join([f"{key}={quote(text)}" for key, text in labels])
    return ((f"{{{inside}}}", 1.0),)


def _window_checks(
    labels: dict[str, str], history: History, level: int, windows: list[int], recorded: _Recorded
) -> Iterator[ExprCheck]:
    last = max(windows) // level
    at = last * level
    for window in windows:
        count, name = window // level, format_duration(window)
        first = last - count + 1
        bad, total = sum(history.bad[first : last + 1]), sum(history.total[first : last + 1])
        if total and window in recorded.pairs:
            yield check_near(at, f"slo:sli_bad:rate{name}", labels, bad / count)
            yield check_near(at, f"slo:sli_total:rate{name}", labels, total / count)
        if total and window in recorded.ratios:
            ratio = f"slo:sli_error:ratio_rate{name}"
            yield check_near(at, ratio, labels | {"slo_window": name}, bad / total)


def _budget_checks(
    slo: Slo, labels: dict[str, str], history: History, level: int, last: int
) -> Iterator[ExprCheck]:
    at, ratio = last * level, history.ratio(last, slo.window // level)
    consumed = ratio / float(1 - slo.objective)
    yield check_near(at, "slo:period_burn_rate:ratio", labels, consumed)
    yield check_near(at, "slo:period_error_budget_remaining:ratio", labels, 1 - consumed)


def info_check(slo: Slo, at: int) -> ExprCheck:
    """The info series says who owns the SLO and what it promises."""
    told = {"slo_id": slo.id, "objective": slo.percent, "window": slo.period}
    told |= {"owner": slo.owner} if slo.owner else {}
    expr = f"count by ({', '.join(told)}) ({INFO}{{slo_id={quote(slo.id)}}})"
    return ExprCheck(at, expr, (("{" + ", ".join(f"{k}={quote(v)}" for k, v in told.items()) + "}", 1.0),))
