"""Standings and a policy -> a verdict, with a reason for each rule. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from math import floor
from typing import Any, Final

from slogen.live.gate.verdict import Reason, Verdict, badness, worst
from slogen.live.status import Standing, State, Status
from slogen.live.status.standing import grouped
from slogen.settings import GateSettings
from slogen.units import roughly

BUDGET, BURN, PAGES, AGE, DATA, ANSWER = "budget", "burn", "pages", "age", "data", "answer"
_NOTHING: Final = 1e-9  # so much less is as much
_AHEAD: Final = 60  # seconds that two clocks may differ
_UNKNOWN: Final = {
    State.NO_DATA: "there is no data",
    State.NOT_DEPLOYED: "the server has none of its rules",
    State.RULES_GONE: "its rules don't run any more",
}


@dataclass(frozen=True, slots=True)
class Judged:
    """One SLO: the reasons of all that was asked, `labels` that tell copies of it apart, `notes` that a
    person should know. `seen` is what was counted, of a canary."""

    slo_id: str
    reasons: tuple[Reason, ...]
    labels: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    seen: Mapping[str, Any] | None = None

    @property
    def verdict(self) -> Verdict:
        """The worst of all reasons."""
        return worst(reason.verdict for reason in self.reasons)


def judge(status: Status, policy: GateSettings, ages: Mapping[str, float]) -> tuple[Judged, ...]:
    """Each SLO of a status by a policy; `ages` are the seconds since the rules of each service were
    evaluated. Of groups the worst is told, rule by rule."""
    return tuple(
        _slo(slo_id, dict(place), standings, status, policy, ages)
        for (slo_id, place), standings in grouped(status.standings).items()
    )


def _slo(
    slo_id: str,
    place: Mapping[str, str],
    standings: list[Standing],
    status: Status,
    policy: GateSettings,
    ages: Mapping[str, float],
) -> Judged:
    rules: dict[str, list[Reason]] = {}
    for standing in standings:
        for reason in _reasons(standing, policy):
            rules.setdefault(reason.rule, []).append(reason)
    reasons = [max(found, key=_badness) for found in rules.values()]
    if not any(standing.state.is_unknown for standing in standings):
        reasons.append(_age(ages.get(standings[0].service), policy.max_age))
    if status.is_partial:
        words = "the server says that something is missing from its answer"
        reasons.append(Reason(ANSWER, Verdict.UNKNOWN, words))
    notes = dict.fromkeys(note for standing in standings for note in standing.notes)
    if any(standing.is_excluded for standing in standings):
        notes["time is excluded now, so nothing burns"] = None
    return Judged(slo_id, tuple(reasons), place, tuple(notes))


def _badness(reason: Reason) -> tuple[int, float]:
    """Of reasons that are alike the one is worse that is further beyond its limit."""
    if reason.value is None or reason.limit is None:
        return badness(reason.verdict), 0.0
    beyond = reason.value - reason.limit
    return badness(reason.verdict), -beyond if reason.rule == BUDGET else beyond


def _reasons(standing: Standing, policy: GateSettings) -> Iterator[Reason]:
    whose = _whose(standing)
    if standing.state.is_unknown:
        yield Reason(DATA, Verdict.UNKNOWN, f"{_UNKNOWN[standing.state]}{whose}")
    elif policy.budget_left is not None:
        yield _budget(standing, float(policy.budget_left), whose)
    if not standing.state.is_unknown:
        for window, most in policy.burn_below.items():
            yield _burn(standing, window, float(most), whose)
    if policy.no_page:
        yield _pages(standing, whose)


def _whose(standing: Standing) -> str:
    inside = ", ".join(f"{name}={value}" for name, value in standing.group.items())
    return f" ({inside})" if inside else ""


def _budget(standing: Standing, least: float, whose: str) -> Reason:
    if standing.budget is None:
        words = f"no events in {standing.window or 'its window'}, so no budget can be told{whose}"
        return Reason(BUDGET, Verdict.UNKNOWN, words, None, least)
    left = standing.budget.left
    verdict = Verdict.GO if left >= least - _NOTHING else Verdict.BLOCKED
    words = f"{_percent(left)} left, {least * 100:g} % needed{whose}"
    if standing.history is not None:
        words += f"; {roughly(standing.history)} of {standing.window or 'its window'} are known"
    return Reason(BUDGET, verdict, words, left, least)


def _burn(standing: Standing, window: str, most: float, whose: str) -> Reason:
    """Without any event nothing burns; where there are events now, what isn't recorded isn't known."""
    found = {"now": standing.burn.now, "1h": standing.burn.hour, "6h": standing.burn.six_hours}[window]
    rule = f"{BURN} {window}"
    if found is None and (standing.burn.now is not None or standing.rate != 0):
        return Reason(rule, Verdict.UNKNOWN, f"not recorded{whose}", None, most)
    if found is None:
        return Reason(rule, Verdict.GO, f"no events lately{whose}", None, most)
    verdict = Verdict.GO if found < most else Verdict.BLOCKED
    return Reason(rule, verdict, f"{found:.1f}x, below {most:g}x needed{whose}", found, most)


def _pages(standing: Standing, whose: str) -> Reason:
    firing = [alert.tier or alert.name for alert in standing.alerts if alert.is_page]
    if firing:
        words = f"{', '.join(dict.fromkeys(firing))} is firing{whose}"
        return Reason(PAGES, Verdict.BLOCKED, words, float(len(firing)), 0.0)
    if standing.state in (State.RULES_GONE, State.NOT_DEPLOYED):
        return Reason(PAGES, Verdict.UNKNOWN, "no rules run that could fire", None, 0.0)
    return Reason(PAGES, Verdict.GO, "no page is firing", 0.0, 0.0)


def _age(age: float | None, most: float) -> Reason:
    if age is None:
        return Reason(AGE, Verdict.UNKNOWN, "nobody knows when its rules were evaluated", None, most)
    if age < -_AHEAD:
        words = "rules evaluated at a time that is still to come, by the clock here: is it right?"
        return Reason(AGE, Verdict.UNKNOWN, words, age, most)
    verdict = Verdict.GO if age <= most else Verdict.UNKNOWN
    return Reason(
        AGE, verdict, f"rules evaluated {roughly(max(age, 0))} ago, {roughly(most)} at most", age, most
    )


def _percent(share: float) -> str:
    """Rounded down: no budget looks larger than it is. What is less than a percent has three digits."""
    scale = 1 if abs(share) >= 0.01 or abs(share) < _NOTHING else 1000
    return f"{floor(share * 100 * scale + _NOTHING) / scale:g} %"


@dataclass(frozen=True)
class Gate:
    """The whole answer. `policy` is its name, "canary" where versions were compared. `error` is why a server
    could not be asked, and `allowed` whether the policy lets the deployment go then; `override` is the reason
    of a person who lets it go whatever was found."""

    at: float
    server: str
    policy: str
    slos: tuple[Judged, ...] = ()
    warnings: tuple[str, ...] = ()
    error: Mapping[str, str] | None = None
    allowed: bool = False
    override: str = ""
    dry_run: bool = False

    @property
    def verdict(self) -> Verdict:
        """The worst of all SLOs; what nobody could ask is not known."""
        if self.error is not None:
            return Verdict.GO if self.allowed else Verdict.UNKNOWN
        return worst(slo.verdict for slo in self.slos)

    @property
    def is_final(self) -> bool:
        """Whether asking again soon can't change it: it may go, or what blocks it comes back slowly."""
        reasons = [reason for slo in self.slos for reason in slo.reasons]
        blocked = [reason.rule for reason in reasons if reason.verdict is Verdict.BLOCKED]
        return self.verdict is Verdict.GO or any(not _may_pass(rule) for rule in blocked)

    def counted(self) -> dict[Verdict, int]:
        """How many SLOs have each verdict."""
        return {verdict: _count(self.slos, verdict) for verdict in Verdict}


def _may_pass(rule: str) -> bool:
    return rule == PAGES or rule.startswith(BURN)


def _count(slos: Iterable[Judged], verdict: Verdict) -> int:
    return sum(slo.verdict is verdict for slo in slos)
