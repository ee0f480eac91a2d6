"""A canary and the stable version, as a server counted them: the questions, and what the answers mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import isfinite
from typing import Any, Final

from slogen.live.answers import Matrix
from slogen.live.client import Client
from slogen.live.gate.canary import HISTORY, LEAST_HISTORY, Comparison, Terms, Watched, compare
from slogen.live.gate.decide import ANSWER, Judged
from slogen.live.gate.overlap import shared
from slogen.live.gate.power import SHOWS
from slogen.live.gate.spread import Minute
from slogen.live.gate.verdict import Reason, Verdict
from slogen.model.slo import Slo
from slogen.promql.selector import Matcher
from slogen.rules.raw import raw_counts
from slogen.settings import Settings
from slogen.units import MINUTE

CANARY: Final = "canary"
_MOST: Final = 1e15  # events in a minute: more are no count, and NaN isn't below it either
Points = Mapping[int, float]


@dataclass(frozen=True, slots=True)
class Versions:
    """Matchers of either version's series, and how people call them."""

    canary: tuple[Matcher, ...]
    stable: tuple[Matcher, ...]

    @property
    def words(self) -> tuple[str, str]:
        """The matchers as text."""
        return ",".join(map(str, self.canary)), ",".join(map(str, self.stable))


def compare_versions(
    client: Client, slo: Slo, settings: Settings, versions: Versions, terms: Terms, at: float
) -> tuple[Judged, tuple[str, ...]]:
    """Ask for every minute of both versions and compare them; and what the server warned of. Raises
    ServerError, and NotCountableError for SLOs that count no events."""
    end = int(at // MINUTE) * MINUTE  # the same minutes whenever it is asked
    start = end - (HISTORY + terms.minutes - 1) * MINUTE
    minutes, warnings = [], dict[str, None]()
    for matchers in (versions.canary, versions.stable):
        counts = raw_counts(slo, settings, MINUTE, matchers)
        both = [client.query_range(expr, start, end, MINUTE) for expr in (counts.total, counts.bad)]
        warnings |= dict.fromkeys(warning for each in both for warning in each.warnings)
        total, bad = map(_points, both)
        grid = range(start, end + 1, MINUTE)
        minutes.append([_minute(total.get(t), bad.get(t)) for t in grid])
    common = shared(client, slo, settings, (versions.canary, versions.stable), range(start, end + 1, MINUTE))
    warnings |= dict.fromkeys(warning for each in common for warning in each.warnings)
    canary, stable = minutes
    found = compare(_watched(canary, stable, terms.minutes), terms)
    reason = _reason(found, terms, versions, _age(canary, terms.minutes))
    reasons = [_overlap(reason, versions) if any(_has_events(each) for each in common) else reason]
    if warnings:
        words = "the server says that something is missing from its answer"
        reasons.append(Reason(ANSWER, Verdict.UNKNOWN, words))
    return Judged(slo.id, tuple(reasons), seen=_seen(found, terms)), tuple(warnings)


def _overlap(reason: Reason, versions: Versions) -> Reason:
    """What is too bad even beside itself is blocked all the same; of the rest nobody can tell."""
    if reason.verdict is Verdict.BLOCKED:
        return reason
    new, old = versions.words
    words = f"events of {new} are also of {old}: give a --baseline without the canary"
    return replace(reason, verdict=Verdict.UNKNOWN, words=words)


def _has_events(matrix: Matrix) -> bool:
    """Whether there were any; what isn't a number may be some."""
    return not all(value <= 0 for series in matrix.series for _, value in series.points)


def _points(matrix: Matrix) -> Points:
    """Events by minute."""
    found: dict[int, float] = {}
    for series in matrix.series:
        for at, value in series.points:
            if isfinite(at):
                found[round(at)] = found.get(round(at), 0.0) + value
    return found


def _minute(total: float | None, bad: float | None) -> Minute:
    """What is known of both sides; without bad events there is a 0, so that nothing means not known."""
    if total is None or bad is None or not abs(total) + abs(bad) < _MOST:
        return Minute(0.0, 0.0)
    return Minute(max(total, 0.0), min(max(bad, 0.0), max(total, 0.0)))


def _age(canary: Sequence[Minute], minutes: int) -> int:
    """For how many minutes a canary has had events; one more than `minutes` for any that is older."""
    first = next((number for number, minute in enumerate(canary) if minute.total > 0), len(canary))
    return min(len(canary) - first, minutes + 1)


def _watched(canary: Sequence[Minute], stable: Sequence[Minute], minutes: int) -> Watched:
    age = _age(canary, minutes)
    start = len(canary) - min(age, minutes)
    return Watched(
        tuple(canary[start:]), tuple(stable[start:]), tuple(stable[:start])[-HISTORY:], age > minutes
    )


def _reason(found: Comparison, terms: Terms, versions: Versions, age: int) -> Reason:
    ratio = found.canary.bad / found.canary.total if found.canary.total else None
    words = _words(found, terms, versions, min(age, terms.minutes))
    return Reason(CANARY, found.verdict, words, ratio, terms.worse_than * terms.budget)


def _words(found: Comparison, terms: Terms, versions: Versions, age: int) -> str:
    """Why, in a sentence with the numbers."""
    new, old = versions.words
    if not found.canary.total:
        return f"no events of {new} were seen in the last {terms.minutes}m"
    seen = f"{_bad(found.canary)} bad of the canary's {_many(found.canary.total)}"
    other = f"{_bad(found.stable)} of {_many(found.stable.total)} beside it"
    if found.verdict is Verdict.BLOCKED:
        return f"{seen}, {other}: chance makes that {_seldom(found.chance)}"
    if found.verdict is Verdict.GO:
        return f"{seen}, {other}: no worse, and {_shows(found, terms)} would have shown"
    if found.silence.minutes:
        when = (
            f"for the last {found.silence.minutes} minutes"
            if found.silence.lasts
            else (f"for {found.silence.minutes} minutes in between")
        )
        return f"no events of the canary {when}: before it can be judged, it has to live"
    if found.history < LEAST_HISTORY:
        return f"{old} had events in {found.history} minutes; {LEAST_HISTORY} tell how its errors come"
    if found.hides(terms.budget) and age >= terms.minutes:
        return f"{seen}, {other}: so bad is the stable version itself that {SHOWS} times as bad can't show"
    if found.needed is not None:
        so_far = f" in {age} of {terms.minutes} minutes" if age < terms.minutes else ""
        return (
            f"saw {_many(found.canary.total)} events of the canary{so_far}; {_many(found.needed)} would tell"
        )
    if found.power is not None and age >= terms.minutes:
        return f"{other} are too few to compare with"
    return f"{age} of {terms.minutes} minutes are over; {seen}, {other}"


def _shows(found: Comparison, terms: Terms) -> str:
    """What would have been seen: less than ten times as bad, where that would be more than all."""
    usual, whose = max((terms.budget, "budget"), (found.usual, "stable version"))
    times = found.effect / usual
    return (
        f"{times:.0f} times the {whose}'s rate"
        if times > SHOWS - 0.5
        else f"{times:.1f} times the {whose}'s rate"
    )


def _seldom(chance: float) -> str:
    return "less than once in a million" if chance < 1e-6 else f"once in {_many(1 / chance)} times"


def _bad(minute: Minute) -> str:
    return _many(minute.bad)


def _many(number: float) -> str:
    return f"{round(number):,}"


def _seen(found: Comparison, terms: Terms) -> dict[str, Any]:
    """The comparison as plain data."""
    return {
        "minute": found.minute,
        "minutes": terms.minutes,
        "canary": _plain(found.canary),
        "stable": _plain(found.stable),
        "chance": found.chance,
        "level": found.level,
        "inflation": round(found.inflation, 3),
        "power": None if found.power is None else round(found.power, 3),
        "needed_events": found.needed,
        "history_minutes": found.history,
        "silent_minutes": found.silence.minutes,
    }


def _plain(minute: Minute) -> dict[str, int]:
    return {"total": round(minute.total), "bad": round(minute.bad)}
