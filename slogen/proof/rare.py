"""Proof that rare events are counted one by one: newborn counters, resets and gaps lose and invent none.

Counters are seen for the first time, bad events create one, it grows, everything restarts, and is not
scraped for a while. `up` of the targets is there throughout.
"""

from __future__ import annotations

from collections.abc import Iterator

from slogen.emitted.proof import Block, Claim, ExprCheck
from slogen.model.states import Samples
from slogen.promql.parse import parse_selector
from slogen.promql.solve import series
from slogen.proof.expected import identity_labels
from slogen.proof.history import check_near
from slogen.proof.raw import STEP, Subject
from slogen.settings import Settings
from slogen.units import MINUTE, format_duration

_BEFORE = 7  # events that were counted before anybody looked
_TARGET = ("job", "instance")
# Ends of base windows, and what happens within the one that ends there: good and bad events.
_BORN, _GROWN, _RESTARTED, _BACK = 2, 4, 6, 10
_EVENTS = {_BORN: (0, 2), _GROWN: (1, 3), _RESTARTED: (1, 2), _BACK: (0, 1)}


def rare(proven: tuple[Subject, ...], settings: Settings) -> Iterator[Block]:
    """Each event of the story is counted in the base window in which it happens, and in no other."""
    data: dict[str, str] = {}
    checks: list[ExprCheck] = []
    claims: list[Claim] = []
    base, window = settings.prometheus.base_window, format_duration(settings.prometheus.base_window)
    for subject in (s for s in proven if s.slo.sli.exact):
        group, samples = subject.groups[0]
        if not isinstance(samples, Samples):
            continue
        data |= {name: _values(name, samples, base // MINUTE) for name in samples.series}
        data |= {_up(name, settings): f"1x{_BACK * base // MINUTE}" for name in samples.series}
        labels = identity_labels(subject.slo, group, settings)
        for end in range(1, _BACK + 1):
            if _RESTARTED < end < _BACK:
                continue  # not scraped
            good, bad = _EVENTS.get(end, (0, 0))
            checks.append(check_near(end * base, f"slo:sli_total:rate{window}", labels, (good + bad) / base))
            checks.append(check_near(end * base, f"slo:sli_bad:rate{window}", labels, bad / base))
        claims.append(
            Claim(subject.slo.id, "counts the first event of a series, and each after a restart or a gap")
        )
    if data:
        name = "rare events, one by one"
        yield Block(name, MINUTE, data, (), tuple(checks), tuple(claims), STEP * MINUTE)


def _values(name: str, samples: Samples, base: int) -> str:
    """A value a minute. A counter that only bad events count is created by the first of them."""
    is_good, is_bad = name in samples.good, name in samples.bad
    value, values = _BEFORE if is_good else 0, list[str]()
    for minute in range(_BACK * base + 1):
        end = -(-minute // base)
        if minute == end * base - base // 2:
            good, bad = _EVENTS.get(end, (0, 0))
            value = (0 if end == _RESTARTED else value) + good * is_good + bad * is_bad
        is_gone = _RESTARTED * base < minute < _BACK * base - base // 2
        values.append("_" if is_gone or (not is_good and not value) else str(value))
    return " ".join(values)


def _up(name: str, settings: Settings) -> str:
    """`up` of the target that exposes a series."""
    known = (*_TARGET, *settings.scope)
    return series("up", {k: v for k, v in parse_selector(name).labels.items() if k in known})
