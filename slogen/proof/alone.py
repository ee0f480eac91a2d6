"""Proof of SLOs that are made of others: each part, failing alone, counts as its share, and is named."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from fractions import Fraction

from slogen.conventions import COMPONENT, COMPONENT_BURN
from slogen.emitted.proof import Block, Claim, ExprCheck
from slogen.model.sli import UnsatisfiableError
from slogen.model.slo import Part, Slo
from slogen.model.states import States
from slogen.promql.text import quote
from slogen.proof.expected import believed, identity_labels
from slogen.proof.history import check_near
from slogen.proof.parts import states_of
from slogen.proof.raw import Subject, grouped
from slogen.proof.values import Load, story_values
from slogen.proof.written import budget, shares
from slogen.settings import Settings
from slogen.units import MINUTE, format_duration, to_text

_MOST_PARTS = 6


def alone(proven: tuple[Subject, ...], settings: Settings) -> Iterator[Block]:
    """One part after the other fails, and is well again, while the others are well all the time."""
    data: dict[str, str] = {}
    checks: list[ExprCheck] = []
    claims: list[Claim] = []
    for subject in proven:
        length = 2 * settings.prometheus.base_window // MINUTE + 2 + subject.lag
        slo, group = subject.slo, subject.groups[0][0]
        for number, states in enumerate(_apart(slo, group, settings)):
            fails = Load(length, 0, 1) if number < _MOST_PARTS else Load(length, 1, 0)
            story = [Load(length * (number + 1), 1, 0), fails, Load(length * _MOST_PARTS, 1, 0)]
            data |= story_values(states, story) | believed(slo, group, settings)
            if number < _MOST_PARTS:
                checks += _checks(slo, number, length * (number + 2), group, settings)
                claims.append(_claim(slo, slo.parts[number], shares(slo)[number]))
    if data:
        yield Block("each part alone", MINUTE, data, (), tuple(checks), tuple(claims))


def _apart(slo: Slo, group: dict[str, str], settings: Settings) -> list[States]:
    """The states of each part; none where parts can't fail alone, because they are made of one another."""
    try:
        parts = [
            states_of(part, slo, group, settings, lambda found: grouped(found, settings))
            for part in slo.parts
        ]
    except UnsatisfiableError:  # the spec gives series of its own
        return []
    counts = Counter(name for states in parts for name in states.series)
    shared = (name for name, count in counts.items() if count > 1)
    return parts if all(_stands_still(name, parts) for name in shared) else []


def _stands_still(name: str, parts: list[States]) -> bool:
    """Whether a series that several parts count, as a total, is the same whichever of them fails."""
    having = [states for states in parts if name in states.series]
    first = having[0].good.get(name)
    return all(states.good.get(name) == first == states.bad.get(name) for states in having)


def _claim(slo: Slo, part: Part, share: Fraction) -> Claim:
    percent = f"{to_text(min(share, Fraction(1)) * 100, 4)}%"
    return Claim(slo.id, f"{part.slo.id} failing alone is an error ratio of {percent}, and it is named")


def _checks(
    slo: Slo, number: int, minute: int, group: dict[str, str], settings: Settings
) -> Iterator[ExprCheck]:
    """What the whole reads, what the part contributes, and which part has contributed most lately."""
    part, at = slo.parts[number], minute * MINUTE
    labels, base = identity_labels(slo, group, settings), format_duration(settings.prometheus.base_window)
    share = float(shares(slo)[number])
    whole = min(share, 1.0)  # the worst of parts with smaller budgets loses no more time than there is
    yield check_near(at, f"slo:sli_error:ratio_rate{base}", labels | {"slo_window": base}, whole)
    burn = share / float(budget(slo))
    yield check_near(at, COMPONENT_BURN, labels | {COMPONENT: part.slo.id}, burn, within=1e-6)
    if part.slo.service == slo.service:
        yield _on_time(slo, number, at - 2 * settings.prometheus.base_window, settings)
    most = f"topk(1, sum_over_time({COMPONENT_BURN}{{slo_id={quote(slo.id)}}}[{base}]))"
    yield ExprCheck(at, f"count by ({COMPONENT}) ({most})", ((f"{{{COMPONENT}={quote(part.slo.id)}}}", 1.0),))


def _on_time(slo: Slo, number: int, at: int, settings: Settings) -> ExprCheck:
    """While its ratio rises, a part of the same service is read as it is now, not an evaluation ago."""
    base, part = format_duration(settings.prometheus.base_window), slo.parts[number]
    bad, total = (f"sum(slo:sli_{s}:rate{base}{{slo_id={quote(part.slo.id)}}})" for s in ("bad", "total"))
    burn = f"sum({COMPONENT_BURN}{{slo_id={quote(slo.id)},{COMPONENT}={quote(part.slo.id)}}})"
    late = f"{burn} * {float(budget(slo) / shares(slo)[number])!r} - {bad} / {total}"
    return ExprCheck(at, f"abs({late}) < bool 1e-9", (("{}", 1.0),))
